"""Remixes of held-out scenes by one field: whether the field changes as asked, and whether the others stay."""

from itertools import islice

import numpy as np

from kinora_starter.config import SLOTS
from kinora_starter.records import Record, WorldStream

from .clip import Clip
from .evidence import Eyes, gather
from .laws import Laws
from .metrics import hits
from .sources import Model

FIELDS = ("object", "colour", "material", "style", "place", "weather", "time", "camera", "action")
SEED = 1


def edit_pairs(cli: str, count: int) -> list[tuple[Record, Record]]:
    """Returns held-out scenes, each with its edit in one field."""
    stream = WorldStream(cli, 0, flags="--only-held-out --edits --no-frames")
    records = list(islice(stream, 2 * count))
    stream.close()
    return list(zip(records[::2], records[1::2]))


def measure(model: Model, eyes: Eyes, count: int = 32) -> dict[str, float]:
    """Returns the share of remixes whose changed field is as asked, and of the other correct fields that stay correct.

    `remix` rewords the prompt; `instruction` appends an instruction to the same words.
    """
    pairs = edit_pairs(model.cli, count)
    ways = {
        "remix": [(before.captions[1], after.captions[1]) for before, after in pairs],
        "instruction": [(before.captions[0], f"{before.captions[0]}. {after.instruction}") for before, after in pairs],
    }
    return {f"{way}_{name}": value for way, captions in ways.items() for name, value in shares(model, eyes, pairs, captions).items()}


def shares(model: Model, eyes: Eyes, pairs: list[tuple[Record, Record]], captions: list[tuple[str, str]]) -> dict[str, float]:
    asked, kept = [], []
    shown = [gather(clips, eyes) for clips in zip(*remixed(model, pairs, captions))]
    for (before, after), was, now in zip(pairs, *shown):
        changed = {slot.rstrip("123") for slot in SLOTS if before.spec[slot] != after.spec[slot]}
        asked += [float(np.mean(hits(now, field))) for field in FIELDS if field in changed]
        kept += [float(np.mean(hits(now, field))) for field in FIELDS if field not in changed and np.mean(hits(was, field)) == 1]
    return {"asked": float(np.mean(asked)), "kept": float(np.mean(kept))}


def remixed(model: Model, pairs: list[tuple[Record, Record]], captions: list[tuple[str, str]]) -> list[tuple[Clip, Clip]]:
    """Generates each scene and its remix."""
    requests = []
    for before, after in captions:
        source = {"prompt": before, "seed": SEED}
        requests += [source, {"prompt": after, "remix": source}]
    records = model.generate(requests)
    return [(clip_of(before, next(records)), clip_of(after, next(records))) for before, after in pairs]


def clip_of(scene: Record, made: Record) -> Clip:
    """A generated clip of an expected scene."""
    return Clip(scene.spec, made.frames, made.plan, made.samples, made.sound, Laws.of(scene.meta))
