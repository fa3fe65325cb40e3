"""The shipped weights as a training folder, so that any machine goes on where the last one stopped.

int8 weights become a model and its average; optimizers start anew, as they would after a pause in any case. A network whose shape has
changed since keeps what fits: words by their spelling, classes and inputs by their order, subjects' tokens by what they look like.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from config import STARTER
from decoder import FRONT_WEIGHT, Decoder, RefineNet
from layers import LayerDecoder
from stages import TaggedText, new_dit, new_planner, new_text_encoder
from trainer import save_atomically

BLOCKS = 128, 64, 32  # how many values share a scale: as many as divide a row
Tensors = dict[str, Tensor]


class Shipped:
    """A starter's folder, network by network in f32."""

    def __init__(self, folder: Path):
        self.config = json.loads((folder / "config.json").read_text())
        self.words: list[str] = json.loads((folder / "tokenizer.json").read_text())["words"]
        self.parts: dict[str, Tensors] = {}
        for name, value in dequantised(load_file(folder / "starter.safetensors")).items():
            network, rest = name.split(".", 1)
            self.parts.setdefault(network, {})[rest] = value

    @property
    def history(self) -> dict:
        """Per stage its steps and seconds, and the next seeds of the streams."""
        return self.config.get("training", {})

    def restore_latents(self, state: Path):
        """The latent spaces, where they still have the shape that the code wants."""
        wanted = {"decoder": ("latents.safetensors", Decoder()), "layers": ("layers.safetensors", LayerDecoder())}
        for prefix, (name, module) in wanted.items():
            shapes = {key: value.shape for key, value in module.state_dict().items()}
            fits = shapes == {key: value.shape for key, value in self.parts[prefix].items()}
            if fits and not (state / name).exists():
                save_file(self.parts[prefix], state / name)

    def restore_networks(self, state: Path, words: list[str], grid: Decoder, layers: LayerDecoder):
        """A checkpoint for each stage that has none."""
        text = {f"encoder.{name}": value for name, value in self.parts["text"].items()}
        text["encoder.shared.weight"] = self.embeddings(words, new_text_encoder(len(words)).shared.weight)
        dit = self.parts["dit"] | self.with_grid(grid) | self.with_layers(layers)
        self.save(state, "text", TaggedText(new_text_encoder(len(words))), text)
        self.save(state, "planner", new_planner(), self.parts["planner"])
        self.save(state, "dit", new_dit(), dit)
        if "fold" in self.history:  # what is shipped has its guidance folded in, until it is trained further
            self.save(state, "fold", new_dit(), dit, teacher_steps=self.history["dit"][0])
        for part in ("place", "layer"):
            name = f"{part}_refiner"
            self.save(state, name, RefineNet(getattr(STARTER, name)), self.parts.get(f"{part}_refine", {}))

    def embeddings(self, words: list[str], fresh: Tensor) -> Tensor:
        """Rows [vocabulary, dim] of the words that the shipped model knows; the others stay as they are drawn."""
        out, known = fresh.detach().clone(), {word: i for i, word in enumerate(self.words)}
        table = self.parts["text"]["shared.weight"]
        for i, word in enumerate(words):
            if word in known:
                out[i] = table[known[word]]
        return out

    def with_layers(self, new: LayerDecoder) -> Tensors:
        """The video model's ends for layer tokens of another code, such that the same picture means the same."""
        mine = self.parts["layers"]
        if mine["std"].shape == new.std.shape and torch.allclose(mine["mean"], new.mean):
            return {}
        channels = self.config["layers"]["detail_channels"]
        old = Code(block_basis(mine["basis"], mine["detail"], channels), mine["mean"], mine["std"])
        fresh = Code(block_basis(new.basis, new.detail, new.cfg.detail_channels), new.mean, new.std)
        return turned_ends(self.parts["dit"], "layer_embedding", "layer_out", old, fresh)

    def with_grid(self, new: Decoder) -> Tensors:
        """The same for the grid's tokens."""
        mine = self.parts["decoder"]
        if torch.allclose(mine["mean"], new.mean, atol=1e-3):  # the shipped matrices are F16
            return {}
        ends = "patch_embedding", "proj_out"
        return turned_ends(self.parts["dit"], *ends, grid_code(mine), grid_code(new.state_dict()))

    def save(self, state: Path, name: str, model: nn.Module, weights: Tensors, **extras: int):
        """A checkpoint without an optimizer's state, if there is none."""
        path = state / f"{name}.pt"
        if path.exists():
            return
        own = model.state_dict()
        for key, fresh in own.items():
            if key not in weights:
                print(f"{path.name}: {key} starts anew")
            elif (fitted := fit(weights[key], fresh)) is None:
                print(f"{path.name}: {key} starts anew, {list(weights[key].shape)} does not fit {list(fresh.shape)}")
            else:
                own[key] = fitted
        model.load_state_dict(own)
        average = {key: p.detach().clone() for key, p in model.named_parameters()}
        steps, seconds = self.history.get(name, (0, 0.0))
        checkpoint = {"model": model.state_dict(), "optimizer": None, "ema": average, "ema_steps": 0}
        save_atomically(checkpoint | {"steps": steps, "seconds": float(seconds)} | extras, path)


