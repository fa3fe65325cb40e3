"""Trains the reader by the clock, on renders and on what blur, noise and the latents make of them."""

import json
import random
import time
from itertools import islice
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from config import SUBJECTS
from data import put, to_bytes, to_video
from decoder import Decoder
from trainer import Stage

from .clip import Clip
from .crops import TIMES, crop_frames, crops_of, cut, to_input
from .reader import SCENE_SLOTS, SUBJECT_SLOTS, WEIGHTS, WORLD, Reader, scene_frames, start_from
from .sources import world_clips

FIRST_SEED = 7 << 32  # no other stage reads these
FIGURES = [WORLD["object"].index(name) for name in ("person", "robot", "bear")]
LOSS_WEIGHTS = {"object": 1.0, "colour": 1.0, "material": 1.5, "action": 1.0}  # the others 0.5


class ReaderStage(Stage):
    """The reader in training. Each clip is drawn about twice as it is and twice mirrored."""

    name, share, samples_per_step = "reader", 1.0, 16
    fresh, capacity = 8, 6000

    def __init__(self, state: Path, cli: str, decoder: Decoder | None, seed: int):
        self.rng = random.Random(seed)
        self.random = np.random.default_rng(seed)
        self.decoder, self.clips, self.added = decoder, [], 0
        self.stream = world_clips(cli, FIRST_SEED + seed)
        reader = Reader()
        if WEIGHTS.exists():
            start_from(reader)  # unless the folder has a state to resume
        self.start(reader.to(memory_format=torch.channels_last), state)

    def loss(self) -> tuple[Tensor, dict]:
        for clip in islice(self.stream, self.fresh if self.added else self.samples_per_step * 4):
            put(self.clips, self.added, self.capacity, example(self.worsen(clip), self.random))
            self.added += 1
        picked = self.rng.choices(self.clips, k=self.samples_per_step)
        batch = collate([mirrored(e) if self.rng.random() < 0.5 else e for e in picked])
        with torch.autocast("cpu", torch.bfloat16):
            out = self.model(*batch["inputs"])
        losses, right = reading_losses(out, batch)
        return sum(LOSS_WEIGHTS.get(name, 0.5) * value for name, value in losses.items()), right

    def worsen(self, clip: Clip) -> Clip:
        """Half of the clips as they are, the others through the latents, blurred, or with noise."""
        luck = self.rng.random()
        if luck < 0.5:
            return clip
        video = to_video(clip.frames)
        if luck < 0.8 and self.decoder is not None:
            z = self.decoder.encode(torch.cat((video, torch.zeros_like(video[:, :1])), 1)[None])
            video = self.decoder(z + self.rng.choice((0, 0.1, 0.25)) * torch.randn_like(z))[0]
        elif luck < 0.9:
            video = F.avg_pool2d(video, 3, 1, 1, count_include_pad=False)
        else:
            video = video + self.rng.uniform(0.02, 0.12) * torch.randn_like(video)
        return clip.with_(frames=to_bytes(video))


def example(clip: Clip, random: np.random.Generator | None = None) -> dict[str, np.ndarray]:
    """What the reader is shown of a clip, and the truth. Without `random` nothing is shaken and there are no empty crops."""
    turned = np.zeros((SUBJECTS, TIMES), np.float32)
    if random is None:
        crops, shown = crops_of(clip)
        looked = shown
    else:
        turned = random.normal(0, 0.1, (SUBJECTS, TIMES)).astype(np.float32)
        if random.random() < 0.25:
            turned = random.uniform(-np.pi, np.pi, (SUBJECTS, TIMES)).astype(np.float32)
        shake = np.concatenate((random.normal(0, (0.06, 0.06, 0.07), (SUBJECTS, TIMES, 3)), turned[..., None]), -1)
        crops, shown = crops_of(clip, shake)
        looked = shown.copy()
        if not clip.has(1):
            crops[1], looked[1] = empty_crops(clip, random)
    at = crop_frames(len(clip.frames))
    tracks = np.stack([clip.subject(s)[at] for s in range(SUBJECTS)]) * shown[..., None]
    whole = scene_frames(to_video(clip.frames))
    return {
        "crops": crops,
        "looked": looked,
        "shown": shown,
        "tracks": tracks.astype(np.float32),
        "frames": (whole * 127).clamp(-127, 127).round().to(torch.int8).numpy(),
        "turned": turned,
        "open": np.array(clip.spec["cover"] == "open"),
        **{slot: class_of(clip.spec, slot) for slot in ("action", *SCENE_SLOTS)},
        **{slot: np.array([class_of(clip.spec, f"{slot}{s + 1}") for s in range(SUBJECTS)]) for slot in SUBJECT_SLOTS},
    }


