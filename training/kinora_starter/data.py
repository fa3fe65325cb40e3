"""Clips from `kinora world --stream`: records off a pipe, and a pool of their latents that is drawn from many times."""

import json
import random
import shlex
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from config import HEAD, PLAN_DIM, SOUND_DIM, SUBJECTS
from decoder import Decoder, to_tokens
from dit import Given
from given import given_of, tasks
from layers import SUBFRAMES, LayerDecoder, mouths, subframes_of
from stage import stage_of
from text import SLOT_COUNT, Tokenizer, pad

MAGIC = 0x4B57_5331  # "KWS1"
REVISED = 2  # the last of a record's wordings


@dataclass
class Record:
    seed: int
    spec: dict[str, str | None]
    captions: list[str]  # plain, then dense, middle, tags, short, dense, dense, middle, ... (crates/world/src/captions.rs)
    frames: np.ndarray | None  # u8 [F,H,W,3]
    ground: np.ndarray | None  # u8 [F,H,W,4]: everything but the subjects on the stage, and how much of it stands before them
    layers: np.ndarray | None  # u8 [F,n,S,S,4]: each subject in its own frame, premultiplied
    reference: np.ndarray | None  # u8 [S,S,4]: the person of a portrait elsewhere
    plan: np.ndarray  # f32 [T,116]
    sound: np.ndarray  # f32 [T,40]
    revised: list[str]  # captions of other scenes, each with the instruction that leads to this one
    instruction: str | None  # of an edit: what leads to it from the record before

    @property
    def wordings(self) -> list[str]:
        """All that a person might type."""
        return self.captions + self.revised

    @property
    def dense_captions(self) -> list[str]:
        return [caption for i, caption in enumerate(self.captions) if i > 0 and (i - 1) % 5 in (0, 4)]


class Stream:
    """Records of successive seeds. The pipe holds the renderer back when nobody reads, so an idle stream costs nothing."""

    def __init__(
        self, cli: str, start: int, count: int = 1 << 40, size: tuple[int, int] = (128, 128), flags: str = "", frames: int = 33
    ):  # fmt: skip
        width, height = size
        self.next_seed = start
        self.command = [*shlex.split(cli), "world", "--stream", "--start", str(start), "--count", str(count)]
        self.command += ["--width", str(width), "--height", str(height), "--frames", str(frames), *flags.split()]
        self.with_frames, self.with_layers = "--no-frames" not in flags, "--layers" in flags
        self.process: subprocess.Popen | None = None

    def __iter__(self) -> Iterator[Record]:
        return self

    def __next__(self) -> Record:
        if self.process is None:
            self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE)
        head = self.process.stdout.read(8)
        if len(head) < 8:
            raise StopIteration
        magic, json_len = struct.unpack("<II", head)
        if magic != MAGIC:
            raise ValueError(f"not a world stream: magic {magic:#x} from {shlex.join(self.command)}")
        meta = json.loads(self.process.stdout.read(json_len))
        frames, ground, layers, reference, t = None, None, None, None, meta["T"]
        shape = meta["frames"], meta["height"], meta["width"]
        if self.with_frames:
            frames = self.array(np.uint8, (*shape, 3))
        if self.with_layers:
            ground = self.array(np.uint8, (*shape, 4))
            layers = self.array(np.uint8, (meta["frames"], meta["subjects"], meta["layer_size"], meta["layer_size"], 4))
        if meta["reference"]:
            reference = self.array(np.uint8, (meta["layer_size"], meta["layer_size"], 4))
        plan, sound = self.array(np.float32, (t, PLAN_DIM)), self.array(np.float32, (t, SOUND_DIM))
        self.next_seed = meta["seed"] + 1
        return Record(meta["seed"], meta["spec"], meta["captions"], frames, ground, layers, reference, plan, sound, meta["revised"], meta.get("instruction"))

    def array(self, dtype: type, shape: tuple[int, ...]) -> np.ndarray:
        out = np.empty(shape, dtype)
        view = memoryview(out).cast("B")
        while view:
            n = self.process.stdout.readinto(view)
            if n == 0:
                raise EOFError(f"the world stream ended inside a record (seed after {self.next_seed})")
            view = view[n:]
        return out

    def close(self):
        if self.process is not None:
            self.process.terminate()
            self.process.stdout.close()
            self.process.wait()


