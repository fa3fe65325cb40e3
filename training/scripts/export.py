"""Writes models/starter: quantised weights, config.json, tokenizer.json, the manifest model.json, training.json and held_out.txt."""

import argparse
import json
import os
import re
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import torch
from blake3 import blake3
from safetensors.torch import save
from torch import Tensor, nn

from kinora_starter.config import STARTER
from kinora_starter.networks import Networks
from kinora_starter.quantisation import BLOCKS, quantise_int4, quantise_int8
from kinora_starter.records import WorldStream

STARTER_DIR = Path(__file__).parents[2] / "models" / "starter"
ID = "starter-6"
WEIGHTS = "starter.safetensors"
LIMITS = {
    "sizes": [[128, 128], [160, 96], [96, 160]],
    "fps": 12,
    "min_frames": 5,
    "max_frames": 97,
    "frame_step": 4,
    "default_frames": 33,
    "extension_frames": 28,
}
HELD_OUT = 64  # captions listed in held_out.txt
COARSE_CHANNELS = 128  # columns of the layer basis that are stored in 8 bits


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="training folder")
    parser.add_argument("--cli", default="target/debug/kinora")
    parser.add_argument("--to", type=Path, default=STARTER_DIR)
    args = parser.parse_args()
    export(args.out, args.to, args.cli)


def export(state: Path, to: Path, cli: str):
    networks = Networks.load(state)
    to.mkdir(parents=True, exist_ok=True)
    weights = save(quantised(networks))
    files = {
        "config.json": as_json(config_of(len(networks.tokenizer.words), asdict(networks.sampler))),
        "tokenizer.json": json.dumps({"words": networks.tokenizer.words}).encode() + b"\n",
        WEIGHTS: weights,
    }
    for name, data in files.items():
        write(to / name, data)
    write(to / "model.json", json.dumps(manifest(files), indent=2).encode() + b"\n")
    write(to / "training.json", as_json(history(state)))
    write(to / "held_out.txt", held_out(cli).encode())
    print(f"{to}/starter.safetensors: {len(weights) / 1e6:.1f} MB")


def config_of(vocabulary: int, sampler: dict) -> dict:
    """Returns config.json: classes, slots and every dimension."""
    return {"id": ID, "vocabulary": vocabulary} | STARTER.to_dict() | {"sampler": sampler}


def manifest(files: dict[str, bytes]) -> dict:
    """Returns model.json: family, licence, files with sizes and hashes, and the limits of its clips."""
    listed = [{"name": name, "bytes": len(data), "blake3": blake3(data).hexdigest()} for name, data in files.items()]
    identity = {"version": 1, "id": ID, "family": "starter", "licence": "MIT OR Apache-2.0", "weights": WEIGHTS}
    return identity | {"files": listed, "limits": LIMITS}


def as_json(value: dict) -> bytes:
    """Formats JSON with the innermost lists and objects on one line each."""
    text = json.dumps(value, indent=1)
    return re.sub(r"[\[{][^\[\]{}]*[\]}]", lambda inner: re.sub(r"\s*\n\s*", " ", inner.group()), text).encode() + b"\n"


def held_out(cli: str) -> str:
    """Returns the seeds and captions of the first held-out scenes, plain and dense sentences in turn."""
    stream = WorldStream(cli, 0, flags="--only-held-out --no-frames")
    lines = [f"{record.seed}\t{record.captions[i % 2]}\n" for i, record in enumerate(islice(stream, HELD_OUT))]
    stream.close()
    return "".join(lines)


def history(state: Path) -> dict:
    """Returns training.json: steps and seconds of each checkpoint, and the next seed of each stream. A warm start reads it."""
    return {"checkpoints": checkpoints(state), "seeds": json.loads((state / "seeds.json").read_text())}


def checkpoints(state: Path) -> dict[str, dict]:
    """Returns steps and seconds of each network in a training folder."""
    out = {}
    for name in ("text", "planner", "dit", "fold", "background_refiner", "layer_refiner"):
        path = state / f"{name}.pt"
        if path.exists():
            saved = torch.load(path, weights_only=True, mmap=True)
            out[name] = {"steps": saved["steps"], "seconds": round(saved["seconds"])}
    return out


def quantised(networks: Networks) -> dict[str, Tensor]:
    """Quantises weights: int8 for every Linear and kernel with rows of whole blocks of 32 and for the leading columns of the layer
    basis, int4 for its other columns (which costs 0.01 dB), F16 for other matrices and tables, F32 for vectors."""
    tensors = {}
    for prefix, network in networks.parts().items():
        matrices = {f"{name}.weight" for name, module in network.named_modules() if isinstance(module, nn.Linear | nn.Conv2d)}
        for name, value in network.state_dict().items():
            key = f"{prefix}.{name}"
            if key == "layers.basis":
                tensors[key], tensors[f"{key}.scale"] = quantise_int8(value[:, :COARSE_CHANNELS])
                tensors[f"{key}.rest"], tensors[f"{key}.rest.scale"] = quantise_int4(value[:, COARSE_CHANNELS:])
            elif key in ("layers.detail", "layers.mouth"):
                tensors[key], tensors[f"{key}.scale"] = quantise_int4(value)
            elif name in matrices and value[0].numel() % min(BLOCKS) == 0:
                tensors[key], tensors[f"{key}.scale"] = quantise_int8(value)
            else:
                tensors[key] = value.half() if value.ndim > 1 else value.float()
    return {key: value.contiguous() for key, value in tensors.items()}


def write(path: Path, data: bytes):
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(data)
    os.replace(partial, path)


if __name__ == "__main__":
    main()
