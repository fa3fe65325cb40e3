"""The DiT: denoises background, sound and layer tokens in one sequence, conditioned on text, slots and plan."""

import torch
from torch import Tensor, nn

from .config import ABSENT_RADIUS, LAYER_FEATURES, PLAN_DIM, PLAN_FEATURES, SCENE_CLASSES, SOUND_DIM, SUBFRAMES, SUBJECT_CLASSES, SUBJECT_DIM, SUBJECTS
from .config import Background, LayerCode, Wan
from .plate import cameras_of, to_world
from .text import SlotProbs
from .wan import Block, ConditionEmbedder, Head, Rope, rope_table

LAYER_POSITION = 16  # rotary row and column of subject 0; background tokens stay below

ConditioningMask = tuple[Tensor, Tensor, Tensor]  # video [B,T*rows*cols], sound [B,T], layers [B,(T+1)*3]: true where a token is known


class Dit(nn.Module):
    """Predicts the clean tokens x0 from z = (1-t) x0 + t noise."""

    def __init__(self, cfg: Wan, background: Background = Background(), layers: LayerCode = LayerCode()):
        super().__init__()
        self.cfg = cfg
        token = background.token_dim
        self.patch_embedding = nn.Linear(token, cfg.dim)
        self.sound_embedding = nn.Linear(SOUND_DIM, cfg.dim)
        self.layer_embedding = nn.Linear(layers.dim, cfg.dim)
        self.plan_embedding = nn.Linear(PLAN_FEATURES, cfg.dim)
        self.sound_plan_embedding = nn.Linear(PLAN_DIM + 1, cfg.dim)
        self.layer_plan_embedding = nn.Linear(LAYER_FEATURES, cfg.dim)
        self.modality = nn.Parameter(torch.randn(2 + SUBJECTS, cfg.dim) * 0.02)
        self.condition_embedder = ConditionEmbedder(cfg)
        self.blocks = nn.ModuleList(Block(cfg) for _ in range(cfg.layers))
        self.head = Head(cfg)
        self.scale_shift_table = nn.Parameter(torch.randn(1, 2, cfg.dim) / cfg.dim**0.5)
        self.proj_out = nn.Linear(cfg.dim, token)
        self.sound_out = nn.Linear(cfg.dim, SOUND_DIM)
        self.layer_out = nn.Linear(cfg.dim, layers.dim)
        self.scene_embedding = nn.Linear(SCENE_CLASSES, cfg.dim, bias=False)
        self.subject_embedding = nn.Linear(SUBJECT_CLASSES, cfg.dim, bias=False)

    def forward(
        self,
        video: Tensor,
        sound: Tensor,
        layers: Tensor,
        t: Tensor,
        text: Tensor,
        slots: SlotProbs,
        plan: Tensor,
        grid: tuple[int, int, int],
        known: ConditioningMask,
        plate: Tensor,
        text_mask: Tensor | None = None,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Predicts the clean video, sound and layer tokens.

        video [B,T*rows*cols,token_dim], sound [B,T,SOUND_DIM], layers [B,(T+1)*3,layer dim], t [B], text [B,n,text_dim], plan [B,T,PLAN_DIM].
        grid is (T, rows, cols) in tokens and covers the plate [B,3]. Layers are ordered (latent frame, subject); those before the first
        frame are references, or zeros. text_mask [B,n] is true on real text rows.
        """
        subject = self.modality[2:].repeat(grid[0] + 1, 1)
        flags = [part.to(plan.dtype)[..., None] for part in known]
        planned = plan_features(plan, grid, plate), plan, layer_features(plan)
        video_plan, sound_plan, layer_plan = (torch.cat(pair, -1) for pair in zip(planned, flags))
        scene = self.scene_embedding(slots[0])[:, None]
        subject = subject + self.subject_embedding(slots[1]).repeat(1, grid[0] + 1, 1)
        parts = (
            self.patch_embedding(video) + self.plan_embedding(video_plan) + self.modality[0],
            self.sound_embedding(sound) + self.sound_plan_embedding(sound_plan) + self.modality[1],
            self.layer_embedding(layers) + self.layer_plan_embedding(layer_plan) + subject,
        )
        x = (torch.cat(parts, 1) + scene).float()
        temb, temb6, context = self.condition_embedder(t, text)
        rope = rope_for(grid, self.cfg.dim // self.cfg.heads)
        mask = None if text_mask is None else text_mask[:, None, None, :]
        for block in self.blocks:
            x = block(x, context, temb6, rope, mask)
        x = self.head(x, self.scale_shift_table, temb)
        video, sound, layers = x.split([part.shape[1] for part in parts], 1)
        return self.proj_out(video).float(), self.sound_out(sound).float(), self.layer_out(layers).float()


def rope_for(grid: tuple[int, int, int], head_dim: int) -> Rope:
    """Returns the rotary tables of a sequence.

    Background tokens are at (frame, row, column), the sound token of frame j at (j, 0, 0), subject s at (j, 16 + s, 16 + s), its reference at j = -1.
    """
    frames, rows, cols = (torch.arange(n) for n in grid)
    video = torch.cartesian_prod(frames, rows, cols)
    sound = torch.stack((frames, 0 * frames, 0 * frames), 1)
    subjects = torch.cartesian_prod(torch.arange(-1, grid[0]), LAYER_POSITION + torch.arange(SUBJECTS))
    return rope_table(torch.cat((video, sound, subjects[:, [0, 1, 1]])), head_dim)


def plan_features(plan: Tensor, grid: tuple[int, int, int], plate: Tensor) -> Tensor:
    """Returns the conditioning [B,T*rows*cols,PLAN_FEATURES-1] of background tokens from a plan [B,T,PLAN_DIM] and plates [B,3].

    In world units: per sub-frame and subject (x-cx)*2, (y-cy)*2, r*2, cos, sin, visible, relative to the token's centre; then the
    plate and the token's position. A subject with a radius up to ABSENT_RADIUS is zeros with visible = -1.
    """
    frames, rows, cols = grid
    subjects, _ = split_plan(plan)
    views = cameras_of(plan)[..., None, :]
    where = to_world(subjects[..., :2], views)
    size = subjects[..., 2:3] / views[..., 2:]
    centre = to_world(token_centres(rows, cols), plate[:, None, None])
    offset = (where[:, :, None, None] - centre[:, None, :, :, None, None]) * 2
    rest = torch.cat((size * 2, subjects[..., 3:6]), -1)[:, :, None, None].expand(-1, -1, rows, cols, -1, -1, -1)
    absent, there = torch.tensor([0, 0, 0, 0, 0, -1.0]), subjects[:, :, None, None, ..., 2:3] > ABSENT_RADIUS
    seen = torch.where(there, torch.cat((offset, rest), -1), absent).flatten(4)
    fixed = torch.cat(((plate - torch.tensor([0, 0, 1.0]))[:, None, None].expand(-1, rows, cols, -1), position_features(centre)), -1)
    return torch.cat((seen, fixed[:, None].expand(-1, frames, -1, -1, -1)), -1).flatten(1, 3)


def position_features(centre: Tensor) -> Tensor:
    """Returns [...,POSITION_FEATURES] of centres [...,2]: x, y, then per octave k = 0, 1, 2 the sin and cos of 2^k pi/2 times both."""
    waves = [wave(centre * torch.pi / 2 * 2**k) for k in range(3) for wave in (torch.sin, torch.cos)]
    return torch.cat((centre, *waves), -1)


def layer_features(plan: Tensor) -> Tensor:
    """Returns the conditioning [B,(T+1)*3,LAYER_FEATURES-1] of layer tokens: the subject with a doubled radius, then the camera.

    References have the features of an absent subject.
    """
    subjects, camera = split_plan(torch.cat((torch.zeros_like(plan[:, :1]), plan), 1))
    scale, absent = torch.ones(SUBJECT_DIM), torch.zeros(SUBJECT_DIM)
    scale[2], absent[5] = 2, -1
    subjects = torch.where(subjects[..., 2:3] > ABSENT_RADIUS, subjects * scale, absent)
    own = subjects.transpose(2, 3).flatten(3)
    return torch.cat((own, camera.flatten(2)[:, :, None].expand(-1, -1, SUBJECTS, -1)), -1).flatten(1, 2)


def split_plan(plan: Tensor) -> tuple[Tensor, Tensor]:
    """Splits a plan [B,T,PLAN_DIM] into subjects [B,T,4,3,SUBJECT_DIM] and camera [B,T,4,3]."""
    sub = plan.unflatten(-1, (SUBFRAMES, -1))
    subjects = SUBJECTS * SUBJECT_DIM
    return sub[..., :subjects].unflatten(-1, (SUBJECTS, SUBJECT_DIM)), sub[..., subjects : subjects + 3]


def token_centres(rows: int, cols: int) -> Tensor:
    """Returns the screen centres [rows,cols,2] of the tokens; x spans -cols/rows .. cols/rows, y spans -1 .. 1."""
    y = (2 * torch.arange(rows) + 1) / rows - 1
    x = ((2 * torch.arange(cols) + 1) / cols - 1) * cols / rows
    return torch.stack((x[None].expand(rows, -1), y[:, None].expand(-1, cols)), -1)
