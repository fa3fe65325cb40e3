"""The judge: a small network that tells what a clip shows, trained on renders alone. It is not shipped."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from config import CLASSES, SUBFRAME_DIM

HEADS = ("object", "colour", "material", "place", "style", "camera", "action")
SUBJECT_HEADS = ("object", "colour", "material")
EVERY = 8  # it looks at frames 0, 8, 16, 24 and 32
CELLS = 8  # it looks for subject 1 on a map of 8 x 8


class Evaluator(nn.Module):
    """Finds subject 1 in each frame by attention, then reads its fields there and the scene's from everywhere."""

    def __init__(self, width: int = 32):
        super().__init__()
        w = width
        self.frame = nn.Sequential(
            conv(3, w, 2), conv(w, 2 * w, 2), conv(2 * w, 3 * w, 2), Residual(3 * w), conv(3 * w, 4 * w, 2), Residual(4 * w)
        )
        self.where = nn.Conv2d(4 * w, 1, 3, padding=1)
        self.time = nn.Conv1d(8 * w + 2, 4 * w, 3, padding=1)
        sizes = {head: 4 * w if head in SUBJECT_HEADS else 16 * w for head in HEADS}
        self.heads = nn.ModuleDict({head: nn.Linear(sizes[head], len(CLASSES[head])) for head in HEADS})

    def forward(self, frames: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        """frames [B,n,3,128,128] in -1..1 -> logits per field, and where subject 1 is: log-probabilities [B,n,64]."""
        batch, count = frames.shape[:2]
        x = self.frame(frames.flatten(0, 1))
        where = self.where(x).flatten(1).float().log_softmax(-1)
        cells = x.flatten(2).transpose(1, 2)
        subject = (where.exp()[:, None] @ cells.float()).squeeze(1)
        position = where.exp() @ cell_centres()
        scene = torch.cat((cells.float().mean(1), subject, position), 1).unflatten(0, (batch, count))
        motion = F.relu(self.time(scene.transpose(1, 2))).float()
        scene = torch.cat((scene[..., :-2].mean(1), motion.mean(2), motion.amax(2)), 1)
        subject = subject.unflatten(0, (batch, count)).mean(1)
        logits = {name: head(subject if name in SUBJECT_HEADS else scene) for name, head in self.heads.items()}
        return logits, where.unflatten(0, (batch, count))


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


def cell_centres() -> Tensor:
    """(x, y) of each cell in screen units [64,2]."""
    side = (torch.arange(CELLS) + 0.5) * 2 / CELLS - 1
    y, x = torch.meshgrid(side, side, indexing="ij")
    return torch.stack((x.flatten(), y.flatten()), 1)


def subject_map(plan: Tensor) -> Tensor:
    """Where subject 1 really is, from plans [B,T,116]: probabilities [B,n,64] at the frames the evaluator looks at."""
    last = 3 * SUBFRAME_DIM  # the last sub-frame is frame 4j
    x, y = plan[:, :: EVERY // 4, last], plan[:, :: EVERY // 4, last + 1]
    distance = (torch.stack((x, y), -1)[:, :, None] - cell_centres()).pow(2).sum(-1)
    return (-distance / (2 * 0.15**2)).softmax(-1)


def evaluator_frames(video: Tensor) -> Tensor:
    """The frames it looks at, of [F,3,H,W] or [B,F,3,H,W]."""
    return video[..., ::EVERY, :, :, :]


def targets_of(specs: list[dict]) -> dict[str, Tensor]:
    fields = {"object": "object1", "colour": "colour1", "material": "material1"}
    return {head: torch.tensor([CLASSES[head].index(spec[fields.get(head, head)]) for spec in specs]) for head in HEADS}