@dataclass
class Batch:
    """Clips of one geometry. grid is (T, rows, cols) in tokens."""

    video: Tensor  # [B, T*rows*cols, 192]
    sound: Tensor  # [B, T, 40]
    layers: Tensor  # [B, (T+1)*3, 384], references first
    present: Tensor  # [B, (T+1)*3] true where there is such a subject; false for references
    given: Given  # which tokens are clean
    plan: Tensor  # [B, T, 116]
    ids: Tensor  # [B, n]
    mask: Tensor  # [B, n] true on real words
    stage: Tensor  # [B, 3]
    grid: tuple[int, int, int]


@dataclass
class Pool:
    """A ring of clips of one size, kept as f16 latents (110 kB each). The stream has layers and references, and needs no frames."""

    decoder: Decoder
    layers: LayerDecoder
    tokenizer: Tokenizer
    stream: Stream
    capacity: int = 12_000
    no_reference: float = 0.5  # share of people that come without one
    clips: list[tuple] = field(default_factory=list)
    added: int = 0

    def refresh(self, count: int):
        """Reads `count` new clips and encodes them."""
        for _ in range(count):
            record = next(self.stream)
            z = self.decoder.encode(ground_video(record)[None])[0].half()
            layers = self.layers.encode(layer_pictures(record), mouths_of(record)).half()
            captions = [self.tokenizer.encode(caption) for caption in record.wordings]
            reference = None if record.reference is None else self.layers.encode_closed(reference_picture(record).flatten(-3)).half()
            put(self.clips, self.added, self.capacity, (z, record.sound, record.plan, captions, layers, reference, stage(record)))
            self.added += 1

    def draw(self, count: int, latent_frames: int, rng: random.Random, no_text: float = 0.0) -> Batch:
        """A batch of `latent_frames` of random clips, each with one of its captions, or with no words at all.

        Most begin where their clip does. Of those that are given a start, half begin later: that is how a clip goes on.
        """
        picked, wanted = rng.choices(self.clips, k=count), tasks(count, latent_frames, rng)
        windows = [window(len(clip[1]), latent_frames, task, rng) for clip, task in zip(picked, wanted)]
        z = torch.stack([clip[0][part] for clip, part in zip(picked, windows)]).float()
        sound = torch.from_numpy(np.stack([clip[1][part] for clip, part in zip(picked, windows)]))
        plan = torch.from_numpy(np.stack([clip[2][part] for clip, part in zip(picked, windows)]))
        layers, present = stack_layers([clip[4][part] for clip, part in zip(picked, windows)])
        references, there = self.references([clip[5] for clip in picked], rng)
        rows = [noisy_words(rng.choice(clip[3]), rng) if rng.random() >= no_text else clip[3][0][:SLOT_COUNT] for clip in picked]
        ids, mask = pad(rows)
        grid = latent_frames, z.shape[2] // 2, z.shape[3] // 2
        given = given_of(wanted, grid, rng)
        given[2][:, :SUBJECTS] = there
        layers = torch.cat((references, layers), 1)
        present = torch.cat((torch.zeros_like(there), present), 1)
        stages = torch.stack([clip[6] for clip in picked])
        return Batch(to_tokens(z), sound, layers, present, given, plan, ids, mask, stages, grid)

    def references(self, tokens: list[Tensor | None], rng: random.Random) -> tuple[Tensor, Tensor]:
        """Reference tokens [B,3,384] of heads, and which there are [B,3]."""
        out = torch.zeros(len(tokens), SUBJECTS, self.layers.cfg.dim)
        there = torch.zeros(len(tokens), SUBJECTS, dtype=torch.bool)
        for i, token in enumerate(tokens):
            if token is not None and rng.random() >= self.no_reference:
                out[i, HEAD], there[i, HEAD] = token, True
        return out, there


