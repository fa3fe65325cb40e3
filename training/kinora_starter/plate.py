"""The background plate: the view in which the background stands still while the camera moves.

A view (pan x, pan y, zoom) shows the point p of the world at p * zoom + pan. Screen units: half the image height is 1.
"""

import torch
from torch import Tensor

from .config import SUBFRAMES, SUBJECT_DIM, SUBJECTS


def cameras_of(plan: Tensor) -> Tensor:
    """Returns the view [...,T,4,3] of every sub-frame of a plan [...,T,PLAN_DIM]."""
    at = SUBJECTS * SUBJECT_DIM
    camera = plan.unflatten(-1, (SUBFRAMES, -1))[..., at : at + 3]
    return camera + torch.tensor([0, 0, 1.0])


def plate_of(plan: Tensor, aspect: float) -> Tensor:
    """Returns the smallest view [...,3] of this aspect that covers all views of a whole clip's plan [...,T,PLAN_DIM]."""
    edges = torch.tensor([aspect, 1.0])
    views = cameras_of(plan).flatten(-3, -2)
    pan, zoom = views[..., :2], views[..., 2:]
    low, high = ((-edges - pan) / zoom).amin(-2), ((edges - pan) / zoom).amax(-2)
    half = ((high - low) / 2 / edges).amax(-1, keepdim=True)
    return torch.cat((-(low + high) / 2 / half, 1 / half), -1)


def to_world(points: Tensor, view: Tensor) -> Tensor:
    """Maps screen points [...,2] of views [...,3] to world points [...,2]."""
    return (points - view[..., :2]) / view[..., 2:]
