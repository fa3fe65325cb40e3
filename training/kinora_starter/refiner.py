"""The networks that refine decoded images: one for the background on its plate, one for each layer in its canonical frame."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .config import Refiner

TOKEN_REACH = 3.0  # standard deviations of a layer token that the refiner sees as 1; tokens beyond are clamped


class RefineBlock(nn.Module):
    """Two 3x3 convolutions around a FiLM layer (Perez et al. 2018)."""

    def __init__(self, channels: int, cond: int):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.film = nn.Linear(cond, 2 * channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.film.weight)
        with torch.no_grad():
            self.film.bias.copy_(torch.tensor([1.0, 0.0]).repeat_interleave(channels))

    def forward(self, x: Tensor, cond: Tensor) -> Tensor:
        scale, shift = self.film(cond)[..., None, None].chunk(2, 1)
        return x + self.conv2(F.silu(self.conv1(x) * scale + shift))


class RefineNet(nn.Module):
    """Adds a residual to the four images of a latent frame together, conditioned on slots (and a layer token).

    The attributes `told` and `places` keep the tensor names of the weight file.
    """

    def __init__(self, cfg: Refiner):
        super().__init__()
        self.cfg = cfg
        packed = 16 * cfg.unshuffle**2
        self.conv_in = nn.Linear(packed, cfg.channels)
        self.told = nn.Linear(cfg.cond, cfg.cond_channels)
        if cfg.size:
            side = cfg.size // cfg.unshuffle
            self.places = nn.Parameter(torch.zeros(side, side, cfg.channels))
        self.blocks = nn.ModuleList(RefineBlock(cfg.channels, cfg.cond_channels) for _ in range(cfg.blocks))
        self.conv_out = nn.Linear(cfg.channels, packed)
        nn.init.zeros_(self.conv_out.weight)
        nn.init.zeros_(self.conv_out.bias)

    def forward(self, images: Tensor, cond: Tensor) -> Tensor:
        """Refines images [n,4,H,W,4] with conditioning [n,cfg.cond]. The result is not clamped."""
        x = F.pixel_unshuffle(images.permute(0, 1, 4, 2, 3).flatten(1, 2), self.cfg.unshuffle)
        x = F.silu(self.conv_in(x.movedim(1, -1)))
        x = (x + self.places if self.cfg.size else x).movedim(-1, 1)
        cond = F.silu(self.told(cond))
        for block in self.blocks:
            x = block(x, cond)
        residual = F.pixel_shuffle(self.conv_out(x.movedim(1, -1)).movedim(-1, 1), self.cfg.unshuffle)
        return images + residual.unflatten(1, (4, 4)).permute(0, 1, 3, 4, 2)


def layer_cond(mouth: Tensor, slots: Tensor, tokens: Tensor) -> Tensor:
    """Joins mouth openings [...,4], slot probabilities [...,SUBJECT_CLASSES] and tokens [...,dim] to rows [...,LAYER_COND]."""
    return torch.cat((mouth, slots, tokens.clamp(-TOKEN_REACH, TOKEN_REACH) / TOKEN_REACH), -1)
