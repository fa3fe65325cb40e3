"""The period of a pendulum relative to that of its length."""

import numpy as np

from .clip import FRAMES_PER_SECOND

PERIODS_S = np.linspace(0.8, 6, 261)
LEAST_SWING = 0.1  # radians


def period_ratio(xy: np.ndarray, anchor: tuple[float, float], gravity: float) -> float:
    """Returns the measured period over that of a pendulum of this length; xy [F,2] in world units. NaN without a swing."""
    found = np.isfinite(xy[:, 0])
    if found.sum() < 12:
        return float("nan")
    time = np.arange(len(xy))[found] / FRAMES_PER_SECOND
    rope = xy[found] - anchor
    angle = np.arctan2(rope[:, 0], rope[:, 1])
    period, swing = fitted_period(time, angle)
    if swing < LEAST_SWING:
        return float("nan")
    length = np.median(np.hypot(*rope.T))
    return float(period / (2 * np.pi * np.sqrt(length / gravity) * (1 + swing**2 / 16)))


def fitted_period(time: np.ndarray, angle: np.ndarray) -> tuple[float, float]:
    """Fits a sinusoid around the vertical to the angles; returns period and amplitude."""
    errors, swings = [], []
    for period in PERIODS_S:
        phase = 2 * np.pi * time / period
        waves = np.stack((np.cos(phase), np.sin(phase)), 1)
        weights, *_ = np.linalg.lstsq(waves, angle, rcond=None)
        errors.append(np.mean((waves @ weights - angle) ** 2))
        swings.append(np.hypot(*weights))
    i = int(np.argmin(errors))
    period = PERIODS_S[i]
    if 0 < i < len(errors) - 1:  # the vertex of the parabola through three errors
        left, here, right = errors[i - 1 : i + 2]
        period += (PERIODS_S[1] - PERIODS_S[0]) * 0.5 * (left - right) / (left - 2 * here + right)
    return float(period), float(swings[i])
