"""Tracks subjects by colour against the background, from the planned start."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from kinora_starter.config import SUBJECTS

from .background import Stage, pixel_grid

BINS = 12
FOUND = 0.35  # share of the subject's usual mass that must be there
NOTICED = (0.05, 0.13)  # differences from the place: below is noise, above is something
REACH = 1.15  # of the radius, in which mass is counted
LEAP = 0.45  # screen units that something can be off its prediction


@dataclass
class Way:
    """The track of one subject in the stabilised view, in screen units [F,2]; NaN where it is lost."""

    xy: np.ndarray
    radius: float
    start: int

    @property
    def found(self) -> np.ndarray:
        return np.isfinite(self.xy[:, 0])


def world_xy(stage: Stage, way: Way) -> np.ndarray:
    """Returns the track in world units [F,2], x right, y down from the centre of a camera at rest."""
    pan_x, pan_y, zoom = stage.clip.camera[stage.middle]
    return (way.xy - [pan_x, pan_y]) / zoom


def follow(stage: Stage, subject: int) -> Way | None:
    """Tracks a subject; None if the plan never shows it whole."""
    clip, frames = stage.clip, len(stage.clip.frames)
    plan = clip.subject(subject)
    aspect = clip.frames.shape[2] / clip.frames.shape[1]
    whole = (plan[:, 5] > 0) & (np.abs(plan[:, 0]) + 0.5 * plan[:, 2] < aspect) & (np.abs(plan[:, 1]) < 1)
    if not whole.any():
        return None
    start = int(np.argmax(whole))
    first, radius = disc(stage, subject, start)
    others = [disc(stage, other, start) for other in range(SUBJECTS) if other != subject and clip.has(other)]
    mass = subject_mass(stage, start, first, radius, others)
    xy = np.full((frames, 2), np.nan)
    xy[start], usual = centroid(mass[start], first, radius)
    for order in (range(start + 1, frames), range(start - 1, -1, -1)):
        before = [xy[start], xy[start]]
        for t in order:
            guess = before[-1] + (before[-1] - before[-2])
            at, found = look(mass[t], guess, radius)
            if found > FOUND * usual:
                xy[t] = at
                before.append(at)
            else:
                before = [before[-1], before[-1]]
    return Way(xy, radius, start)


def disc(stage: Stage, subject: int, at: int) -> tuple[np.ndarray, float]:
    """Returns the planned centre and radius of a subject in a frame of the stabilised view."""
    plan = stage.clip.subject(subject)[at]
    return stage.held(plan[None, :2], np.array([at]))[0], float(plan[2] / stage.moves[at, 0])


def subject_mass(stage: Stage, start: int, centre: np.ndarray, radius: float, others: list[tuple[np.ndarray, float]]) -> torch.Tensor:
    """Returns the likelihood of the subject per pixel [F,H,W] from its initial colours, those of the others and the background."""
    height, width = stage.difference.shape[1:]
    grid = pixel_grid(height, width).numpy()
    from_middle = lambda middle: np.hypot(grid[..., 0] - middle[0], grid[..., 1] - middle[1])
    distance = from_middle(centre)
    low, high = NOTICED
    moved = np.clip((stage.difference - low) / (high - low), 0, 1)
    colours = (stage.frames * (BINS - 1e-3)).astype(np.int64)
    index = (colours[:, 0] * BINS + colours[:, 1]) * BINS + colours[:, 2]
    inside = distance < 0.85 * radius
    at_start = moved[start] if (moved[start] * inside).sum() > 0.3 * inside.sum() else np.ones_like(moved[start])
    own = histogram(index[start][inside], at_start[inside])
    place = (stage.place * (BINS - 1e-3)).astype(np.int64)
    place = (place[0] * BINS + place[1]) * BINS + place[2]
    outside = distance > 1.3 * radius
    other = histogram(place[outside], np.ones(outside.sum()))
    for middle, reach in others:
        theirs = (from_middle(middle) < 0.85 * reach) & (distance > radius)
        other = other + histogram(index[start][theirs], moved[start][theirs])
    likely = own / (own + other + 1e-4)
    return torch.from_numpy(likely[index] * moved).float()


def histogram(index: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Returns the colour histogram [BINS^3], blurred by one bin."""
    counts = np.bincount(index, weight, BINS**3).reshape(1, 1, BINS, BINS, BINS)
    kernel = torch.tensor([0.25, 0.5, 0.25])
    kernel = kernel[:, None, None] * kernel[:, None] * kernel
    blurred = F.conv3d(torch.from_numpy(counts).float(), kernel[None, None], padding=1).numpy().ravel()
    return blurred / max(blurred.sum(), 1e-6)


def look(mass: torch.Tensor, guess: np.ndarray, radius: float) -> tuple[np.ndarray, float]:
    """Returns the position of the largest mass near a guess, and the mass."""
    height, width = mass.shape
    side = max(3, int(radius * height / 2) | 1)
    heavy = F.avg_pool2d(mass[None, None], side, 1, side // 2)[0, 0]
    grid = pixel_grid(height, width)
    far = ((grid - torch.from_numpy(guess).float()) ** 2).sum(-1)
    best = int((heavy * torch.exp(-far / (2 * LEAP**2))).argmax())
    return centroid(mass, grid.view(-1, 2)[best].numpy(), radius)


def centroid(mass: torch.Tensor, at: np.ndarray, radius: float) -> tuple[np.ndarray, float]:
    """Runs mean shift to the centre of the mass within reach, with a soft edge."""
    grid = pixel_grid(*mass.shape)
    pixel = 2 / mass.shape[0]
    at = torch.as_tensor(at).float()
    for _ in range(8):
        distance = (grid - at).norm(dim=-1)
        weight = mass * ((REACH * radius - distance) / pixel + 0.5).clamp(0, 1)
        total = weight.sum()
        if total < 1e-3:
            return np.full(2, np.nan), 0.0
        new = (weight[..., None] * grid).sum((0, 1)) / total
        if (new - at).abs().max() < 0.02 * pixel:
            at = new
            break
        at = new
    return at.double().numpy(), float(total)
