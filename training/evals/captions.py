"""Measures the starter on held-out captions, with a contact sheet of the first 64 that nobody picked from.

The ruler's reader judges true renders, their latent round trips and what the networks make of the captions.
"""

import argparse
import json
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

import cameo
import remix
from card import stage_steps
from config import SUBFRAME_DIM, SUBJECT_DIM, SUBJECTS
from data import Record, Stream, stage, to_bytes, to_video
from falling import falling
from latents import psnr
from ruler.clip import Clip, silent_about
from ruler.evidence import Eyes, gather
from ruler.faces import load_faces
from ruler.metrics import hits
from ruler.reader import load_reader
from ruler.sources import SoundingStream, generated
from sample import Networks, round_trip
from stage import seen, through_lens

STARTER_DIR = Path(__file__).parent.parent / "models" / "starter"
VOICE = Path("target/debug/examples/voice_tokens")
CAPTIONS = 64
MANY, MANY_STEPS = 32, 32  # how many of these are also made in so many steps


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="training folder")
    parser.add_argument("--cli", default="target/debug/kinora")
    parser.add_argument("--voice", type=Path, default=VOICE, help="sound tokens to samples")
    parser.add_argument("--sheet", type=Path, default=STARTER_DIR / "contact_sheet.png")
    parser.add_argument("--captions", type=int, default=CAPTIONS, help="how many; 8 divides it")
    args = parser.parse_args()
    metrics = evaluate(args.out, args.cli, args.voice, args.sheet, args.captions, whole=True)
    print(json.dumps(metrics, indent=1))


