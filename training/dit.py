"""The DiT: video latents and sound tokens denoised in one sequence, steered by text and by the plan."""

import torch
from torch import Tensor, nn

from config import PLAN_DIM, PLAN_FEATURES, SOUND_DIM, Latents, Wan
from wan import Block, ConditionEmbedder, Head, Rope, rope_table

ABSENT_RADIUS = 0.02  # the world writes radius 0 for an absent subject; the planner writes almost 0


class Dit(nn.Module):
    """Predicts the clean tokens x0 from z = (1-t) x0 + t noise."""

    def __init__(self, cfg: Wan, latents: Latents = Latents()):
        super().__init__()
        self.cfg = cfg
        token = latents.channels * latents.token**2
        self.patch_embedding = nn.Linear(token, cfg.dim)
        self.sound_embedding = nn.Linear(SOUND_DIM, cfg.dim)
        self.plan_embedding = nn.Linear(PLAN_FEATURES, cfg.dim)
        self.sound_plan_embedding = nn.Linear(PLAN_DIM, cfg.dim)
        self.plan_null = nn.Parameter(torch.zeros(cfg.dim))
        self.modality = nn.Parameter(torch.randn(2, cfg.dim) * 0.02)
        self.condition_embedder = ConditionEmbedder(cfg)
        self.blocks = nn.ModuleList(Block(cfg) for _ in range(cfg.layers))
        self.head = Head(cfg)
        self.scale_shift_table = nn.Parameter(torch.randn(1, 2, cfg.dim) / cfg.dim**0.5)
        self.proj_out = nn.Linear(cfg.dim, token)
        self.sound_out = nn.Linear(cfg.dim, SOUND_DIM)

    def forward(
        self,
        video: Tensor,
        sound: Tensor,
        t: Tensor,
        text: Tensor,
        plan: Tensor,
        grid: tuple[int, int, int],
        keep_plan: Tensor | None = None,
        text_mask: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """video [B,T*rows*cols,192], sound [B,T,40], t [B], text [B,n,256], plan [B,T,68] -> x0 of video and sound.

        grid is (T, rows, cols) in tokens. keep_plan [B] false replaces the plan by the learned null row.
        text_mask [B,n] is true where a text row is real.
        """
        n_video = video.shape[1]
        features = self.plan_embedding(plan_features(plan, grid)), self.sound_plan_embedding(plan)
        plan_rows = torch.cat(features, 1).float()
        if keep_plan is not None:
            plan_rows = torch.where(keep_plan[:, None, None], plan_rows, self.plan_null)
        tokens = self.patch_embedding(video) + self.modality[0], self.sound_embedding(sound) + self.modality[1]
        x = torch.cat(tokens, 1) + plan_rows

        temb, temb6, context = self.condition_embedder(t, text)
        rope = rope_for(grid, self.cfg.dim // self.cfg.heads)
        mask = None if text_mask is None else text_mask[:, None, None, :]
        for block in self.blocks:
            x = block(x, context, temb6, rope, mask)
        x = self.head(x, self.scale_shift_table, temb)
        return self.proj_out(x[:, :n_video]).float(), self.sound_out(x[:, n_video:]).float()


def rope_for(grid: tuple[int, int, int], head_dim: int) -> Rope:
    """Video tokens at (frame, row, column), then the sound token of frame j at (j, 0, 0)."""
    frames, rows, cols = (torch.arange(n) for n in grid)
    video = torch.cartesian_prod(frames, rows, cols)
    sound = torch.stack((frames, 0 * frames, 0 * frames), 1)
    return rope_table(torch.cat((video, sound)), head_dim)


def plan_features(plan: Tensor, grid: tuple[int, int, int]) -> Tensor:
    """plan [B,T,68] -> [B,T*rows*cols,60]: subjects relative to each token's centre, then the camera.

    Screen units: half the image height is 1, the origin is the centre. Per sub-frame k and subject s:
    (x-cx)*2, (y-cy)*2, r*2, cos, sin, visible. A subject whose radius is not above ABSENT_RADIUS is zeros with
    visible = -1.
    """
    batch, _, _ = plan.shape
    frames, rows, cols = grid
    sub = plan.reshape(batch, frames, 1, 1, 4, 17)
    subjects = sub[..., :12].unflatten(-1, (2, 6))
    centre = token_centres(rows, cols).view(1, 1, rows, cols, 1, 1, 2)
    present = subjects[..., 2:3] > ABSENT_RADIUS
    offset = (subjects[..., 0:2] - centre) * 2
    rest = torch.cat((subjects[..., 2:3] * 2, subjects[..., 3:6]), -1).expand(-1, -1, rows, cols, -1, -1, -1)
    absent = torch.tensor([0, 0, 0, 0, 0, -1.0])
    subjects = torch.where(present, torch.cat((offset, rest), -1), absent).flatten(4)
    camera = sub[..., 12:15].flatten(4).expand(-1, -1, rows, cols, -1)
    return torch.cat((subjects, camera), -1).flatten(1, 3)


def token_centres(rows: int, cols: int) -> Tensor:
    """(cx, cy) of each token [rows,cols,2]; x spans -cols/rows .. cols/rows, y spans -1 .. 1."""
    y = (2 * torch.arange(rows) + 1) / rows - 1
    x = ((2 * torch.arange(cols) + 1) / cols - 1) * cols / rows
    return torch.stack((x[None].expand(rows, -1), y[:, None].expand(-1, cols)), -1)
