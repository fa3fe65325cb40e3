"""Small weight files: f16, and int8 with a scale per row for the largest tensors."""

import hashlib
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

LARGE = 100_000  # values from which a weight is stored in 8 bits
SCALE = ".scale"


class StaleWeights(Exception):
    """Weights that are missing, or do not fit this code or world."""


def save(network: nn.Module, path: Path):
    stored = {}
    for name, value in network.state_dict().items():
        if not value.is_floating_point():
            continue  # counters
        if value.numel() < LARGE:
            stored[name] = value.half().contiguous()
            continue
        rows = value.float().flatten(1)
        scale = rows.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
        stored[name] = (rows / scale).round().to(torch.int8).view(value.shape).contiguous()
        stored[name + SCALE] = scale.squeeze(1).contiguous()
    save_file(stored, path)


def read(path: Path) -> dict[str, Tensor]:
    """Reads weights as f32."""
    stored, out = load_file(path), {}
    for name, value in stored.items():
        if name.endswith(SCALE):
            continue
        value = value.float()
        if name + SCALE in stored:
            value = value * stored[name + SCALE].view(-1, *[1] * (value.ndim - 1))
        out[name] = value
    return out


def load(network: nn.Module, path: Path, again: str) -> tuple[nn.Module, str]:
    """Loads weights; returns the network and the first digits of their SHA-256, as results of other weights are not comparable.

    `again` says how they are trained anew.
    """
    if not path.exists():
        raise StaleWeights(f"{path.name} is missing; train it with {again}")
    saved = read(path)
    if shapes(saved) != shapes(network.state_dict()):
        raise StaleWeights(f"{path.name} was trained on other words or with other code; train it further with {again}")
    network.load_state_dict(saved, strict=False)
    network = network.to(memory_format=torch.channels_last).eval().requires_grad_(False)
    return network, digest_of(path)


def digest_of(path: Path) -> str:
    """Returns the first digits of a file's SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def start_from(network: nn.Module, path: Path):
    """Loads the weights that fit; the others, such as those of new words, stay fresh."""
    wanted = shapes(network.state_dict())
    fits = {name: value for name, value in read(path).items() if wanted.get(name) == tuple(value.shape)}
    network.load_state_dict(fits, strict=False)


def shapes(state: dict[str, Tensor]) -> dict[str, tuple[int, ...]]:
    """Returns the shapes of the weights that are saved."""
    return {name: tuple(value.shape) for name, value in state.items() if value.is_floating_point()}
