"""Flips: the rotation of a character by frame-to-frame registration, and its landing."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .background import Stage

SIDE = 48  # pixels of the crops that are compared
REACH = 1.15  # half a crop, in radii of the subject
DIRECTIONS = 120  # of the rings on which pictures are compared: 3 degrees each
RINGS = np.linspace(0.2, 1.0, 14)
MOST_DEGREES = 75  # that a character turns from one frame to the next; at twelve a second flips turn by 55
NOTICED = (0.05, 0.15)  # differences from the place: below is noise, above is something
TURNING = 3  # degrees per frame from which on the plan turns over
TOLERANCE = 45  # degrees that a flip may lack or have too much, and that a landing may lean
BESIDE = 2  # frames before and after the planned flip in which it may begin and end


def turns_over(stage: Stage) -> bool | None:
    """Returns whether subject 1 turns as far and in the same direction as the plan; None if the plan has no flip."""
    planned = planned_angles(stage)
    span = flip_frames(planned)
    if span is None:
        return None
    first, last = span
    turned = turns(rings(stage))[max(0, first - BESIDE) : last + BESIDE].sum()
    return bool(abs(turned - (planned[last] - planned[first])) < TOLERANCE)


def lands(stage: Stage) -> bool | None:
    """Returns whether subject 1 stands after the flip as before it; None if the plan has no flip, or none that ends."""
    span = flip_frames(planned_angles(stage))
    if span is None or span[0] < 2 or span[1] > len(stage.clip.frames) - 3:
        return None
    polar = rings(stage)
    score = agreement(polar[: span[0]].mean(0), polar[span[1] + 1 :].mean(0))
    upright = np.abs(degrees_of(np.arange(DIRECTIONS))) < TOLERANCE
    there = polar[span[1] + 1 :, 3:].mean() > 0.3 * polar[: span[0], 3:].mean()
    return bool(there and score[upright].max() > score[~upright].max())


def planned_angles(stage: Stage) -> np.ndarray:
    """Returns the planned rotation of subject 1 per frame, in degrees."""
    subject = stage.clip.subject(0)
    return np.degrees(np.unwrap(np.arctan2(subject[:, 4], subject[:, 3])))


def flip_frames(planned: np.ndarray) -> tuple[int, int] | None:
    """Returns the first and the last frame of the planned flips; None for less than half a turn."""
    turning = np.flatnonzero(np.abs(np.diff(planned)) > TURNING)
    if len(turning) == 0 or abs(planned[turning[-1] + 1] - planned[turning[0]]) < 180:
        return None
    return int(turning[0]), int(turning[-1]) + 1


def rings(stage: Stage) -> Tensor:
    """Returns subject 1 in polar coordinates around its centre of mass [F,4,14,120]: colour and presence, without the background."""
    subject = stage.clip.subject(0)
    frames = len(subject)
    centre = stage.held(subject[:, :2].astype(float), np.arange(frames))
    radius = REACH * max(float(np.median(subject[:, 2] / stage.moves[:, 0])), 0.05)
    low, high = NOTICED
    there = torch.from_numpy(np.clip((stage.difference - low) / (high - low), 0, 1)).float()[:, None]
    pictures = torch.cat((torch.from_numpy(stage.frames).float() * there, there), 1)
    cut = cut_around(pictures, centre, radius)
    mass, at = cut[:, 3], (torch.arange(SIDE) + 0.5) * 2 / SIDE - 1
    total = mass.sum((1, 2)).clamp(min=1)
    off = torch.stack(((mass * at).sum((1, 2)) / total, (mass * at[:, None]).sum((1, 2)) / total), 1)
    return unrolled(cut_around(pictures, centre + off.numpy() * radius, radius))


def cut_around(pictures: Tensor, centre: np.ndarray, radius: float) -> Tensor:
    """Cuts squares [F,c,48,48] of half a side `radius` around centre [F,2] (screen units) out of images [F,c,H,W]."""
    aspect = pictures.shape[-1] / pictures.shape[-2]
    theta = torch.zeros(len(pictures), 2, 3)
    theta[:, 0, 0], theta[:, 1, 1] = radius / aspect, radius
    theta[:, :, 2] = torch.from_numpy(centre / [aspect, 1]).float()
    grid = F.affine_grid(theta, (len(pictures), 1, SIDE, SIDE), align_corners=False)
    return F.grid_sample(pictures, grid, align_corners=False)


def unrolled(cut: Tensor) -> Tensor:
    """Converts squares [F,c,48,48] to polar coordinates [F,c,14,120]; presence counts twice as much as colour."""
    angle = np.arange(DIRECTIONS) * 2 * np.pi / DIRECTIONS
    at = np.stack((RINGS[:, None] * np.sin(angle), -RINGS[:, None] * np.cos(angle)), -1)
    grid = torch.from_numpy(at).float()[None].expand(len(cut), -1, -1, -1)
    polar = F.grid_sample(cut, grid, align_corners=False)
    return polar * torch.tensor([1, 1, 1, 0.5])[:, None, None]


def agreement(a: Tensor, b: Tensor) -> np.ndarray:
    """Returns the correlation of b with a at every rotation [120]; polar images [c,14,120]."""
    spectrum = torch.fft.rfft(a).conj() * torch.fft.rfft(b) * torch.from_numpy(RINGS).float()[:, None]
    return torch.fft.irfft(spectrum.sum((0, 1)), DIRECTIONS).numpy()


def degrees_of(direction: np.ndarray) -> np.ndarray:
    """Converts directions 0..119 to degrees from -180 to 180."""
    return (direction * 360 / DIRECTIONS + 180) % 360 - 180


def turns(polar: Tensor) -> np.ndarray:
    """Returns the rotation from each frame to the next [F-1] in degrees, clockwise on the screen, refined by a parabola."""
    near = np.abs(degrees_of(np.arange(DIRECTIONS))) <= MOST_DEGREES
    out = []
    for a, b in zip(polar, polar[1:]):
        score = agreement(a, b)
        best = int(np.where(near, score, -np.inf).argmax())
        before, top, after = score[best - 1], score[best], score[(best + 1) % DIRECTIONS]
        bend = before - 2 * top + after
        finer = 0.5 * (before - after) / bend if bend < -1e-9 else 0.0
        out.append(degrees_of(best) + np.clip(finer, -1, 1) * 360 / DIRECTIONS)
    return np.array(out)
