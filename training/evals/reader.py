"""The reader: a network that classifies the slots of a clip, subjects from crops, tracks and sound, the scene from whole frames."""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from kinora_starter.config import CLASSES, SUBFRAME_DIM, SUBJECT_DIM, SUBJECTS

from . import weight_files
from .audio_bands import BANDS

# Portraits have actions of their own, which come after those of the other scenes (crates/world/src/vocabulary.rs).
WORLD = CLASSES | {"action": tuple(dict.fromkeys((*CLASSES["action"], "talk", "look")))}
SUBJECT_SLOTS = ("object", "colour", "material")
SCENE_SLOTS = ("place", "style", "weather", "time")
WAY_ROWS = 33  # of the plan that are read, spread over the clip
TIMES = 9  # of these with a crop: every fourth
FEATURES = 32  # of the scene, and as many of the motion, for the distance of distributions
SEEN = 128  # pixels of the side of whole frames
OWN = SUBJECT_DIM + SUBFRAME_DIM - SUBJECTS * SUBJECT_DIM  # what is known of one subject's way per row: itself, camera, contact


class Reader(nn.Module):
    """See `forward`. 0.9M parameters."""

    def __init__(self, width: int = 32):
        super().__init__()
        w = width
        self.crop = nn.Sequential(
            conv(6, w, 2), conv(w, w), conv(w, 2 * w, 2), Residual(2 * w), conv(2 * w, 4 * w, 2), Residual(4 * w), Spread(4 * w, 6)
        )
        self.weigh = nn.Linear(4 * w, 1)
        self.subject_heads = nn.ModuleDict({slot: nn.Linear(4 * w, len(WORLD[slot])) for slot in SUBJECT_SLOTS})
        self.present = nn.Linear(4 * w, 1)

        self.frame = nn.Sequential(
            nn.PixelUnshuffle(2), conv(24, w, 2), conv(w, 2 * w, 2), Residual(2 * w), conv(2 * w, 3 * w, 2), Spread(3 * w, 8)
        )
        self.scene = nn.Linear(3 * w, FEATURES)
        self.scene_heads = nn.ModuleDict({slot: nn.Linear(FEATURES, len(WORLD[slot])) for slot in SCENE_SLOTS})

        self.in_light = Mixed(4 * w, FEATURES)
        self.from_near = Mixed(FEATURES, 4 * w)

        self.ear = nn.Sequential(along(BANDS, 2 * w, 5, 2), along(2 * w, 2 * w, 5, 2))
        self.struck = nn.Sequential(along(OWN + 2 * w, 2 * w), along(2 * w, 2 * w))
        self.by_nature = Mixed(4 * w, 4 * w)  # what the way and the sound add to what a subject looks like

        self.posture = nn.Linear(4 * w, w)
        self.way = nn.Sequential(along(SUBFRAME_DIM + 2 * w, 3 * w), along(3 * w, 3 * w), along(3 * w, 3 * w, 3, 2))
        self.act = nn.Sequential(along(SUBJECTS * w, 2 * w), along(2 * w, 2 * w))
        self.motion = nn.Linear(10 * w, FEATURES)
        self.action = nn.Linear(FEATURES, len(WORLD["action"]))

    def forward(self, crops: Tensor, looked: Tensor, shown: Tensor, way: Tensor, sound: Tensor, frames: Tensor) -> dict[str, Tensor]:
        """crops [m,3,48,48] and frames [B,n,6,128,128] in -1..1, way [B,33,29], sound [B,32,132] -> logits.

        looked [B,3,9]: which crops there are, m in all; shown [B,3,9]: which of these should hold the subject.
        object, colour, material: [B,3,classes]; the other slots: [B,classes]; present [B,3,9];
        each_object, ...: [B,3,9,classes] of single crops; material_seen: from the picture alone; features [B,64].
        """
        return self.conclude(*self.look(crops, frames), looked, shown, way, sound)

    def look(self, crops: Tensor, frames: Tensor) -> tuple[Tensor, Tensor]:
        """Returns the features of crops [m,128] and of frames [B,n,96]."""
        x = self.crop(with_grain(crops).contiguous(memory_format=torch.channels_last)).float()
        y = self.frame(frames.flatten(0, 1).contiguous(memory_format=torch.channels_last)).float()
        return x, y.unflatten(0, frames.shape[:2])

    def conclude(self, x: Tensor, y: Tensor, looked: Tensor, shown: Tensor, way: Tensor, sound: Tensor) -> dict[str, Tensor]:
        """Returns the logits of `forward` from these features."""
        batch, subjects, times = shown.shape
        some = looked.flatten()
        features = x.new_zeros(len(some), x.shape[1])
        features[some] = x
        features = features.view(batch, subjects, times, -1)
        scene = self.scene(y.mean(1))
        weight = self.weigh(features).masked_fill(~shown[..., None], -1e4).softmax(2)
        pooled = (features * weight).sum(2)
        ear = self.ear(sound).float()
        out = self.name_subjects(features, pooled, scene, self.natures(way, ear))
        here = shown.any(-1, keepdim=True)
        near = (pooled * here).sum(1) / here.sum(1).clamp(min=1)
        scene = self.from_near(scene, near)
        out |= {slot: head(scene) for slot, head in self.scene_heads.items()}
        motion = self.read_motion(features * shown[..., None], way, ear)
        return out | {"action": self.action(motion), "features": torch.cat((scene, motion), 1)}

    def natures(self, way: Tensor, ear: Tensor) -> Tensor:
        """Returns features of each subject's motion and impacts [B,3,4w]; way [B,33,29], ear [B,2w,33]."""
        subjects, rest = way[..., : SUBJECTS * SUBJECT_DIM].unflatten(-1, (SUBJECTS, SUBJECT_DIM)), way[..., SUBJECTS * SUBJECT_DIM :]
        own = torch.cat((subjects, rest[:, :, None].expand(-1, -1, SUBJECTS, -1)), -1).permute(0, 2, 3, 1)
        x = torch.cat((own, ear[:, None].expand(-1, SUBJECTS, -1, -1)), 2)
        x = self.struck(x.flatten(0, 1)).float()
        return torch.cat((x.mean(2), x.amax(2)), 1).unflatten(0, own.shape[:2])

    def name_subjects(self, features: Tensor, pooled: Tensor, scene: Tensor, natures: Tensor) -> dict[str, Tensor]:
        """Classifies crops [B,3,9,c], pooled [B,3,c], with scene features [B,32] and motion features [B,3,c]."""
        lit = self.in_light(pooled, scene[:, None].expand(-1, pooled.shape[1], -1))
        each = self.in_light(features, scene[:, None, None].expand(*features.shape[:3], -1))
        heads = self.subject_heads
        out = {f"each_{slot}": heads[slot](each) for slot in SUBJECT_SLOTS}
        out |= {slot: heads[slot](lit) for slot in ("object", "colour")}
        out |= {"material_seen": heads["material"](lit), "material": heads["material"](self.by_nature(lit, natures))}
        return out | {"present": self.present(features).squeeze(-1)}

    def read_motion(self, features: Tensor, way: Tensor, ear: Tensor) -> Tensor:
        """Returns action features [B,32] from postures [B,3,9,c], tracks [B,33,29] and sound [B,2w,33]."""
        postures = F.relu(self.posture(features)).permute(0, 1, 3, 2).flatten(1, 2)
        x, y = self.way(torch.cat((way.transpose(1, 2), ear), 1)), self.act(postures)
        return self.motion(torch.cat((x.mean(2), x.amax(2), y.mean(2), y.amax(2)), 1).float())


