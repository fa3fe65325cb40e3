"""Evaluates a shipped model: `python -m scripts.evaluate`.

Runs the suites of physics, sound and people on `--clips` held-out scenes and writes report.json and report.html, or with `--captions N`
the figures of the model card on N held-out captions and the contact sheets. `--ground-truth` measures the evaluation itself, on renders
and on corruptions of them. `--train` and `--train-faces` train its networks.
"""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import torch

from evals.captions import evaluate
from evals.evidence import Eyes
from evals.faces import WEIGHTS as FACES_WEIGHTS
from evals.faces import load_faces
from evals.identity import Gallery
from evals.reader import WEIGHTS, Reader, load_reader
from evals.report import write
from evals.sources import Encoder, Model
from evals.suites import run
from evals.train_faces import train_faces, trained_faces
from evals.train_reader import train
from evals.weight_files import StaleWeights, save
from kinora_starter.trainer import averaged
from scripts.export import STARTER_DIR


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=STARTER_DIR, help="folder of the shipped files")
    parser.add_argument("--cli", default="target/debug/kinora", help="the command `kinora`")
    parser.add_argument("--clips", type=int, default=128, help="scenes of all kinds, and as many of people; each law gets a quarter")
    parser.add_argument("--captions", type=int, metavar="N", help="measure the figures of the card on N captions; 8 divides N")
    parser.add_argument("--short", action="store_true", help="with --captions: no remixes, faces, wordings and further steps")
    parser.add_argument("--ground-truth", action="store_true", help="measure renders and corruptions only")
    parser.add_argument("--out", type=Path, default=Path("target/evals"), help="folder of the results; a run is compared with the report there")
    parser.add_argument("--train", type=float, metavar="MINUTES", help="train the reader, then keep its weights")
    parser.add_argument("--train-faces", type=float, metavar="MINUTES", help="train the face networks, then keep their weights")
    parser.add_argument("--threads", type=int, default=2, help="threads of the reader, and clips that are generated at once")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    if args.train is not None:
        train(args.train, args.out / "reader", args.cli, Encoder.of(args.model).background)
        save(averaged(args.out / "reader" / "reader.pt", Reader()), WEIGHTS)
        return 0
    if args.train_faces is not None:
        train_faces(args.train_faces, args.out / "reader", args.cli)
        save(trained_faces(args.out / "reader"), FACES_WEIGHTS)
        return 0
    try:
        (reader, reader_digest), (faces, faces_digest) = load_reader(), load_faces()
    except StaleWeights as error:
        print(f"evals: {error}", file=sys.stderr)
        return 2
    if args.captions is not None:
        sheet = args.out / "contact_sheet.png"
        print(json.dumps(evaluate(args.model, args.cli, args.out, sheet, args.captions, not args.short, args.threads), indent=1))
        return 0
    model = Model(args.cli, args.model, args.threads)
    measured = run(model, Eyes(reader, faces, Gallery(args.cli, faces)), args.clips, args.ground_truth)
    facts = {"made": datetime.now(UTC).isoformat(timespec="seconds"), "clips": args.clips, "reader": f"{reader_digest} {faces_digest}"}
    facts["model"] = "none" if args.ground_truth else model.weights
    folder = args.out / "truth" if args.ground_truth else args.out
    report = write(measured, facts, folder)
    print_report(report)
    print(f"evals: {folder / 'report.html'}")
    return 1 if args.ground_truth and (report["failed"] or report["unseen"]) else 0


def print_report(report: dict):
    """Prints a line per metric, and the lists of the report."""
    for row in report["rows"]:
        values = ", ".join(f"{name} {value}" for name, value in row["values"].items())
        seen = "seen" if row["seen"] else "NOT SEEN"
        print(f"{row['name']:>14}: {values}; {row['corruption']} {row['uncorrupted']} -> {row['corrupted']} ({seen})")
    for title in ("failed", "unseen", "regressions"):
        for item in report[title]:
            print(f"evals: {title}: {item}")


if __name__ == "__main__":
    sys.exit(main())
