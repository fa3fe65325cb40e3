"""Drift: the loss of correctness per chunk of a long clip."""

import numpy as np

from kinora_starter.config import SUBFRAMES

from .clip import Clip
from .evidence import Eyes, gather, right_times
from .reader import SCENE_SLOTS

CHUNK = 32  # frames; a chunk begins with the last frame of the one before


def chunks_of(clip: Clip) -> list[Clip]:
    """Splits a clip into chunks of 33 frames."""
    count = (len(clip.frames) - 1) // CHUNK
    rows = CHUNK // SUBFRAMES
    return [
        clip.with_(frames=clip.frames[i * CHUNK : (i + 1) * CHUNK + 1], plan=clip.plan[i * rows : (i + 1) * rows + 1])
        for i in range(count)
    ]


def loss_per_chunk(clips: list[Clip], eyes: Eyes) -> float:
    """Returns the share of the first chunk's correctness that each further chunk loses: the slope of a line, at least 0."""
    by_chunk = list(zip(*(chunks_of(clip) for clip in clips)))
    right = np.array([rightness(list(chunk), eyes) for chunk in by_chunk])
    slope = np.polyfit(np.arange(len(right)), right, 1)[0]
    return float(max(0, -slope / max(right[0], 1e-6)))


def rightness(clips: list[Clip], eyes: Eyes) -> float:
    """Returns the mean correctness of the scene's slots and of subject 1 where it is in the frame."""
    scores = []
    for evidence in gather(clips, eyes):
        scores += [float(evidence.reading.slots[slot] == evidence.clip.spec[slot]) for slot in SCENE_SLOTS]
        subject = right_times(evidence, 0)
        scores += [float(value) for value in subject[np.isfinite(subject)]]
    return float(np.mean(scores))
