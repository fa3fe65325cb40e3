"""What stays: the camera's way, measured from the picture, and the place behind everything that moves."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
import torch.nn.functional as F

from .clip import Clip

COARSE = 2  # alignment looks at means of 2 x 2 pixels
ROUNDS = 12
ROBUST = 1.5  # differences beyond this, in spreads of the picture's detail, hardly count: that is a subject, not the place
DETAIL = 9  # pixels of the coarse picture; what is smoother is light or the dark corners of a lens, which do not move


@dataclass
class Stage:
    """A clip held still: every frame warped to the view of the middle one."""

    clip: Clip
    middle: int
    moves: np.ndarray  # [F,3] (a, bx, by): screen_t = a * screen_middle + b, measured

    @cached_property
    def frames(self) -> np.ndarray:
        """f32 [F,3,H,W] in 0..1."""
        video = torch.from_numpy(self.clip.frames).permute(0, 3, 1, 2).float() / 255
        if np.abs(self.moves - [1, 0, 0]).max() < 2e-3:
            return video.numpy()
        return warp(video, torch.from_numpy(self.moves).float()).numpy()

    @cached_property
    def inside(self) -> np.ndarray:
        """Which pixels of the held frames were in the picture [F,H,W]."""
        ones = torch.ones(len(self.clip.frames), 1, *self.clip.frames.shape[1:3])
        return warp(ones, torch.from_numpy(self.moves).float())[:, 0].numpy() > 0.99

    @cached_property
    def place(self) -> np.ndarray:
        """The median over time [3,H,W]: the place without what moves through it."""
        return np.median(self.frames, 0)

    @cached_property
    def difference(self) -> np.ndarray:
        """How much each pixel differs from the place, 0..1 [F,H,W]: the greatest of the three channels."""
        return np.abs(self.frames - self.place).max(1) * self.inside

    def held(self, xy: np.ndarray, frame: np.ndarray) -> np.ndarray:
        """Screen units of frames -> screen units of the held view; xy [n,2], frame [n]."""
        a, b = self.moves[frame, :1], self.moves[frame, 1:]
        return (xy - b) / a

    @cached_property
    def camera(self) -> np.ndarray:
        """pan_x, pan_y, zoom per frame [F,3], with those of the middle frame taken from the plan."""
        start = self.clip.camera[self.middle]
        zoom = self.moves[:, :1] * start[2]
        return np.concatenate((self.moves[:, :1] * start[:2] + self.moves[:, 1:], zoom), 1)


def still(clip: Clip) -> Stage:
    """Measures the camera of a clip from its pixels alone."""
    grey = torch.from_numpy(clip.frames).float().mean(-1)[:, None] / 255
    grey = F.avg_pool2d(F.avg_pool2d(grey, 3, 1, 1, count_include_pad=False), COARSE)
    lit = 1 - F.max_pool2d((grey.amax(0, keepdim=True) < 0.02).float(), 5, 1, 2)  # not the black bars, nor their edges
    grey = detail(grey, lit)
    middle = len(clip.frames) // 2
    moves = torch.tensor([1.0, 0.0, 0.0]).repeat(len(grey), 1)
    for order in (range(middle + 1, len(grey)), range(middle - 1, -1, -1)):
        move = moves[middle]
        for t in order:
            move = align(grey[middle, 0], grey[t, 0], lit[0, 0] > 0, move)
            moves[t] = move
    return Stage(clip, middle, moves.numpy())


def detail(grey: torch.Tensor, lit: torch.Tensor) -> torch.Tensor:
    """The pictures [F,1,h,w] without what is smooth, in units of their own spread; 0 where not lit."""
    blur = lambda x: F.avg_pool2d(x, DETAIL, 1, DETAIL // 2, count_include_pad=False)
    fine = (grey - blur(grey * lit) / blur(lit).clamp(min=0.05)) * lit
    return fine / (fine.std() + 1e-3)


def align(still: torch.Tensor, moving: torch.Tensor, lit: torch.Tensor, start: torch.Tensor) -> torch.Tensor:
    """The (a, bx, by) with moving(a x + b) = still(x), by robust Gauss-Newton from `start`; images [h,w], judged where lit."""
    height, width = still.shape
    aspect = width / height
    grid = pixel_grid(height, width)
    move = start.clone()
    for _ in range(ROUNDS):
        at = grid * move[0] + move[1:]
        image = torch.stack((moving, *gradients(moving)))[None]
        sampled = F.grid_sample(image, (at / torch.tensor([aspect, 1.0]))[None], align_corners=False)[0]
        inside = (at[..., 0].abs() < aspect - 0.03) & (at[..., 1].abs() < 0.97) & lit
        error = sampled[0] - still
        weight = inside / (1 + (error / ROBUST) ** 2) ** 2
        jacobian = torch.stack((sampled[1] * grid[..., 0] + sampled[2] * grid[..., 1], sampled[1], sampled[2]), -1)
        j, w = jacobian.reshape(-1, 3), weight.reshape(-1, 1)
        normal = j.T @ (j * w) + 1e-3 * torch.eye(3)
        step = torch.linalg.solve(normal, j.T @ (w * error.reshape(-1, 1))).squeeze(1)
        move = move - step.clamp(-0.05, 0.05)
        if step.abs().max() < 1e-4:
            break
    return move


def gradients(image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """d/dx and d/dy per screen unit."""
    scale = image.shape[0] / 2
    padded = F.pad(image[None, None], (1, 1, 1, 1), mode="replicate")[0, 0]
    return (padded[1:-1, 2:] - padded[1:-1, :-2]) * scale / 2, (padded[2:, 1:-1] - padded[:-2, 1:-1]) * scale / 2


def pixel_grid(height: int, width: int) -> torch.Tensor:
    """Screen units of pixel centres [H,W,2]."""
    y = (torch.arange(height) + 0.5) * 2 / height - 1
    x = ((torch.arange(width) + 0.5) * 2 / width - 1) * width / height
    return torch.stack(torch.meshgrid(x, y, indexing="xy"), -1)


def warp(video: torch.Tensor, moves: torch.Tensor) -> torch.Tensor:
    """video [F,c,H,W] as the middle frame's camera would see it; outside is black."""
    height, width = video.shape[-2:]
    at = pixel_grid(height, width) * moves[:, None, None, :1] + moves[:, None, None, 1:]
    return F.grid_sample(video, at / torch.tensor([width / height, 1.0]), align_corners=False)
