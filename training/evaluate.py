"""Measures the starter on 64 held-out captions, with a contact sheet that nobody picked from.

The same evaluator judges true renders, their latent round trips and what the networks make of the captions.
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
from data import Record, Stream, ground_video, layer_pictures, stack_layers, to_bytes, to_video
from evaluator import HEADS, Evaluator, evaluator_frames, targets_of
from latents import psnr
from sample import Networks
from trainer import averaged

STARTER_DIR = Path(__file__).parent.parent / "models" / "starter"
CAPTIONS = 64
SEED = 1


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
    judge = averaged(state / "judge.pt", Evaluator()) if (state / "judge.pt").exists() else None
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
        "psnr_linear": psnr(base, truth),
        "psnr_refined": psnr(refined, truth),
        "psnr_refined_near_subjects": psnr_near(refined, truth, records),
        "sound_onset_f1": onset_f1(sound, plan),
    }
    if judge:
        clips = {"truth": truth, "round_trip": refined, "generated": generated}
        metrics |= {name: judged(judge, frames, records) for name, frames in clips.items()}
    if judge and ablations:
        metrics["generated_true_plan"] = judged(judge, render(networks, captions, true_plan)[0], records)
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


@torch.no_grad()
def encoded(networks: Networks, record: Record) -> tuple[Tensor, Tensor]:
    """The true latents [1,T,h,w,48] and layers [1,T,3,276] of a scene."""
    layers = stack_layers([networks.layers.encode(layer_pictures(record))])[0]
    return networks.decoder.encode(ground_video(record)[None]), layers.unflatten(1, (-1, SUBJECTS))


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


@torch.no_grad()
def judged(judge: Evaluator, frames: Tensor, records: list[Record]) -> dict[str, float]:
    """Accuracy per field, and of object, colour and style all at once."""
    (logits, _), targets = judge(evaluator_frames(frames)), targets_of([record.spec for record in records])
    right = {head: logits[head].argmax(-1) == targets[head] for head in HEADS}
    scores = {head: hits.float().mean().item() for head, hits in right.items()}
    return scores | {"object_colour_style": (right["object"] & right["colour"] & right["style"]).float().mean().item()}


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
