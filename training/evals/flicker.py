"""Temporal change: flicker of still pixels, and motion where a subject should move."""

import numpy as np

from .background import Stage, pixel_grid
from .clip import Clip

APART = 4  # frames between which life is looked for
STILL = 0.08  # greatest difference from the place of a pixel that counts as still


def flicker(stage: Stage) -> float:
    """Returns the root mean square of the second temporal difference over still pixels, in steps of 255.

    Of a frame's mean and of its pixels apart from it: a flickering light moves all pixels a little, which the mean sees best.
    """
    frames, inside = stage.frames.mean(1), stage.inside
    still = (stage.difference < STILL) & inside
    triple = still[2:] & still[1:-1] & still[:-2]
    bend = frames[2:] - 2 * frames[1:-1] + frames[:-2]
    counts = triple.sum((1, 2))
    if (counts > 100).sum() == 0:
        return float("nan")
    means = (bend * triple).sum((1, 2))[counts > 100] / counts[counts > 100]
    per_pixel = np.median(np.abs(bend[triple])) / 0.6745 if triple.any() else 0.0
    return float(255 * np.sqrt(np.mean(means**2) + per_pixel**2))


def liveliness(clip: Clip) -> float:
    """Returns the change of the frames where subject 1 is and will be, in steps of 255: the 90th percentile over the clip."""
    grey = clip.frames.astype(np.float32).mean(-1)
    grid = pixel_grid(*grey.shape[1:]).numpy()
    subject = clip.subject(0)
    changes = []
    for t in range(len(grey) - APART):
        near = np.zeros(grey.shape[1:], bool)
        for x, y, r, _, _, visible in subject[[t, t + APART]]:
            near |= (visible > 0) & (np.hypot(grid[..., 0] - x, grid[..., 1] - y) < r)
        if near.any():
            changes.append(np.abs(grey[t + APART] - grey[t])[near].mean())
    return float(np.percentile(changes, 90)) if changes else 0.0
