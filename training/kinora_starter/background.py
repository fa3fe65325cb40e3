"""Background latents: a linear code of patches, and their order as tokens.

The background is coded on its plate (plate.py), where a moving camera does not move it.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .config import Background

FRONT_WEIGHT = 2  # colours span 2, occlusion spans 1


class BackgroundCodec(nn.Module):
    """Linear code of patches in closed form, with C = cfg.channels and V = 4 x 16 x 16 x 3 values of a patch.

    basis [V,C] and mean [V] decode colours, front_basis [V/3,C] and front_mean [V/3] the occlusion of the subjects; std [C] undoes the whitening.
    """

    def __init__(self, cfg: Background = Background()):
        super().__init__()
        self.cfg = cfg
        values = cfg.patch_frames * cfg.patch**2 * 3
        self.register_buffer("basis", torch.zeros(values, cfg.channels))
        self.register_buffer("mean", torch.zeros(values))
        self.register_buffer("front_basis", torch.zeros(values // 3, cfg.channels))
        self.register_buffer("front_mean", torch.zeros(values // 3))
        self.register_buffer("std", torch.ones(cfg.channels))

    def forward(self, z: Tensor) -> Tensor:
        """Decodes z [...,h,w,C] to the images of four sub-frames [...,4,H,W,4]: RGB in about -1..1, then the occlusion of the subjects."""
        z = z * self.std
        colour = self.unpatched(F.linear(z, self.basis, self.mean))
        front = self.unpatched(F.linear(z, self.front_basis, self.front_mean))
        return torch.cat((colour, front), -1)

    def encode(self, background: Tensor) -> Tensor:
        """Encodes a background [B,F,4,H,W], RGB in -1..1 and occlusion in 0..1, to z [B,T,h,w,C]."""
        colour = F.linear(patches(background[:, :, :3], self.cfg) - self.mean, self.basis.T)
        front = F.linear(patches(background[:, :, 3:], self.cfg) - self.front_mean, self.front_basis.T * FRONT_WEIGHT**2)
        return (colour + front) / self.std

    def unpatched(self, values: Tensor) -> Tensor:
        """Reorders patches [...,h,w,4*16*16*c] to images [...,4,H,W,c]."""
        p, pf = self.cfg.patch, self.cfg.patch_frames
        pictures = values.unflatten(-1, (pf, p, p, -1)).movedim(-4, -6)  # [...,4,h,w,16,16,c]
        return pictures.transpose(-4, -3).flatten(-3, -2).flatten(-4, -3)


def patches(frames: Tensor, cfg: Background = Background()) -> Tensor:
    """Reorders frames [B,F,c,H,W] to patches [B,T,h,w,4*16*16*c], values ordered (sub-frame, row, col, channel). Frame 0 is repeated 4 times."""
    batch, _, channels, height, width = frames.shape
    p, pf = cfg.patch, cfg.patch_frames
    video = torch.cat((frames[:, :1].expand(-1, pf - 1, -1, -1, -1), frames), 1)
    video = video.view(batch, -1, pf, channels, height // p, p, width // p, p)
    return video.permute(0, 1, 4, 6, 2, 5, 7, 3).flatten(4)


def to_tokens(z: Tensor) -> Tensor:
    """Reorders latents [B,T,h,w,c] to tokens [B,T*h/2*w/2,4c], values ordered (row, col, channel)."""
    batch, frames, rows, cols, c = z.shape
    z = z.view(batch, frames, rows // 2, 2, cols // 2, 2, c).permute(0, 1, 2, 4, 3, 5, 6)
    return z.reshape(batch, -1, 4 * c)


def from_tokens(tokens: Tensor, grid: tuple[int, int, int]) -> Tensor:
    """Inverts `to_tokens`; grid is (T, h/2, w/2)."""
    frames, rows, cols = grid
    z = tokens.view(tokens.shape[0], frames, rows, cols, 2, 2, -1).permute(0, 1, 2, 4, 3, 5, 6)
    return z.reshape(tokens.shape[0], frames, rows * 2, cols * 2, -1)
