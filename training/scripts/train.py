"""Trains the starter for a given time: `python -m scripts.train --minutes 100 --out DIR`. A second run resumes the first.

Fits the latents (a minute), then trains the text encoder; after that the DiT, the planner and the refiners take turns by their shares
of the time. All state is in DIR; every few minutes the run saves it, exports and evaluates the export.
`--networks fold` distils the guidance into the DiT as the last step; training the DiT further undoes that.
"""

import argparse
import ctypes
import json
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import torch
from safetensors.torch import save_file

from evals.captions import CAPTIONS, evaluate
from kinora_starter import latents
from kinora_starter.data import Pool
from kinora_starter.networks import load_background, load_layers, load_tokenizer
from kinora_starter.records import WorldStream
from kinora_starter.text import Tokenizer
from kinora_starter.train_dit import DitTrainer, FoldTrainer
from kinora_starter.train_refiners import BackgroundRefinerTrainer, LayerRefinerTrainer, Pictures
from kinora_starter.train_text_planner import SIZES, PlannerTrainer, TextTrainer, trained_text
from kinora_starter.trainer import Trainer
from kinora_starter.warm_start import Shipped
from scripts.export import STARTER_DIR, export

# Each stream has its own range of seeds; a resumed run continues it.
FIRST_SEEDS = {"128x128": 1 << 32, "160x96": 2 << 32, "96x160": 3 << 32, "text": 4 << 32, "planner": 5 << 32, "fit": 6 << 32, "pixels": 7 << 32, "mouths": 8 << 32}
SAVE_SECONDS = 300
KINDS = "--kinds scenes,scenes,scenes,scenes,talk,talk,heads"  # faces are hard: portraits are three sevenths
LAYERS = f"--layers --no-frames --reference {KINDS}"
CLIP_FRAMES = 49  # longer than a window, so that samples can extend a clip
NETWORKS = {"text", "dit", "planner", "background_refiner", "layer_refiner", "fold"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, required=True, help="wall clock of the run")
    parser.add_argument("--out", type=Path, required=True, help="folder with the state; resumed if it has one")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--networks", default="text,dit,planner,background_refiner,layer_refiner", help="networks to train")
    parser.add_argument("--cli", default="target/debug/kinora", help="the command `kinora`")
    parser.add_argument("--to", type=Path, default=STARTER_DIR, help="folder of the exports")
    parser.add_argument("--shipped", type=Path, default=STARTER_DIR, help="model from which an empty folder starts")
    parser.add_argument("--fresh", action="store_true", help="start from random weights")
    parser.add_argument("--export-minutes", type=float, default=12, help="time between exports")
    parser.add_argument("--no-compile", action="store_true", help="eager blocks (about 20 %% slower)")
    run = Run(parser.parse_args())
    try:
        run.all()
    finally:
        run.close()


