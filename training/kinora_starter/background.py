"""Latents -> pictures of the place, by one matrix per patch; and the network that refines pictures, of the place as of subjects."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from config import Latents, Refiner

FRONT_WEIGHT = 2  # colours span 2, what stands in front spans 1


class Decoder(nn.Module):
    """Closed form. basis [3072,48], mean [3072] for colours, front_* for what stands before the subjects; std [48] undoes the whitening."""

    def __init__(self, cfg: Latents = Latents()):
        super().__init__()
        self.cfg = cfg
        values = cfg.patch_frames * cfg.patch**2 * 3
        self.register_buffer("basis", torch.zeros(values, cfg.channels))
        self.register_buffer("mean", torch.zeros(values))
        self.register_buffer("front_basis", torch.zeros(values // 3, cfg.channels))
        self.register_buffer("front_mean", torch.zeros(values // 3))
        self.register_buffer("std", torch.ones(cfg.channels))

    def forward(self, z: Tensor) -> Tensor:
        """z [...,h,w,48] -> pictures of the four sub-frames [...,4,H,W,4]: colours in about -1..1, and how much stands before the subjects."""
        z = z * self.std
        colour = self.unpatched(F.linear(z, self.basis, self.mean))
        front = self.unpatched(F.linear(z, self.front_basis, self.front_mean))
        return torch.cat((colour, front), -1)

    def encode(self, ground: Tensor) -> Tensor:
        """ground [B,F,4,H,W], colours in -1..1 and front in 0..1 -> z [B,T,h,w,48]."""
        colour = F.linear(patches(ground[:, :, :3], self.cfg) - self.mean, self.basis.T)
        front = F.linear(patches(ground[:, :, 3:], self.cfg) - self.front_mean, self.front_basis.T * FRONT_WEIGHT**2)
        return (colour + front) / self.std

    def unpatched(self, values: Tensor) -> Tensor:
        """[...,h,w,4*16*16*c] -> [...,4,H,W,c]."""
        p, pf = self.cfg.patch, self.cfg.patch_frames
        pictures = values.unflatten(-1, (pf, p, p, -1)).movedim(-4, -6)  # [...,4,h,w,16,16,c]
        return pictures.transpose(-4, -3).flatten(-3, -2).flatten(-4, -3)


class RefineBlock(nn.Module):
    def __init__(self, channels: int, told: int):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.film = nn.Linear(told, 2 * channels)  # Perez et al. 2018
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.film.weight)
        with torch.no_grad():
            self.film.bias.copy_(torch.tensor([1.0, 0.0]).repeat_interleave(channels))

    def forward(self, x: Tensor, told: Tensor) -> Tensor:
        scale, shift = self.film(told)[..., None, None].chunk(2, 1)
        return x + self.conv2(F.silu(self.conv1(x) * scale + shift))


class RefineNet(nn.Module):
    """Adds a correction to the four pictures of a latent frame, all at once: they show it in motion. What they show it is told."""

    def __init__(self, cfg: Refiner):
        super().__init__()
        self.cfg = cfg
        packed = 16 * cfg.unshuffle**2
        self.conv_in = nn.Linear(packed, cfg.channels)
        self.told = nn.Linear(cfg.told, cfg.told_channels)
        if cfg.size:
            side = cfg.size // cfg.unshuffle
            self.places = nn.Parameter(torch.zeros(side, side, cfg.channels))
        self.blocks = nn.ModuleList(RefineBlock(cfg.channels, cfg.told_channels) for _ in range(cfg.blocks))
        self.conv_out = nn.Linear(cfg.channels, packed)
        nn.init.zeros_(self.conv_out.weight)
        nn.init.zeros_(self.conv_out.bias)

    def forward(self, pictures: Tensor, told: Tensor) -> Tensor:
        """pictures [n,4,H,W,4], told [n,told] -> the pictures, refined. Not clamped."""
        x = F.pixel_unshuffle(pictures.permute(0, 1, 4, 2, 3).flatten(1, 2), self.cfg.unshuffle)
        x = F.silu(self.conv_in(x.movedim(1, -1)))
        x = (x + self.places if self.cfg.size else x).movedim(-1, 1)
        told = F.silu(self.told(told))
        for block in self.blocks:
            x = block(x, told)
        residual = F.pixel_shuffle(self.conv_out(x.movedim(1, -1)).movedim(-1, 1), self.cfg.unshuffle)
        return pictures + residual.unflatten(1, (4, 4)).permute(0, 1, 3, 4, 2)


def patches(frames: Tensor, cfg: Latents = Latents()) -> Tensor:
    """frames [B,F,c,H,W] -> [B,T,h,w,4*16*16*c], values ordered (sub-frame, row, col, channel); frame 0 is repeated 4 times."""
    batch, _, channels, height, width = frames.shape
    p, pf = cfg.patch, cfg.patch_frames
    video = torch.cat((frames[:, :1].expand(-1, pf - 1, -1, -1, -1), frames), 1)
    video = video.view(batch, -1, pf, channels, height // p, p, width // p, p)
    return video.permute(0, 1, 4, 6, 2, 5, 7, 3).flatten(4)


def to_tokens(z: Tensor) -> Tensor:
    """Latents [B,T,h,w,c] -> tokens [B,T*h/2*w/2,4c], values ordered (row, col, channel)."""
    batch, frames, rows, cols, c = z.shape
    z = z.view(batch, frames, rows // 2, 2, cols // 2, 2, c).permute(0, 1, 2, 4, 3, 5, 6)
    return z.reshape(batch, -1, 4 * c)


def from_tokens(tokens: Tensor, grid: tuple[int, int, int]) -> Tensor:
    """The inverse of `to_tokens`; grid is (T, h/2, w/2)."""
    frames, rows, cols = grid
    z = tokens.view(tokens.shape[0], frames, rows, cols, 2, 2, -1).permute(0, 1, 2, 4, 3, 5, 6)
    return z.reshape(tokens.shape[0], frames, rows * 2, cols * 2, -1)
