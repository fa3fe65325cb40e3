"""Crops of subjects in their canonical frames, at the planned position, rotation and size."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from kinora_starter.config import SUBJECTS

from .clip import Clip

SIZE = 48
REACH = 1.3  # half a crop, in radii of the subject
TIMES = 9  # crops per subject: the frames 0, 4, ..., 32 of a usual clip


def crop_frames(frames: int) -> np.ndarray:
    """Returns the frames from which crops are taken."""
    return np.linspace(0, frames - 1, TIMES).round().astype(int)


def crops_of(
    clip: Clip, near: np.ndarray, at: np.ndarray | None = None, shake: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Returns crops u8 [3,9,48,48,3] of the frames near [9,H,W,3], and whether the subject is in the frame [3,9].

    at [9] says which frames these are, the usual ones if it is not given;
    shake [3,9,4] moves (in radii), scales (log) and turns (radians) each crop; None is no shake.
    """
    at = crop_frames(len(clip.states)) if at is None else at
    places = np.stack([clip.subject(s)[at] for s in range(SUBJECTS)])
    shown = (places[..., 5] > 0) & (places[..., 2] > 0.02)
    shown &= np.array([[clip.has(s)] for s in range(SUBJECTS)])
    x, y, r, angle = places[..., 0], places[..., 1], places[..., 2], np.arctan2(places[..., 4], places[..., 3])
    if shake is not None:
        x, y = x + shake[..., 0] * r, y + shake[..., 1] * r
        r, angle = r * np.exp(shake[..., 2]), angle + shake[..., 3]
    where = np.stack((x, y, np.maximum(r, 0.05), angle), -1)
    crops = np.zeros((SUBJECTS, TIMES, SIZE, SIZE, 3), np.uint8)
    for s in range(SUBJECTS):
        if shown[s].any():
            crops[s, shown[s]] = cut(near[shown[s]], where[s, shown[s]])
    return crops, shown


def cut(frames: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Cuts u8 [n,48,48,3] out of frames u8 [n,H,W,3] at [n,4] (x, y, r, angle); outside the frame is black."""
    aspect = frames.shape[2] / frames.shape[1]
    x, y, r, angle = (torch.from_numpy(np.ascontiguousarray(where[:, i])).float() for i in range(4))
    cos, sin, reach = torch.cos(angle), torch.sin(angle), r * REACH
    theta = torch.stack(
        (
            torch.stack((reach * cos / aspect, -reach * sin / aspect, x / aspect), -1),
            torch.stack((reach * sin, reach * cos, y), -1),
        ),
        1,
    )
    grid = F.affine_grid(theta, (len(frames), 3, SIZE, SIZE), align_corners=False)
    source = torch.from_numpy(frames).permute(0, 3, 1, 2).float()
    out = F.grid_sample(source, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    return out.round().to(torch.uint8).permute(0, 2, 3, 1).numpy()


def to_input(pixels: np.ndarray | Tensor) -> Tensor:
    """Converts u8 [...,H,W,3] to f32 [...,3,H,W] in -1..1."""
    return torch.as_tensor(pixels).movedim(-1, -3).float() / 127.5 - 1