class Run:
    def __init__(self, args: argparse.Namespace):
        self.args, self.state = args, args.out
        self.state.mkdir(parents=True, exist_ok=True)
        torch.set_num_threads(args.threads)
        self.started = time.monotonic()
        self.log_file = (self.state / "metrics.jsonl").open("a", buffering=1)
        seeds = self.state / "seeds.json"
        self.seeds = FIRST_SEEDS | (json.loads(seeds.read_text()) if seeds.exists() else self.shipped_seeds())
        self.streams: dict[str, WorldStream] = {}
        self.wanted = args.networks.split(",")
        if unknown := set(self.wanted) - NETWORKS:
            raise SystemExit(f"unknown networks {sorted(unknown)}: there are {sorted(NETWORKS)}")

    def shipped_seeds(self) -> dict[str, int]:
        return {} if self.args.fresh else Shipped(self.args.shipped).seeds

    def all(self):
        shipped = None if self.args.fresh else Shipped(self.args.shipped)
        if shipped:
            shipped.restore_latents(self.state)
        self.fit_latents()
        self.make_tokenizer()
        if shipped:
            shipped.restore_networks(self.state, load_tokenizer(self.state).words, load_background(self.state), load_layers(self.state))
        text_minutes = min(TextTrainer.share * self.args.minutes, 12.0)
        if "text" in self.wanted:
            self.train_text(text_minutes * 60)
        self.train_together()

    def fit_latents(self):
        """Fits the latent spaces that the folder does not have."""
        started = time.monotonic()
        streams = [self.stream("fit", size, LAYERS) for size in SIZES]
        background, layers = self.state / "background.safetensors", self.state / "layers.safetensors"
        if not background.exists():
            save_file(latents.fit(streams, clips=256).state_dict(), background)
            self.log("background", seconds=time.monotonic() - started)
        if not layers.exists():
            fitted = latents.fit_layers(streams[0], clips=2000)
            latents.whiten_layers(fitted, streams[0], clips=128)
            latents.fit_mouths(fitted, self.stream("mouths", flags="--layers --no-frames --kinds talk"), clips=700)
            save_file(fitted.state_dict(), layers)
            self.log("layers", seconds=time.monotonic() - started)

    def make_tokenizer(self):
        path = self.state / "tokenizer.json"
        if not path.exists():
            words = subprocess.check_output([*self.args.cli.split(), "world", "--vocabulary"], text=True).split()
            path.write_text(json.dumps({"words": Tokenizer.of(set(words)).words}))

    def train_text(self, seconds: float):
        trainer = TextTrainer(self.state, load_tokenizer(self.state), self.stream("text", flags=f"--no-frames {KINDS}"))
        while trainer.run_seconds < seconds:
            metrics = trainer.step(trainer.run_seconds / seconds)
            if trainer.steps % 50 == 0:  # binding of two subjects takes longest and appears suddenly
                self.log("text", step=trainer.steps, accuracy=trainer.accuracy(), **metrics)
        self.log("text", step=trainer.steps, accuracy=trainer.accuracy())
        self.save([trainer])

    def train_together(self):
        trainers = self.make_trainers()
        begin = last_save = last_export = time.monotonic()
        length = max(1.0, self.args.minutes * 60 - (begin - self.started))
        while (now := time.monotonic()) - begin < length:
            trainer = min(trainers, key=lambda it: it.run_seconds / it.share)
            metrics = trainer.step((now - begin) / length)
            if trainer.run_steps % 10 == 1:
                self.log(trainer.name, step=trainer.steps, samples_per_s=trainer.samples_per_step / metrics["seconds"], **metrics)
            if now - last_save > SAVE_SECONDS:
                self.save(trainers)
                last_save = now
                if now - last_export > self.args.export_minutes * 60:
                    self.measure_and_export()
                    last_export = now
        self.save(trainers)
        self.measure_and_export(last=True)

    def make_trainers(self) -> list[Trainer]:
        tokenizer = load_tokenizer(self.state)
        text = trained_text(self.state / "text.pt", len(tokenizer.words))
        background, layers = load_background(self.state), load_layers(self.state)
        pools = {size: Pool(background, layers, tokenizer, self.stream(f"{size[0]}x{size[1]}", size, LAYERS, CLIP_FRAMES)) for size in SIZES}
        pictures = Pictures(self.stream("pixels", flags=f"--layers --no-frames {KINDS}"), background, layers, tokenizer, text, random.Random())
        compiled = not self.args.no_compile and shutil.which("g++") is not None
        make = {
            "dit": lambda: DitTrainer(self.state, pools, text, compiled),
            "fold": lambda: FoldTrainer(self.state, pools, text, compiled),
            "planner": lambda: PlannerTrainer(self.state, self.stream("planner", flags=f"--no-frames {KINDS}", frames=CLIP_FRAMES), tokenizer, text),
            "background_refiner": lambda: BackgroundRefinerTrainer(self.state, pictures),
            "layer_refiner": lambda: LayerRefinerTrainer(self.state, pictures),
        }
        return [make[name]() for name in make if name in self.wanted]

    def measure_and_export(self, last: bool = False):
        """Exports and evaluates the export, once every network has weights."""
        missing = {name for name in NETWORKS - {"fold"} if not (self.state / f"{name}.pt").exists()}
        if missing:
            return self.log("export", skipped_without=sorted(missing))
        export(self.state, self.args.to, self.args.cli)
        started = time.monotonic()
        sheet = self.state / "sheets" / f"minute_{round((started - self.started) / 60):03}.png"
        metrics = evaluate(self.args.to, self.args.cli, self.state, sheet, count=CAPTIONS if last else 24, whole=last)
        self.log("evaluate", **metrics, seconds=time.monotonic() - started)

    def stream(self, name: str, size: tuple[int, int] = (128, 128), flags: str = "", frames: int = 33) -> WorldStream:
        stream = WorldStream(self.args.cli, self.seeds[name], size=size, flags=flags, frames=frames)
        self.streams[f"{name} {size}"] = stream
        return stream

    def save(self, trainers: list[Trainer]):
        for trainer in trainers:
            trainer.save()
        for key, stream in self.streams.items():
            name = key.split()[0]
            self.seeds[name] = max(self.seeds[name], stream.next_seed)
        (self.state / "seeds.json").write_text(json.dumps(self.seeds))
        give_back_memory()

    def log(self, name: str, **values):
        minute = (time.monotonic() - self.started) / 60
        line = {"minute": round(minute, 2), "network": name}
        line |= {k: round(v, 4) if isinstance(v, float) else v for k, v in values.items()}
        self.log_file.write(json.dumps(line) + "\n")

    def close(self):
        for stream in self.streams.values():
            stream.close()


def give_back_memory():
    """Returns free heap pages to the system. Batches of many shapes fragment glibc's heap: an hour without this held 12 GB and used 3.5."""
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)


if __name__ == "__main__":
    main()
