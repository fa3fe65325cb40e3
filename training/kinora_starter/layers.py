"""Subjects as layers: a picture in the subject's own frame is one token per latent frame, and is laid over the grid's frames.

The own frame is a square of `extent` radii around the plan's position that grows and turns with it
(crates/world/src/render/layers.rs). Colours are premultiplied by coverage, values 0..1.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from config import ABSENT_RADIUS, HEAD, SUBJECT_DIM, SUBJECTS, LayerCode

SUBFRAMES = 4

Cutouts = dict[int, Tensor]  # by subject, its picture [size,size,4] in 0..1, premultiplied


class LayerDecoder(nn.Module):
    """Closed form: the mean of the four sub-frames by one matrix, how they differ by a narrower one after a cosine transform.

    What a mouth adds is no part of the code, since how far it is open is known: the opening times a picture that depends on whose mouth it is.
    """

    def __init__(self, cfg: LayerCode = LayerCode()):
        super().__init__()
        self.cfg = cfg
        values = cfg.size**2 * 4
        self.register_buffer("basis", torch.zeros(values, cfg.mean_channels))
        self.register_buffer("detail", torch.zeros(values, cfg.detail_channels[0]))
        self.register_buffer("mouth", torch.zeros(values, cfg.mouth_channels))
        self.register_buffer("mean", torch.zeros(values))
        self.register_buffer("std", torch.ones(cfg.dim))

    def forward(self, tokens: Tensor, mouth: Tensor) -> Tensor:
        """tokens [...,dim] and how far each mouth is open [...,4] -> sub-frames [...,4,size,size,4], as the matrices have it."""
        still, *moving = (tokens * self.std).split((self.cfg.mean_channels, *self.cfg.detail_channels), -1)
        out = F.linear(still, self.basis, self.mean)[..., None, :]
        for z, wave in zip(moving, cosines()[1:]):
            out = out + wave[:, None] * F.linear(z, self.detail[:, : z.shape[-1]])[..., None, :]
        return (out + self.opened(tokens, mouth)).unflatten(-1, (self.cfg.size, self.cfg.size, 4))

    def opened(self, tokens: Tensor, mouth: Tensor) -> Tensor:
        """What mouths [...,4] add to the sub-frames [...,4,values] of tokens [...,dim]."""
        return mouth[..., None] * F.linear(self.whose(tokens), self.mouth)[..., None, :]

    def whose(self, tokens: Tensor) -> Tensor:
        """What a mouth's picture depends on [...,mouth_channels]: 1, and the first values of the token."""
        return torch.cat((torch.ones_like(tokens[..., :1]), tokens[..., : self.cfg.mouth_channels - 1]), -1)

    def encode(self, pictures: Tensor, mouth: Tensor) -> Tensor:
        """Sub-frames [...,4,size,size,4] in 0..1 and how far each mouth is open [...,4] -> tokens [...,dim] as of closed ones."""
        pictures = pictures.flatten(-3)
        tokens = self.encode_closed(pictures)
        if mouth.any():
            for _ in range(2):  # whose mouth it is shows in the token, which the mouth changes a little
                tokens = self.encode_closed(pictures - self.opened(tokens, mouth))
        return tokens

    def encode_closed(self, pictures: Tensor) -> Tensor:
        """Sub-frames [...,4,values] without mouths, or with mouths as a part of them -> tokens [...,dim]."""
        still, *moving = waves(pictures).unbind(-2)
        rows = [F.linear(still - self.mean, self.basis.T)]
        rows += [F.linear(wave, self.detail[:, :n].T) for wave, n in zip(moving, self.cfg.detail_channels)]
        return torch.cat(rows, -1) / self.std


def waves(x: Tensor) -> Tensor:
    """Sub-frames [...,4,v] -> their cosine transform [...,4,v]; the first is their mean."""
    return torch.einsum("ki,...iv->...kv", cosines() / SUBFRAMES, x)


def cosines() -> Tensor:
    """[k,i]: row 0 is 1, row k is sqrt(2) cos(pi (2i+1) k / 8); rows are orthogonal and of length 2."""
    k, i = torch.meshgrid(torch.arange(SUBFRAMES), torch.arange(SUBFRAMES), indexing="ij")
    rows = math.sqrt(2) * torch.cos(math.pi * (2 * i + 1) * k / 8)
    return torch.where(k == 0, torch.ones(()), rows)


def sharpened(rgba: Tensor, sharpness: float) -> Tensor:
    """Pushes coverage [...,4] towards 0 and 1; colours follow it."""
    rgb, a = rgba[..., :3], rgba[..., 3:]
    cover = ((a - 0.5) * sharpness + 0.5).clamp(0, 1)
    return torch.cat(((rgb / a.clamp(min=0.05)).clamp(0, 1) * cover, cover), -1)


