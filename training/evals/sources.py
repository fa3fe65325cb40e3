"""Sources of clips: renders, their round trip through the latents, and the shipped model. `kinora` makes all of them."""

import json
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path

import numpy as np
import torch

from kinora_starter.background import BackgroundCodec, to_tokens
from kinora_starter.config import SUBJECTS
from kinora_starter.data import background_video, layer_pictures, mouths_of, stack_layers
from kinora_starter.layers import LayerCodec
from kinora_starter.records import Record, WorldStream, records_of, world_records, write_record
from kinora_starter.warm_start import Shipped

from .clip import FRAMES_PER_SECOND, SAMPLE_RATE, Clip, silent_about
from .laws import Laws

FIRST_HELD_OUT = 0  # seed of the first held-out scene that is looked for


@dataclass(frozen=True)
class Model:
    """A folder of shipped files and the `kinora` that runs it."""

    cli: str
    folder: Path
    threads: int = 1

    @property
    def weights(self) -> str:
        """BLAKE3 of the weights."""
        manifest = json.loads((self.folder / "model.json").read_text())
        hashes = {file["name"]: file["blake3"] for file in manifest["files"]}
        return hashes[manifest["weights"]]

    def command(self, name: str) -> list[str]:
        return [*shlex.split(self.cli), name, "--stream", "--device", "cpu", "--model", str(self.folder)]

    def generate(self, requests: Iterable[dict]) -> Iterator[Record]:
        """Yields a record per request of `kinora generate --stream`."""
        lines = (json.dumps(unread(request)).encode() + b"\n" for request in requests)
        return records_of([*self.command("generate"), "--threads", str(self.threads)], lines)

    def decode(self, latents: Iterable[tuple[dict, dict[str, np.ndarray]]]) -> Iterator[Record]:
        """Yields a record per header and arrays of `kinora decode --stream`."""
        return records_of(self.command("decode"), (packed(*item) for item in latents))


def unread(request: dict) -> dict:
    """The request with its prompts read by the model's text encoder, which is measured here, and not by the reader."""
    sources = {key: unread(request[key]) for key in ("remix", "extend") if key in request}
    return {**request, **sources, "unread": True}


def packed(meta: dict, arrays: dict[str, np.ndarray]) -> bytes:
    out = BytesIO()
    write_record(out, meta, arrays)
    return out.getvalue()


def clip_of(record: Record, index: int) -> Clip:
    """The index-th held-out clip, with plain and dense captions in turn."""
    meta = record.meta
    if (meta["fps"], meta["sample_rate"]) != (FRAMES_PER_SECOND, SAMPLE_RATE):
        raise ValueError(f"clips have {FRAMES_PER_SECOND} frames and {SAMPLE_RATE} samples per second, not {meta['fps']} and {meta['sample_rate']}")
    caption = record.captions[index % 2]
    return Clip(record.spec, record.frames, record.plan, record.samples, record.sound, Laws.of(meta), caption, silent_about(index))


def world_clips(cli: str, start: int, frames: int = 33, flags: str = "", count: int = 1 << 40) -> Iterator[Clip]:
    """Yields clips of successive seeds, without end unless a count is given."""
    stream = world_records(cli, start, count=count, frames=frames, flags=flags)
    try:
        for i, record in enumerate(stream):
            yield clip_of(record, i)
    finally:
        stream.close()


def held_out_clips(cli: str, count: int, flags: str = "", frames: int = 33) -> list[Clip]:
    """Renders the first held-out scenes; training streams never contain them."""
    return list(islice(world_clips(cli, FIRST_HELD_OUT, frames, f"--only-held-out {flags}"), count))


def rendered_with(cli: str, clip: Clip, field: str, word: str) -> Clip:
    """Renders the scene of a clip's seed with another word in one field."""
    spec = clip.spec
    names = {"object": "object1", "colour": "colour1", "material": "material1"}
    fields = ("object", "colour", "material", "place", "style", "weather", "time", "cover", "camera", "action")
    words = {name: spec[names.get(name, name)] for name in fields} | {field: word}
    if words["object"] in ("person", "robot", "bear"):
        del words["material"]  # characters have their own
    flags = " ".join(f"--{name} {shlex.quote(value)}" for name, value in words.items())
    other = next(world_clips(cli, spec["seed"], len(clip.frames), f"--include-held-out {flags}", 1))
    return other.with_(caption=clip.caption)


def portrait_with(cli: str, clip: Clip, flags: str) -> Clip:
    """Renders the portrait of a clip's seed, of the held-out people, with other flags."""
    kind = "talk" if clip.spec["action"] == "talk" else "heads"
    other = next(world_clips(cli, clip.spec["seed"], len(clip.frames), f"--only-held-out --kinds {kind} {flags}", 1))
    return other.with_(caption=clip.caption)


@dataclass(frozen=True)
class Encoder:
    """The latent codes of a shipped model."""

    background: BackgroundCodec
    layers: LayerCodec

    @staticmethod
    def of(folder: Path) -> "Encoder":
        shipped = Shipped(folder)
        return Encoder(shipped.background(), shipped.layers())

    @torch.no_grad()
    def encode(self, record: Record) -> tuple[dict, dict[str, np.ndarray]]:
        """Encodes a rendered scene to the header and arrays that `kinora decode --stream` reads."""
        z = self.background.encode(background_video(record)[None])
        layers = stack_layers([self.layers.encode(layer_pictures(record), mouths_of(record))])[0]
        meta = {"width": record.meta["width"], "height": record.meta["height"], "reading": record.spec}
        arrays = {"plan": record.plan, "sound_tokens": record.sound, "video_tokens": to_tokens(z)[0].numpy()}
        return meta, arrays | {"layers": layers[0].unflatten(0, (-1, SUBJECTS)).numpy()}


def round_trip_clips(model: Model, clips: list[Clip], flags: str = "") -> list[Clip]:
    """Decodes the true latents of the held-out scenes that `clips` shows: the best that the decoder can do.

    Sound tokens carry no speech, so talking clips keep their sound.
    """
    encoder = Encoder.of(model.folder)
    height, width = clips[0].frames.shape[1:3]
    flags = f"--only-held-out --no-frames --layers {flags}"
    stream = WorldStream(model.cli, FIRST_HELD_OUT, size=(width, height), flags=flags, frames=len(clips[0].frames))
    decoded = model.decode(encoder.encode(record) for record in islice(stream, len(clips)))
    out = [clip.with_(frames=it.frames, samples=clip.samples if talks(clip) else it.samples) for clip, it in zip(clips, decoded)]
    decoded.close()
    stream.close()
    return out


def generated(model: Model, clips: list[Clip], first_seed: int = 1, **settings) -> list[Clip]:
    """Generates the captions of these clips at their sizes and lengths; the expected scene stays that of the caption."""
    height, width = clips[0].frames.shape[1:3]
    requests = (
        {"prompt": clip.caption, "seed": first_seed + i, "size": [width, height], "frames": len(clip.frames)} | settings
        for i, clip in enumerate(clips)
    )
    return [shown(clip, record) for clip, record in zip(clips, model.generate(requests), strict=True)]


def shown(clip: Clip, record: Record) -> Clip:
    """The clip with the frames, the plan and the sound of a generated record."""
    return clip.with_(frames=record.frames, plan=record.plan, samples=record.samples, tokens=record.sound)


def talks(clip: Clip) -> bool:
    return clip.spec["action"] == "talk"
