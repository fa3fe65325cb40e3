"""The stage: the view in which the place of a clip stands still while its camera moves, and what the lens does to a frame.

A view (pan x, pan y, zoom) shows a point of the world at world * zoom + pan. Screen units: half the image height is 1.
Twins: `CameraState::around` in the contract crate, `crates/model/src/place.rs` and `crates/model/src/lens.rs`.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from config import SUBJECT_DIM, SUBJECTS

BARS = 0.86  # rows further from the middle are black in the cinematic style


def cameras_of(plan: Tensor) -> Tensor:
    """plan [...,T,116] -> the view of every sub-frame [...,T,4,3]."""
    at = SUBJECTS * SUBJECT_DIM
    camera = plan.unflatten(-1, (4, -1))[..., at : at + 3]
    return camera + torch.tensor([0, 0, 1.0])


def stage_of(plan: Tensor, aspect: float) -> Tensor:
    """plan [...,T,116] of a whole clip -> the smallest view [...,3] of a frame of this aspect that shows all that its camera shows."""
    edges = torch.tensor([aspect, 1.0])
    views = cameras_of(plan).flatten(-3, -2)
    pan, zoom = views[..., :2], views[..., 2:]
    low, high = ((-edges - pan) / zoom).amin(-2), ((edges - pan) / zoom).amax(-2)
    half = ((high - low) / 2 / edges).amax(-1, keepdim=True)
    return torch.cat((-(low + high) / 2 / half, 1 / half), -1)


def to_world(points: Tensor, view: Tensor) -> Tensor:
    """The points of the world [...,2] that a view [...,3] shows at points of the screen."""
    return (points - view[..., :2]) / view[..., 2:]


def seen(place: Tensor, plan: Tensor, stage: Tensor) -> Tensor:
    """The place [F,c,H,W] in its stage [3] as the camera of the plan [T,116] sees it, frame by frame; edges go on for ever."""
    count, _, height, width = place.shape
    views = cameras_of(plan).flatten(0, 1)[3:]
    edges = torch.tensor([width / height, 1.0])
    scale = stage[2] / views[:, 2]
    shift = (stage[:2] - views[:, :2] * scale[:, None]) / edges
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0], theta[:, 1, 1], theta[:, :, 2] = scale, scale, shift
    grid = F.affine_grid(theta, [count, 1, height, width], align_corners=False)
    return F.grid_sample(place, grid, padding_mode="border", align_corners=False)


def light(style: str, size: tuple[int, int]) -> Tensor:
    """How much light reaches the film [H,W] of 1 in frames of (height, width) pixels; twin of crates/world/src/render/finish.rs."""
    height, width = size
    y = ((torch.arange(height) + 0.5 - height / 2) * 2 / height)[:, None].expand(size)
    x = ((torch.arange(width) + 0.5 - width / 2) / (width / 2))[None].expand(size)
    distance = x * x + y * y
    match style:
        case "cinematic":
            return torch.where(y.abs() > BARS, 0, 1 - 0.48 * smoothstep(0.35, 1.7, distance))
        case "realistic":
            return 1 - 0.10 * smoothstep(0.6, 2.0, distance)
        case _:
            return torch.ones(size)


def smoothstep(low: float, high: float, value: Tensor) -> Tensor:
    t = ((value - low) / (high - low)).clamp(0, 1)
    return t * t * (3 - 2 * t)


def through_lens(frames: Tensor, style: str) -> Tensor:
    """Frames [F,3,H,W] in -1..1, darkened as the style's lens does."""
    return (frames + 1) * light(style, frames.shape[-2:]) - 1
