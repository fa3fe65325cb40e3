"""Writes models/starter/card.md from an evaluation: `python -m scripts.model_card --results target/evals`.

Reads metrics.json and report.json of scripts/evaluate.py; figures of other weights are refused. Copies the contact sheets beside the card.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

from safetensors import safe_open

from evals.sources import Model
from kinora_starter.config import CLASSES
from scripts.export import STARTER_DIR

FIELDS = ("object", "colour", "material", "binding", "place", "style", "weather", "time", "camera", "action")
ROWS = {
    "truth": "renders",
    "round_trip": "renders through the latents",
    "generated": "**generated from the caption alone**",
}

TEXT = """# Starter 6

A text-to-video-and-sound model for clips of the procedural world in `crates/world`: 33 frames at 12 fps, 128 x 128 pixels (also 160 x 96 and
96 x 160), with impact and ambience sound, and up to 97 frames in overlapping windows. {parameters:.1f}M numbers: trained weights, and {fitted:.1f}M
fitted ones (PCA bases of the latents). It knows {words}, and nothing else. People in portraits look about or talk; a rule-based synthesiser speaks.

Parts: a T5-shaped text encoder with slot heads, a planner (text to tracks, camera side and contacts), and a layered, plan-conditioned
latent flow-matching model (a DiT of Wan blocks) that denoises the background on its plate and each subject in its canonical frame, a head
apart from its body. Decoders: a matrix and a small network each. Computed, not learned: the camera path, the lens of a style, rotation of
rolling objects, bounces after the first fall, mouth openings, rain and snow, poured water, the rope of a pendulum. The seed chooses what a prompt leaves open,
before anything is drawn. Weights are int8, the fine columns of the layer basis int4. Any token can be given instead of
generated: extension, remixes and given images work that way.

## Data and compute

Renders of the world alone, streamed from seeds while training; no image, video, sound or text from anywhere else. One
scene in sixteen (by its combination of fields) is held out; no single class or pair of classes is. Compute: two shared CPU cores.

| network | steps | minutes of compute time |
|---|---|---|
{networks}

## Figures

`kinora generate --unread` with the shipped weights makes every clip below: the model's own text encoder reads the captions, not the reader of prompts.
`kinora decode` makes the round trips.

{figures}

Not picked: the middle frame of each of the first 64 clips, and nine frames of the first eight (true render below each).

![Contact sheet](contact_sheet.png)
![Strips](contact_sheet_strips.png)

## Limits

Words outside its vocabulary are ignored (the app lists them). It has no text and no real people or places. Limbs and large
characters are soft: a layer has 64 x 64 pixels, and a latent spans four frames. Faces from words are recognised as faces, hardly as
a person (a given image is); all mouths open alike. Every clip has the same rain and snow. The background of a camera that travels far is softer
than that of a still one. What falls, swings and collides follows tracks that the planner learned from renders, without a simulation; bounces and rolling are computed.
A remix that changes what happens keeps only the words; shadows stay where a changed subject had them.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, default=Path("target/evals"), help="folder of the evaluation")
    parser.add_argument("--to", type=Path, default=STARTER_DIR, help="folder of the model")
    args = parser.parse_args()
    weights = Model("kinora", args.to).weights
    metrics = json.loads((args.results / "metrics.json").read_text())
    if metrics["weights"] != weights:
        print("model_card: the results are those of other weights", file=sys.stderr)
        return 1
    report = args.results / "report.json"
    rows = json.loads(report.read_text()) if report.exists() else {"model": None}
    text = card(args.to, metrics, rows if rows["model"] == weights else None)
    (args.to / "card.md").write_text(text)
    for sheet in ("contact_sheet.png", "contact_sheet_strips.png"):
        shutil.copyfile(args.results / sheet, args.to / sheet)
    return 0


def card(model: Path, metrics: dict, report: dict | None) -> str:
    """Returns the text of the card."""
    trained, fitted = numbers(model / "starter.safetensors")
    words = ", ".join(f"{len(values)} {field}s" for field, values in CLASSES.items())
    saved = json.loads((model / "training.json").read_text())["checkpoints"]
    networks = "\n".join(f"| {name} | {it['steps']:,} | {it['seconds'] / 60:.0f} |" for name, it in saved.items())
    shown = "\n".join(figures(metrics)) + behaviour(report)
    return TEXT.format(parameters=(trained + fitted) / 1e6, fitted=fitted / 1e6, words=words, networks=networks, figures=shown)


