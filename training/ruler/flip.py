"""How far a character turns over, read from its picture by the reader in crops that are not turned back."""

import numpy as np
import torch

from .clip import Clip
from .crops import cut, to_input
from .reader import Reader


@torch.no_grad()
def turned(clip: Clip, reader: Reader) -> tuple[float, float]:
    """Degrees turned over the clip: measured, and planned."""
    subject = clip.subject(0)
    where = np.stack((subject[:, 0], subject[:, 1], np.maximum(subject[:, 2], 0.05), np.zeros(len(subject))), 1)
    crops = to_input(cut(clip.frames, where)).contiguous(memory_format=torch.channels_last)
    direction = reader.turn(reader.crop(crops).float()).numpy()
    seen = (subject[:, 5] > 0) & (np.hypot(*direction.T) > 0.3)
    if seen.sum() < 8:
        return 0.0, planned_turn(subject)
    measured = np.unwrap(-np.arctan2(direction[seen, 1], direction[seen, 0]))
    return float(np.degrees(measured[-1] - measured[0])), planned_turn(subject)


def planned_turn(subject: np.ndarray) -> float:
    angle = np.unwrap(np.arctan2(subject[:, 4], subject[:, 3]))
    return float(np.degrees(angle[-1] - angle[0]))
