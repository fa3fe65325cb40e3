"""Face networks: landmarks, mouth opening and identity."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from . import weight_files
from .reader import Residual, Spread, conv

FINDER_SIDE, FACE_SIDE, MOUTH_SIDE = 64, 64, 32  # pixels
FACE_REACH, MOUTH_REACH = 1.6, 0.75  # half a side of a crop, in distances from the eyes to the mouth
EMBEDDING = 128


class Finder(nn.Module):
    """Finds left eye, right eye and mouth in screen units [n,3,2] on frames [n,3,64,64] in -1..1: the means of three heat maps."""

    def __init__(self, w: int = 16):
        super().__init__()
        self.body = nn.Sequential(
            conv(3, w, 2), conv(w, 2 * w, 2), Residual(2 * w), Residual(2 * w), Residual(2 * w), nn.Conv2d(2 * w, 3, 1)
        )
        side = FINDER_SIDE // 4
        self.register_buffer("at", (torch.arange(side) + 0.5) * 2 / side - 1, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        where = self.body(x).float().flatten(2).softmax(-1).unflatten(-1, (len(self.at), len(self.at)))
        return torch.stack(((where.sum(2) * self.at).sum(-1), (where.sum(3) * self.at).sum(-1)), -1)


class MouthReader(nn.Module):
    """Estimates the mouth opening [n], about 0..1, from crops [n,3,32,32] in -1..1."""

    def __init__(self, w: int = 16):
        super().__init__()
        self.body = nn.Sequential(conv(3, w, 2), conv(w, 2 * w, 2), conv(2 * w, 2 * w), Spread(2 * w, 8))
        self.opening = nn.Linear(2 * w, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.opening(self.body(x)).float().squeeze(1)


class Recogniser(nn.Module):
    """Embeds upright faces [n,3,64,64] in -1..1 to features [n,128]; the cosine is the similarity of two people."""

    def __init__(self, w: int = 32):
        super().__init__()
        self.body = nn.Sequential(
            conv(3, w, 2), conv(w, w), conv(w, 2 * w, 2), Residual(2 * w), conv(2 * w, 3 * w, 2), conv(3 * w, 4 * w, 2), Spread(4 * w, 4)
        )
        self.embed = nn.Linear(4 * w, EMBEDDING)

    def forward(self, x: Tensor) -> Tensor:
        return self.embed(self.body(x).float())


class Faces(nn.Module):
    def __init__(self):
        super().__init__()
        self.finder, self.mouth, self.who = Finder(), MouthReader(), Recogniser()

    @torch.no_grad()
    def find(self, frames: np.ndarray) -> np.ndarray:
        """Finds left eye, right eye and mouth [n,3,2] in screen units on frames u8 [n,H,W,3]."""
        return self.finder(for_finder(frames)).numpy()

    @torch.no_grad()
    def openings(self, frames: np.ndarray) -> np.ndarray:
        """Estimates the mouth opening in each frame [n]."""
        places = steadied(self.find(frames))
        return self.mouth(cut_faces(frames, mouths_of(places), MOUTH_SIDE)).numpy()

    @torch.no_grad()
    def embedding(self, frames: np.ndarray) -> np.ndarray:
        """Embeds the face of the frames to a unit vector [128], averaged with its mirror image."""
        crops = cut_faces(frames, faces_of(self.find(frames)), FACE_SIDE)
        both = torch.cat((crops, crops.flip(-1))).contiguous(memory_format=torch.channels_last)
        return F.normalize(F.normalize(self.who(both), dim=1).mean(0), dim=0).numpy()


def for_finder(frames: np.ndarray) -> Tensor:
    """Converts u8 [n,H,W,3] to f32 [n,3,64,64] in -1..1."""
    video = torch.from_numpy(frames).movedim(-1, 1).float() / 127.5 - 1
    return F.interpolate(video, (FINDER_SIDE, FINDER_SIDE), mode="area").contiguous(memory_format=torch.channels_last)


def frame_of(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the middle between the eyes [n,2] and the vector from there to the mouth [n,2] of landmarks [n,3,2]."""
    eyes = points[:, :2].mean(1)
    return eyes, points[:, 2] - eyes


def faces_of(points: np.ndarray) -> np.ndarray:
    """Returns the crops of faces [n,5]: x, y, half a side, and the downward direction (x, y)."""
    eyes, down = frame_of(points)
    unit = np.maximum(np.linalg.norm(down, axis=1, keepdims=True), 0.05)
    return np.concatenate((eyes + 0.35 * down, FACE_REACH * unit, down / unit), 1)


def mouths_of(points: np.ndarray) -> np.ndarray:
    """Returns the crops of mouths, as `faces_of`."""
    _, down = frame_of(points)
    unit = np.maximum(np.linalg.norm(down, axis=1, keepdims=True), 0.05)
    return np.concatenate((points[:, 2], MOUTH_REACH * unit, down / unit), 1)


def steadied(points: np.ndarray) -> np.ndarray:
    """Smooths landmarks over time [F,3,2] by the mean of three frames."""
    padded = np.concatenate((points[:1], points, points[-1:]))
    return (padded[:-2] + padded[1:-1] + padded[2:]) / 3


def cut_faces(frames: np.ndarray, where: np.ndarray, side: int) -> Tensor:
    """Cuts upright crops f32 [n,3,side,side] in -1..1 out of frames u8 [n,H,W,3] at [n,5]; outside the frame is black."""
    aspect = frames.shape[2] / frames.shape[1]
    x, y, reach, down_x, down_y = torch.from_numpy(np.ascontiguousarray(where, np.float32)).T
    row_x = torch.stack((reach * down_y / aspect, reach * down_x / aspect, x / aspect), -1)
    row_y = torch.stack((-reach * down_x, reach * down_y, y), -1)
    theta = torch.stack((row_x, row_y), 1)
    grid = F.affine_grid(theta, (len(frames), 3, side, side), align_corners=False)
    source = torch.from_numpy(frames).movedim(-1, 1).float()
    crops = F.grid_sample(source, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    return (crops / 127.5 - 1).contiguous(memory_format=torch.channels_last)


WEIGHTS = Path(__file__).parent / "faces.safetensors"


def load_faces(path: Path = WEIGHTS) -> tuple[Faces, str]:
    """Loads the trained networks and their digest."""
    return weight_files.load(Faces(), path, "--train-faces MINUTES")