WEIGHTS = Path(__file__).parent / "reader.safetensors"


def load_reader(path: Path = WEIGHTS) -> tuple[Reader, str]:
    """Loads the trained reader and its digest."""
    return weight_files.load(Reader(), path, "--train MINUTES")


def scene_frames(now: Tensor, after: Tensor) -> Tensor:
    """Joins frames f32 [n,3,H,W] in -1..1 with their differences to the next ones, resized to [n,6,128,128]."""
    out = torch.cat((now, (after - now) * 2), 1)
    return out if out.shape[-2:] == (SEEN, SEEN) else F.interpolate(out, (SEEN, SEEN), mode="area")


def with_grain(x: Tensor) -> Tensor:
    """Joins images [n,3,s,s] with their high frequencies times four [n,6,s,s]: grain, weave and veins are faint."""
    smooth = F.avg_pool2d(x, 5, 1, 2, count_include_pad=False)
    return torch.cat((x, 4 * (x - smooth)), 1)


class Mixed(nn.Module):
    """Adds a residual from context features; zero at initialisation."""

    def __init__(self, channels: int, others: int):
        super().__init__()
        self.inner, self.outer = nn.Linear(channels + others, 4 * FEATURES), nn.Linear(4 * FEATURES, channels)
        nn.init.zeros_(self.outer.weight)
        nn.init.zeros_(self.outer.bias)

    def forward(self, x: Tensor, others: Tensor) -> Tensor:
        return x + self.outer(F.relu(self.inner(torch.cat((x, others), -1))))


class Spread(nn.Module):
    """Pools the last map with a weight per position, then mixes channels."""

    def __init__(self, channels: int, side: int):
        super().__init__()
        self.squeeze = nn.Conv2d(channels, channels // 8, 1)
        self.mix = nn.Linear(channels // 8 * side * side + channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.cat((self.squeeze(x).flatten(1), x.mean((2, 3))), 1)
        return F.relu(self.mix(x))


class Residual(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.body = nn.Sequential(conv(channels, channels), conv(channels, channels))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


def conv(channels_in: int, channels: int, stride: int = 1) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(channels_in, channels, 3, stride, 1, bias=False), nn.BatchNorm2d(channels), nn.ReLU(inplace=True)
    )


def along(channels_in: int, channels: int, reach: int = 3, stride: int = 1) -> nn.Module:
    """Returns a convolution along time."""
    return nn.Sequential(nn.Conv1d(channels_in, channels, reach, stride, reach // 2, bias=False), nn.BatchNorm1d(channels), nn.ReLU())
