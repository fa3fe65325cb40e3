"""Training data: latents of rendered clips in a pool, and batches drawn from it."""

import random
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from .background import BackgroundCodec, to_tokens
from .conditioning_mask import masks_of, tasks
from .config import HEAD, SUBFRAMES, SUBJECTS
from .dit import ConditioningMask
from .layers import LayerCodec, mouths, subframes_of
from .plate import plate_of
from .records import Record, WorldStream
from .text import QUERY_ROWS, Tokenizer, pad


@dataclass
class Batch:
    """Clips of one geometry. grid is (T, rows, cols) in tokens."""

    video: Tensor  # [B, T*rows*cols, token_dim]
    sound: Tensor  # [B, T, SOUND_DIM]
    layers: Tensor  # [B, (T+1)*3, layer dim], references first
    present: Tensor  # [B, (T+1)*3], true where the subject exists; false for references
    known: ConditioningMask
    plan: Tensor  # [B, T, PLAN_DIM]
    ids: Tensor  # [B, n]
    mask: Tensor  # [B, n], true on real words
    plate: Tensor  # [B, 3]
    grid: tuple[int, int, int]


@dataclass
class Pool:
    """Ring of clips of one size as f16 latents (110 kB each). Reads a stream with layers and references and without frames."""

    background: BackgroundCodec
    layers: LayerCodec
    tokenizer: Tokenizer
    stream: WorldStream
    capacity: int = 12_000
    no_reference: float = 0.5  # share of people without a reference
    clips: list[tuple] = field(default_factory=list)
    added: int = 0

    def refresh(self, count: int):
        """Reads `count` new clips and encodes them."""
        for _ in range(count):
            record = next(self.stream)
            z = self.background.encode(background_video(record)[None])[0].half()
            layers = self.layers.encode(layer_pictures(record), mouths_of(record)).half()
            captions = [self.tokenizer.encode(caption) for caption in record.wordings]
            reference = None if record.reference is None else self.layers.encode_closed(reference_picture(record).flatten(-3)).half()
            put(self.clips, self.added, self.capacity, (z, record.sound, record.plan, captions, layers, reference, record_plate(record)))
            self.added += 1

    def draw(self, count: int, latent_frames: int, rng: random.Random, no_text: float = 0.0) -> Batch:
        """Draws a batch of `latent_frames` of random clips, each with one of its captions or (`no_text`) with none.

        Most windows start with their clip. Half of those with a known start begin later, as extensions do.
        """
        picked, wanted = rng.choices(self.clips, k=count), tasks(count, latent_frames, rng)
        windows = [window(len(clip[1]), latent_frames, task, rng) for clip, task in zip(picked, wanted)]
        z = torch.stack([clip[0][part] for clip, part in zip(picked, windows)]).float()
        sound = torch.from_numpy(np.stack([clip[1][part] for clip, part in zip(picked, windows)]))
        plan = torch.from_numpy(np.stack([clip[2][part] for clip, part in zip(picked, windows)]))
        layers, present = stack_layers([clip[4][part] for clip, part in zip(picked, windows)])
        references, there = self.references([clip[5] for clip in picked], rng)
        rows = [noisy_words(rng.choice(clip[3]), rng) if rng.random() >= no_text else clip[3][0][:QUERY_ROWS] for clip in picked]
        ids, mask = pad(rows)
        grid = latent_frames, z.shape[2] // 2, z.shape[3] // 2
        known = masks_of(wanted, grid, rng)
        known[2][:, :SUBJECTS] = there
        layers = torch.cat((references, layers), 1)
        present = torch.cat((torch.zeros_like(there), present), 1)
        plates = torch.stack([clip[6] for clip in picked])
        return Batch(to_tokens(z), sound, layers, present, known, plan, ids, mask, plates, grid)

    def references(self, tokens: list[Tensor | None], rng: random.Random) -> tuple[Tensor, Tensor]:
        """Returns reference tokens [B,3,dim] of heads, and a mask [B,3] of those that exist."""
        out = torch.zeros(len(tokens), SUBJECTS, self.layers.cfg.dim)
        there = torch.zeros(len(tokens), SUBJECTS, dtype=torch.bool)
        for i, token in enumerate(tokens):
            if token is not None and rng.random() >= self.no_reference:
                out[i, HEAD], there[i, HEAD] = token, True
        return out, there


