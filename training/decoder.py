"""Latents -> frames: one matrix per patch, then a small causal network that removes its block pattern."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from config import Latents, LayerRefiner, Refiner

FRONT_WEIGHT = 2  # colours span 2, what stands in front spans 1


class Decoder(nn.Module):
    """The closed-form half. basis [3072,48], mean [3072] for colours, front_* for what stands before the subjects; std [48] undoes the whitening."""

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
        """z [B,T,h,w,48] -> frames [B,F,3,H,W] in about -1..1, F = 4(T-1)+1."""
        return self.unpatched(F.linear(z * self.std, self.basis, self.mean))

    def front(self, z: Tensor) -> Tensor:
        """z [B,T,h,w,48] -> how much stands before the subjects [B,F,H,W] in 0..1."""
        return self.unpatched(F.linear(z * self.std, self.front_basis, self.front_mean)).squeeze(2).clamp(0, 1)

    def encode(self, ground: Tensor) -> Tensor:
        """ground [B,F,4,H,W], colours in -1..1 and front in 0..1 -> z [B,T,h,w,48]."""
        colour = F.linear(patches(ground[:, :, :3], self.cfg) - self.mean, self.basis.T)
        front = F.linear(patches(ground[:, :, 3:], self.cfg) - self.front_mean, self.front_basis.T * FRONT_WEIGHT**2)
        return (colour + front) / self.std

    def unpatched(self, values: Tensor) -> Tensor:
        """[B,T,h,w,4*16*16*c] -> [B,F,c,H,W]."""
        batch, frames, rows, cols, _ = values.shape
        p, pf = self.cfg.patch, self.cfg.patch_frames
        values = values.view(batch, frames, rows, cols, pf, p, p, -1).permute(0, 1, 4, 7, 2, 5, 3, 6)
        video = values.reshape(batch, frames, pf, -1, rows * p, cols * p)
        first = video[:, :1].mean(2)  # latent frame 0 holds frame 0 four times
        return torch.cat((first, video[:, 1:].flatten(1, 2)), 1)


class RefineBlock(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(F.silu(self.conv1(x)))


class LayerRefineNet(nn.Module):
    """Adds a correction to a subject's four pictures, all at once: they show it in motion. How far its mouth is open it is told."""

    def __init__(self, cfg: LayerRefiner = LayerRefiner()):
        super().__init__()
        self.cfg = cfg
        c = 16 * cfg.unshuffle**2
        self.conv_in = nn.Conv2d(c, cfg.channels, 3, padding=1)
        self.mouth = nn.Linear(4, cfg.channels)
        self.blocks = nn.ModuleList(RefineBlock(cfg.channels) for _ in range(cfg.blocks))
        self.conv_out = nn.Conv2d(cfg.channels, c, 3, padding=1)
        nn.init.zeros_(self.conv_out.weight)
        nn.init.zeros_(self.conv_out.bias)

    def forward(self, pictures: Tensor, mouth: Tensor) -> Tensor:
        """pictures [n,4,S,S,4] in about 0..1, mouth [n,4] in 0..1 per sub-frame -> the pictures, refined. Not clamped."""
        x = pictures.permute(0, 1, 4, 2, 3).flatten(1, 2)
        x = F.silu(self.conv_in(F.pixel_unshuffle(x, self.cfg.unshuffle))) + self.mouth(mouth)[..., None, None]
        for block in self.blocks:
            x = block(x)
        residual = F.pixel_shuffle(self.conv_out(x), self.cfg.unshuffle)
        return pictures + residual.unflatten(1, (4, 4)).permute(0, 1, 3, 4, 2)


class RefineNet(nn.Module):
    """Adds a correction to each frame, seeing that frame and the one before it (zeros before frame 0)."""

    def __init__(self, cfg: Refiner = Refiner()):
        super().__init__()
        self.cfg = cfg
        c = 3 * cfg.unshuffle**2
        self.conv_in = nn.Conv3d(c, cfg.channels, (2, 3, 3), padding=(0, 1, 1))
        self.blocks = nn.ModuleList(RefineBlock(cfg.channels) for _ in range(cfg.blocks))
        self.conv_out = nn.Conv2d(cfg.channels, c, 3, padding=1)
        nn.init.zeros_(self.conv_out.weight)
        nn.init.zeros_(self.conv_out.bias)

    def forward(self, frames: Tensor) -> Tensor:
        """frames [B,F,3,H,W] -> the same, refined. Not clamped."""
        batch = frames.shape[0]
        x = F.pixel_unshuffle(frames, self.cfg.unshuffle).transpose(1, 2)
        x = self.conv_in(F.pad(x, (0, 0, 0, 0, 1, 0)))
        x = F.silu(x.transpose(1, 2).flatten(0, 1))
        for block in self.blocks:
            x = block(x)
        residual = F.pixel_shuffle(self.conv_out(x), self.cfg.unshuffle)
        return frames + residual.unflatten(0, (batch, -1))


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
