"""The planner: a flow-matching model from text to plan rows, with one token per latent frame."""

import torch
from torch import Tensor, nn

from .config import PLAN_DIM, Wan
from .wan import Block, ConditionEmbedder, Head, rope_table


class Planner(nn.Module):
    """Predicts the clean plan from z = (1-t) plan + t noise."""

    def __init__(self, cfg: Wan):
        super().__init__()
        self.cfg = cfg
        self.patch_embedding = nn.Linear(PLAN_DIM, cfg.dim)
        self.given_embedding = nn.Linear(1, cfg.dim, bias=False)
        self.condition_embedder = ConditionEmbedder(cfg)
        self.blocks = nn.ModuleList(Block(cfg) for _ in range(cfg.layers))
        self.head = Head(cfg)
        self.scale_shift_table = nn.Parameter(torch.randn(1, 2, cfg.dim) / cfg.dim**0.5)
        self.proj_out = nn.Linear(cfg.dim, PLAN_DIM)

    def forward(self, plan: Tensor, t: Tensor, text: Tensor, known: Tensor, text_mask: Tensor | None = None) -> Tensor:
        """Predicts the clean plan of a noisy one [B,T,PLAN_DIM] at t [B].

        text [B,n,text_dim] with text_mask [B,n]; known [B,T] is 1 where a row is clean, else 0.
        """
        frames = torch.arange(plan.shape[1])
        rope = rope_table(torch.stack((frames, 0 * frames, 0 * frames), 1), self.cfg.dim // self.cfg.heads)
        temb, temb6, context = self.condition_embedder(t, text)
        mask = None if text_mask is None else text_mask[:, None, None, :]
        x = (self.patch_embedding(plan) + self.given_embedding(known.to(plan.dtype)[..., None])).float()
        for block in self.blocks:
            x = block(x, context, temb6, rope, mask)
        return self.proj_out(self.head(x, self.scale_shift_table, temb)).float()
