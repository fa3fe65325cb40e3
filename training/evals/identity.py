"""Identity: whether the face of a clip is nearest to the expected person among a thousand unseen people."""

from functools import lru_cache

import numpy as np

from kinora_starter.records import world_records

from .clip import Clip
from .faces import Faces

PEOPLE = 1_000
FIRST_ID = 5_000  # crates/world/src/heads/mod.rs
GALLERY_SEED = 10 << 32  # of the pictures: other scenes than those of any clip
GALLERY_FRAME = 16
LOOKED_AT = 9  # frames of a clip


class Gallery:
    """One image of each held-out person in each style, in scenes with another pose, light, place and shirt."""

    def __init__(self, cli: str, faces: Faces):
        self.cli, self.faces = cli, faces
        self.in_style = lru_cache(None)(self._in_style)

    def _in_style(self, style: str) -> np.ndarray:
        """Returns the features [1000,128] by id."""
        flags = f"--kinds heads --only-held-out --in-turn --style {style}"
        start = GALLERY_SEED - GALLERY_SEED % PEOPLE  # so that people come in the order of their ids
        pictures = world_records(self.cli, start, (GALLERY_FRAME,), PEOPLE, flags=flags, audio=False)
        shown = [(record.spec["head"] - FIRST_ID, self.faces.embedding(record.frames)) for record in pictures]
        out = np.zeros((PEOPLE, len(shown[0][1])), np.float32)
        for person, features in shown:
            out[person] = features
        return out

    def likeness(self, features: np.ndarray, style: str) -> np.ndarray:
        """Returns the similarity of features [128] to each person's image in a style [1000], -1..1."""
        return self.in_style(style) @ features


def looked_at(clip: Clip) -> np.ndarray:
    """Returns the frames of a clip that identify its face."""
    return frames_looked_at(clip.frames)


def frames_looked_at(frames: np.ndarray) -> np.ndarray:
    return frames[np.linspace(0, len(frames) - 1, LOOKED_AT).round().astype(int)]


def is_nearest(likeness: np.ndarray, person: int) -> float:
    """Returns 1 if no image is more similar than the person's own, else 0."""
    return float(likeness.argmax() == person - FIRST_ID)


def percentile(likeness: np.ndarray, person: int) -> float:
    """Returns the share of other people with less similar images than the person's own."""
    return float((likeness < likeness[person - FIRST_ID]).sum() / (len(likeness) - 1))
