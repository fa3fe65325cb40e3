"""Flicker: what trembles from frame to frame where nothing moves."""

import numpy as np

from .background import Stage

STILL = 0.08  # greatest difference from the place of a pixel that counts as still


def flicker(stage: Stage) -> float:
    """Root mean square of the second difference in time over still pixels, in steps of 255.

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
