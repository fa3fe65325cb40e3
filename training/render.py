"""Tokens -> frames: the place and the subjects by their matrices and networks, laid over each other, seen by a camera, behind what falls, through a lens."""

from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from config import CLASSES, SCENE_FIELDS, STARTER, SUBJECT_FIELDS, SUBJECTS
from decoder import Decoder, RefineNet
from falling import falling
from layers import Cutouts, LayerDecoder, lay_over, mouths, opened_cutout, sharpened
from stage import seen, stage_of, through_lens
from thin import Water, hung, poured
from trainer import averaged

TOKEN_REACH = 3.0  # a layer's network is told its token between -1 and 1, which are so many standard deviations


@dataclass
class Told:
    """What the words say of a clip, as the decoders are told it."""

    style: str
    weather: str
    time: str
    action: str
    object1: str
    scene: Tensor  # [22] probabilities
    subjects: Tensor  # [3,51]

    @staticmethod
    def of(spec: dict[str, str | None]) -> "Told":
        """What words would say that leave nothing open."""
        scene = torch.cat([one_hot(CLASSES[field], spec[field]) for field in SCENE_FIELDS])
        subject = lambda s: torch.cat([one_hot((*CLASSES[field], None), spec[f"{field}{s}"]) for field in SUBJECT_FIELDS])
        return Told(spec["style"], spec["weather"], spec["time"], spec["action"], spec["object1"], scene, torch.stack([subject(s) for s in range(1, SUBJECTS + 1)]))


@dataclass
class Decoders:
    """All that makes frames of tokens. Without the networks: what the matrices have."""

    place: Decoder
    layers: LayerDecoder
    place_refiner: RefineNet | None
    layer_refiner: RefineNet | None

    @staticmethod
    def load(state: Path) -> "Decoders":
        place_refiner = averaged(state / "place_refiner.pt", RefineNet(STARTER.place_refiner))
        layer_refiner = averaged(state / "layer_refiner.pt", RefineNet(STARTER.layer_refiner))
        return Decoders(load_decoder(state), load_layers(state), place_refiner, layer_refiner)

    def parts(self) -> dict[str, nn.Module]:
        """By their prefixes in the weight file."""
        return {"decoder": self.place, "layers": self.layers, "layer_refine": self.layer_refiner, "place_refine": self.place_refiner}

    @torch.no_grad()
    def frames(self, z: Tensor, tokens: Tensor, plan: Tensor, told: Told, cutouts: Cutouts | None = None, stage: Tensor | None = None) -> Tensor:
        """z [T,h,w,48], tokens [T,3,384] and plan [T,116] of a clip -> frames [F,3,H,W] in -1..1.

        stage: what the grid shows; by default what the camera shows in this plan.
        """
        stage = stage_of(plan, z.shape[2] / z.shape[1]) if stage is None else stage
        frames, front = seen(self.stage_frames(z, told), plan, stage).split((3, 1), 1)
        if told.action == "pendulum":
            frames = hung(frames, plan, told.time, told.style)
        clear, over = lay_over(self.pictures(tokens, plan, told, cutouts), front[:, 0], plan)
        frames = frames * clear.movedim(-1, 1) + over.movedim(-1, 1)
        if told.action == "pour" and (water := Water.of(plan, told.object1)):
            frames = poured(frames, plan, water, told.time)
        frames = falling(frames, plan, stage, told.weather, told.time, told.style)
        return through_lens(frames, told.style).clamp(-1, 1)

    def stage_frames(self, z: Tensor, told: Told) -> Tensor:
        """z [T,h,w,48] -> the place on its stage [F,4,H,W]: colours, and what stands before the subjects in 0..1."""
        pictures = self.place(z)
        pictures[0] = pictures[0].mean(0)  # latent frame 0 holds frame 0 four times
        if self.place_refiner is not None:
            pictures = refined(self.place_refiner, pictures, told.scene.expand(len(z), -1))
        frames = torch.cat((pictures[0, :1], pictures[1:].flatten(0, 1))).movedim(-1, 1)
        return torch.cat((frames[:, :3], frames[:, 3:].clamp(0, 1)), 1)

    def pictures(self, tokens: Tensor, plan: Tensor, told: Told, cutouts: Cutouts | None = None) -> Tensor:
        """tokens [T,3,384] -> sub-frames [T,3,4,size,size,4] in 0..1 with clear edges; what is cut out stays as it is."""
        mouth = mouths(plan)
        base = self.layers(tokens, mouth)
        if self.layer_refiner is not None:
            row = layer_told(mouth, told.subjects.expand(len(tokens), -1, -1), tokens)
            base = refined(self.layer_refiner, base.flatten(0, 1), row.flatten(0, 1)).view(base.shape)
        shown = sharpened(base, self.layers.cfg.sharpness)
        for subject, picture in (cutouts or {}).items():
            shown[:, subject] = opened_cutout(self.layers, picture, mouth[:, subject])
        return shown


def layer_told(mouth: Tensor, said: Tensor, tokens: Tensor) -> Tensor:
    """How far a mouth is open [...,4], what the words say of a subject [...,51] and its token [...,384] -> a row [...,439] for its network."""
    return torch.cat((mouth, said, tokens.clamp(-TOKEN_REACH, TOKEN_REACH) / TOKEN_REACH), -1)


def refined(network: RefineNet, pictures: Tensor, told: Tensor) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        return network(pictures, told).float()


def one_hot(classes: tuple, value: str | None) -> Tensor:
    return F.one_hot(torch.tensor(classes.index(value)), len(classes)).float()


def load_decoder(state: Path) -> Decoder:
    decoder = Decoder()
    decoder.load_state_dict(load_file(state / "latents.safetensors"))
    return decoder


def load_layers(state: Path) -> LayerDecoder:
    layers = LayerDecoder()
    layers.load_state_dict(load_file(state / "layers.safetensors"))
    return layers
