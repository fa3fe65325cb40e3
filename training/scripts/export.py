"""Writes models/starter: int8 weights, config.json, tokenizer.json, held_out.txt and the card."""

import argparse
import json
import os
from dataclasses import asdict
from pathlib import Path

import torch
from blake3 import blake3
from safetensors.torch import save
from torch import Tensor, nn

from card import checkpoints, write_card
from config import SLOTS, STARTER, slot_classes
from evaluate import STARTER_DIR, held_out, held_out_caption
from restore import BLOCKS
from sample import Networks

COARSE_CHANNELS = 128  # of a layer's still picture: those that 8 bits are for


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
    write(to / "starter.safetensors", weights)
    config = {
        "id": "starter-6",
        "weights_blake3": blake3(weights).hexdigest(),
        "weights_bytes": len(weights),
        **STARTER.to_dict(),
        "sampler": asdict(networks.sampler),
        "training": history(state),
        "vocabulary": len(networks.tokenizer.words),
        "slots": [{"name": slot, "classes": slot_classes(slot)} for slot in SLOTS],
    }
    write(to / "config.json", json.dumps(config, indent=1).encode() + b"\n")
    write(to / "tokenizer.json", json.dumps({"words": networks.tokenizer.words}).encode() + b"\n")
    lines = [f"{record.seed}\t{held_out_caption(i, record)}\n" for i, record in enumerate(held_out(cli))]
    write(to / "held_out.txt", "".join(lines).encode())
    write_card(state, to, sum(p.numel() for net in networks.parts().values() for p in net.parameters()))
    print(f"{to}/starter.safetensors: {len(weights) / 1e6:.1f} MB")


def history(state: Path) -> dict:
    """Per stage its steps and seconds, and the next seeds of the streams: what a training that goes on elsewhere needs."""
    stages = {name: (saved["steps"], round(saved["seconds"])) for name, saved in checkpoints(state).items()}
    return stages | {"seeds": json.loads((state / "seeds.json").read_text())}


def quantised(networks: Networks) -> dict[str, Tensor]:
    """int8 for every Linear and kernel whose rows divide into blocks of 32, and for what layers have most of; int4 for the rest of these
    (which costs 0.01 dB); other matrices and tables F16; vectors F32."""
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


def quantise_int8(weight: Tensor) -> tuple[Tensor, Tensor]:
    """[N,...] of K values a row -> I8 [N,...] and F16 scales [N,K/n]; each block of n = 128, 64 or 32 spans -127 .. 127."""
    width = weight[0].numel()
    value, scale = quantise(weight.flatten(1), next(block for block in BLOCKS if width % block == 0), 127)
    return value.view(weight.shape), scale


def quantise_int4(weight: Tensor) -> tuple[Tensor, Tensor]:
    """[N,K] -> U8 [N,K/2], two values a byte, the first in the lower bits, 8 for 0, and F16 scales [N,K/32]; each block spans -7 .. 7."""
    value, scale = quantise(weight, min(BLOCKS), 7)
    low, high = (value + 8).to(torch.uint8).unflatten(1, (-1, 2)).unbind(-1)
    return low | high << 4, scale


def quantise(rows: Tensor, block: int, most: int) -> tuple[Tensor, Tensor]:
    """Integers [N,K] of rows [N,K], and F16 scales [N,K/block]."""
    blocks = rows.unflatten(1, (-1, block))
    scale = (blocks.abs().amax(-1) / most).half().clamp(min=torch.finfo(torch.half).tiny)
    return (blocks / scale.float()[..., None]).round().clamp(-most, most).to(torch.int8).flatten(1), scale


def write(path: Path, data: bytes):
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(data)
    os.replace(partial, path)


if __name__ == "__main__":
    main()
