"""Conditioning masks: the tokens of a training sample that are known, hence clean at every t.

One mechanism serves extension (the first latent frames are known), a new background (the layers are known), a new subject
(everything else is known) and inpainting.
"""

import random

import torch
from torch import Tensor

from .config import SUBJECTS
from .dit import ConditioningMask

# Share of the samples by known tokens.
TASKS = {"nothing": 0.55, "start": 0.22, "place": 0.06, "subjects": 0.06, "others": 0.06, "around": 0.05}
START_FRAMES = (1, 1, 2, 3)  # known latent frames of a start; one alone is image to video


def tasks(count: int, latent_frames: int, rng: random.Random) -> list[str]:
    """Draws a task per sample; a single latent frame has no start."""
    names = rng.choices(list(TASKS), TASKS.values(), k=count)
    return [name if latent_frames > 1 or name != "start" else "nothing" for name in names]


def masks_of(tasks: list[str], grid: tuple[int, int, int], rng: random.Random) -> ConditioningMask:
    """Returns the masks of a batch, true where a token is known. The caller sets those of references, the first row of the layers."""
    frames, rows, cols = grid
    video = torch.zeros(len(tasks), frames, rows, cols, dtype=torch.bool)
    sound = torch.zeros(len(tasks), frames, dtype=torch.bool)
    layers = torch.zeros(len(tasks), frames + 1, SUBJECTS, dtype=torch.bool)
    for i, task in enumerate(tasks):
        if task == "start":
            known = min(rng.choice(START_FRAMES), frames - 1)
            video[i, :known], sound[i, :known], layers[i, 1 : known + 1] = True, True, True
        elif task == "place":
            video[i] = True
        elif task == "subjects":
            layers[i, 1:] = True
        elif task == "others":
            video[i] = layers[i, 1:] = True
            layers[i, 1:, rng.randrange(SUBJECTS)] = False
        elif task == "around":
            layers[i, 1:] = video[i] = sound[i] = True
            video[i][(slice(None), *hole(rows, rng), *hole(cols, rng))] = False
    return video.flatten(1), sound, layers.flatten(1)


def hole(length: int, rng: random.Random) -> tuple[slice]:
    """Chooses a random range of an axis."""
    first = rng.randrange(length)
    return (slice(first, rng.randint(first + 1, length)),)


def apply_mask(noisy: Tensor, clean: Tensor, known: Tensor) -> Tensor:
    """Replaces the known [B,n] of noisy tokens [B,n,c] by clean ones."""
    return torch.where(known[..., None], clean, noisy)
