"""The constants that a scene obeys, as its record states them; in screen units (half an image height) and seconds."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Laws:
    """Constants of one scene. Rust owns the values; `kinora world --stream` writes them into the header."""

    gravity: float
    ground_y: float  # the line on which objects stand, y down from the centre
    bounce_restitution: float  # share of its speed that a bounce leaves to subject 1
    rope_anchor: tuple[float, float] | None  # of a pendulum
    round: tuple[bool, ...]  # per subject, whether its outline is a circle in the plane of action

    @staticmethod
    def of(header: dict) -> "Laws":
        """Reads the key `laws` of a header."""
        laws = dict(header["laws"])
        anchor = laws.pop("rope_anchor")
        return Laws(rope_anchor=anchor and tuple(anchor), round=tuple(laws.pop("round")), **laws)


def spearman(a: np.ndarray, b: np.ndarray) -> float:
    """Returns the rank correlation; equal values share their rank."""
    ranks = [np.array([(np.sum(v < x) + (np.sum(v == x) - 1) / 2) for x in v]) for v in (np.asarray(a), np.asarray(b))]
    centred = [r - r.mean() for r in ranks]
    scale = np.sqrt((centred[0] ** 2).sum() * (centred[1] ** 2).sum())
    return float((centred[0] * centred[1]).sum() / scale) if scale > 0 else float("nan")
