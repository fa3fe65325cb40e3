"""The networks of a training folder, as the exporter needs them."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from safetensors.torch import load_file
from torch import nn

from .background import BackgroundCodec
from .config import STARTER, Sampler
from .dit import Dit
from .layers import LayerCodec
from .planner import Planner
from .refiner import RefineNet
from .text import TextEncoder, Tokenizer
from .train_dit import is_folded
from .train_text_planner import new_dit, new_planner, trained_text
from .trainer import averaged


@dataclass
class Networks:
    """All parts of the starter with averaged weights."""

    tokenizer: Tokenizer
    text: TextEncoder
    planner: Planner
    dit: Dit
    background: BackgroundCodec
    layers: LayerCodec
    background_refiner: RefineNet
    layer_refiner: RefineNet
    sampler: Sampler = STARTER.sampler

    @staticmethod
    def load(state: Path) -> "Networks":
        """Loads a training folder. Guidance is off where it is distilled into the DiT."""
        tokenizer, folded = load_tokenizer(state), is_folded(state)
        return Networks(
            tokenizer,
            trained_text(state / "text.pt", len(tokenizer.words)),
            averaged(state / "planner.pt", new_planner()),
            averaged(state / ("fold.pt" if folded else "dit.pt"), new_dit()),
            load_background(state),
            load_layers(state),
            averaged(state / "background_refiner.pt", RefineNet(STARTER.background_refiner)),
            averaged(state / "layer_refiner.pt", RefineNet(STARTER.layer_refiner)),
            replace(STARTER.sampler, guidance_scale=1.0) if folded else STARTER.sampler,
        )

    def parts(self) -> dict[str, nn.Module]:
        """Returns the networks by their prefixes in the weight file."""
        return {
            "text": self.text,
            "planner": self.planner,
            "dit": self.dit,
            "decoder": self.background,
            "layers": self.layers,
            "layer_refine": self.layer_refiner,
            "place_refine": self.background_refiner,
        }


def load_tokenizer(state: Path) -> Tokenizer:
    return Tokenizer(json.loads((state / "tokenizer.json").read_text())["words"])


def load_background(state: Path) -> BackgroundCodec:
    codec = BackgroundCodec()
    codec.load_state_dict(load_file(state / "background.safetensors"))
    return codec


def load_layers(state: Path) -> LayerCodec:
    codec = LayerCodec()
    codec.load_state_dict(load_file(state / "layers.safetensors"))
    return codec
