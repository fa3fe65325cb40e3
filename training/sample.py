"""A sentence becomes latents, frames and sound tokens, in PyTorch: what the Rust pipeline does, for evaluation."""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from config import PLAN_DIM, SOUND_DIM, STARTER, SUBJECTS, Sampler
from data import Record, ground_video, layer_pictures, stack_layers
from decoder import Decoder, LayerRefineNet, RefineNet, from_tokens
from dit import Dit
from flow import euler
from layers import LayerDecoder
from planner import Planner
from stages import new_dit, new_planner, round_trip, trained_text
from text import TextEncoder, Tokenizer, pad
from trainer import averaged


@dataclass
class Networks:
    tokenizer: Tokenizer
    text: TextEncoder
    planner: Planner
    dit: Dit
    decoder: Decoder
    layers: LayerDecoder
    layer_refiner: LayerRefineNet
    refiner: RefineNet

    @staticmethod
    def load(state: Path) -> "Networks":
        """The averaged weights of every stage in a training folder."""
        tokenizer = load_tokenizer(state)
        return Networks(
            tokenizer,
            trained_text(state / "text.pt", len(tokenizer.words)),
            averaged(state / "planner.pt", new_planner()),
            averaged(state / "dit.pt", new_dit()),
            load_decoder(state),
            load_layers(state),
            averaged(state / "layer_refiner.pt", LayerRefineNet(STARTER.layer_refiner)),
            averaged(state / "refiner.pt", RefineNet(STARTER.refiner)),
        )

    def parts(self) -> dict[str, nn.Module]:
        """The networks by their prefixes in the weight file."""
        parts = {"text": self.text, "planner": self.planner, "dit": self.dit}
        parts |= {"decoder": self.decoder, "layers": self.layers}
        return parts | {"layer_refine": self.layer_refiner, "refine": self.refiner}

    @torch.no_grad()
    def encode(self, captions: list[str]) -> tuple[Tensor, Tensor]:
        ids, mask = pad([self.tokenizer.encode(caption) for caption in captions])
        return self.text(ids, mask), mask

    @torch.no_grad()
    def plan(self, captions: list[str], latent_frames: int, seed: int, sampler: Sampler = STARTER.sampler) -> Tensor:
        text, mask = self.encode(captions)
        noise = torch.randn(len(captions), latent_frames, PLAN_DIM, generator=torch.Generator().manual_seed(seed))
        x0 = lambda z, t: (self.planner(z, t, text, mask),)
        return euler(x0, (noise,), sampler.planner_steps, sampler.planner_shift)[0]

    @torch.no_grad()
    def render(
        self, captions: list[str], plan: Tensor, seed: int, size: tuple[int, int] = (128, 128), sampler: Sampler = STARTER.sampler
    ) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
        """Latents [B,T,h,w,48], sound tokens [B,T,40] and layers [B,T,3,276] of a plan [B,T,116]."""
        text, mask = self.encode(captions)
        null, null_mask = self.encode([""] * len(captions))
        count, frames = plan.shape[:2]
        grid = frames, size[1] // 32, size[0] // 32
        generator = torch.Generator().manual_seed(seed)
        video = torch.randn(count, frames * grid[1] * grid[2], 192, generator=generator)
        sound = torch.randn(count, frames, SOUND_DIM, generator=generator)
        layers = torch.randn(count, frames * SUBJECTS, STARTER.layers.dim, generator=generator)

        def x0(*z: Tensor) -> tuple[Tensor, ...]:
            with torch.autocast("cpu", torch.bfloat16):
                guided = self.dit(*z, text, plan, grid, mask)
                if sampler.guidance_scale == 1:
                    return guided
                free = self.dit(*z, null, plan, grid, null_mask)
            return tuple(b + sampler.guidance_scale * (a - b) for a, b in zip(guided, free))

        video, sound, layers = euler(x0, (video, sound, layers), sampler.steps, sampler.shift)
        return from_tokens(video, grid), sound, layers.unflatten(1, (-1, SUBJECTS))

    @torch.no_grad()
    def base(self, z: Tensor, layers: Tensor, plan: Tensor) -> Tensor:
        """Latents, layers and their plan -> frames [B,F,3,H,W] before the refiner."""
        decoders = self.decoder, self.layers
        return torch.stack([round_trip(*decoders, *clip, layer_refiner=self.layer_refiner) for clip in zip(z, layers, plan)])

    @torch.no_grad()
    def frames(self, z: Tensor, layers: Tensor, plan: Tensor) -> Tensor:
        """Latents, layers and their plan -> frames [B,F,3,H,W]."""
        return self.refined(self.base(z, layers, plan))

    @torch.no_grad()
    def refined(self, base: Tensor) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            return self.refiner(base).float().clamp(-1, 1)


@torch.no_grad()
def encoded(networks: Networks, record: Record) -> tuple[Tensor, Tensor]:
    """The true latents [1,T,h,w,48] and layers [1,T,3,276] of a scene."""
    layers = stack_layers([networks.layers.encode(layer_pictures(record))])[0]
    return networks.decoder.encode(ground_video(record)[None]), layers.unflatten(1, (-1, SUBJECTS))


def load_tokenizer(state: Path) -> Tokenizer:
    return Tokenizer(json.loads((state / "tokenizer.json").read_text())["words"])


def load_decoder(state: Path) -> Decoder:
    decoder = Decoder()
    decoder.load_state_dict(load_file(state / "latents.safetensors"))
    return decoder


def load_layers(state: Path) -> LayerDecoder:
    layers = LayerDecoder()
    layers.load_state_dict(load_file(state / "layers.safetensors"))
    return layers
