"""Training of the refiners: from images decoded from noisy true tokens to the rendered images."""

import math
import random
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from .background import BackgroundCodec
from .config import STARTER
from .data import background_video, layer_pictures, mouths_of, noisy_words, put
from .layers import LayerCodec, subframes_of
from .records import WorldStream
from .refiner import RefineNet, layer_cond
from .train_text_planner import BF16
from .text import TextEncoder, Tokenizer, pad
from .trainer import Trainer

NOISY = 0.5  # share of samples with noisy tokens


@dataclass
class Pictures:
    """Ring of scenes with their images and tokens. Reads a stream with layers and without frames."""

    stream: WorldStream
    background: BackgroundCodec
    layers: LayerCodec
    tokenizer: Tokenizer
    text: TextEncoder
    rng: random.Random
    capacity: int = 400
    scenes: list["Scene"] = field(default_factory=list)
    added: int = 0

    def draw(self, count: int) -> list["Scene"]:
        """Draws random scenes after reading a new one (96 at first)."""
        for _ in range(1 if self.added else 96):
            put(self.scenes, self.added, self.capacity, self.next())
            self.added += 1
        return self.rng.choices(self.scenes, k=count)

    @torch.no_grad()
    def next(self) -> "Scene":
        record = next(self.stream)
        background, pictures, mouth = background_video(record), layer_pictures(record), mouths_of(record)
        words = noisy_words(self.tokenizer.encode(self.rng.choice(record.wordings)), self.rng)
        scene, subjects = self.text.slot_probs(self.text(*pad([words])))
        return Scene(
            background=subframes_of(torch.from_numpy(record.background)),
            z=self.background.encode(background[None])[0].half(),
            pictures=subframes_of(torch.from_numpy(record.layers)).transpose(1, 2),
            tokens=self.layers.encode(pictures, mouth).half(),
            mouth=mouth,
            scene=scene[0],
            subjects=subjects[0],
        )


@dataclass
class Scene:
    background: Tensor  # u8 [T,4,H,W,4]
    z: Tensor  # [T,h,w,C]
    pictures: Tensor  # u8 [T,n,4,S,S,4]
    tokens: Tensor  # [T,n,layer dim]
    mouth: Tensor  # [T,n,4]
    scene: Tensor  # slot probabilities of one of its captions [SCENE_CLASSES]
    subjects: Tensor  # [3,SUBJECT_CLASSES]


class RefinerTrainer(Trainer):
    """Trains a refiner. Subclasses define the sample."""

    muon_lr, adam_lr = 0.002, 1e-3
    most_noise: float

    def __init__(self, state: Path, pictures: Pictures):
        self.pictures = pictures
        self.start(RefineNet(getattr(STARTER, self.name)), state)

    def sample(self) -> tuple[Tensor, Tensor, Tensor]:
        """Returns decoded images [n,4,H,W,4], rendered ones, and the conditioning [n,cond]."""
        raise NotImplementedError

    def weight(self, truth: Tensor) -> Tensor | float:
        """Returns the loss weight per pixel."""
        return 1.0

    def loss(self) -> tuple[Tensor, dict]:
        with torch.no_grad():
            rough, truth, cond = self.sample()
        with torch.autocast("cpu", BF16):
            refined = self.model(rough, cond).float()
        error = refined - truth
        loss = (error.abs() * self.weight(truth)).mean() + error.pow(2).mean() + 0.5 * slopes(error)
        mse = [it.pow(2).mean().item() for it in (rough - truth, error)]
        return loss, {"psnr_gain": 10 * math.log10(mse[0] / mse[1])}

    def noisy(self, tokens: Tensor) -> Tensor:
        """Adds noise to half of the tokens [n,...]."""
        each = (len(tokens),) + (1,) * (tokens.ndim - 1)
        sigma = torch.rand(each) * self.most_noise * (torch.rand(each) < NOISY)
        return tokens + sigma * torch.randn_like(tokens)


class BackgroundRefinerTrainer(RefinerTrainer):
    """Trains on squares of 64 x 64 pixels of the plate."""

    name, share, samples_per_step = "background_refiner", 0.05, 24
    most_noise = 0.15
    side = 4  # patches

    def sample(self) -> tuple[Tensor, Tensor, Tensor]:
        rng, parts = self.pictures.rng, []
        for scene in self.pictures.draw(self.samples_per_step):
            frame, *corner = rng.randrange(len(scene.z)), *(rng.randrange(n - self.side + 1) for n in scene.z.shape[1:3])
            patches = tuple(slice(at, at + self.side) for at in corner)
            pixels = tuple(slice(16 * at, 16 * (at + self.side)) for at in corner)
            first = torch.tensor(frame == 0)
            parts.append((scene.background[frame][:, *pixels].float() / 255, scene.z[frame][patches].float(), scene.scene, first))
        truth, z, cond, first = map(torch.stack, zip(*parts))
        truth[..., :3] = truth[..., :3] * 2 - 1
        rough = self.pictures.background(self.noisy(z))
        rough[first] = rough[first].mean(1, keepdim=True)
        return rough, truth, cond


class LayerRefinerTrainer(RefinerTrainer):
    """Trains on subjects in their canonical frames."""

    name, share, samples_per_step = "layer_refiner", 0.10, 32
    most_noise = 0.2

    def sample(self) -> tuple[Tensor, Tensor, Tensor]:
        rng, parts = self.pictures.rng, []
        for scene in self.pictures.draw(self.samples_per_step):
            frame, subject = rng.randrange(len(scene.tokens)), rng.randrange(scene.tokens.shape[1])
            row = scene.pictures[frame, subject].float() / 255, scene.tokens[frame, subject].float()
            parts.append((*row, scene.mouth[frame, subject], scene.subjects[subject]))
        truth, tokens, mouth, slots = map(torch.stack, zip(*parts))
        tokens = self.noisy(tokens)
        return self.pictures.layers(tokens, mouth), truth, layer_cond(mouth, slots, tokens)

    def weight(self, truth: Tensor) -> Tensor:
        """Weights pixels that differ from their mean over the sub-frames more: mouths and feet are small."""
        return 1 + 4 * (truth - truth.mean(1, keepdim=True)).abs().amax(-1, keepdim=True)


def slopes(error: Tensor) -> Tensor:
    """Returns the mean gradient error of images [n,4,H,W,c], which rewards sharpness."""
    return error.diff(dim=-2).abs().mean() + error.diff(dim=-3).abs().mean()
