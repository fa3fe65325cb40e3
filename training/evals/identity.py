"""Whether a clip shows the person that was asked for: its face among those of a thousand people whom no network has met."""

from functools import lru_cache

import numpy as np

from .clip import Clip
from .faces import Faces
from .stream import drawn

PEOPLE = 1_000
FIRST_ID = 5_000  # crates/world/src/heads/mod.rs
GALLERY_SEED = 10 << 32  # of the pictures: other scenes than those of any clip
GALLERY_FRAME = 16
LOOKED_AT = 9  # frames of a clip


class Gallery:
    """One picture of each held-out person in each style, in scenes of their own: another pose, light, place and shirt."""

    def __init__(self, cli: str, faces: Faces):
        self.cli, self.faces = cli, faces
        self.in_style = lru_cache(None)(self._in_style)

    def _in_style(self, style: str) -> np.ndarray:
        """Features [1000,128] by id."""
        flags = f"--kinds heads --only-held-out --in-turn --style {style}"
        start = GALLERY_SEED - GALLERY_SEED % PEOPLE  # so that people come in the order of their ids
        pictures = drawn(self.cli, start, (GALLERY_FRAME,), PEOPLE, flags=flags, audio=False)
        shown = [(record.spec["head"] - FIRST_ID, self.faces.embedding(record.frames)) for record in pictures]
        out = np.zeros((PEOPLE, len(shown[0][1])), np.float32)
        for person, features in shown:
            out[person] = features
        return out

    def likeness(self, features: np.ndarray, style: str) -> np.ndarray:
        """How alike features [128] are to everybody's picture in a style [1000], -1..1."""
        return self.in_style(style) @ features


def looked_at(clip: Clip) -> np.ndarray:
    """The frames of a clip from which a face is known."""
    return frames_looked_at(clip.frames)


def frames_looked_at(frames: np.ndarray) -> np.ndarray:
    return frames[np.linspace(0, len(frames) - 1, LOOKED_AT).round().astype(int)]


def is_nearest(likeness: np.ndarray, person: int) -> float:
    """1 if nobody's picture is more alike than the person's own, by id."""
    return float(likeness.argmax() == person - FIRST_ID)


def percentile(likeness: np.ndarray, person: int) -> float:
    """Share of the other people whose pictures are less alike than the person's own, 0..1."""
    return float((likeness < likeness[person - FIRST_ID]).sum() / (len(likeness) - 1))