@dataclass
class Code:
    """A whitened linear code: pictures are mean + basis (token * std). bases [values,dim], one per wave, orthonormal together."""

    bases: list[Tensor]
    mean: Tensor
    std: Tensor

    def project(self, difference: Tensor) -> Tensor:
        """A difference of still pictures as one of tokens."""
        return (difference @ self.bases[0]) / self.std


def grid_code(parts: Tensors) -> Code:
    """Colours and what stands in front are one code, in which the latter counts more."""
    joint = lambda name: torch.cat((parts[name], parts[f"front_{name}"] * FRONT_WEIGHT))
    return Code([joint("basis")], joint("mean"), parts["std"])


def turned_ends(dit: Tensors, embedding: str, out: str, old: Code, new: Code) -> Tensors:
    """The ends of a network for tokens of another code; a token of the network may hold several tokens of the code."""
    old_to_new = torch.stack([n.T @ o for o, n in zip(old.bases, new.bases)]).sum(0)
    there, back = old_to_new.T * new.std / old.std[:, None], old_to_new * old.std / new.std[:, None]
    into_old, into_new = old.project(new.mean - old.mean), new.project(old.mean - new.mean)
    width, count = len(old.std), dit[f"{out}.bias"].numel() // len(old.std)
    embed = dit[f"{embedding}.weight"].unflatten(1, (count, width))
    weight, bias = dit[f"{out}.weight"].unflatten(0, (count, width)), dit[f"{out}.bias"].unflatten(0, (count, width))
    return {
        f"{embedding}.weight": (embed @ there).flatten(1),
        f"{embedding}.bias": dit[f"{embedding}.bias"] + (embed @ into_old).sum(1),
        f"{out}.weight": (back @ weight).flatten(0, 1),
        f"{out}.bias": (bias @ back.T + into_new).flatten(),
    }


def block_basis(basis: Tensor, detail: Tensor, channels: list[int]) -> list[Tensor]:
    """Per wave [values, dim]: its matrix in its own columns, zeros in those of the others."""
    parts, widths = [basis, *(detail[:, :n] for n in channels)], [basis.shape[1], *channels]
    total, start, out = sum(widths), 0, []
    for part, width in zip(parts, widths):
        whole = torch.zeros(len(basis), total)
        whole[:, start : start + width] = part
        out.append(whole)
        start += width
    return out


def fit(weight: Tensor, fresh: Tensor) -> Tensor | None:
    """The weight in a shape that may have grown: new rows as they were drawn, new columns (inputs) zero."""
    if weight.shape == fresh.shape:
        return weight
    if weight.ndim != fresh.ndim or weight.ndim > 2 or any(a > b for a, b in zip(weight.shape, fresh.shape)):
        return None
    out = fresh.clone()
    if weight.ndim == 2:
        out[: len(weight)] = 0
    out[tuple(slice(n) for n in weight.shape)] = weight
    return out


def dequantised(tensors: Tensors) -> Tensors:
    """The file's tensors in f32; integers times the scales of their blocks, with the columns that they go on with."""
    out = {}
    for name, value in tensors.items():
        if value.dtype in (torch.int8, torch.uint8):
            scale = tensors[f"{name}.scale"].float()
            if value.dtype == torch.uint8:  # two values of 4 bits, the first in the lower ones
                value = torch.stack((value & 15, value >> 4), -1).flatten(1).to(torch.int8) - 8
            value = (value.float().view(*scale.shape, -1) * scale[..., None]).view(value.shape)
        if not name.endswith(".scale"):
            out[name] = value.float().contiguous()
    for name in [name for name in out if name.endswith(".rest")]:
        whole = name.removesuffix(".rest")
        out[whole] = torch.cat((out[whole], out.pop(name)), 1)
    return out
