"""How well a remix keeps what its words do not change: held-out scenes, one field changed, the rest given (crates/pipeline/src/kept.rs)."""

from itertools import islice
from pathlib import Path

import numpy as np
from torch import Tensor

from config import CLASSES, SLOTS, SUBJECTS
from data import Record, Stream, to_bytes
from ruler.clip import Clip
from ruler.evidence import Eyes, gather
from ruler.metrics import hits
from ruler.sources import voiced
from render import Told
from sample import Held, Networks
from stage import stage_of

FIELDS = ("object", "colour", "material", "style", "place", "weather", "time", "camera", "action")
SEED = 1


def edit_pairs(cli: str, count: int) -> list[tuple[Record, Record]]:
    """Held-out scenes, each with itself after one field has changed."""
    stream = Stream(cli, 0, flags="--only-held-out --edits")
    records = list(islice(stream, 2 * count))
    stream.close()
    return list(zip(records[::2], records[1::2]))


def measure(networks: Networks, eyes: Eyes, cli: str, voice: Path, count: int = 32) -> dict[str, float]:
    """Share of remixes in which the changed field is as asked, and share of the other fields that were right before and are after: by other
    words, and by an instruction after the same words."""
    pairs = edit_pairs(cli, count)
    ways = {"remix": reworded(pairs), "instruction": instructed(pairs)}
    return {f"{way}_{name}": value for way, captions in ways.items() for name, value in shares(networks, eyes, voice, pairs, captions).items()}


def reworded(pairs: list[tuple[Record, Record]]) -> list[tuple[str, str]]:
    return [(before.captions[1], after.captions[1]) for before, after in pairs]


def instructed(pairs: list[tuple[Record, Record]]) -> list[tuple[str, str]]:
    return [(before.captions[0], f"{before.captions[0]}. {after.instruction}") for before, after in pairs]


def shares(
    networks: Networks, eyes: Eyes, voice: Path, pairs: list[tuple[Record, Record]], captions: list[tuple[str, str]]
) -> dict[str, float]:  # fmt: skip
    asked, kept = [], []
    for start in range(0, len(pairs), 8):
        part = pairs[start : start + 8]
        shown = [gather(clips, eyes) for clips in remixed(networks, part, captions[start : start + 8], voice)]
        for (before, after), was, now in zip(part, *shown):
            changed = {slot.rstrip("123") for slot in SLOTS if before.spec[slot] != after.spec[slot]}
            asked += [float(np.mean(hits(now, field))) for field in FIELDS if field in changed]
            kept += [float(np.mean(hits(now, field))) for field in FIELDS if field not in changed and np.mean(hits(was, field)) == 1]
    return {"asked": float(np.mean(asked)), "kept": float(np.mean(kept))}


def remixed(networks: Networks, pairs: list[tuple[Record, Record]], texts: list[tuple[str, str]], voice: Path) -> list[list[Clip]]:
    """What the model makes of the scenes before and after, in these words."""
    first, then = (list(words) for words in zip(*texts))
    first = networks.completed(first, SEED)
    captions = [first, networks.completed(then, SEED, first)]
    read = [networks.slots(words) for words in captions]
    plan = networks.plan(captions[0], 9, SEED)
    latents, sound, layers = networks.render(captions[0], plan, SEED)
    grid = (9, latents.shape[2] // 2, latents.shape[3] // 2)
    held, fresh = Held.nothing(len(pairs), grid), networks.plan(captions[1], 9, SEED)
    plans = plan.clone()
    for i, (was, now) in enumerate(zip(*read)):
        keeps = kept(was, now)
        if not keeps["plan"]:
            plans[i] = fresh[i]
            continue
        held.keep(i, latents[i : i + 1] if keeps["place"] else None, layers[i], keeps["subjects"])
    after = networks.render_window(captions[1], plans, SEED, (128, 128), held, stage_of(plans, 1.0))
    shown = (plan, (latents, sound, layers)), (plans, after)
    return [
        clips_of(networks, records, rows, made, networks.told(texts), voice)
        for records, texts, (rows, made) in zip(zip(*pairs), captions, shown)
    ]


def clips_of(
    networks: Networks, records: list[Record], plan: Tensor, made: tuple[Tensor, Tensor, Tensor], told: list[Told], voice: Path
) -> list[Clip]:  # fmt: skip
    """What was made of scenes, as the ruler sees it."""
    frames, tokens = to_bytes(networks.frames(made[0], made[2], plan, told)), made[1].numpy()
    shown = zip(records, frames, plan.numpy(), voiced(tokens, voice), tokens)
    return [Clip(record.spec, *parts) for record, *parts in shown]


def kept(was: dict[str, int], now: dict[str, int]) -> dict:
    """The rule of crates/pipeline/src/kept.rs for scenes."""
    same = lambda *slots: all(was[slot] == now[slot] for slot in slots)
    absent = lambda slots, s: s > 1 and slots[f"object{s}"] == len(CLASSES["object"])
    as_many = all(absent(was, s) == absent(now, s) for s in range(1, SUBJECTS + 1))
    plan, light = same("action", "camera") and as_many, same("style", "time", "weather")
    subjects = [plan and light and same(*(f"{field}{s}" for field in ("object", "colour", "material"))) for s in range(1, SUBJECTS + 1)]
    return {"plan": plan, "place": plan and light and same("place"), "subjects": subjects}