def mirrored(example: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same scene seen in a mirror: left is right, and turns go the other way."""
    tracks = example["tracks"] * np.array([-1, 1, 1, 1, -1, 1], np.float32)  # x and sin
    flipped = {"crops": example["crops"][..., ::-1, :], "frames": example["frames"][..., ::-1]}
    return example | {"tracks": tracks, "turned": -example["turned"]} | {k: v.copy() for k, v in flipped.items()}


def empty_crops(clip: Clip, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Crops of places where no subject is, and which of them are far enough from it."""
    at = crop_frames(len(clip.frames))
    where = np.concatenate((random.uniform(-0.75, 0.75, (TIMES, 2)), random.uniform(0.15, 0.4, (TIMES, 2))), 1)
    subject = clip.subject(0)[at]
    far = np.hypot(where[:, 0] - subject[:, 0], where[:, 1] - subject[:, 1]) > subject[:, 2] + where[:, 2]
    alone = clip.spec["object2"] is None and clip.spec["action"] not in ("pour", "pendulum")
    return cut(clip.frames[at], where), far & alone & (random.random(TIMES) < 0.4)


def class_of(spec: dict, slot: str) -> int:
    """The class of a slot in a spec; -100, which losses pass over, if there is no such subject."""
    word = spec[slot]
    return WORLD[slot.rstrip("123")].index(word) if word else -100


def collate(examples: list[dict]) -> dict:
    batch = {key: torch.from_numpy(np.stack([e[key] for e in examples])) for key in examples[0]}
    inputs = to_input(batch["crops"]), batch["looked"], batch["shown"], batch["tracks"], batch["frames"].float() / 127
    return batch | {"inputs": inputs}


def reading_losses(out: dict, batch: dict) -> tuple[dict[str, Tensor], dict[str, float]]:
    """Losses per slot, and the share that is right of those that can be judged."""
    losses, right = {}, {}
    seen = batch["shown"].any(-1)
    for slot in SUBJECT_SLOTS:
        target = batch[slot].masked_fill(~seen, -100)
        losses[slot] = F.cross_entropy(out[slot].flatten(0, 1).float(), target.flatten())
        right[slot] = (out[slot].argmax(-1) == target)[target >= 0].float().mean().item()
    for slot in ("action", *SCENE_SLOTS):
        losses[slot] = F.cross_entropy(out[slot].float(), batch[slot])
        right[slot] = (out[slot].argmax(-1) == batch[slot]).float().mean().item()
    sure = batch["shown"] & batch["open"][:, None, None]
    for slot in ("object", "colour"):
        target = batch[slot][..., None].expand_as(sure).masked_fill(~sure, -100)
        losses[f"each_{slot}"] = F.cross_entropy(out[f"each_{slot}"].flatten(0, 2).float(), target.flatten())
    known = sure | (batch["looked"] & ~batch["shown"])
    losses["present"] = F.binary_cross_entropy_with_logits(out["present"][known].float(), sure[known].float())
    figures = sure & torch.isin(batch["object"], torch.tensor(FIGURES))[..., None]
    angle = batch["turned"][figures]
    turn = F.mse_loss(out["turn"][figures].float(), torch.stack((angle.cos(), angle.sin()), -1), reduction="none")
    losses["turn"] = turn.sum() / max(1, len(angle))
    return losses, right


def train(minutes: float, out: Path, cli: str, decoder: Decoder | None):
    """Trains, or goes on training, and saves every three minutes; the last quarter lowers the learning rate."""
    out.mkdir(parents=True, exist_ok=True)
    stage = ReaderStage(out, cli, decoder, int(time.time()) % 100_000 * 1000)
    started = saved = time.monotonic()
    recent: list[dict] = []
    with (out / "log.jsonl").open("a") as log:
        while (elapsed := time.monotonic() - started) < minutes * 60:
            recent.append(stage.step(elapsed / (minutes * 60)))
            if len(recent) == 50:
                means = {key: round(float(np.nanmean([m[key] for m in recent])), 4) for key in recent[0]}
                print(json.dumps({"step": stage.steps, "clips": stage.added} | means), file=log, flush=True)
                recent.clear()
            if time.monotonic() - saved > 180:
                stage.save()
                saved = time.monotonic()
    stage.save()
    stage.stream.close()
