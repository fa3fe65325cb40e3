"""Trains the starter by the clock: `python training/run.py --minutes 100 --out DIR`. Run it again to go on.

Latents first (a minute), then the text encoder; after that the DiT, the planner and the refiners take
turns by their shares of the time. Everything lives in DIR; every few minutes it is saved, measured and exported.
`--stages fold`, last of all, folds the guidance into the video model; whoever trains it further unfolds it.
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

import latents
from data import Pool, Stream
from evaluate import STARTER_DIR, VOICE, evaluate
from export import export
from restore import Shipped
from refiner_stages import LayerRefinerStage, Pictures, PlaceRefinerStage
from render import load_decoder, load_layers
from sample import load_tokenizer
from dit_stages import DitStage, FoldStage
from stages import SIZES, PlannerStage, TextStage, trained_text
from text import Tokenizer
from trainer import Stage

# Each stream has its own range of seeds; a resumed run goes on where the last one stopped.
FIRST_SEEDS = {"128x128": 1 << 32, "160x96": 2 << 32, "96x160": 3 << 32, "text": 4 << 32, "planner": 5 << 32, "fit": 6 << 32, "pixels": 7 << 32, "mouths": 8 << 32}
SAVE_SECONDS = 300
KINDS = "--kinds scenes,scenes,scenes,scenes,talk,talk,heads"  # two sevenths and one: faces are hard, and they also talk
LAYERS = f"--layers --no-frames --reference {KINDS}"
CLIP_FRAMES = 49  # longer than a clip that is drawn at once, so that there is something to go on with
STAGES = {"text", "dit", "planner", "place_refiner", "layer_refiner", "fold"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, required=True, help="wall clock, all stages together")
    parser.add_argument("--out", type=Path, required=True, help="folder with the state; resumed if it has one")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--stages", default="text,dit,planner,place_refiner,layer_refiner", help="which to train")
    parser.add_argument("--cli", default="target/debug/kinora", help="the command that renders the world")
    parser.add_argument("--voice", type=Path, default=VOICE, help="sound tokens to samples")
    parser.add_argument("--to", type=Path, default=STARTER_DIR, help="where exports go")
    parser.add_argument("--shipped", type=Path, default=STARTER_DIR, help="the model that an empty folder begins with")
    parser.add_argument("--fresh", action="store_true", help="begin from nothing instead of from the shipped weights")
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
        self.streams: dict[str, Stream] = {}
        self.wanted = args.stages.split(",")
        if unknown := set(self.wanted) - STAGES:
            raise SystemExit(f"unknown stages {sorted(unknown)}: there are {sorted(STAGES)}")

    def shipped_seeds(self) -> dict[str, int]:
        return {} if self.args.fresh else Shipped(self.args.shipped).history.get("seeds", {})

    def all(self):
        shipped = None if self.args.fresh else Shipped(self.args.shipped)
        if shipped:
            shipped.restore_latents(self.state)
        self.fit_latents()
        self.make_tokenizer()
        if shipped:
            shipped.restore_networks(self.state, load_tokenizer(self.state).words, load_decoder(self.state), load_layers(self.state))
        text_minutes = min(TextStage.share * self.args.minutes, 12.0)
        if "text" in self.wanted:
            self.train_text(text_minutes * 60)
        self.train_together()

    def fit_latents(self):
        """The closed-form spaces that are not there yet; a model that knows one of them keeps it for ever."""
        started = time.monotonic()
        streams = [self.stream("fit", size, LAYERS) for size in SIZES]
        grid, layers = self.state / "latents.safetensors", self.state / "layers.safetensors"
        if not grid.exists():
            save_file(latents.fit(streams, clips=256).state_dict(), grid)
            self.log("latents", seconds=time.monotonic() - started)
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
        stage = TextStage(self.state, load_tokenizer(self.state), self.stream("text", flags=f"--no-frames {KINDS}"))
        while stage.run_seconds < seconds:
            metrics = stage.step(stage.run_seconds / seconds)
            if stage.steps % 50 == 0:  # binding two subjects is what takes long; it comes suddenly
                self.log("text", step=stage.steps, accuracy=stage.accuracy(), **metrics)
        self.log("text", step=stage.steps, accuracy=stage.accuracy())
        self.save([stage])

    def train_together(self):
        stages = self.make_stages()
        begin = last_save = last_export = time.monotonic()
        length = max(1.0, self.args.minutes * 60 - (begin - self.started))
        while (now := time.monotonic()) - begin < length:
            stage = min(stages, key=lambda stage: stage.run_seconds / stage.share)
            metrics = stage.step((now - begin) / length)
            if stage.run_steps % 10 == 1:
                self.log(stage.name, step=stage.steps, samples_per_s=stage.samples_per_step / metrics["seconds"], **metrics)
            if now - last_save > SAVE_SECONDS:
                self.save(stages)
                last_save = now
                if now - last_export > self.args.export_minutes * 60:
                    self.measure_and_export()
                    last_export = now
        self.save(stages)
        self.measure_and_export(last=True)

    def make_stages(self) -> list[Stage]:
        tokenizer = load_tokenizer(self.state)
        text = trained_text(self.state / "text.pt", len(tokenizer.words))
        decoder, layers = load_decoder(self.state), load_layers(self.state)
        pools = {size: Pool(decoder, layers, tokenizer, self.stream(f"{size[0]}x{size[1]}", size, LAYERS, CLIP_FRAMES)) for size in SIZES}
        pictures = Pictures(self.stream("pixels", flags=f"--layers --no-frames {KINDS}"), decoder, layers, tokenizer, text, random.Random())
        compiled = not self.args.no_compile and shutil.which("g++") is not None
        make = {
            "dit": lambda: DitStage(self.state, pools, text, compiled),
            "fold": lambda: FoldStage(self.state, pools, text, compiled),
            "planner": lambda: PlannerStage(self.state, self.stream("planner", flags=f"--no-frames {KINDS}", frames=CLIP_FRAMES), tokenizer, text),
            "place_refiner": lambda: PlaceRefinerStage(self.state, pictures),
            "layer_refiner": lambda: LayerRefinerStage(self.state, pictures),
        }
        return [make[name]() for name in make if name in self.wanted]

    def measure_and_export(self, last: bool = False):
        """Exports and measures as soon as every network has weights."""
        missing = {name for name in STAGES - {"fold"} if not (self.state / f"{name}.pt").exists()}
        if missing:
            return self.log("export", skipped_for_want_of=sorted(missing))
        export(self.state, self.args.to, self.args.cli)
        started = time.monotonic()
        sheet = self.state / "sheets" / f"minute_{round((started - self.started) / 60):03}.png"
        metrics = evaluate(self.state, self.args.cli, self.args.voice, sheet, count=64 if last else 24, whole=last)
        self.log("evaluate", **metrics, seconds=time.monotonic() - started)

    def stream(self, name: str, size: tuple[int, int] = (128, 128), flags: str = "", frames: int = 33) -> Stream:
        stream = Stream(self.args.cli, self.seeds[name], size=size, flags=flags, frames=frames)
        self.streams[f"{name} {size}"] = stream
        return stream

    def save(self, stages: list[Stage]):
        for stage in stages:
            stage.save()
        for key, stream in self.streams.items():
            name = key.split()[0]
            self.seeds[name] = max(self.seeds[name], stream.next_seed)
        (self.state / "seeds.json").write_text(json.dumps(self.seeds))
        give_back_memory()

    def log(self, stage: str, **values):
        minute = (time.monotonic() - self.started) / 60
        line = {"minute": round(minute, 2), "stage": stage}
        line |= {k: round(v, 4) if isinstance(v, float) else v for k, v in values.items()}
        self.log_file.write(json.dumps(line) + "\n")

    def close(self):
        for stream in self.streams.values():
            stream.close()


def give_back_memory():
    """Batches of many shapes leave glibc's heap in pieces: without this a run of an hour held 12 GB, of which it used 3.5."""
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)


if __name__ == "__main__":
    main()