def subframes_of(pictures: Tensor) -> Tensor:
    """Pixel frames [F,...] -> latent frames [T,4,...]; frame 0 is repeated four times."""
    return torch.cat((pictures[:1].expand(SUBFRAMES - 1, *pictures.shape[1:]), pictures)).unflatten(0, (-1, SUBFRAMES))


def opened_cutout(decoder: LayerDecoder, picture: Tensor, mouth: Tensor) -> Tensor:
    """A picture [size,size,4] with its mouth open so far [T,4] -> sub-frames [T,4,size,size,4]."""
    token = decoder.encode_closed(picture.expand(SUBFRAMES, -1, -1, -1).flatten(-3))
    values = picture + decoder.opened(token, mouth).unflatten(-1, picture.shape)
    cover = values[..., 3:].clamp(0, 1)
    return torch.cat((values[..., :3].clamp(min=0).minimum(cover), cover), -1)


def mouths(plan: Tensor) -> Tensor:
    """plan [T,116] -> how far the subjects' mouths are open, per sub-frame [T,3,4]; only a head has one."""
    openings = torch.zeros(len(plan), SUBJECTS, SUBFRAMES)
    openings[:, HEAD] = states_of(plan)[:, :, HEAD, SUBJECT_DIM - 1]
    return openings


def states_of(plan: Tensor) -> Tensor:
    """plan [T,116] -> the subjects per sub-frame [T,4,3,8]."""
    subframes = plan.view(-1, SUBFRAMES, plan.shape[-1] // SUBFRAMES)
    return subframes[..., : SUBJECTS * SUBJECT_DIM].unflatten(-1, (SUBJECTS, SUBJECT_DIM))


def lay_over(pictures: Tensor, front: Tensor, plan: Tensor, cfg: LayerCode = LayerCode()) -> tuple[Tensor, Tensor]:
    """What stands over the grid's frames.

    pictures [T,3,4,S,S,4], front [F,H,W] in 0..1, plan [T,116] -> clear [F,H,W,1] and over [F,H,W,3], such that
    frames = base * clear + over for frames in -1..1.
    """
    count, height, width = front.shape
    subjects = states_of(plan)
    clear, over = torch.ones(count, height, width, 1), torch.zeros(count, height, width, 3)
    for frame in range(count):
        latent, sub = ((frame - 1) // SUBFRAMES + 1, (frame - 1) % SUBFRAMES) if frame else (0, 0)
        colour, cover = torch.zeros(height, width, 3), torch.zeros(height, width, 1)
        states = subjects[latent, sub]
        for s in far_to_near(states):
            pixels = on_screen(pictures[latent, s, sub], states[s], (height, width), cfg.extent)
            colour = colour * (1 - pixels[..., 3:]) + pixels[..., :3]
            cover = cover * (1 - pixels[..., 3:]) + pixels[..., 3:]
        seen = 1 - front[frame, ..., None]
        clear[frame] = 1 - cover * seen
        over[frame] = 2 * colour * seen - cover * seen
    return clear, over


def far_to_near(states: Tensor) -> list[int]:
    """Indices of the subjects [3,8] that are there; of two at about one depth the first stands in front."""
    present = [s for s in range(SUBJECTS) if states[s, 2] > ABSENT_RADIUS]
    return sorted(present, key=lambda s: (-round(states[s, 6].item() / 0.02), -s))


def on_screen(picture: Tensor, state: Tensor, size: tuple[int, int], extent: float) -> Tensor:
    """A picture [S,S,4] where its subject [8] is, in a frame of (height, width) pixels: [height,width,4]."""
    (height, width), side = size, picture.shape[0]
    x, y, r, cos, sin = state[:5].tolist()
    length = math.hypot(cos, sin)
    cos, sin = (cos / length, sin / length) if length > 1e-3 else (1.0, 0.0)
    pixel = 2 / height
    samples = min(4, max(1, math.ceil(side * pixel / (2 * extent * r))))
    total = torch.zeros(height, width, 4)
    source = picture.permute(2, 0, 1)[None]
    for i in range(samples):
        for j in range(samples):
            py = (torch.arange(height) + (i + 0.5) / samples - height / 2) * pixel
            px = (torch.arange(width) + (j + 0.5) / samples - width / 2) * pixel
            dx, dy = (px[None] - x) / r, (py[:, None] - y) / r
            grid = torch.stack((dx * cos + dy * sin, -dx * sin + dy * cos), -1) / extent
            total += F.grid_sample(source, grid[None], align_corners=False)[0].permute(1, 2, 0)
    return total / samples**2