def stack_layers(clips: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Stacks tokens [T,n,dim] of n subjects to [B,T*3,dim], with a mask [B,T*3] of those that exist."""
    out = torch.zeros(len(clips), len(clips[0]), SUBJECTS, clips[0].shape[-1])
    present = torch.zeros(out.shape[:3], dtype=torch.bool)
    for row, there, tokens in zip(out, present, clips):
        row[:, : tokens.shape[1]] = tokens
        there[:, : tokens.shape[1]] = True
    return out.flatten(1, 2), present.flatten(1, 2)


def window(total: int, wanted: int, task: str, rng: random.Random) -> slice:
    """Chooses the latent frames of a sample."""
    first = rng.randint(1, total - wanted) if task == "start" and total > wanted and rng.random() < 0.5 else 0
    return slice(first, first + wanted)


def background_video(record: Record) -> Tensor:
    """Returns the background on its plate [F,4,H,W]: RGB in -1..1, occlusion in 0..1."""
    background = torch.from_numpy(record.background).permute(0, 3, 1, 2).float() / 255
    return torch.cat((background[:, :3] * 2 - 1, background[:, 3:]), 1)


def layer_pictures(record: Record) -> Tensor:
    """Returns each subject in its canonical frame [T,n,4,S,S,4] in 0..1, premultiplied."""
    return subframes_of(torch.from_numpy(record.layers).float() / 255).transpose(1, 2)


def mouths_of(record: Record) -> Tensor:
    """Returns the mouth openings [T,n,4]."""
    return mouths(torch.from_numpy(record.plan))[:, : record.layers.shape[1]]


def record_plate(record: Record) -> Tensor:
    """Returns the plate [3] on which the record's background is drawn."""
    return plate_of(torch.from_numpy(record.plan), record.meta["width"] / record.meta["height"])


def reference_picture(record: Record) -> Tensor:
    """Returns the reference image of a person, repeated for the four sub-frames [4,S,S,4] in 0..1."""
    return (torch.from_numpy(record.reference).float() / 255).expand(SUBFRAMES, -1, -1, -1)


def noisy_words(row: list[int], rng: random.Random, drop: float = 0.03, unknown: float = 0.02) -> list[int]:
    """Drops a few words and replaces a few by <unk>; the query rows stay."""
    return noisy_tagged(row, row, rng, drop, unknown)[0]


def noisy_tagged(row: list[int], tags: list[int], rng: random.Random, drop: float = 0.03, unknown: float = 0.02) -> tuple[list, list]:
    """Applies `noisy_words` to words and their tags alike."""
    out, kept = row[:QUERY_ROWS], tags[:QUERY_ROWS]
    for word, tag in zip(row[QUERY_ROWS:], tags[QUERY_ROWS:]):
        luck = rng.random()
        if luck >= drop:
            out.append(word if luck >= drop + unknown else 1)
            kept.append(tag)
    return out, kept


def to_video(frames: np.ndarray) -> Tensor:
    """Converts frames u8 [F,H,W,3] to f32 [F,3,H,W] in -1..1."""
    return torch.from_numpy(frames).permute(0, 3, 1, 2).float() / 127.5 - 1


def to_bytes(video: Tensor) -> np.ndarray:
    """Converts f32 [...,3,H,W] in about -1..1 to u8 [...,H,W,3]."""
    scaled = ((video.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
    return scaled.movedim(-3, -1).contiguous().numpy()


def put(ring: list, index: int, capacity: int, item):
    """Adds the index-th item to a ring of at most `capacity` items."""
    if len(ring) < capacity:
        ring.append(item)
    else:
        ring[index % capacity] = item

