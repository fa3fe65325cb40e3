"""Image registration: the camera path measured from pixels, and the background behind the subjects."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
import torch.nn.functional as F

from kinora_starter.config import SUBJECTS

from .clip import Clip

COARSE = 2  # alignment looks at means of 2 x 2 pixels
ROUNDS = 12
ROBUST = 1.5  # differences beyond this, in spreads of the picture's detail, hardly count: that is a subject, not the place
DETAIL = 9  # pixels of the coarse picture; what is smoother is light or the dark corners of a lens, which do not move
AROUND = 1.3  # radii around a subject, and down to its shadow, in which the place is not looked for
LEAST_FREE = 0.3  # of the picture that has to be left for that; people seen from near fill it


@dataclass
class Stage:
    """A stabilised clip: every frame warped to the view of the middle one."""

    clip: Clip
    middle: int
    moves: np.ndarray  # [F,3] (a, bx, by): screen_t = a * screen_middle + b, measured

    @cached_property
    def frames(self) -> np.ndarray:
        """The stabilised frames f32 [F,3,H,W] in 0..1."""
        video = torch.from_numpy(self.clip.frames).permute(0, 3, 1, 2).float() / 255
        if np.abs(self.moves - [1, 0, 0]).max() < 2e-3:
            return video.numpy()
        return warp(video, torch.from_numpy(self.moves).float()).numpy()

    @cached_property
    def inside(self) -> np.ndarray:
        """The pixels of the stabilised frames that were inside the original ones [F,H,W]."""
        ones = torch.ones(len(self.clip.frames), 1, *self.clip.frames.shape[1:3])
        return warp(ones, torch.from_numpy(self.moves).float())[:, 0].numpy() > 0.99

    @cached_property
    def place(self) -> np.ndarray:
        """The median over time [3,H,W]: the background without moving subjects."""
        return np.median(self.frames, 0)

    @cached_property
    def difference(self) -> np.ndarray:
        """The difference from the background [F,H,W], 0..1: the maximum over the channels."""
        return np.abs(self.frames - self.place).max(1) * self.inside

    def held(self, xy: np.ndarray, frame: np.ndarray) -> np.ndarray:
        """Converts screen units xy [n,2] of frames [n] to those of the stabilised view."""
        a, b = self.moves[frame, :1], self.moves[frame, 1:]
        return (xy - b) / a

    @cached_property
    def camera(self) -> np.ndarray:
        """The measured pan_x, pan_y, zoom per frame [F,3], relative to the planned ones of the middle frame."""
        start = self.clip.camera[self.middle]
        zoom = self.moves[:, :1] * start[2]
        return np.concatenate((self.moves[:, :1] * start[:2] + self.moves[:, 1:], zoom), 1)


def still(clip: Clip) -> Stage:
    """Measures the camera of a clip from its pixels, outside the planned subjects and everywhere, and keeps the stabler result."""
    pictures = Details(clip)
    moves = min((pictures.aligned(pictures.free), pictures.aligned(torch.ones_like(pictures.free))), key=pictures.restlessness)
    return Stage(clip, pictures.middle, moves.numpy())


class Details:
    """The high frequencies of a clip at half size, and the pixels that count for registration."""

    def __init__(self, clip: Clip):
        grey = torch.from_numpy(clip.frames).float().mean(-1)[:, None] / 255
        grey = F.avg_pool2d(F.avg_pool2d(grey, 3, 1, 1, count_include_pad=False), COARSE)
        lit = 1 - F.max_pool2d((grey.amax(0, keepdim=True) < 0.02).float(), 5, 1, 2)  # not the black bars, nor their edges
        self.pictures, self.lit = detail(grey, lit), lit[0, 0] > 0  # [F,1,h,w], [h,w]
        self.free = free_of_subjects(clip, *grey.shape[-2:])  # [F,h,w]
        self.middle = len(grey) // 2

    def aligned(self, free: torch.Tensor) -> torch.Tensor:
        """Returns the moves [F,3] from the middle frame to each frame, estimated where both are free [F,h,w]."""
        moves = torch.tensor([1.0, 0.0, 0.0]).repeat(len(self.pictures), 1)
        middle = self.pictures[self.middle, 0]
        for order in (range(self.middle + 1, len(moves)), range(self.middle - 1, -1, -1)):
            move = moves[self.middle]
            for t in order:
                move = align(middle, self.pictures[t, 0], self.lit & free[self.middle], move, free[t])
                moves[t] = move
        return moves

    def restlessness(self, moves: torch.Tensor) -> float:
        """Returns the mean robust difference from the middle frame after stabilisation by moves [F,3]."""
        held = warp(torch.cat((self.pictures, self.free[:, None].float(), torch.ones_like(self.pictures)), 1), moves)
        weight = (held[:, 2] > 0.99) & (held[:, 1] > 0.5) & self.free[self.middle] & self.lit
        error = (held[:, 0] - self.pictures[self.middle, 0]) ** 2
        return float((weight * error / (1 + error / ROBUST**2)).sum() / weight.sum().clamp(min=1))


def free_of_subjects(clip: Clip, height: int, width: int) -> torch.Tensor:
    """Returns the pixels [F,h,w] without a planned subject or its shadow; all pixels where too few are left."""
    grid = pixel_grid(height, width)
    taken = torch.zeros(len(clip.frames), height, width, dtype=torch.bool)
    for s in range(SUBJECTS):
        if clip.has(s):
            x, y, r = (torch.from_numpy(column)[:, None, None] for column in clip.subject(s)[:, :3].T.copy())
            beside = (grid[..., 0] - x).abs() < AROUND * r
            above_shadow = (grid[..., 1] > y) & (grid[..., 1] < torch.maximum(y, torch.tensor(clip.laws.ground_y)) + 0.15)
            taken |= (torch.hypot(grid[..., 0] - x, grid[..., 1] - y) < AROUND * r) | (beside & above_shadow)
    enough = (~taken).float().mean((1, 2)) > LEAST_FREE
    return ~taken | ~enough[:, None, None]


def detail(grey: torch.Tensor, lit: torch.Tensor) -> torch.Tensor:
    """Returns high-pass images [F,1,h,w] with unit spread; 0 where not lit."""
    blur = lambda x: F.avg_pool2d(x, DETAIL, 1, DETAIL // 2, count_include_pad=False)
    fine = (grey - blur(grey * lit) / blur(lit).clamp(min=0.05)) * lit
    return fine / (fine.std() + 1e-3)


def align(still: torch.Tensor, moving: torch.Tensor, lit: torch.Tensor, start: torch.Tensor, free: torch.Tensor) -> torch.Tensor:
    """Estimates (a, bx, by) with moving(a x + b) = still(x) by robust Gauss-Newton from `start`; images [h,w].

    Judged where `still` is lit and `moving` is free.
    """
    height, width = still.shape
    aspect = width / height
    grid = pixel_grid(height, width)
    move = start.clone()
    for _ in range(ROUNDS):
        at = grid * move[0] + move[1:]
        image = torch.stack((moving, *gradients(moving), free.float()))[None]
        sampled = F.grid_sample(image, (at / torch.tensor([aspect, 1.0]))[None], align_corners=False)[0]
        inside = (at[..., 0].abs() < aspect - 0.03) & (at[..., 1].abs() < 0.97) & lit & (sampled[3] > 0.5)
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
    """Returns d/dx and d/dy per screen unit."""
    scale = image.shape[0] / 2
    padded = F.pad(image[None, None], (1, 1, 1, 1), mode="replicate")[0, 0]
    return (padded[1:-1, 2:] - padded[1:-1, :-2]) * scale / 2, (padded[2:, 1:-1] - padded[:-2, 1:-1]) * scale / 2


def pixel_grid(height: int, width: int) -> torch.Tensor:
    """Returns the pixel centres [H,W,2] in screen units."""
    y = (torch.arange(height) + 0.5) * 2 / height - 1
    x = ((torch.arange(width) + 0.5) * 2 / width - 1) * width / height
    return torch.stack(torch.meshgrid(x, y, indexing="xy"), -1)


def warp(video: torch.Tensor, moves: torch.Tensor) -> torch.Tensor:
    """Warps a video [F,c,H,W] to the camera of the middle frame; outside is black."""
    height, width = video.shape[-2:]
    at = pixel_grid(height, width) * moves[:, None, None, :1] + moves[:, None, None, 1:]
    return F.grid_sample(video, at / torch.tensor([width / height, 1.0]), align_corners=False)
