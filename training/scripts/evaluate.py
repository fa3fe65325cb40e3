"""`python -m ruler`: measures a model, or with --ground-truth the ruler itself; `--train MINUTES` trains the reader, `--train-faces MINUTES` what reads faces."""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import torch

from render import Decoders, load_decoder
from sample import Networks
from trainer import averaged

from .evaluate import run
from .evidence import Eyes
from .faces import WEIGHTS as FACES_WEIGHTS
from .faces import load_faces
from .identity import Gallery
from .reader import WEIGHTS, Reader, load_reader
from .report import write
from .stored import StaleWeights, digest_of, save
from .train import train
from .train_faces import train_faces, trained_faces


def main() -> int:
    parser = argparse.ArgumentParser(prog="ruler", description=__doc__)
    parser.add_argument("--ground-truth", action="store_true", help="measure renders and corruptions only, no model")
    parser.add_argument("--clips", type=int, default=128, help="held-out scenes of all kinds, and as many of people; each law gets a quarter as many")
    parser.add_argument("--state", type=Path, default=Path.home() / "kinora-train", help="training folder with the networks")
    parser.add_argument("--out", type=Path, help="folder of the report; its report.json is what this run is compared with")
    parser.add_argument("--cli", default="target/debug/kinora", help="the command that renders the world")
    parser.add_argument("--voice", type=Path, default=Path("target/debug/examples/voice_tokens"), help="sound tokens to samples")
    parser.add_argument("--train", type=float, metavar="MINUTES", help="train the reader for so long, then keep its weights")
    parser.add_argument("--train-faces", type=float, metavar="MINUTES", help="the same for the networks that read faces")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    if args.train is not None:
        return train_reader(args)
    if args.train_faces is not None:
        train_faces(args.train_faces, args.state / "ruler", args.cli)
        save(trained_faces(args.state / "ruler"), FACES_WEIGHTS)
        return 0
    networks = None if args.ground_truth else loaded(Networks.load, args.state)
    decoders = networks.decoders if networks else loaded(Decoders.load, args.state)
    if networks is None and not args.ground_truth:
        print(f"{args.state} has no networks that fit this code; --ground-truth measures without", file=sys.stderr)
        return 2
    try:
        (reader, reader_digest), (faces, faces_digest) = load_reader(), load_faces()
    except StaleWeights as error:
        print(f"ruler: {error}", file=sys.stderr)
        return 2
    eyes = Eyes(reader, faces, Gallery(args.cli, faces))
    measured = run(args.cli, eyes, args.clips, decoders, networks, args.voice if args.voice.exists() else None)
    model = "none" if args.ground_truth else digest_of(args.state / "dit.pt")
    facts = {"made": datetime.now(UTC).isoformat(timespec="seconds"), "clips": args.clips, "reader": f"{reader_digest} {faces_digest}", "model": model}
    folder = args.out or args.state / ("ruler-truth" if args.ground_truth else "ruler-model")
    report = write(measured, facts, folder)
    print_report(report)
    print(f"ruler: {folder / 'report.html'}")
    return 1 if args.ground_truth and (report["failed"] or report["unseen"]) else 0


def train_reader(args: argparse.Namespace) -> int:
    folder = args.state / "ruler"
    decoder = load_decoder(args.state) if (args.state / "latents.safetensors").exists() else None
    train(args.train, folder, args.cli, decoder)
    save(averaged(folder / "reader.pt", Reader()), WEIGHTS)
    return 0


def loaded(load: Callable[[Path], Networks | Decoders], state: Path) -> Networks | Decoders | None:
    """The networks of a training folder; None if they are missing or do not fit."""
    try:
        return load(state)
    except (FileNotFoundError, RuntimeError) as error:
        print(f"ruler: no networks from {state}: {str(error).splitlines()[0]}", file=sys.stderr)
        return None


def print_report(report: dict):
    for row in report["rows"]:
        values = ", ".join(f"{name} {value}" for name, value in row["values"].items())
        seen = "seen" if row["seen"] else "NOT SEEN"
        print(f"{row['name']:>14}: {values}; {row['corruption']} {row['uncorrupted']} -> {row['corrupted']} ({seen})")
    for title in ("failed", "unseen", "regressions"):
        for item in report[title]:
            print(f"ruler: {title}: {item}")


if __name__ == "__main__":
    sys.exit(main())
