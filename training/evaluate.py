"""Measures the starter on 64 held-out captions, with a contact sheet that nobody picked from.

The ruler's reader judges true renders, their latent round trips and what the networks make of the captions.
"""

import argparse
import json
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from card import stage_steps
from config import SUBFRAME_DIM, SUBJECT_DIM, SUBJECTS
from data import Record, Stream, to_bytes, to_video
from latents import psnr
from ruler.clip import Clip
from ruler.evidence import gather
from ruler.metrics import hits
from ruler.reader import Reader, load_reader
from sample import Networks, encoded

STARTER_DIR = Path(__file__).parent.parent / "models" / "starter"
CAPTIONS = 64
SEED = 1
SLOTS = ("object", "colour", "material", "style", "place", "weather", "time", "camera", "action")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="training folder")
    parser.add_argument("--cli", default="target/debug/kinora")
    parser.add_argument("--sheet", type=Path, default=STARTER_DIR / "contact_sheet.png")
    args = parser.parse_args()
    metrics = evaluate(args.out, args.cli, args.sheet, ablations=True)
    print(json.dumps(metrics, indent=1))


def evaluate(state: Path, cli: str, sheet: Path, count: int = CAPTIONS, ablations: bool = False) -> dict:
    """Writes metrics.json into the training folder and the sheet; returns the metrics. 8 divides count."""
    networks = Networks.load(state)
    reader, digest = load_reader()
    records = held_out(cli)[:count]
    captions = [held_out_caption(i, record) for i, record in enumerate(records)]
    truth = torch.stack([to_video(record.frames) for record in records])
    true_plan = torch.from_numpy(np.stack([record.plan for record in records]))
    base = torch.cat([networks.base(*encoded(networks, record), plan[None]) for record, plan in zip(records, true_plan)])
    refined = batched(networks.refined, base)
    plan = networks.plan(captions, true_plan.shape[1], SEED)
    generated, sound = render(networks, captions, plan)

    metrics = {
        "steps": stage_steps(state),
        "captions": len(captions),
        "reader": digest,
        "psnr_linear": psnr(base, truth),
        "psnr_refined": psnr(refined, truth),
        "psnr_refined_near_subjects": psnr_near(refined, truth, records),
        "sound_onset_f1": onset_f1(sound, plan),
    }
    clips = {"truth": (truth, true_plan), "round_trip": (refined, true_plan), "generated": (generated, plan)}
    if ablations:
        clips["generated_true_plan"] = render(networks, captions, true_plan)[0], true_plan
    metrics |= {name: judged(reader, *shown, records) for name, shown in clips.items()}
    (state / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
    sheet.parent.mkdir(parents=True, exist_ok=True)
    contact_sheet(generated).save(sheet, optimize=True)
    strips(generated[:8], truth[:8]).save(sheet.with_name(sheet.stem + "_strips.png"), optimize=True)
    return metrics


def held_out(cli: str) -> list[Record]:
    """The first 64 held-out scenes from seed 0 on; training streams never hold them."""
    stream = Stream(cli, 0, flags="--only-held-out --layers")
    records = list(islice(stream, CAPTIONS))
    stream.close()
    return records


def held_out_caption(index: int, record: Record) -> str:
    """Plain and dense sentences in turn; both state object, colour, material, action, place and style."""
    return record.captions[index % 2]


def psnr_near(frames: Tensor, truth: Tensor, records: list[Record]) -> float:
    """dB over the pixels that differ from the same place without its subjects."""
    ground = torch.stack([to_video(record.ground[..., :3]) for record in records])
    near = ((truth - ground).abs().amax(2, keepdim=True) > 0.1).expand_as(truth)
    return psnr(frames[near], truth[near])


def render(networks: Networks, captions: list[str], plan: Tensor) -> tuple[Tensor, Tensor]:
    """Frames and sound tokens, eight clips at a time."""
    parts = []
    for i in range(0, len(captions), 8):
        z, sound, layers = networks.render(captions[i : i + 8], plan[i : i + 8], SEED + i)
        parts.append((networks.frames(z, layers, plan[i : i + 8]), sound))
    frames, sounds = zip(*parts)
    return torch.cat(frames), torch.cat(sounds)


def judged(reader: Reader, frames: Tensor, plan: Tensor, records: list[Record]) -> dict[str, float]:
    """Share of right subjects or clips per field, by the ruler."""
    nothing = np.zeros(0, np.float32)
    shown = zip(records, to_bytes(frames), plan.numpy())
    evidence = gather([Clip(record.spec, pixels, rows, nothing, nothing) for record, pixels, rows in shown], reader)
    slots = {name: np.concatenate([hits(item, name) for item in evidence]) for name in SLOTS}
    several = [item for item in evidence if item.clip.spec["object2"]]
    bound = [all(min(hits(item, name)) for name in ("object", "colour")) for item in several]
    return {name: float(right.mean()) for name, right in slots.items()} | {"binding": float(np.mean(bound))}


def onset_f1(sound: Tensor, plan: Tensor) -> float:
    """Whether the sound tokens strike in the sub-frames in which the plan has a contact."""
    heard = sound[..., :36].unflatten(-1, (4, 9))[..., 0] > 0
    meant = plan.unflatten(-1, (4, SUBFRAME_DIM))[..., SUBJECTS * SUBJECT_DIM + 3] > 0
    return (2 * (heard & meant).sum() / (heard.sum() + meant.sum()).clamp(min=1)).item()


@torch.no_grad()
def batched(function, x: Tensor, size: int = 8) -> Tensor:
    return torch.cat([function(part) for part in x.split(size)])


def contact_sheet(frames: Tensor) -> Image.Image:
    """The middle frame of each clip, 8 x 8."""
    tiles = to_bytes(frames[:, frames.shape[1] // 2])
    count, height, width, _ = tiles.shape
    grid = tiles.reshape(count // 8, 8, height, width, 3).transpose(0, 2, 1, 3, 4)
    return small(grid.reshape(count // 8 * height, 8 * width, 3))


def strips(generated: Tensor, truth: Tensor) -> Image.Image:
    """Nine frames of each clip, generated above true."""
    rows = [to_bytes(clip[::4]) for pair in zip(generated, truth) for clip in pair]
    return small(np.concatenate([np.concatenate(list(row), 1) for row in rows], 0))


def small(pixels: np.ndarray) -> Image.Image:
    """256 colours keep a page under half a megabyte."""
    return Image.fromarray(pixels).quantize(256, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main()