def numbers(weights: Path) -> tuple[int, int]:
    """Counts the trained and the fitted numbers of a weight file, without scales."""
    counts = {True: 0, False: 0}
    with safe_open(weights, "np") as file:
        for name in file.keys():
            if name.endswith(".scale"):
                continue
            part = file.get_slice(name)
            count = 1
            for side in part.get_shape():
                count *= side
            counts[name.split(".")[0] in ("decoder", "layers")] += count * (2 if part.get_dtype() == "U8" else 1)
    return counts[False], counts[True]


def figures(metrics: dict) -> list[str]:
    """Returns the lines of the figures on held-out captions."""
    lines = slot_table(metrics)
    lines += [
        "",
        f"{metrics['captions']} held-out captions, never trained on; `held_out.txt` lists the first 64.",
        f"PSNR of {metrics['round_trips']} round trips: {metrics['psnr']:.1f} dB over all pixels, {metrics['psnr_near_subjects']:.1f} dB within 1.3 radii of a subject; the mean of the clips' own is {metrics['psnr_mean']:.1f} dB.",
        f"Sound tokens strike in the sub-frames with a planned contact: F1 {metrics['sound_onset_f1']:.2f}.",
    ]
    if "many_steps" in metrics:
        many, few = (", ".join(f"{field} {100 * metrics[name][field]:.0f}" for field in FIELDS) for name in ("many_steps", "few_steps"))
        lines.append(f"The first 32 clips in 32 steps: {many} %; in 4 steps, the default: {few} %.")
    if "wordings_agree" in metrics:
        lines.append(f"The text encoder reads all dense wordings of a scene alike in {100 * metrics['wordings_agree']:.1f} % of the fields of 256 scenes.")
    if "remix_asked" in metrics:
        asked, kept = (f"{100 * metrics[name]:.0f} %" for name in ("remix_asked", "remix_kept"))
        lines.append(f"Remixes of 32 held-out scenes by one field: the field is as asked in {asked}; {kept} of the other correct fields stay correct.")
    if "instruction_asked" in metrics:
        asked, kept = (f"{100 * metrics[name]:.0f} %" for name in ("instruction_asked", "instruction_kept"))
        lines.append(f"The same by an instruction after the same words (\"… make it blue\"): {asked} and {kept}.")
    if "given_face_rank1" in metrics:
        rank, percentile = metrics["given_face_rank1"], metrics["given_face_percentile"]
        lines.append(f"32 strangers with an image of their face from another scene: {100 * rank:.0f} % are nearest to their own among 1,000 people (percentile {percentile:.3f}).")
    return lines


def behaviour(report: dict | None) -> str:
    """Returns the table of physics, sound, mouths and long clips."""
    if report is None:
        return ""
    rows = [row for row in report["rows"] if not row["name"].startswith("slot") and row["values"].get("model") is not None]
    lines = [
        f"| {row['name']} | {row['meaning']} | {row['values']['truth']:.3g} | {row['values']['model']:.3g} | {row['counts'].get('model', '')} |" for row in rows
    ]
    head = ["", "", "Measured from pixels and sound on scenes of each kind (`cargo xtask evaluate`):", ""]
    head += ["| | | renders | generated | clips or events |", "|---|---|---|---|---|"]
    return "\n".join([*head, *lines])


def slot_table(metrics: dict) -> list[str]:
    """Returns the table of fields that the reader recognises."""
    lines = [
        "Share of subjects or clips whose field the reader (`training/evals`) recognises as the caption states it; binding is object and colour of",
        "every subject of clips with several. The camera counts where the caption states it. The first row is the ceiling of the others: a reader's error counts as the clip's.",
        "",
        f"| | {' | '.join(FIELDS)} |",
        "|---" * (len(FIELDS) + 1) + "|",
    ]
    for row, name in ROWS.items():
        lines.append(f"| {name} | " + " | ".join(f"{100 * metrics[row][field]:.0f} %" for field in FIELDS) + " |")
    return lines


if __name__ == "__main__":
    sys.exit(main())
