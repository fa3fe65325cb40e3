"""A sentence becomes latents, frames and sound tokens, in PyTorch: what the Rust pipeline does, for evaluation."""

import json
import random
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from bouncing import bounced
from camera import directed
from completion import completed
from config import PLAN_DIM, SLOTS, SOUND_DIM, STARTER, SUBJECTS, Sampler, slot_classes
from data import Record, ground_video, layer_pictures, mouths_of, stack_layers
from decoder import from_tokens, to_tokens
from dit import Dit, Given
from flow import clip_noise, euler
from given import hold
from layers import Cutouts
from planner import Planner
from render import Decoders, Told
from rolling import turned
from stage import stage_of
from dit_stages import is_folded
from stages import new_dit, new_planner, trained_text
from text import TextEncoder, Tokenizer, pad
from trainer import averaged


LONGEST, KNOWN = 9, 2  # latent frames that are drawn at once, and those that the next window takes over (crates/pipeline/src/window.rs)


def windows(latent_frames: int) -> list[tuple[int, int, int]]:
    """First latent frame, how many of the window's are there already, and how many of them the clip uses."""
    out, end = [], 0
    while end < latent_frames:
        known = min(end, KNOWN)
        out.append((end - known, known, min(LONGEST, latent_frames - end + known)))
        end += LONGEST - known
    return out


@dataclass
class Held:
    """What a clip has already: clean tokens (video, sound, layers with the references first), and which of them count."""

    tokens: tuple[Tensor, Tensor, Tensor]
    given: Given

    @staticmethod
    def nothing(count: int, grid: tuple[int, int, int]) -> "Held":
        shapes = [(count, grid[0] * grid[1] * grid[2], 192), (count, grid[0], SOUND_DIM)]
        shapes.append((count, (grid[0] + 1) * SUBJECTS, STARTER.layers.dim))
        return Held(tuple(map(torch.zeros, shapes)), tuple(torch.zeros(shape[:2], dtype=torch.bool) for shape in shapes))

    def fixed(self) -> Given:
        """What no step changes: what is given, and references that are not there."""
        layers = self.given[2].clone()
        layers[:, :SUBJECTS] = True
        return *self.given[:2], layers

    def start(self, latents: Tensor, sound: Tensor, layers: Tensor):
        """Makes latents [B,k,h,w,48], sound [B,k,40] and layers [B,k,3,384] the first k latent frames."""
        for whole, given, part in zip(self.tokens, self.given, (to_tokens(latents), sound, layers.flatten(1, 2))):
            first = SUBJECTS if whole is self.tokens[2] else 0
            whole[:, first : first + part.shape[1]], given[:, first : first + part.shape[1]] = part, True

    def keep(self, clip: int, latents: Tensor | None, layers: Tensor, subjects: list[bool]):
        """Keeps the place [1,T,h,w,48], if it is given, and some of the subjects' layers [T,3,384] of one clip."""
        if latents is not None:
            self.tokens[0][clip], self.given[0][clip] = to_tokens(latents)[0], True
        tokens, given = self.tokens[2][clip].unflatten(0, (-1, SUBJECTS)), self.given[2][clip].unflatten(0, (-1, SUBJECTS))
        for subject, stays in enumerate(subjects):
            if stays:
                tokens[1:, subject], given[1:, subject] = layers[:, subject], True

    def reference(self, clip: int, subject: int, token: Tensor):
        """Says what a subject looks like, by a layer token [384] of it."""
        self.tokens[2][clip, subject], self.given[2][clip, subject] = token, True


