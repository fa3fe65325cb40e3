"""Whether a character turns over, read from its picture by the reader in crops that are not turned back."""

import numpy as np
import torch

from .clip import Clip
from .crops import cut, to_input
from .reader import Reader


TURNED = 60  # degrees by which a character leans at least while it turns over
SURE = 0.3  # mean cosine between what is seen and what is planned


@torch.no_grad()
def turns_over(clip: Clip, reader: Reader) -> bool | None:
    """Whether subject 1 turns over when the plan does; None if the plan never does.

    It is judged by the frames in which it should be on its side or head: one that stays upright, or is not there, does not agree.
    """
    subject = clip.subject(0)
    planned = np.arctan2(subject[:, 4], subject[:, 3])
    over = (np.abs(planned) > np.radians(TURNED)) & (subject[:, 5] > 0)
    if abs(planned_turn(subject)) < 180 or over.sum() < 3:
        return None
    where = np.stack((subject[:, 0], subject[:, 1], np.maximum(subject[:, 2], 0.05), np.zeros(len(subject))), 1)
    crops = to_input(cut(clip.frames[over], where[over])).contiguous(memory_format=torch.channels_last)
    cos, sin = reader.turn(reader.crop(crops).float()).numpy().T
    agreement = np.cos(np.arctan2(-sin, cos) - planned[over]) * np.minimum(np.hypot(cos, sin), 1)
    return bool(agreement.mean() > SURE)


def planned_turn(subject: np.ndarray) -> float:
    angle = np.unwrap(np.arctan2(subject[:, 4], subject[:, 3]))
    return float(np.degrees(angle[-1] - angle[0]))
