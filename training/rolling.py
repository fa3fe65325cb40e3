"""What rolls turns as far as it goes: the planner's turns lag behind its ways. Twin: crates/pipeline/src/rolling.rs."""

import torch
from torch import Tensor

from config import SUBJECT_DIM, SUBJECTS
from layers import SUBFRAMES
from stage import cameras_of, to_world

# Round things and their radius in the plan over the one on which they roll, as the world has them.
ROUND = {"apple": 1.136, "ball": 1.0, "barrel": 1.515, "bottle": 2.5, "can": 1.087, "drum": 1.351, "ring": 1.0}


def turned(plan: Tensor, object: str) -> Tensor:
    """plan [T,116] of a clip in which subject 1 rolls -> the same, in which it does not slide; things that are not round tumble as planned."""
    if object not in ROUND:
        return plan
    rows = plan.unflatten(-1, (SUBFRAMES, -1)).flatten(0, 1).clone()
    subject = rows[:, : SUBJECTS * SUBJECT_DIM].unflatten(-1, (SUBJECTS, SUBJECT_DIM))[:, 0]
    views = cameras_of(plan).flatten(0, 1)
    way = to_world(subject[:, :2], views)[:, 0].diff(prepend=to_world(subject[:1, :2], views[:1])[:, 0])
    radius = (subject[:, 2] / views[:, 2]).clamp(min=1e-3)
    angle = torch.atan2(subject[0, 4], subject[0, 3]) + (way * ROUND[object] / radius).cumsum(0)
    subject[:, 3], subject[:, 4] = angle.cos(), angle.sin()
    return rows.unflatten(0, (-1, SUBFRAMES)).flatten(1)
