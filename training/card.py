"""The model card: what the starter is, what it was trained on, and its measured figures beside their floors."""

import json
from pathlib import Path

import torch

from config import CLASSES

STAGES = ("text", "planner", "dit", "layer_refiner", "refiner", "judge")
FIELDS = ("object", "colour", "material", "place", "style", "camera", "action", "object_colour_style")
ROWS = {
    "truth": "true renders",
    "round_trip": "true renders through the latents",
    "generated": "**generated from the caption alone**",
    "generated_true_plan": "generated with the true plan",
}

TEXT = """# Starter 0

A text-to-video-and-sound model of {parameters:.1f}M parameters for clips of the procedural world in `crates/world`: 33 frames
at 12 fps, 128 x 128 pixels (also 160 x 96 and 96 x 160), with impact and ambience sound. It knows {words}, and nothing else.

Parts: a T5-shaped text encoder with slot heads, a planner (text to tracks, camera and contacts), a DiT of Wan blocks that
renders the plan, and a decoder: one matrix, then a small refiner. Weights are int8 in blocks of 32.

## Data and compute

Only renders of the world, streamed from seeds while training; no image, video, sound or text from anywhere else. One
scene in sixteen (by its combination of fields) is held out. Compute: two shared CPU cores.

| network | steps | minutes of compute time |
|---|---|---|
{stages}

## Figures

{figures}

Not picked: the middle frame of every one of the 64 clips, and nine frames of the first eight (true render below each).

![Contact sheet](contact_sheet.png)
![Strips](contact_sheet_strips.png)

## Limits

Words outside its vocabulary are ignored (the app says which). It has no text and no real people or places. Two
subjects swap colours more often than one has a wrong one. Fast small things are soft: a latent spans four frames, and the linear half
of the decoder keeps few of their edges. Its physics is what the planner learned from renders, not a simulation.
"""


def write_card(state: Path, to: Path, parameters: int):
    """Writes card.md from the checkpoints and, if there are any, the metrics in the training folder."""
    saved = checkpoints(state)
    rows = [f"| {name}{' (not shipped)' if name == 'judge' else ''} | {s['steps']:,} | {s['seconds'] / 60:.0f} |" for name, s in saved.items()]
    path = state / "metrics.json"
    metrics = json.loads(path.read_text()) if path.exists() else {}
    if metrics.get("steps") != stage_steps(state):  # figures of other weights are not this model's
        metrics = None
    words = ", ".join(f"{len(values)} {field}s" for field, values in CLASSES.items())
    text = TEXT.format(parameters=parameters / 1e6, words=words, stages="\n".join(rows), figures=figures(metrics))
    (to / "card.md").write_text(text)


def stage_steps(state: Path) -> dict[str, int]:
    """Steps behind each checkpoint: they tell which weights a measurement belongs to."""
    return {name: saved["steps"] for name, saved in checkpoints(state).items()}


def checkpoints(state: Path) -> dict[str, dict]:
    paths = {name: state / f"{name}.pt" for name in STAGES}
    return {name: torch.load(path, weights_only=True, mmap=True) for name, path in paths.items() if path.exists()}


def figures(metrics: dict | None) -> str:
    if metrics is None:
        return "Not measured yet."
    lines = slot_table(metrics) if "truth" in metrics else ["Slot accuracy is not measured yet: the judge that reads it is not trained."]
    lines += [
        "",
        f"On {metrics['captions']} held-out captions (`held_out.txt`, never trained on):",
        f"PSNR of round trips: {metrics['psnr_linear']:.1f} dB by the matrix alone, {metrics['psnr_refined']:.1f} dB with the refiner.",
        f"Sound tokens strike in the sub-frames where the plan has a contact: F1 {metrics['sound_onset_f1']:.2f}.",
    ]
    return "\n".join(lines)


def slot_table(metrics: dict) -> list[str]:
    lines = [
        "Share of clips whose field a judge reads as the caption says. The judge is a small network trained on true renders;",
        "what it makes of those is the ceiling of every row below.",
        "",
        f"| | {' | '.join(FIELDS[:-1])} | object, colour and style |",
        "|---" * (len(FIELDS) + 1) + "|",
    ]
    for row, name in ROWS.items():
        if row in metrics:
            lines.append(f"| {name} | " + " | ".join(f"{100 * metrics[row][field]:.0f} %" for field in FIELDS) + " |")
    return lines
