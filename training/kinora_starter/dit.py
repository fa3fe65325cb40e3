"""The DiT: grid latents, sound tokens and subjects' layers denoised in one sequence, steered by text and by the plan."""

import torch
from torch import Tensor, nn

from config import ABSENT_RADIUS, LAYER_FEATURES, PLAN_DIM, PLAN_FEATURES, SAID_OF_SCENE, SAID_OF_SUBJECT, SOUND_DIM, SUBJECT_DIM, SUBJECTS
from config import Latents, LayerCode, Wan
from stage import cameras_of, to_world
from text import Said
from wan import Block, ConditionEmbedder, Head, Rope, rope_table

LAYER_POSITION = 16  # rows and columns from here on are the subjects'

Given = tuple[Tensor, Tensor, Tensor]  # video [B,T*rows*cols], sound [B,T], layers [B,(T+1)*3]: true where a token is already clean


class Dit(nn.Module):
    """Predicts the clean tokens x0 from z = (1-t) x0 + t noise."""

    def __init__(self, cfg: Wan, latents: Latents = Latents(), layers: LayerCode = LayerCode()):
        super().__init__()
        self.cfg = cfg
        token = latents.channels * latents.token**2
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
        self.scene_embedding = nn.Linear(SAID_OF_SCENE, cfg.dim, bias=False)
        self.subject_embedding = nn.Linear(SAID_OF_SUBJECT, cfg.dim, bias=False)

    def forward(
        self,
        video: Tensor,
        sound: Tensor,
        layers: Tensor,
        t: Tensor,
        text: Tensor,
        said: Said,
        plan: Tensor,
        grid: tuple[int, int, int],
        given: Given,
        stage: Tensor,
        text_mask: Tensor | None = None,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """video [B,T*rows*cols,192], sound [B,T,40], layers [B,(T+1)*3,384], t [B], text [B,n,256], plan [B,T,116] -> x0 of the first three.

        grid is (T, rows, cols) in tokens and covers the stage [B,3]. Layers are ordered (latent frame, subject); those before the first frame are
        references: what a subject looks like elsewhere, or zeros. given says per token of each part whether it is already
        clean: 1, or 0. text_mask [B,n] is true where a text row is real; what it comes to is said once more, to whom it concerns.
        """
        subject = self.modality[2:].repeat(grid[0] + 1, 1)
        flags = [part.to(plan.dtype)[..., None] for part in given]
        planned = plan_features(plan, grid, stage), plan, layer_features(plan)
        video_plan, sound_plan, layer_plan = (torch.cat(pair, -1) for pair in zip(planned, flags))
        scene = self.scene_embedding(said[0])[:, None]
        subject = subject + self.subject_embedding(said[1]).repeat(1, grid[0] + 1, 1)
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
    """Grid tokens at (frame, row, column), the sound token of frame j at (j, 0, 0), subject s at (j, 16 + s, 16 + s), its reference at j = -1."""
    frames, rows, cols = (torch.arange(n) for n in grid)
    video = torch.cartesian_prod(frames, rows, cols)
    sound = torch.stack((frames, 0 * frames, 0 * frames), 1)
    subjects = torch.cartesian_prod(torch.arange(-1, grid[0]), LAYER_POSITION + torch.arange(SUBJECTS))
    return rope_table(torch.cat((video, sound, subjects[:, [0, 1, 1]])), head_dim)


def plan_features(plan: Tensor, grid: tuple[int, int, int], stage: Tensor) -> Tensor:
    """plan [B,T,116], stage [B,3] -> [B,T*rows*cols,89]: subjects relative to each token's centre, the stage, then where the token is.

    All in units of the world, where the place stands still. Per sub-frame k and subject s: (x-cx)*2, (y-cy)*2, r*2, cos,
    sin, visible. A subject whose radius is not above ABSENT_RADIUS is zeros with visible = -1.
    """
    frames, rows, cols = grid
    subjects, _ = split_plan(plan)
    views = cameras_of(plan)[..., None, :]
    where = to_world(subjects[..., :2], views)
    size = subjects[..., 2:3] / views[..., 2:]
    centre = to_world(token_centres(rows, cols), stage[:, None, None])
    offset = (where[:, :, None, None] - centre[:, None, :, :, None, None]) * 2
    rest = torch.cat((size * 2, subjects[..., 3:6]), -1)[:, :, None, None].expand(-1, -1, rows, cols, -1, -1, -1)
    absent, there = torch.tensor([0, 0, 0, 0, 0, -1.0]), subjects[:, :, None, None, ..., 2:3] > ABSENT_RADIUS
    seen = torch.where(there, torch.cat((offset, rest), -1), absent).flatten(4)
    fixed = torch.cat(((stage - torch.tensor([0, 0, 1.0]))[:, None, None].expand(-1, rows, cols, -1), position_features(centre)), -1)
    return torch.cat((seen, fixed[:, None].expand(-1, frames, -1, -1, -1)), -1).flatten(1, 3)


def position_features(centre: Tensor) -> Tensor:
    """[...,2] -> [...,14]: the centre (x, y), then per octave k = 0, 1, 2 sin x, sin y, cos x, cos y of 2^k pi/2 times the centre."""
    waves = [wave(centre * torch.pi / 2 * 2**k) for k in range(3) for wave in (torch.sin, torch.cos)]
    return torch.cat((centre, *waves), -1)


def layer_features(plan: Tensor) -> Tensor:
    """plan [B,T,116] -> [B,(T+1)*3,44]: each subject's own numbers with its radius doubled, then the camera; references are nowhere."""
    subjects, camera = split_plan(torch.cat((torch.zeros_like(plan[:, :1]), plan), 1))
    scale, absent = torch.ones(SUBJECT_DIM), torch.zeros(SUBJECT_DIM)
    scale[2], absent[5] = 2, -1
    subjects = torch.where(subjects[..., 2:3] > ABSENT_RADIUS, subjects * scale, absent)
    own = subjects.transpose(2, 3).flatten(3)
    return torch.cat((own, camera.flatten(2)[:, :, None].expand(-1, -1, SUBJECTS, -1)), -1).flatten(1, 2)


def split_plan(plan: Tensor) -> tuple[Tensor, Tensor]:
    """plan [B,T,116] -> subjects [B,T,4,3,8] and camera [B,T,4,3]."""
    sub = plan.unflatten(-1, (4, -1))
    subjects = SUBJECTS * SUBJECT_DIM
    return sub[..., :subjects].unflatten(-1, (SUBJECTS, SUBJECT_DIM)), sub[..., subjects : subjects + 3]


def token_centres(rows: int, cols: int) -> Tensor:
    """(cx, cy) of each token on its screen [rows,cols,2]; x spans -cols/rows .. cols/rows, y spans -1 .. 1."""
    y = (2 * torch.arange(rows) + 1) / rows - 1
    x = ((2 * torch.arange(cols) + 1) / cols - 1) * cols / rows
    return torch.stack((x[None].expand(rows, -1), y[:, None].expand(-1, cols)), -1)