def stack_layers(clips: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Tokens [T,n,384] of n subjects -> [B,T*3,384], and which of them there are [B,T*3]."""
    out = torch.zeros(len(clips), len(clips[0]), SUBJECTS, clips[0].shape[-1])
    present = torch.zeros(out.shape[:3], dtype=torch.bool)
    for row, there, tokens in zip(out, present, clips):
        row[:, : tokens.shape[1]] = tokens
        there[:, : tokens.shape[1]] = True
    return out.flatten(1, 2), present.flatten(1, 2)


def window(total: int, wanted: int, task: str, rng: random.Random) -> slice:
    """Which latent frames of a clip a sample has."""
    first = rng.randint(1, total - wanted) if task == "start" and total > wanted and rng.random() < 0.5 else 0
    return slice(first, first + wanted)


def ground_video(record: Record) -> Tensor:
    """Everything but the subjects, on the stage [F,4,H,W]: colours in -1..1, what stands before the subjects in 0..1."""
    ground = torch.from_numpy(record.ground).permute(0, 3, 1, 2).float() / 255
    return torch.cat((ground[:, :3] * 2 - 1, ground[:, 3:]), 1)


def layer_pictures(record: Record) -> Tensor:
    """Each subject in its own frame [T,n,4,S,S,4] in 0..1, premultiplied."""
    return subframes_of(torch.from_numpy(record.layers).float() / 255).transpose(1, 2)


def mouths_of(record: Record) -> Tensor:
    """How far the subjects' mouths are open [T,n,4]."""
    return mouths(torch.from_numpy(record.plan))[:, : record.layers.shape[1]]


def stage(record: Record) -> Tensor:
    """The view [3] in which the record's ground is drawn."""
    _, height, width, _ = record.ground.shape
    return stage_of(torch.from_numpy(record.plan), width / height)


def reference_picture(record: Record) -> Tensor:
    """The person elsewhere, four times the same picture [4,S,S,4] in 0..1."""
    return (torch.from_numpy(record.reference).float() / 255).expand(SUBFRAMES, -1, -1, -1)


def noisy_words(row: list[int], rng: random.Random, drop: float = 0.03, unknown: float = 0.02) -> list[int]:
    """Drops a few words and makes a few unknown, as people do; the slot tokens stay."""
    return noisy_tagged(row, row, rng, drop, unknown)[0]


def noisy_tagged(row: list[int], tags: list[int], rng: random.Random, drop: float = 0.03, unknown: float = 0.02) -> tuple[list, list]:
    """`noisy_words` with the tags of the words that stay."""
    out, kept = row[:SLOT_COUNT], tags[:SLOT_COUNT]
    for word, tag in zip(row[SLOT_COUNT:], tags[SLOT_COUNT:]):
        luck = rng.random()
        if luck >= drop:
            out.append(word if luck >= drop + unknown else 1)
            kept.append(tag)
    return out, kept


def to_video(frames: np.ndarray) -> Tensor:
    """u8 [F,H,W,3] -> f32 [F,3,H,W] in -1..1."""
    return torch.from_numpy(frames).permute(0, 3, 1, 2).float() / 127.5 - 1


def to_bytes(video: Tensor) -> np.ndarray:
    """f32 [...,3,H,W] in about -1..1 -> u8 [...,H,W,3]."""
    scaled = ((video.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
    return scaled.movedim(-3, -1).contiguous().numpy()


def put(ring: list, index: int, capacity: int, item):
    if len(ring) < capacity:
        ring.append(item)
    else:
        ring[index % capacity] = item


def world_json(cli: str, *flags: str) -> dict:
    """What `kinora world FLAGS` prints as JSON."""
    return json.loads(subprocess.check_output([*shlex.split(cli), "world", *flags]))
