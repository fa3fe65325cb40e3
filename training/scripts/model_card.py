"""The model card: what the starter is, what it was trained on, and its measured figures beside their floors."""

import json
from pathlib import Path

import torch

from config import CLASSES
from ruler.stored import digest_of

STAGES = ("text", "planner", "dit", "fold", "place_refiner", "layer_refiner")
FIELDS = ("object", "colour", "material", "binding", "place", "style", "weather", "time", "camera", "action")
ROWS = {
    "truth": "true renders",
    "round_trip": "true renders through the latents",
    "generated": "**generated from the caption alone**",
}

TEXT = """# Starter 6

A text-to-video-and-sound model of {parameters:.1f}M parameters for clips of the procedural world in `crates/world`: 33 frames
at 12 fps, 128 x 128 pixels (also 160 x 96 and 96 x 160), with impact and ambience sound, and up to 97 frames in windows that go on from each other.
It knows {words}, and nothing else. People seen from near look about or talk; what is said is spoken by rule, not by the model.

Parts: a T5-shaped text encoder with slot heads, a planner (text to tracks, camera and contacts), a DiT of Wan blocks that
renders the plan as a grid and as layers (each subject in its own frame, a head apart from its body), and decoders: a matrix and a small network for either.
The grid is the place as one still camera sees it. What is known is computed: the camera's way, the lens of a style, the turns of what rolls, the bounces after a first fall, the opening of
a mouth, rain and snow, poured water, the rope of a pendulum. What a prompt leaves open is chosen by the seed and said before anything is drawn. Weights are int8, what is fine in the layers' matrices int4. Any token may be given instead of drawn: that is how clips go on, how a remix keeps what its words do not change, and how pictures come in.

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

Words outside its vocabulary are ignored (the app says which). It has no text and no real people or places. Limbs and large
characters are soft: a layer has 64 x 64 pixels, and a latent spans four frames. Faces from words are young: they are known as faces, hardly as
somebody (a given picture is); their mouths open with what is said, each like any other. Every clip has the same rain and snow. A place before a camera that goes far is softer
than one before a still one. Its physics is what the planner learned from renders, not a simulation. A remix that changes what happens keeps only the words; shadows stay where a changed subject had them.
"""


def write_card(state: Path, to: Path, parameters: int):
    """Writes card.md from the checkpoints and, if there are any, the metrics in the training folder."""
    saved = checkpoints(state)
    rows = [f"| {name} | {s['steps']:,} | {s['seconds'] / 60:.0f} |" for name, s in saved.items()]
    path = state / "metrics.json"
    metrics = json.loads(path.read_text()) if path.exists() else {}
    if metrics.get("steps") != stage_steps(state):  # figures of other weights are not this model's
        metrics = None
    words = ", ".join(f"{len(values)} {field}s" for field, values in CLASSES.items())
    text = TEXT.format(parameters=parameters / 1e6, words=words, stages="\n".join(rows), figures=figures(metrics) + behaviour(state))
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
    lines = slot_table(metrics)
    lines += [
        "",
        f"On {metrics['captions']} held-out captions (`held_out.txt`, never trained on):",
        f"PSNR of round trips: {metrics['psnr_linear']:.1f} dB by the matrices, {metrics['psnr_refined']:.1f} dB with the networks, {metrics['psnr_refined_near_subjects']:.1f} dB near subjects; the mean of the clips' own figures is {metrics['psnr_refined_mean']:.1f} dB.",
        f"Sound tokens strike in the sub-frames where the plan has a contact: F1 {metrics['sound_onset_f1']:.2f}.",
    ]
    if "many_steps" in metrics:
        many, few = (", ".join(f"{field} {100 * metrics[name][field]:.0f}" for field in FIELDS) for name in ("many_steps", "few_steps"))
        lines.append(f"The first 32 in 32 steps: {many} %; in as few as by default: {few} %.")
    if "wordings_agree" in metrics:
        lines.append(f"Wordings of a scene that state a field are all read alike in {100 * metrics['wordings_agree']:.1f} % of the fields of 256 scenes.")
    if "remix_asked" in metrics:
        asked, kept = (f"{100 * metrics[name]:.0f} %" for name in ("remix_asked", "remix_kept"))
        lines.append(f"Remixes of 32 held-out scenes by one field: the field is as asked in {asked}; of the others that were right {kept} still are.")
    if "instruction_asked" in metrics:
        asked, kept = (f"{100 * metrics[name]:.0f} %" for name in ("instruction_asked", "instruction_kept"))
        lines.append(f"The same by an instruction after the same words (\"… make it blue\"): {asked} and {kept}.")
    if "cameo_rank1" in metrics:
        rank, percentile = metrics["cameo_rank1"], metrics["cameo_percentile"]
        lines.append(f"32 strangers whose face is given by a picture from another clip: {100 * rank:.0f} % are nearest to their own among 1,000 people (percentile {percentile:.3f}).")
    return "\n".join(lines)


def behaviour(state: Path) -> str:
    """What the ruler saw of physics, mouths and long clips, if it was shown these weights."""
    path = state / "ruler-model" / "report.json"
    report = json.loads(path.read_text()) if path.exists() else {"model": None}
    if report["model"] != digest_of(state / "dit.pt"):
        return ""
    rows = [row for row in report["rows"] if not row["name"].startswith("slot") and row["values"].get("model") is not None]
    lines = [
        f"| {row['name']} | {row['meaning']} | {row['values']['truth']:.3g} | {row['values']['model']:.3g} | {row['counts']['model']} |" for row in rows
    ]
    head = ["", "", "From the pixels and the sound, by the ruler (`cargo xtask evaluate`), on scenes of each kind:", "", "| | | true renders | generated | clips or events |", "|---|---|---|---|---|"]
    return "\n".join([*head, *lines])


def slot_table(metrics: dict) -> list[str]:
    lines = [
        "Share of subjects or clips whose field the ruler (`training/ruler`) reads as the caption says; binding is object and colour of",
        "every subject of clips with several. The camera counts where the caption states it. What it makes of true renders is the ceiling of every row below.",
        "",
        f"| | {' | '.join(FIELDS)} |",
        "|---" * (len(FIELDS) + 1) + "|",
    ]
    for row, name in ROWS.items():
        if row in metrics:
            lines.append(f"| {name} | " + " | ".join(f"{100 * metrics[row][field]:.0f} %" for field in FIELDS) + " |")
    return lines
