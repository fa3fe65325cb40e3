"""Trains the reader on renders, with blur, noise, coarseness and latents as augmentation."""

import random
import time
from itertools import islice
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from kinora_starter.config import SUBJECT_DIM, SUBJECTS
from kinora_starter.data import put, to_bytes, to_video
from kinora_starter.background import BackgroundCodec
from kinora_starter.records import world_records
from kinora_starter.trainer import Trainer

from .clip import Clip
from .timed_training import by_the_clock
from .crops import TIMES, crop_frames, crops_of, cut, to_input
from .audio_bands import heard
from .laws import Laws
from .reader import SCENE_SLOTS, SUBJECT_SLOTS, WAY_ROWS, WEIGHTS, WORLD, Reader, scene_frames
from .weight_files import start_from

FIRST_SEED = 11 << 32  # beyond the streams of scripts/train.py
LOOKS = (2, 6)  # of the nine frames with crops, those that are looked at as a whole, with the frame after each
PICK = (0, 4, 8, 9, 12, 16, 20, 24, 25, 28, 32)  # frames of a usual clip that are looked at
AFTER = (3, 8)  # places in PICK of the frames after
KINDS = "--kinds scenes,scenes,scenes,scenes,scenes,scenes,scenes,scenes,scenes,scenes,heads,talk"
DEAF = 0.25  # share of the clips in training without sound, and as many without a way, so that pictures are looked at too
LOSS_WEIGHTS = {"object": 1.0, "colour": 1.0, "material": 1.0, "action": 1.0}  # the others 0.5


class ReaderTrainer(Trainer):
    """Trains the reader. Each clip is used about twice, once mirrored."""

    name, share, samples_per_step = "reader", 1.0, 16
    adam_lr = 1.5e-3
    fresh, capacity = 8, 3000

    def __init__(self, state: Path, cli: str, decoder: BackgroundCodec | None, seed: int):
        self.rng = random.Random(seed)
        self.random = np.random.default_rng(seed)
        self.decoder, self.clips, self.added = decoder, [], 0
        self.stream = world_records(cli, FIRST_SEED + seed, PICK, flags=KINDS)
        reader = Reader()
        if WEIGHTS.exists():
            start_from(reader, WEIGHTS)  # unless the folder has a state to resume
        self.start(reader.to(memory_format=torch.channels_last), state)

    def loss(self) -> tuple[Tensor, dict]:
        for record in islice(self.stream, self.fresh if self.added else self.samples_per_step * 4):
            clip = Clip(record.spec, self.worsen(record.frames), record.plan, record.samples, record.sound, Laws.of(record.meta))
            near, after = clip.frames[[i for i in range(len(PICK)) if i not in AFTER]], clip.frames[list(AFTER)]
            put(self.clips, self.added, self.capacity, example(clip, near, after, self.random))
            self.added += 1
        picked = self.rng.choices(self.clips, k=self.samples_per_step)
        batch = collate([mirrored(e) if self.rng.random() < 0.5 else e for e in picked])
        keep = lambda: (torch.rand(self.samples_per_step, 1, 1) >= DEAF).float()
        with torch.autocast("cpu", torch.bfloat16):
            out = self.model(**batch["inputs"] | {"way": batch["inputs"]["way"] * keep(), "sound": batch["inputs"]["sound"] * keep()})
        losses, right = reading_losses(out, batch)
        return sum(LOSS_WEIGHTS.get(name, 0.5) * value for name, value in losses.items()), right

    def worsen(self, frames: np.ndarray) -> np.ndarray:
        """Augments some clips: through the latents, coarser, blurred, or with noise."""
        luck = self.rng.random()
        if luck < 0.6:
            return frames
        video = to_video(frames)
        if luck < 0.72 and self.decoder is not None:
            video = through_latents(video, self.decoder, self.rng.choice((0, 0.1, 0.25)))
        elif luck < 0.82:
            coarse = F.interpolate(video, scale_factor=self.rng.uniform(0.4, 0.8), mode="area")
            video = F.interpolate(coarse, video.shape[-2:], mode="bilinear", align_corners=False)
        elif luck < 0.9:
            video = F.avg_pool2d(video, 3, 1, 1, count_include_pad=False)
        else:
            video = video + self.rng.uniform(0.02, 0.12) * torch.randn_like(video)
        return to_bytes(video)


def through_latents(video: Tensor, decoder: BackgroundCodec, noise: float) -> Tensor:
    """Encodes and decodes images [n,3,H,W] as clips of one frame, with noise on the latents."""
    z = decoder.encode(torch.cat((video, torch.zeros_like(video[:, :1])), 1)[:, None])
    return decoder(z + noise * torch.randn_like(z))[:, 0, ..., :3].mean(1).movedim(-1, 1)


def example_of(clip: Clip, later: int = 0) -> dict[str, np.ndarray]:
    """Returns the reader's inputs for a whole clip, with frames `later` than usual, and the targets."""
    at = np.minimum(crop_frames(len(clip.frames)) + later, len(clip.frames) - 1)
    after = np.minimum(at[list(LOOKS)] + 1, len(clip.frames) - 1)
    return example(clip, clip.frames[at], clip.frames[after], at=at)


