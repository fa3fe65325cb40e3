"""The evaluator: a small network that tells what a clip shows, trained on renders alone. It judges, it is not shipped."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from config import CLASSES

HEADS = ("object", "colour", "material", "place", "style", "camera", "action")
EVERY = 8  # it looks at frames 0, 8, 16, 24 and 32


class Evaluator(nn.Module):
    def __init__(self, width: int = 32):
        super().__init__()
        w = width
        self.frame = nn.Sequential(
            conv(3, w, 2), conv(w, 2 * w, 2), conv(2 * w, 3 * w, 2), Residual(3 * w), conv(3 * w, 4 * w, 2), Residual(4 * w)
        )
        self.time = nn.Conv1d(8 * w, 4 * w, 3, padding=1)
        self.heads = nn.ModuleDict({head: nn.Linear(8 * w, len(CLASSES[head])) for head in HEADS})

    def forward(self, frames: Tensor) -> dict[str, Tensor]:
        """frames [B,n,3,128,128] in -1..1 -> logits of subject 1 and the scene."""
        batch = len(frames)
        x = self.frame(frames.flatten(0, 1))
        x = torch.cat((x.mean((2, 3)), x.amax((2, 3))), 1).unflatten(0, (batch, -1))
        x = F.relu(self.time(x.transpose(1, 2)))
        x = torch.cat((x.mean(2), x.amax(2)), 1)
        return {name: head(x) for name, head in self.heads.items()}


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


def evaluator_frames(video: Tensor) -> Tensor:
    """The frames it looks at, of [F,3,H,W] or [B,F,3,H,W]."""
    return video[..., ::EVERY, :, :, :]


def targets_of(specs: list[dict]) -> dict[str, Tensor]:
    fields = {"object": "object1", "colour": "colour1", "material": "material1"}
    return {head: torch.tensor([CLASSES[head].index(spec[fields.get(head, head)]) for spec in specs]) for head in HEADS}