@dataclass
class Networks:
    tokenizer: Tokenizer
    text: TextEncoder
    planner: Planner
    dit: Dit
    decoders: Decoders
    sampler: Sampler = STARTER.sampler

    @staticmethod
    def load(state: Path) -> "Networks":
        """The averaged weights of every stage in a training folder; guidance is off where it is folded in."""
        tokenizer, folded = load_tokenizer(state), is_folded(state)
        return Networks(
            tokenizer,
            trained_text(state / "text.pt", len(tokenizer.words)),
            averaged(state / "planner.pt", new_planner()),
            averaged(state / ("fold.pt" if folded else "dit.pt"), new_dit()),
            Decoders.load(state),
            replace(STARTER.sampler, guidance_scale=1.0) if folded else STARTER.sampler,
        )

    def parts(self) -> dict[str, nn.Module]:
        """The networks by their prefixes in the weight file."""
        return {"text": self.text, "planner": self.planner, "dit": self.dit} | self.decoders.parts()

    @torch.no_grad()
    def encode(self, captions: list[str]) -> tuple[Tensor, Tensor]:
        ids, mask = pad([self.tokenizer.encode(caption) for caption in captions])
        return self.text(ids, mask), mask

    def completed(self, captions: list[str], seed: int, before: list[str] | None = None) -> list[str]:
        """Captions with words for what they leave open; before are those of the clips that they are made of, completed."""
        read = lambda caption: {slot: logits[0].softmax(-1) for slot, logits in zip(SLOTS, self.text.slots(self.encode([caption])[0]))}
        was = self.words(before) if before else [{}] * len(captions)
        return [completed(caption, read, random.Random(f"{seed} {caption}"), row) for caption, row in zip(captions, was)]

    @torch.no_grad()
    def plan(self, captions: list[str], latent_frames: int, seed: int) -> Tensor:
        """Plans [B,T,116] of any length, window after window, seen by the cameras that the captions ask for."""
        rows = torch.zeros(len(captions), 0, PLAN_DIM)
        for i, (first, known, used) in enumerate(windows(latent_frames)):
            length = min(latent_frames, LONGEST)
            part = self.plan_window(captions, length, seed + 1000 * i, rows[:, first : first + known])
            rows = torch.cat((rows, part[:, known:used]), 1)
        return torch.stack([directed(by_law(plan, said), said["camera"]) for plan, said in zip(rows, self.words(captions))])

    @torch.no_grad()
    def plan_window(self, captions: list[str], latent_frames: int, seed: int, start: Tensor) -> Tensor:
        """Plans [B,T,116] whose first rows are start [B,k,116]."""
        text, mask = self.encode(captions)
        noise = torch.randn(len(captions), latent_frames, PLAN_DIM, generator=torch.Generator().manual_seed(seed))
        given = torch.zeros(noise.shape[:2], dtype=torch.bool)
        given[:, : start.shape[1]] = True
        noise[:, : start.shape[1]] = start
        x0 = lambda z, t: (hold(self.planner(z, t, text, given, mask), noise, given),)
        return euler(x0, (noise,), self.sampler.planner_steps, self.sampler.planner_shift)[0]

    @torch.no_grad()
    def render(
        self, captions: list[str], plan: Tensor, seed: int, size: tuple[int, int] = (128, 128)
    ) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
        """Latents [B,T,h,w,48], sound tokens [B,T,40] and layers [B,T,3,384] of a plan [B,T,116] of any length."""
        length = min(plan.shape[1], LONGEST)
        grid, clip = (length, size[1] // 32, size[0] // 32), None
        stage = stage_of(plan, size[0] / size[1])
        for i, (first, known, used) in enumerate(windows(plan.shape[1])):
            held = Held.nothing(len(captions), grid)
            if clip is not None:
                held.start(*(part[:, first : first + known] for part in clip))
            rows = plan[:, first : first + length]
            rows = torch.cat((rows, rows[:, -1:].expand(-1, length - rows.shape[1], -1)), 1)
            window = [part[:, known:used] for part in self.render_window(captions, rows, seed + 1000 * i, size, held, stage)]
            clip = window if clip is None else [torch.cat(pair, 1) for pair in zip(clip, window)]
        return tuple(clip)

    @torch.no_grad()
    def render_window(
        self, captions: list[str], plan: Tensor, seed: int, size: tuple[int, int], held: Held, stage: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
        """The same for what is drawn at once, on the stages [B,3] of whole clips; what is held stays as it is."""
        text, mask = self.encode(captions)
        null, null_mask = self.encode([""] * len(captions))
        said, unsaid = self.text.said(text), self.text.said(null)
        (count, frames), sampler = plan.shape[:2], self.sampler
        grid = frames, size[1] // 32, size[0] // 32
        generator = torch.Generator().manual_seed(seed)
        video = clip_noise(count, frames, grid[1] * grid[2], 192, sampler.shared_video_noise, generator)
        sound = torch.randn(count, frames, SOUND_DIM, generator=generator)
        layers = clip_noise(count, frames, SUBJECTS, STARTER.layers.dim, sampler.shared_layer_noise, generator)
        noise = (video, sound, torch.cat((torch.zeros(count, SUBJECTS, STARTER.layers.dim), layers), 1))
        start = tuple(hold(*part) for part in zip(noise, held.tokens, held.given))

        def x0(*z: Tensor) -> tuple[Tensor, ...]:
            with torch.autocast("cpu", torch.bfloat16):
                predicted = self.dit(*z, text, said, plan, grid, held.given, stage, mask)
                if sampler.guidance_scale != 1:
                    free = self.dit(*z, null, unsaid, plan, grid, held.given, stage, null_mask)
                    predicted = [b + sampler.guidance_scale * (a - b) for a, b in zip(predicted, free)]
            return tuple(hold(*part) for part in zip(predicted, start, held.fixed()))

        video, sound, layers = euler(x0, start, sampler.steps, sampler.shift)
        return from_tokens(video, grid), sound, layers[:, SUBJECTS:].unflatten(1, (-1, SUBJECTS))

    @torch.no_grad()
    def slots(self, captions: list[str]) -> list[dict[str, int]]:
        """The likeliest class of every slot."""
        return self.slots_of(self.encode(captions)[0])

    def slots_of(self, rows: Tensor) -> list[dict[str, int]]:
        """The same, from the rows of encoded captions."""
        classes = torch.stack([logits.argmax(-1) for logits in self.text.slots(rows)], 1)
        return [dict(zip(SLOTS, row)) for row in classes.tolist()]

    def words(self, captions: list[str]) -> list[dict[str, str]]:
        """The word for the likeliest class of every slot."""
        return [in_words(slots) for slots in self.slots(captions)]

    def told(self, captions: list[str]) -> list[Told]:
        """What the decoders are told of each clip."""
        rows, _ = self.encode(captions)
        seen = [[of[slot] for slot in ("style", "weather", "time", "action", "object1")] for of in map(in_words, self.slots_of(rows))]
        return [Told(*seen, *said) for seen, *said in zip(seen, *self.text.said(rows))]

    def frames(self, z: Tensor, layers: Tensor, plan: Tensor, told: list[Told], cutouts: list[Cutouts] | None = None) -> Tensor:
        """Latents, layers, their plan, what is said of them and what is cut out -> frames [B,F,3,H,W]."""
        clips = zip(z, layers, plan, told, cutouts or [{}] * len(z))
        return torch.stack([self.decoders.frames(*clip) for clip in clips])


def in_words(slots: dict[str, int]) -> dict[str, str]:
    return {slot: slot_classes(slot)[at] for slot, at in slots.items()}


def by_law(plan: Tensor, said: dict[str, str]) -> Tensor:
    """A plan [T,116] in which what is known is computed."""
    match said["action"]:
        case "roll":
            return turned(plan, said["object1"])
        case "bounce":
            return bounced(plan, said["object1"], said["material1"], said["place"])
        case _:
            return plan


@torch.no_grad()
def encoded(decoders: Decoders, record: Record) -> tuple[Tensor, Tensor]:
    """The true latents [T,h,w,48] and layers [T,3,384] of a scene."""
    layers = stack_layers([decoders.layers.encode(layer_pictures(record), mouths_of(record))])[0]
    return decoders.place.encode(ground_video(record)[None])[0], layers[0].unflatten(0, (-1, SUBJECTS))


def round_trip(decoders: Decoders, record: Record) -> Tensor:
    """The frames [F,3,H,W] that become of a scene's true tokens."""
    return decoders.frames(*encoded(decoders, record), torch.from_numpy(record.plan), Told.of(record.spec))


def load_tokenizer(state: Path) -> Tokenizer:
    return Tokenizer(json.loads((state / "tokenizer.json").read_text())["words"])