def example(
    clip: Clip, near: np.ndarray, after: np.ndarray, random: np.random.Generator | None = None, at: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Returns the reader's inputs and targets from nine frames with crops and the frames after two of them.

    Without `random` nothing is shaken and there are no empty crops.
    """
    if random is None:
        crops, shown = crops_of(clip, near, at)
        looked = shown
    else:
        shake = random.normal(0, (0.06, 0.06, 0.07, 0.1), (SUBJECTS, TIMES, 4))
        crops, shown = crops_of(clip, near, at, shake)
        looked = shown.copy()
        if not clip.has(1):
            crops[1], looked[1] = empty_crops(clip, near, random)
    whole = scene_frames(to_video(near[list(LOOKS)]), to_video(after))
    return {
        "crops": crops,
        "looked": looked,
        "shown": shown,
        "way": way_of(clip),
        "sound": heard(clip.samples),
        "frames": (whole * 127).clamp(-127, 127).round().to(torch.int8).numpy(),
        "open": np.array(clip.spec["cover"] == "open"),
        **{slot: class_of(clip.spec, slot) for slot in ("action", *SCENE_SLOTS)},
        **{slot: np.array([class_of(clip.spec, f"{slot}{s + 1}") for s in range(SUBJECTS)]) for slot in SUBJECT_SLOTS},
    }


def way_of(clip: Clip) -> np.ndarray:
    """Returns the plan of a clip [33,29] without subjects that are not expected, such as the separate head of a portrait."""
    way = clip.states[np.linspace(0, len(clip.states) - 1, WAY_ROWS).round().astype(int)].astype(np.float32)
    for s in range(SUBJECTS):
        if not clip.spec[f"object{s + 1}"]:
            way[:, s * SUBJECT_DIM : (s + 1) * SUBJECT_DIM] = NOBODY
    return way


NOBODY = np.array([0, 0, 0, 0, 0, -1, 0, 0], np.float32)
MIRROR = np.ones(29, np.float32)
MIRROR[[0, 4, 8, 12, 16, 20, 24]] = -1  # x and sin of each subject, pan_x


def mirrored(example: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Mirrors an example: left becomes right, and rotations change sign."""
    flipped = {"crops": example["crops"][..., ::-1, :], "frames": example["frames"][..., ::-1]}
    return example | {"way": example["way"] * MIRROR} | {k: v.copy() for k, v in flipped.items()}


def empty_crops(clip: Clip, near: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Returns crops of the empty background, and a mask of those far enough from a subject."""
    at = crop_frames(len(clip.states))
    where = np.concatenate((random.uniform(-0.75, 0.75, (TIMES, 2)), random.uniform(0.15, 0.4, (TIMES, 2))), 1)
    subject = clip.subject(0)[at]
    far = np.hypot(where[:, 0] - subject[:, 0], where[:, 1] - subject[:, 1]) > subject[:, 2] + where[:, 2]
    alone = clip.spec["object2"] is None and clip.spec["action"] not in ("pour", "pendulum")
    return cut(near, where), far & alone & (random.random(TIMES) < 0.4)


def class_of(spec: dict, slot: str) -> int:
    """Returns the class of a slot in a spec; -100, which losses ignore, for an absent subject."""
    word = spec[slot]
    return WORLD[slot.rstrip("123")].index(word) if word else -100


def collate(examples: list[dict]) -> dict:
    batch = {key: torch.from_numpy(np.stack([e[key] for e in examples])) for key in examples[0]}
    inputs = {key: batch[key] for key in ("looked", "shown", "way")}
    inputs |= {"crops": to_input(batch["crops"][batch["looked"]]), "sound": batch["sound"].float(), "frames": batch["frames"].float() / 127}
    return batch | {"inputs": inputs}


def reading_losses(out: dict, batch: dict) -> tuple[dict[str, Tensor], dict[str, float]]:
    """Returns the losses per slot, and the share of correct ones."""
    losses, right = {}, {}
    seen = batch["shown"].any(-1)
    for slot in (*SUBJECT_SLOTS, "material_seen"):
        target = batch[slot.removesuffix("_seen")].masked_fill(~seen, -100)
        losses[slot] = F.cross_entropy(out[slot].flatten(0, 1).float(), target.flatten())
        right[slot] = (out[slot].argmax(-1) == target)[target >= 0].float().mean().item()
    for slot in ("action", *SCENE_SLOTS):
        losses[slot] = F.cross_entropy(out[slot].float(), batch[slot])
        right[slot] = (out[slot].argmax(-1) == batch[slot]).float().mean().item()
    sure = batch["shown"] & batch["open"][:, None, None]
    for slot in SUBJECT_SLOTS:
        target = batch[slot][..., None].expand_as(sure).masked_fill(~sure, -100)
        losses[f"each_{slot}"] = F.cross_entropy(out[f"each_{slot}"].flatten(0, 2).float(), target.flatten())
    known = sure | (batch["looked"] & ~batch["shown"])
    losses["present"] = F.binary_cross_entropy_with_logits(out["present"][known].float(), sure[known].float())
    return losses, right


def train(minutes: float, out: Path, cli: str, decoder: BackgroundCodec | None):
    """Trains or resumes, and saves every three minutes; the last quarter lowers the learning rate."""
    out.mkdir(parents=True, exist_ok=True)
    stage = ReaderTrainer(out, cli, decoder, int(time.time()) % 100_000 * 1000)
    by_the_clock(stage, minutes, out / "log.jsonl", lambda: {"clips": stage.added})
