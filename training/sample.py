"""A sentence becomes latents, frames and sound tokens, in PyTorch: what the Rust pipeline does, for evaluation."""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from config import PLAN_DIM, SOUND_DIM, STARTER, Sampler
from decoder import Decoder, RefineNet, from_tokens
from dit import Dit
from flow import euler
from planner import Planner
from stages import new_dit, new_planner, new_text_encoder
from text import TextEncoder, Tokenizer, pad
from trainer import averaged


@dataclass
class Networks:
    tokenizer: Tokenizer
    text: TextEncoder
    planner: Planner
    dit: Dit
    decoder: Decoder
    refiner: RefineNet

    @staticmethod
    def load(state: Path) -> "Networks":
        """The averaged weights of every stage in a training folder."""
        tokenizer = load_tokenizer(state)
        return Networks(
            tokenizer,
            averaged(state / "text.pt", new_text_encoder(len(tokenizer.words))),
            averaged(state / "planner.pt", new_planner()),
            averaged(state / "dit.pt", new_dit()),
            load_decoder(state),
            averaged(state / "refiner.pt", RefineNet(STARTER.refiner)),
        )

    def parts(self) -> dict[str, nn.Module]:
        """The networks by their prefixes in the weight file."""
        parts = {"text": self.text, "planner": self.planner, "dit": self.dit}
        return parts | {"decoder": self.decoder, "refine": self.refiner}

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
        self, captions: list[str], plan: Tensor, seed: int, planned: bool = True,
        size: tuple[int, int] = (128, 128), sampler: Sampler = STARTER.sampler,
    ) -> tuple[Tensor, Tensor]:  # fmt: skip
        """Latents [B,T,h,w,48] and sound tokens [B,T,40] of a plan [B,T,68]; planned=False drops the plan."""
        text, mask = self.encode(captions)
        null, null_mask = self.encode([""] * len(captions))
        count, frames = plan.shape[:2]
        grid = frames, size[1] // 32, size[0] // 32
        generator = torch.Generator().manual_seed(seed)
        video = torch.randn(count, frames * grid[1] * grid[2], 192, generator=generator)
        sound = torch.randn(count, frames, SOUND_DIM, generator=generator)
        keep = torch.full((count,), planned)

        def x0(video: Tensor, sound: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
            with torch.autocast("cpu", torch.bfloat16):
                guided = self.dit(video, sound, t, text, plan, grid, keep, mask)
                if sampler.guidance_scale == 1:
                    return guided
                free = self.dit(video, sound, t, null, plan, grid, keep, null_mask)
            return tuple(b + sampler.guidance_scale * (a - b) for a, b in zip(guided, free))

        video, sound = euler(x0, (video, sound), sampler.steps, sampler.shift)
        return from_tokens(video, grid), sound

    @torch.no_grad()
    def frames(self, z: Tensor) -> Tensor:
        """Latents -> frames [B,F,3,H,W]."""
        with torch.autocast("cpu", torch.bfloat16):
            return self.refiner(self.decoder(z)).float().clamp(-1, 1)


def load_tokenizer(state: Path) -> Tokenizer:
    return Tokenizer(json.loads((state / "tokenizer.json").read_text())["words"])


def load_decoder(state: Path) -> Decoder:
    decoder = Decoder()
    decoder.load_state_dict(load_file(state / "latents.safetensors"))
    return decoder
