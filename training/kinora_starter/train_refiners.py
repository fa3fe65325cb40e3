"""The stages of the networks that refine pictures: true tokens, a little noisy as the video model's are, and what they should have looked like."""

import math
import random
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from config import STARTER
from data import Stream, ground_video, layer_pictures, mouths_of, noisy_words, put
from decoder import Decoder, RefineNet
from layers import LayerDecoder, subframes_of
from render import layer_told
from stages import BF16
from text import TextEncoder, Tokenizer, pad
from trainer import Stage

NOISY = 0.5  # share of samples whose tokens are


@dataclass
class Pictures:
    """A ring of scenes with their pictures and their tokens. The stream has layers, and needs no frames."""

    stream: Stream
    decoder: Decoder
    layers: LayerDecoder
    tokenizer: Tokenizer
    text: TextEncoder
    rng: random.Random
    capacity: int = 400
    scenes: list["Scene"] = field(default_factory=list)
    added: int = 0

    def draw(self, count: int) -> list["Scene"]:
        """Random scenes, after a new one (more at first)."""
        for _ in range(1 if self.added else 96):
            put(self.scenes, self.added, self.capacity, self.next())
            self.added += 1
        return self.rng.choices(self.scenes, k=count)

    @torch.no_grad()
    def next(self) -> "Scene":
        record = next(self.stream)
        ground, pictures, mouth = ground_video(record), layer_pictures(record), mouths_of(record)
        words = noisy_words(self.tokenizer.encode(self.rng.choice(record.wordings)), self.rng)
        scene, subjects = self.text.said(self.text(*pad([words])))
        return Scene(
            ground=subframes_of(torch.from_numpy(record.ground)),
            z=self.decoder.encode(ground[None])[0].half(),
            pictures=subframes_of(torch.from_numpy(record.layers)).transpose(1, 2),
            tokens=self.layers.encode(pictures, mouth).half(),
            mouth=mouth,
            scene=scene[0],
            subjects=subjects[0],
        )


@dataclass
class Scene:
    ground: Tensor  # u8 [T,4,H,W,4]
    z: Tensor  # [T,h,w,48]
    pictures: Tensor  # u8 [T,n,4,S,S,4]
    tokens: Tensor  # [T,n,384]
    mouth: Tensor  # [T,n,4]
    scene: Tensor  # what one of its captions says [22]
    subjects: Tensor  # [3,51]


class RefinerStage(Stage):
    """Subclasses say what a sample is."""

    muon_lr, adam_lr = 0.002, 1e-3
    most_noise: float

    def __init__(self, state: Path, pictures: Pictures):
        self.pictures = pictures
        self.start(RefineNet(getattr(STARTER, self.name)), state)

    def sample(self) -> tuple[Tensor, Tensor, Tensor]:
        """Rough pictures [n,4,H,W,4], the true ones, and what the network is told of them [n,told]."""
        raise NotImplementedError

    def weight(self, truth: Tensor) -> Tensor | float:
        """How much each pixel counts."""
        return 1.0

    def loss(self) -> tuple[Tensor, dict]:
        with torch.no_grad():
            rough, truth, told = self.sample()
        with torch.autocast("cpu", BF16):
            refined = self.model(rough, told).float()
        error = refined - truth
        loss = (error.abs() * self.weight(truth)).mean() + error.pow(2).mean() + 0.5 * slopes(error)
        mse = [it.pow(2).mean().item() for it in (rough - truth, error)]
        return loss, {"psnr_gain": 10 * math.log10(mse[0] / mse[1])}

    def noisy(self, tokens: Tensor) -> Tensor:
        """tokens [n,...], half of them with some noise."""
        each = (len(tokens),) + (1,) * (tokens.ndim - 1)
        sigma = torch.rand(each) * self.most_noise * (torch.rand(each) < NOISY)
        return tokens + sigma * torch.randn_like(tokens)


class PlaceRefinerStage(RefinerStage):
    """Squares of 64 x 64 pixels of the stage."""

    name, share, samples_per_step = "place_refiner", 0.05, 24
    most_noise = 0.15
    side = 4  # patches

    def sample(self) -> tuple[Tensor, Tensor, Tensor]:
        rng, parts = self.pictures.rng, []
        for scene in self.pictures.draw(self.samples_per_step):
            frame, *corner = rng.randrange(len(scene.z)), *(rng.randrange(n - self.side + 1) for n in scene.z.shape[1:3])
            patches = tuple(slice(at, at + self.side) for at in corner)
            pixels = tuple(slice(16 * at, 16 * (at + self.side)) for at in corner)
            first = torch.tensor(frame == 0)
            parts.append((scene.ground[frame][:, *pixels].float() / 255, scene.z[frame][patches].float(), scene.scene, first))
        truth, z, told, first = map(torch.stack, zip(*parts))
        truth[..., :3] = truth[..., :3] * 2 - 1
        rough = self.pictures.decoder(self.noisy(z))
        rough[first] = rough[first].mean(1, keepdim=True)
        return rough, truth, told


class LayerRefinerStage(RefinerStage):
    """Subjects in their own frames."""

    name, share, samples_per_step = "layer_refiner", 0.10, 32
    most_noise = 0.2

    def sample(self) -> tuple[Tensor, Tensor, Tensor]:
        rng, parts = self.pictures.rng, []
        for scene in self.pictures.draw(self.samples_per_step):
            frame, subject = rng.randrange(len(scene.tokens)), rng.randrange(scene.tokens.shape[1])
            row = scene.pictures[frame, subject].float() / 255, scene.tokens[frame, subject].float()
            parts.append((*row, scene.mouth[frame, subject], scene.subjects[subject]))
        truth, tokens, mouth, said = map(torch.stack, zip(*parts))
        tokens = self.noisy(tokens)
        return self.pictures.layers(tokens, mouth), truth, layer_told(mouth, said, tokens)

    def weight(self, truth: Tensor) -> Tensor:
        """Mouths and feet are small and move: what differs from its own mean counts more."""
        return 1 + 4 * (truth - truth.mean(1, keepdim=True)).abs().amax(-1, keepdim=True)


def slopes(error: Tensor) -> Tensor:
    """How much pictures [n,4,H,W,c] differ from pixel to pixel otherwise than they should: sharpness counts."""
    return error.diff(dim=-2).abs().mean() + error.diff(dim=-3).abs().mean()
