"""The Wan transformer block and its conditioning, numerically equal to diffusers' WanTransformerBlock (scripts/goldens.py)."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .config import Wan

Rope = tuple[Tensor, Tensor]


class Attention(nn.Module):
    """Multi-head attention with RMS norms of q and k across all heads, before the head split."""

    def __init__(self, dim: int, heads: int, eps: float):
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(dim, dim)
        self.to_k = nn.Linear(dim, dim)
        self.to_v = nn.Linear(dim, dim)
        self.to_out = nn.ModuleList([nn.Linear(dim, dim)])
        self.norm_q = nn.RMSNorm(dim, eps=eps)
        self.norm_k = nn.RMSNorm(dim, eps=eps)

    def forward(self, x: Tensor, context: Tensor | None = None, rope: Rope | None = None, mask: Tensor | None = None):
        context = x if context is None else context
        q = self.norm_q(self.to_q(x).float()).unflatten(2, (self.heads, -1))
        k = self.norm_k(self.to_k(context).float()).unflatten(2, (self.heads, -1))
        v = self.to_v(context).unflatten(2, (self.heads, -1))
        if rope is not None:
            q, k = rotate(q, rope), rotate(k, rope)
        out = attend(q.transpose(1, 2).to(v.dtype), k.transpose(1, 2).to(v.dtype), v.transpose(1, 2), mask)
        return self.to_out[0](out.transpose(1, 2).flatten(2))


class Block(nn.Module):
    """Self-attention, cross-attention to the text and feed-forward; the timestep modulates the first and the last."""

    def __init__(self, cfg: Wan):
        super().__init__()
        d, eps = cfg.dim, cfg.eps
        self.norm1 = nn.LayerNorm(d, eps, elementwise_affine=False)
        self.attn1 = Attention(d, cfg.heads, eps)
        self.norm2 = nn.LayerNorm(d, eps)
        self.attn2 = Attention(d, cfg.heads, eps)
        self.norm3 = nn.LayerNorm(d, eps, elementwise_affine=False)
        self.ffn = FeedForward(d, cfg.ffn)
        self.scale_shift_table = nn.Parameter(torch.randn(1, 6, d) / d**0.5)

    def forward(self, x: Tensor, context: Tensor, temb6: Tensor, rope: Rope, mask: Tensor | None = None) -> Tensor:
        """Transforms x [B,L,d] with context [B,n,d], temb6 [B,6,d] and mask [B,1,1,n], true on real context rows."""
        shift, scale, gate, c_shift, c_scale, c_gate = (self.scale_shift_table + temb6.float()).chunk(6, dim=1)
        x = x + self.attn1(self.norm1(x) * (1 + scale) + shift, rope=rope) * gate
        x = x + self.attn2(self.norm2(x), context, mask=mask)
        return x + self.ffn(self.norm3(x) * (1 + c_scale) + c_shift) * c_gate


class FeedForward(nn.Module):
    """Two linears with a GELU (tanh), under diffusers' names net.0.proj and net.2."""

    def __init__(self, dim: int, hidden: int):
        super().__init__()
        up = nn.Module()
        up.proj = nn.Linear(dim, hidden)
        self.net = nn.ModuleList([up, nn.Identity(), nn.Linear(hidden, dim)])

    def forward(self, x: Tensor) -> Tensor:
        return self.net[2](F.gelu(self.net[0].proj(x), approximate="tanh"))


class ConditionEmbedder(nn.Module):
    """Embeds the timestep to temb [B,d] and temb6 [B,6,d], and text rows to context rows."""

    def __init__(self, cfg: Wan):
        super().__init__()
        self.freq_dim = cfg.freq_dim
        self.time_embedder = two_linears(cfg.freq_dim, cfg.dim)
        self.time_proj = nn.Linear(cfg.dim, 6 * cfg.dim)
        self.text_embedder = two_linears(cfg.text_dim, cfg.dim)

    def forward(self, t: Tensor, text: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Embeds t [B] in 0..1 (1 is pure noise) and text [B,n,text_dim]."""
        with torch.autocast("cpu", enabled=False):
            temb = timestep_features(t.float() * 1000, self.freq_dim)
            temb = self.time_embedder.linear_2(F.silu(self.time_embedder.linear_1(temb)))
            temb6 = self.time_proj(F.silu(temb)).unflatten(1, (6, -1))
        context = self.text_embedder.linear_2(F.gelu(self.text_embedder.linear_1(text), approximate="tanh"))
        return temb, temb6, context


class Head(nn.Module):
    """Final modulated LayerNorm, shared by all output projections."""

    def __init__(self, cfg: Wan):
        super().__init__()
        self.norm_out = nn.LayerNorm(cfg.dim, cfg.eps, elementwise_affine=False)

    def forward(self, x: Tensor, table: Tensor, temb: Tensor) -> Tensor:
        shift, scale = (table + temb.unsqueeze(1)).chunk(2, dim=1)
        return self.norm_out(x) * (1 + scale) + shift


def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
    """Computes softmax attention [B,heads,L,dh] without torch's fused kernel, which trains 2-3x slower at 153 tokens on a CPU."""
    scores = (q @ k.transpose(-1, -2)).float() * q.shape[-1] ** -0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    return scores.softmax(-1).to(v.dtype) @ v


def rotate(x: Tensor, rope: Rope) -> Tensor:
    """Rotates adjacent channel pairs of x [B,L,heads,dh] by the angles of rope ([L,1,dh/2] cos, sin)."""
    cos, sin = rope
    even, odd = x.unflatten(-1, (-1, 2)).unbind(-1)
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)


def rope_table(positions: Tensor, head_dim: int, theta: float = 10000.0) -> Rope:
    """Returns cos and sin [L,1,head_dim/2] of positions [L,3] (time, row, column); of 64 dims 24/20/20 go to the axes."""
    side = 2 * (head_dim // 6)
    angles = []
    for axis, dims in enumerate((head_dim - 2 * side, side, side)):
        freqs = theta ** (-torch.arange(0, dims, 2, dtype=torch.float64) / dims)
        angles.append(positions[:, axis, None].double() * freqs)
    angles = torch.cat(angles, 1).unsqueeze(1)
    return angles.cos().float(), angles.sin().float()


def timestep_features(t: Tensor, dim: int) -> Tensor:
    """Returns sinusoids [B,dim] of t [B], cosines first."""
    half = dim // 2
    freqs = torch.exp(-math.log(10000.0) * torch.arange(half, dtype=torch.float32) / half)
    angles = t[:, None] * freqs
    return torch.cat((angles.cos(), angles.sin()), -1)


def two_linears(dim_in: int, dim: int) -> nn.Module:
    pair = nn.Module()
    pair.linear_1 = nn.Linear(dim_in, dim)
    pair.linear_2 = nn.Linear(dim, dim)
    return pair
