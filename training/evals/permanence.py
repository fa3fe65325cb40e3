"""Permanence: whether a subject keeps its appearance after an occlusion."""

import numpy as np

from .evidence import Evidence, right_times

SURE = 0.5  # of the probability that it had before


def still_there(evidence: Evidence) -> bool | None:
    """Compares the last two crops with the clearest of the first three; None without both."""
    right = right_times(evidence, 0)
    seen = right[np.isfinite(right)]
    if len(seen) < 6:
        return None
    return bool(seen[-2:].max() > SURE * max(seen[:3].max(), 0.5))
