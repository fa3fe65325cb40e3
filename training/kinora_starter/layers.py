"""Layer latents: one token per subject and latent frame codes the subject's images in its canonical frame.

The canonical frame is a square of `extent` radii around the planned position that scales and rotates with the subject
(crates/world/src/render/layers.rs). Colours are premultiplied by coverage; all values are in 0..1.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .config import HEAD, SUBFRAMES, SUBJECT_DIM, SUBJECTS, LayerCode


class LayerCodec(nn.Module):
    """Linear code in closed form: one matrix for the mean of the four sub-frames, a narrower one for their cosine coefficients.

    Mouths are outside the code: the plan has their openings, and an opening scales an image that is linear in the token.
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
        """Decodes tokens [...,dim] with mouth openings [...,4] to sub-frames [...,4,size,size,4]."""
        still, *moving = (tokens * self.std).split((self.cfg.mean_channels, *self.cfg.detail_channels), -1)
        out = F.linear(still, self.basis, self.mean)[..., None, :]
        for z, wave in zip(moving, cosines()[1:]):
            out = out + wave[:, None] * F.linear(z, self.detail[:, : z.shape[-1]])[..., None, :]
        return (out + self.opened(tokens, mouth)).unflatten(-1, (self.cfg.size, self.cfg.size, 4))

    def opened(self, tokens: Tensor, mouth: Tensor) -> Tensor:
        """Returns the images [...,4,values] that mouth openings [...,4] add to the sub-frames of tokens [...,dim]."""
        return mouth[..., None] * F.linear(self.mouth_inputs(tokens), self.mouth)[..., None, :]

    def mouth_inputs(self, tokens: Tensor) -> Tensor:
        """Returns the inputs [...,mouth_channels] of the mouth regression: 1 and the first values of the token."""
        return torch.cat((torch.ones_like(tokens[..., :1]), tokens[..., : self.cfg.mouth_channels - 1]), -1)

    def encode(self, pictures: Tensor, mouth: Tensor) -> Tensor:
        """Encodes sub-frames [...,4,size,size,4] with mouth openings [...,4] to tokens [...,dim] of closed mouths."""
        pictures = pictures.flatten(-3)
        tokens = self.encode_closed(pictures)
        if mouth.any():
            for _ in range(2):  # the mouth image depends on the token, which an open mouth changes a little
                tokens = self.encode_closed(pictures - self.opened(tokens, mouth))
        return tokens

    def encode_closed(self, pictures: Tensor) -> Tensor:
        """Encodes sub-frames [...,4,values] to tokens [...,dim]; mouths count as part of the image."""
        still, *moving = waves(pictures).unbind(-2)
        rows = [F.linear(still - self.mean, self.basis.T)]
        rows += [F.linear(wave, self.detail[:, :n].T) for wave, n in zip(moving, self.cfg.detail_channels)]
        return torch.cat(rows, -1) / self.std


def waves(x: Tensor) -> Tensor:
    """Returns the cosine transform [...,4,v] of sub-frames [...,4,v]; row 0 is their mean."""
    return torch.einsum("ki,...iv->...kv", cosines() / SUBFRAMES, x)


def cosines() -> Tensor:
    """Returns the basis [k,i]: row 0 is 1, row k is sqrt(2) cos(pi (2i+1) k / 8). Rows are orthogonal and of length 2."""
    k, i = torch.meshgrid(torch.arange(SUBFRAMES), torch.arange(SUBFRAMES), indexing="ij")
    rows = math.sqrt(2) * torch.cos(math.pi * (2 * i + 1) * k / 8)
    return torch.where(k == 0, torch.ones(()), rows)


def subframes_of(pictures: Tensor) -> Tensor:
    """Groups pixel frames [F,...] into latent frames [T,4,...]; frame 0 is repeated four times."""
    return torch.cat((pictures[:1].expand(SUBFRAMES - 1, *pictures.shape[1:]), pictures)).unflatten(0, (-1, SUBFRAMES))


def mouths(plan: Tensor) -> Tensor:
    """Returns the mouth openings [T,3,4] of a plan [T,PLAN_DIM] per sub-frame; only a head has a mouth."""
    openings = torch.zeros(len(plan), SUBJECTS, SUBFRAMES)
    openings[:, HEAD] = states_of(plan)[:, :, HEAD, SUBJECT_DIM - 1]
    return openings


def states_of(plan: Tensor) -> Tensor:
    """Returns the subjects [T,4,3,SUBJECT_DIM] of a plan [T,PLAN_DIM] per sub-frame."""
    subframes = plan.view(-1, SUBFRAMES, plan.shape[-1] // SUBFRAMES)
    return subframes[..., : SUBJECTS * SUBJECT_DIM].unflatten(-1, (SUBJECTS, SUBJECT_DIM))
