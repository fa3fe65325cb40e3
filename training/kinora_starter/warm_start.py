"""Warm start: turns the shipped weights into a training folder.

Dequantised weights become model and average; optimizers start fresh. A network of another shape keeps the weights that fit: words by
spelling, classes and inputs by order. The ends of the DiT are transformed where the code of its tokens has changed.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from .config import STARTER
from .background import FRONT_WEIGHT, BackgroundCodec
from .layers import LayerCodec
from .quantisation import dequantised
from .refiner import RefineNet
from .train_text_planner import TaggedText, new_dit, new_planner, new_text_encoder
from .trainer import save_atomically

Tensors = dict[str, Tensor]


class Shipped:
    """A folder of shipped files; the weights by network, in f32."""

    def __init__(self, folder: Path):
        self.config = json.loads((folder / "config.json").read_text())
        history = folder / "training.json"
        self.history: dict = json.loads(history.read_text()) if history.exists() else {"checkpoints": {}, "seeds": {}}
        self.words: list[str] = json.loads((folder / "tokenizer.json").read_text())["words"]
        self.parts: dict[str, Tensors] = {}
        for name, value in dequantised(load_file(folder / "starter.safetensors")).items():
            network, rest = name.split(".", 1)
            self.parts.setdefault(network, {})[rest] = value

    @property
    def seeds(self) -> dict[str, int]:
        """The next seed of each stream."""
        return self.history["seeds"]

    def background(self) -> BackgroundCodec:
        """Returns the background code."""
        codec = BackgroundCodec()
        codec.load_state_dict(self.parts["decoder"])
        return codec

    def layers(self) -> LayerCodec:
        """Returns the layer code."""
        codec = LayerCodec()
        codec.load_state_dict(self.parts["layers"])
        return codec

    def restore_latents(self, state: Path):
        """Writes the latent spaces that fit this code."""
        wanted = {"decoder": ("background.safetensors", BackgroundCodec()), "layers": ("layers.safetensors", LayerCodec())}
        for prefix, (name, module) in wanted.items():
            shapes = {key: value.shape for key, value in module.state_dict().items()}
            fits = shapes == {key: value.shape for key, value in self.parts[prefix].items()}
            if fits and not (state / name).exists():
                save_file(self.parts[prefix], state / name)

    def restore_networks(self, state: Path, words: list[str], background: BackgroundCodec, layers: LayerCodec):
        """Writes a checkpoint for each network that has none."""
        text = {f"encoder.{name}": value for name, value in self.parts["text"].items()}
        text["encoder.shared.weight"] = self.embeddings(words, new_text_encoder(len(words)).shared.weight)
        dit = self.parts["dit"] | self.with_background(background) | self.with_layers(layers)
        self.save(state, "text", TaggedText(new_text_encoder(len(words))), text)
        self.save(state, "planner", new_planner(), self.parts["planner"])
        self.save(state, "dit", new_dit(), dit)
        if "fold" in self.history["checkpoints"]:  # the shipped DiT is distilled
            self.save(state, "fold", new_dit(), dit, teacher_steps=self.history["checkpoints"]["dit"]["steps"])
        for name, part in (("background_refiner", "place_refine"), ("layer_refiner", "layer_refine")):
            self.save(state, name, RefineNet(getattr(STARTER, name)), self.parts.get(part, {}))

    def embeddings(self, words: list[str], fresh: Tensor) -> Tensor:
        """Returns embeddings [vocabulary,dim] with the rows of words that the shipped model knows."""
        out, known = fresh.detach().clone(), {word: i for i, word in enumerate(self.words)}
        table = self.parts["text"]["shared.weight"]
        for i, word in enumerate(words):
            if word in known:
                out[i] = table[known[word]]
        return out

    def with_layers(self, new: LayerCodec) -> Tensors:
        """Returns the DiT's ends for layer tokens of another code, such that the same image has the same embedding."""
        mine = self.parts["layers"]
        if mine["std"].shape == new.std.shape and torch.allclose(mine["mean"], new.mean):
            return {}
        channels = self.config["layers"]["detail_channels"]
        old = Code(block_basis(mine["basis"], mine["detail"], channels), mine["mean"], mine["std"])
        fresh = Code(block_basis(new.basis, new.detail, new.cfg.detail_channels), new.mean, new.std)
        return transformed_ends(self.parts["dit"], "layer_embedding", "layer_out", old, fresh)

    def with_background(self, new: BackgroundCodec) -> Tensors:
        """Does the same for background tokens."""
        mine = self.parts["decoder"]
        if torch.allclose(mine["mean"], new.mean, atol=1e-3):  # the shipped matrices are F16
            return {}
        ends = "patch_embedding", "proj_out"
        return transformed_ends(self.parts["dit"], *ends, background_code(mine), background_code(new.state_dict()))

    def save(self, state: Path, name: str, model: nn.Module, weights: Tensors, **extras: int):
        """Writes a checkpoint without optimizer state, unless one exists."""
        path = state / f"{name}.pt"
        if path.exists():
            return
        own = model.state_dict()
        for key, fresh in own.items():
            if key not in weights:
                print(f"{path.name}: {key} starts fresh")
            elif (fitted := fit(weights[key], fresh)) is None:
                print(f"{path.name}: {key} starts fresh, {list(weights[key].shape)} does not fit {list(fresh.shape)}")
            else:
                own[key] = fitted
        model.load_state_dict(own)
        average = {key: p.detach().clone() for key, p in model.named_parameters()}
        spent = self.history["checkpoints"].get(name, {"steps": 0, "seconds": 0})
        checkpoint = {"model": model.state_dict(), "optimizer": None, "ema": average, "ema_steps": 0}
        save_atomically(checkpoint | {"steps": spent["steps"], "seconds": float(spent["seconds"])} | extras, path)


@dataclass
class Code:
    """Whitened linear code: images are mean + basis (token * std). One basis [values,dim] per cosine, orthonormal together."""

    bases: list[Tensor]
    mean: Tensor
    std: Tensor

    def project(self, difference: Tensor) -> Tensor:
        """Converts a difference of still images to one of tokens."""
        return (difference @ self.bases[0]) / self.std


def background_code(parts: Tensors) -> Code:
    """Joins the codes of colour and occlusion, with the latter's larger weight."""
    joint = lambda name: torch.cat((parts[name], parts[f"front_{name}"] * FRONT_WEIGHT))
    return Code([joint("basis")], joint("mean"), parts["std"])


def transformed_ends(dit: Tensors, embedding: str, out: str, old: Code, new: Code) -> Tensors:
    """Transforms the ends of a network for tokens of another code; a network token may hold several code tokens."""
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
    """Returns per cosine a matrix [values,dim] with zeros in the columns of the other cosines."""
    parts, widths = [basis, *(detail[:, :n] for n in channels)], [basis.shape[1], *channels]
    total, start, out = sum(widths), 0, []
    for part, width in zip(parts, widths):
        whole = torch.zeros(len(basis), total)
        whole[:, start : start + width] = part
        out.append(whole)
        start += width
    return out


def fit(weight: Tensor, fresh: Tensor) -> Tensor | None:
    """Fits a weight into a larger shape: new rows are fresh, new columns (inputs) zero. None where it does not fit."""
    if weight.shape == fresh.shape:
        return weight
    if weight.ndim != fresh.ndim or weight.ndim > 2 or any(a > b for a, b in zip(weight.shape, fresh.shape)):
        return None
    out = fresh.clone()
    if weight.ndim == 2:
        out[: len(weight)] = 0
    out[tuple(slice(n) for n in weight.shape)] = weight
    return out
