"""The camera's way, once the words have named it: what moves it is known, so nobody has to guess it frame by frame.

The planner says where everything is on its own screen, through a camera that trembles. Its subjects are put back into the world
and seen by a camera that moves as its name says; only which way it goes, and where a following camera goes, is the planner's.
Twins: crates/pipeline/src/camera.rs, and `View::moved` in crates/world/src/camera.rs.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from config import SUBJECT_DIM, SUBJECTS
from layers import SUBFRAMES
from stage import cameras_of, to_world

FRAMES_PER_SECOND = 12
MOVE_S = 32 / 12  # a move covers its whole way in this time; then it stands
FOCUS_Y = 0.18  # screen y that a zoom closes in on
SMOOTH = 2.0  # frames by which the way of a following camera is blurred


def directed(plan: Tensor, move: str) -> Tensor:
    """plan [T,116] of a whole clip -> the same happening, seen by a camera that makes this move."""
    before = cameras_of(plan).flatten(0, 1)
    views = way(move, before[SUBFRAMES - 1 :])
    after = torch.cat((views[:1].expand(SUBFRAMES - 1, -1), views))
    rows = plan.unflatten(-1, (SUBFRAMES, -1)).flatten(0, 1).clone()
    subjects = rows[:, : SUBJECTS * SUBJECT_DIM].unflatten(-1, (SUBJECTS, SUBJECT_DIM))
    closer = (after / before)[:, None, 2:]
    subjects[..., :2] = to_world(subjects[..., :2], before[:, None]) * after[:, None, 2:] + after[:, None, :2]
    subjects[..., 2:3] *= closer
    at = SUBJECTS * SUBJECT_DIM
    rows[:, at : at + 3] = after - torch.tensor([0, 0, 1.0])
    return rows.unflatten(0, (-1, SUBFRAMES)).flatten(1)


def way(move: str, planned: Tensor) -> Tensor:
    """The views [F,3] of a move, where the planner has these [F,3]."""
    seconds = torch.arange(len(planned)) / FRAMES_PER_SECOND
    progress, still = (seconds / MOVE_S).clamp(max=1), torch.zeros(len(planned))
    side = lambda axis: 1.0 if planned[-1, axis] <= planned[0, axis] else -1.0
    match move:
        case "pan":
            return torch.stack((side(0) * (0.14 - 0.28 * progress), still, still + 1), -1)
        case "tilt":
            return torch.stack((still, side(1) * (0.13 - 0.26 * progress), still + 1), -1)
        case "zoom" | "zoom out":
            zoom = 1 + 0.2 * (progress if move == "zoom" else 1 - progress)
            return torch.stack((still, FOCUS_Y * (1 - zoom), zoom), -1)
        case "handheld":
            sway = lambda hz, phase: torch.sin(math.tau * (hz * seconds + phase))
            x, y = 0.022 * sway(0.9, 0.1) + 0.010 * sway(2.3, 0.4), 0.016 * sway(1.2, 0.3) + 0.009 * sway(2.9, 0.2)
            return torch.stack((x, y, still + 1.04), -1)
        case "follow":
            return torch.stack((smoothed(planned[:, 0]), still, still + 1), -1)
        case _:
            return torch.stack((still, still, still + 1), -1)


def smoothed(values: Tensor) -> Tensor:
    """[F], blurred over SMOOTH frames; the ends go on as they are."""
    reach = math.ceil(3 * SMOOTH)
    offsets = torch.arange(-reach, reach + 1)
    weights = torch.exp(-0.5 * (offsets / SMOOTH) ** 2)
    padded = F.pad(values[None, None], (reach, reach), mode="replicate")
    return F.conv1d(padded, (weights / weights.sum())[None, None])[0, 0]
