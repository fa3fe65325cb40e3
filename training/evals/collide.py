"""Collisions: the second subject rests until contact, then moves, and the first slows down."""

import numpy as np

from .clip import FRAMES_PER_SECOND
from .track import Way

STARTED = 0.035  # screen units that count as having moved
TOUCH = 0.22  # of the sum of radii: what two shapes may lack to touch with their bounding circles
SPAN = 4  # frames over which speeds are taken


def collision_holds(first: Way, second: Way) -> bool | None:
    """Returns whether a collision is plausible; None if the second subject is visible too briefly."""
    a, b = first.xy[:, 0], second.xy[:, 0]
    if np.isfinite(b).sum() < 12 or np.isfinite(a).sum() < 8:
        return None
    moved = np.flatnonzero(np.abs(b - np.nanmedian(b[:3])) > STARTED)
    if len(moved) == 0:
        return False
    t = int(moved[0])
    if t < 2:
        return False
    gap = np.hypot(*(first.xy[t - 1] - second.xy[t - 1])) if np.isfinite(a[t - 1]) else np.nan
    reached = np.isfinite(gap) and gap < (first.radius + second.radius) * (1 + TOUCH)
    before, after = speed(a, max(0, t - 1 - SPAN), t - 1), speed(a, t + 1, t + 1 + SPAN)
    gained = speed(b, t, t + SPAN)
    if not np.isfinite([before, gained]).all():
        return None
    way = np.sign(before)
    slowed = not np.isfinite(after) or way * after < 0.9 * abs(before)
    return bool(reached and abs(before) > 0.15 and slowed and way * gained > 0.1)


def speed(x: np.ndarray, start: int, end: int) -> float:
    """Returns the velocity over the frames start..end in screen units per second; NaN with fewer than three positions."""
    t = np.arange(start, min(end + 1, len(x)))
    seen = np.isfinite(x[t])
    return float(np.polyfit(t[seen] / FRAMES_PER_SECOND, x[t][seen], 1)[0]) if seen.sum() >= 3 else float("nan")
