"""Which tokens of a training sample are already clean: one mechanism for extending, filling in, changing and keeping.

At t = 1 nothing else is known of a clip; a given token is known whole. To extend a clip is to be given its last latent frames as the
first of the next, to change its place is to be given its subjects, to change one subject is to be given the rest.
"""

import random

import torch
from torch import Tensor

from config import SUBJECTS
from dit import Given

# What is given, and how often.
TASKS = {"nothing": 0.55, "start": 0.22, "place": 0.06, "subjects": 0.06, "others": 0.06, "around": 0.05}
START_FRAMES = (1, 1, 2, 3)  # how many latent frames of a start; the first alone is image to video


def tasks(count: int, latent_frames: int, rng: random.Random) -> list[str]:
    """A task per sample; a single frame has no start."""
    names = rng.choices(list(TASKS), TASKS.values(), k=count)
    return [name if latent_frames > 1 or name != "start" else "nothing" for name in names]


def given_of(tasks: list[str], grid: tuple[int, int, int], rng: random.Random) -> Given:
    """Masks of a batch, true where a token is given. References, the first row of the layers, are left to the caller."""
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
    """A random part of an axis, in every frame the same."""
    first = rng.randrange(length)
    return (slice(first, rng.randint(first + 1, length)),)


def hold(noisy: Tensor, clean: Tensor, given: Tensor) -> Tensor:
    """Tokens [B,n,c] with the given ones clean."""
    return torch.where(given[..., None], clean, noisy)
