"""Evaluation of a shipped model on held-out captions, with a contact sheet of the first 64.

The reader judges renders, their round trips and what `kinora generate` makes of the captions.
"""

import json
import time
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image

from kinora_starter.config import SUBFRAME_DIM, SUBFRAMES, SUBJECT_DIM, SUBJECTS
from kinora_starter.records import WorldStream

from . import reference_faces, remix
from .clip import Clip
from .evidence import Eyes, gather
from .faces import load_faces
from .fidelity import fidelity
from .metrics import hits
from .reader import load_reader
from .sources import Model, generated, held_out_clips, round_trip_clips

CAPTIONS = 64
ROUND_TRIPS = 64  # scenes whose pixel errors are measured; more hardly change the figures
MANY, MANY_STEPS = 32, 32  # clips that are also generated with more steps
WORDINGS = 256  # scenes whose wordings are compared


def evaluate(folder: Path, cli: str, out: Path, sheet: Path, count: int = CAPTIONS, whole: bool = False, threads: int = 1) -> dict:
    """Evaluates the model in `folder` on `count` captions (a multiple of 8) and writes metrics.json into `out`, and the sheets.

    whole: remixes, given faces, wordings and more steps too. Returns the metrics.
    """
    model = Model(cli, folder, threads)
    reader, digest = load_reader()
    eyes, clock = Eyes(reader), Clock()
    truth = held_out_clips(cli, count)
    clock.lap("render")
    made = generated(model, truth)
    clock.lap("generate")
    passed = round_trip_clips(model, truth[:ROUND_TRIPS])
    clock.lap("round trip")
    metrics = {"weights": model.weights, "captions": len(truth), "round_trips": len(passed), "reader": digest}
    metrics |= fidelity(passed, truth[: len(passed)]) | {"sound_onset_f1": onset_f1(made)}
    for name, clips in (("generated", made), ("truth", truth), ("round_trip", passed)):
        metrics[name] = judged(eyes, clips)
        clock.lap(f"read {name}")
    if whole:
        metrics |= remix.measure(model, eyes)
        clock.lap("remixes")
        metrics |= reference_faces.measure(model, load_faces()[0])
        clock.lap("faces")
        metrics["wordings_agree"] = wordings_agree(model)
        clock.lap("wordings")
        many = generated(model, truth[:MANY], steps=MANY_STEPS)
        metrics |= {"few_steps": judged(eyes, made[:MANY]), "many_steps": judged(eyes, many)}
        clock.lap("many steps")
    metrics["seconds"] = clock.seconds
    out.mkdir(parents=True, exist_ok=True)
    (out / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
    sheet.parent.mkdir(parents=True, exist_ok=True)
    frames = [clip.frames for clip in made[:64]]
    contact_sheet(frames).save(sheet, optimize=True)
    strips(frames[:8], [clip.frames for clip in truth[:8]]).save(sheet.with_name(sheet.stem + "_strips.png"), optimize=True)
    return metrics


class Clock:
    """Seconds per part of a run."""

    def __init__(self):
        self.seconds: dict[str, float] = {}
        self.last = time.monotonic()

    def lap(self, name: str):
        """Books the time since the last lap, and prints it."""
        now = time.monotonic()
        self.seconds[name], self.last = round(now - self.last, 1), now
        print(f"evals: {name}: {self.seconds[name]} s", flush=True)


def judged(eyes: Eyes, clips: list[Clip]) -> dict[str, float]:
    """Returns the share of correct subjects or clips per field, as the reader sees them."""
    evidence = gather(clips, eyes)
    slots = {name: np.concatenate([hits(item, name) for item in evidence]) for name in remix.FIELDS}
    several = [item for item in evidence if item.clip.spec["object2"]]
    bound = [all(min(hits(item, name)) for name in ("object", "colour")) for item in several]
    return {name: float(right.mean()) for name, right in slots.items()} | {"binding": float(np.mean(bound))}


def wordings_agree(model: Model, count: int = WORDINGS) -> float:
    """Returns the share of fields in which the model reads all dense wordings of a scene alike."""
    stream = WorldStream(model.cli, 0, flags="--only-held-out --no-frames")
    scenes = [record.dense_captions for record in islice(stream, count)]
    stream.close()
    requests = ({"prompt": caption, "reading_only": True} for captions in scenes for caption in captions)
    readings = model.generate(requests)
    alike = []
    for captions in scenes:
        read = [next(readings).meta["reading"] for _ in captions]
        alike += [len({it[slot]["value"] for it in read}) == 1 for slot in read[0]]
    readings.close()
    return float(np.mean(alike))


def onset_f1(clips: list[Clip]) -> float:
    """Returns the F1 of sound-token strikes against the plan's contacts, per sub-frame."""
    tokens, plans = (np.stack(part) for part in zip(*((clip.tokens, clip.plan) for clip in clips)))
    heard = tokens[..., :36].reshape(*tokens.shape[:2], SUBFRAMES, 9)[..., 0] > 0
    meant = plans.reshape(*plans.shape[:2], SUBFRAMES, SUBFRAME_DIM)[..., SUBJECTS * SUBJECT_DIM + 3] > 0
    return float(2 * (heard & meant).sum() / max(1, heard.sum() + meant.sum()))


def contact_sheet(clips: list[np.ndarray]) -> Image.Image:
    """Draws the middle frame of each clip u8 [F,H,W,3], eight per row."""
    tiles = np.stack([frames[len(frames) // 2] for frames in clips])
    count, height, width, _ = tiles.shape
    grid = tiles.reshape(count // 8, 8, height, width, 3).transpose(0, 2, 1, 3, 4)
    return small(grid.reshape(count // 8 * height, 8 * width, 3))


def strips(generated: list[np.ndarray], truth: list[np.ndarray]) -> Image.Image:
    """Draws nine frames of each clip, generated above true."""
    rows = [clip[::4] for pair in zip(generated, truth) for clip in pair]
    return small(np.concatenate([np.concatenate(list(row), 1) for row in rows], 0))


def small(pixels: np.ndarray) -> Image.Image:
    """Reduces an image to 256 colours, which keeps a page under half a megabyte."""
    return Image.fromarray(pixels).quantize(256, dither=Image.Dither.NONE)
