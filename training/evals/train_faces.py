"""Trains the face networks on renders of training people, with blur and light as augmentation."""

import random
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from kinora_starter.data import put
from kinora_starter.records import Record, world_records
from kinora_starter.trainer import Trainer, averaged

from .timed_training import by_the_clock
from .faces import EMBEDDING, FACE_SIDE, MOUTH_SIDE, Faces, cut_faces, faces_of, for_finder, mouths_of

FIRST_SEED = 9 << 32  # no other stage reads these
TURN = 5_000  # people of training, who appear in turn
PEOPLE = 1_250  # of them who are learned: to know somebody in every pose, light and style takes several clips of everybody
SHOWN = ((1, 19), (4, 23), (8, 27), (13, 31))  # frames of each clip that are drawn, in turn
LINES_PER_BATCH = 96  # pictures
MARGIN, SHARPNESS = 0.15, 24.0
GENE_WEIGHT = 40.0


class Learning(nn.Module):
    """The face networks with their training heads: a direction per person, and the head measures."""

    def __init__(self, genes: int):
        super().__init__()
        self.faces = Faces()
        self.people = nn.Parameter(torch.randn(PEOPLE, EMBEDDING) * 0.1)
        self.genes = nn.Linear(EMBEDDING, genes)


class FacesStage(Trainer):
    """Trains finder, mouth reader and recogniser; crops and light of an image vary each time."""

    name, share, samples_per_step = "faces", 1.0, LINES_PER_BATCH
    adam_lr, ema_decay = 2e-3, 0.998
    fresh, capacity = 12, 20_000  # clips; pictures

    def __init__(self, state: Path, cli: str, seed: int):
        self.rng, self.random = random.Random(seed), np.random.default_rng(seed)
        self.stream = people(cli, seed)
        self.pictures, self.added = [], 0
        head = next(self.stream)
        self.start(Learning(len(head.meta["genes"])).to(memory_format=torch.channels_last), state)

    def loss(self) -> tuple[Tensor, dict]:
        for record in islice(self.stream, self.fresh if self.added else 8 * self.fresh):
            for picture in pictures_of(record):
                put(self.pictures, self.added, self.capacity, picture)
                self.added += 1
        picked = self.rng.choices(self.pictures, k=LINES_PER_BATCH)
        frames, points, opening, who, genes = (np.stack(column) for column in zip(*picked))
        with torch.autocast("cpu", torch.bfloat16):
            return self.losses(frames, points, *(torch.from_numpy(column) for column in (opening, who, genes)))

    def losses(self, frames: np.ndarray, points: np.ndarray, opening: Tensor, who: Tensor, genes: Tensor) -> tuple[Tensor, dict]:
        model, truth = self.model, torch.from_numpy(points)
        found = model.faces.finder(relit(for_finder(frames)))
        near = points + self.random.normal(0, 0.018, points.shape).astype(np.float32)  # as the finder errs
        near += self.random.normal(0, 0.012, (len(points), 1, 2)).astype(np.float32)
        mouths = relit(cut_faces(frames, mouths_of(near), MOUTH_SIDE))
        crops = relit(cut_faces(frames, faces_of(near), FACE_SIDE))
        features = model.faces.who(crops)
        out = {
            "find": 40 * F.smooth_l1_loss(found, truth, beta=0.05),
            "mouth": 10 * F.mse_loss(model.faces.mouth(mouths), opening),
            "genes": GENE_WEIGHT * F.mse_loss(model.genes(features).float(), genes),
        }
        cosine = F.normalize(features, dim=1).float() @ F.normalize(model.people, dim=1).T
        margin = MARGIN * F.one_hot(who, PEOPLE)
        out["who"] = F.cross_entropy(SHARPNESS * (cosine - margin), who)
        measured = {name: value.item() for name, value in out.items()}
        measured["off"] = (found - truth).detach().norm(dim=-1).mean().item()
        measured["known"] = (cosine.argmax(1) == who).float().mean().item()
        measured["told"] = 1 - out["genes"].item() / GENE_WEIGHT / genes.var().item()
        return sum(out.values()), measured | {"pictures": self.added}


def people(cli: str, seed: int) -> Iterator[Record]:
    """Yields the training people repeatedly, each time in other scenes."""
    first = FIRST_SEED - FIRST_SEED % TURN + TURN * (seed % 100_000)
    for turn in count():
        flags = "--kinds heads,talk --in-turn --include-held-out --faces"  # held-out scenes, but never held-out people
        yield from world_records(cli, first + TURN * turn, SHOWN[turn % len(SHOWN)], PEOPLE, flags=flags, audio=False)


def pictures_of(record: Record) -> list[tuple]:
    """Returns (frame u8 [H,W,3], landmarks [3,2], opening, person, measures -1..1) of each picked frame."""
    out = []
    for frame, face in zip(record.frames, record.meta["faces"]):
        points = to_screen(face["key_points"], frame.shape)
        who = np.int64(record.spec["head"])
        out.append((frame, points, np.float32(face["mouth"]["open"]), who, np.float32(record.meta["genes"]) * 2 - 1))
    return out


def to_screen(key_points: dict, shape: tuple[int, ...]) -> np.ndarray:
    """Converts key points in pixels to left eye, right eye and mouth centre in screen units [3,2]."""
    mouth = np.mean([key_points["mouth_left"], key_points["mouth_right"]], 0)
    pixels = np.stack([key_points["left_eye"], key_points["right_eye"], mouth])
    half = shape[0] / 2
    return ((pixels - [shape[1] / 2, half]) / half).astype(np.float32)


def relit(x: Tensor) -> Tensor:
    """Augments images [n,3,s,s] in -1..1 with light, coarseness, blur or noise."""
    n = len(x)
    gain = torch.exp(0.15 * torch.randn(n, 1, 1, 1) + 0.05 * torch.randn(n, 3, 1, 1))
    x = ((x + 1) * gain - 1).clamp(-1, 1)
    worse = torch.rand(n) < 0.35
    if worse.any():
        some, side = x[worse], x.shape[-1]
        luck = random.random()
        if luck < 0.4:
            coarse = F.interpolate(some, scale_factor=random.uniform(0.4, 0.8), mode="area")
            some = F.interpolate(coarse, (side, side), mode="bilinear", align_corners=False)
        elif luck < 0.7:
            some = F.avg_pool2d(some, 3, 1, 1, count_include_pad=False)
        else:
            some = some + random.uniform(0.02, 0.12) * torch.randn_like(some)
        x = x.index_copy(0, worse.nonzero().squeeze(1), some)
    return x.contiguous(memory_format=torch.channels_last)


def trained_faces(out: Path) -> Faces:
    """Loads the networks with averaged weights, without the training heads."""
    genes = torch.load(out / "faces.pt", weights_only=True)["model"]["genes.bias"].shape[0]
    return averaged(out / "faces.pt", Learning(genes)).faces


def train_faces(minutes: float, out: Path, cli: str):
    """Trains or resumes, and saves every three minutes; the last quarter lowers the learning rate."""
    out.mkdir(parents=True, exist_ok=True)
    stage = FacesStage(out, cli, int(time.time()) % 100_000 * 1000)
    by_the_clock(stage, minutes, out / "faces.jsonl")