def evaluate(state: Path, cli: str, voice: Path, sheet: Path, count: int = CAPTIONS, whole: bool = False) -> dict:
    """Writes metrics.json into the training folder and the sheet; returns the metrics. 8 divides count. whole: remixes and faces too."""
    networks = Networks.load(state)
    reader, digest = load_reader()
    eyes = Eyes(reader)
    records, clips = held_out_clips(cli, count)
    made = generated(clips, networks, voice)
    # Pixels of many clips do not fit in memory at once, and these figures hardly change with more of them.
    records = records[:CAPTIONS]
    truth = torch.stack([to_video(record.frames) for record in records])
    decoders = networks.decoders
    refined = torch.stack([round_trip(decoders, record) for record in records])
    matrices = replace(decoders, place_refiner=None, layer_refiner=None)
    linear = torch.stack([round_trip(matrices, record) for record in records])
    passed = [clip.with_(frames=frames) for clip, frames in zip(clips, to_bytes(refined))]

    metrics = {
        "steps": stage_steps(state),
        "captions": len(clips),
        "reader": digest,
        "psnr_linear": psnr(linear, truth),
        "psnr_refined": psnr(refined, truth),
        "psnr_refined_mean": float(np.mean([psnr(*pair) for pair in zip(refined, truth)])),
        "psnr_refined_near_subjects": psnr_near(refined, truth, records),
        "sound_onset_f1": onset_f1(*(torch.from_numpy(np.stack(rows)) for rows in zip(*((clip.tokens, clip.plan) for clip in made)))),
    }
    metrics |= {name: judged(eyes, shown) for name, shown in (("truth", clips), ("round_trip", passed), ("generated", made))}
    if whole:
        metrics |= remix.measure(networks, eyes, cli, voice) | cameo.measure(networks, load_faces()[0], cli)
        metrics["wordings_agree"] = wordings_agree(networks, cli)
        patient = replace(networks, sampler=replace(networks.sampler, steps=MANY_STEPS))
        metrics |= {"few_steps": judged(eyes, made[:MANY]), "many_steps": judged(eyes, generated(clips[:MANY], patient, voice))}
    (state / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
    sheet.parent.mkdir(parents=True, exist_ok=True)
    frames = [clip.frames for clip in made[:CAPTIONS]]
    contact_sheet(frames).save(sheet, optimize=True)
    strips(frames[:8], [clip.frames for clip in clips[:8]]).save(sheet.with_name(sheet.stem + "_strips.png"), optimize=True)
    return metrics


def held_out_clips(cli: str, count: int) -> tuple[list[Record], list[Clip]]:
    """The first held-out scenes with their layers, and as the ruler sees them."""
    stream = SoundingStream(cli, 0, flags="--only-held-out --layers")
    heard = []
    for i, (record, samples) in enumerate(islice(stream, count)):
        if i >= CAPTIONS:  # only what the ruler looks at
            record = replace(record, ground=None, layers=None)
        heard.append((record, samples))
    stream.close()
    clips = [
        Clip(record.spec, record.frames, record.plan, samples, record.sound, held_out_caption(i, record), silent_about(i))
        for i, (record, samples) in enumerate(heard)
    ]
    return [record for record, _ in heard], clips


def held_out(cli: str) -> list[Record]:
    """The first 64 held-out scenes from seed 0 on; training streams never hold them."""
    stream = Stream(cli, 0, flags="--only-held-out --layers")
    records = list(islice(stream, CAPTIONS))
    stream.close()
    return records


def held_out_caption(index: int, record: Record) -> str:
    """Plain and dense sentences in turn; both state object, colour, material, action, place and style, the dense ones the camera too."""
    return record.captions[index % 2]


def psnr_near(frames: Tensor, truth: Tensor, records: list[Record]) -> float:
    """dB over the pixels that differ from the same place without its subjects."""
    ground = torch.stack([bare(record) for record in records])
    near = ((truth - ground).abs().amax(2, keepdim=True) > 0.1).expand_as(truth)
    return psnr(frames[near], truth[near])


def bare(record: Record) -> Tensor:
    """The frames [F,3,H,W] of a scene without its subjects."""
    plan, spec = torch.from_numpy(record.plan), record.spec
    place = seen(to_video(record.ground[..., :3]), plan, stage(record))
    return through_lens(falling(place, plan, stage(record), spec["weather"], spec["time"], spec["style"]), spec["style"])


def judged(eyes: Eyes, clips: list[Clip]) -> dict[str, float]:
    """Share of right subjects or clips per field, by the ruler."""
    evidence = gather(clips, eyes)
    slots = {name: np.concatenate([hits(item, name) for item in evidence]) for name in remix.FIELDS}
    several = [item for item in evidence if item.clip.spec["object2"]]
    bound = [all(min(hits(item, name)) for name in ("object", "colour")) for item in several]
    return {name: float(right.mean()) for name, right in slots.items()} | {"binding": float(np.mean(bound))}


@torch.no_grad()
def wordings_agree(networks: Networks, cli: str, count: int = 256) -> float:
    """Share of fields in which all wordings of a scene that state them are read alike."""
    stream = Stream(cli, 0, flags="--only-held-out --no-frames")
    alike = []
    for record in islice(stream, count):
        classes = torch.tensor([list(slots.values()) for slots in networks.slots(record.dense_captions)])
        alike.append((classes == classes[0]).all(0))
    stream.close()
    return torch.stack(alike).float().mean().item()


def onset_f1(sound: Tensor, plan: Tensor) -> float:
    """Whether the sound tokens strike in the sub-frames in which the plan has a contact."""
    heard = sound[..., :36].unflatten(-1, (4, 9))[..., 0] > 0
    meant = plan.unflatten(-1, (4, SUBFRAME_DIM))[..., SUBJECTS * SUBJECT_DIM + 3] > 0
    return (2 * (heard & meant).sum() / (heard.sum() + meant.sum()).clamp(min=1)).item()


def contact_sheet(clips: list[np.ndarray]) -> Image.Image:
    """The middle frame of each clip u8 [F,H,W,3], 8 x 8."""
    tiles = np.stack([frames[len(frames) // 2] for frames in clips])
    count, height, width, _ = tiles.shape
    grid = tiles.reshape(count // 8, 8, height, width, 3).transpose(0, 2, 1, 3, 4)
    return small(grid.reshape(count // 8 * height, 8 * width, 3))


def strips(generated: list[np.ndarray], truth: list[np.ndarray]) -> Image.Image:
    """Nine frames of each clip, generated above true."""
    rows = [clip[::4] for pair in zip(generated, truth) for clip in pair]
    return small(np.concatenate([np.concatenate(list(row), 1) for row in rows], 0))


def small(pixels: np.ndarray) -> Image.Image:
    """256 colours keep a page under half a megabyte."""
    return Image.fromarray(pixels).quantize(256, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main()
