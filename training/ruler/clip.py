"""A clip as the ruler sees it: frames, samples and the plan that says where to look."""

from dataclasses import dataclass, replace

import numpy as np

from config import PLAN_DIM

FRAMES_PER_SECOND = 12
SAMPLE_RATE = 16_000
SUBFRAMES = 4
SUBJECTS = 2


@dataclass(frozen=True)
class Clip:
    """One clip. `spec` is what was asked for; what the clip really shows is for the ruler to find out."""

    spec: dict
    frames: np.ndarray  # u8 [F,H,W,3]
    plan: np.ndarray  # f32 [T,68], F = 4(T-1)+1
    samples: np.ndarray  # f32 [n] at 16 kHz
    tokens: np.ndarray  # f32 [T,40]: the sound as a model knows it
    caption: str = ""

    def with_(self, **changes) -> "Clip":
        return replace(self, **changes)

    @property
    def half_height(self) -> float:
        """Pixels in one screen unit."""
        return self.frames.shape[1] / 2

    @property
    def states(self) -> np.ndarray:
        """The plan per pixel frame [F,17]: two subjects x (x, y, r, cos, sin, visible), camera, contact."""
        return per_frame(self.plan)

    def subject(self, index: int) -> np.ndarray:
        """x, y, r, cos, sin, visible of a subject per pixel frame [F,6], in screen units, y down."""
        return self.states[:, index * 6 : index * 6 + 6]

    def has(self, index: int) -> bool:
        """Whether a subject was asked for and ever enters the frame."""
        track = self.subject(index)
        return bool(self.spec[f"object{index + 1}"]) and bool(((track[:, 5] > 0) & (track[:, 2] > 0.02)).any())

    @property
    def camera(self) -> np.ndarray:
        """pan_x, pan_y, zoom per pixel frame [F,3]."""
        return self.states[:, 12:15] + np.array([0, 0, 1], np.float32)

    @property
    def contacts(self) -> list[tuple[int, float]]:
        """Frames in which something is struck, and how hard (0..1)."""
        states = self.states
        return [(int(f), float(states[f, 16])) for f in np.flatnonzero(states[:, 15] > 0)]

    def pixels(self, xy: np.ndarray) -> np.ndarray:
        """Screen units [...,2] -> pixel coordinates; the centre of the first pixel is (0, 0)."""
        height, width = self.frames.shape[1:3]
        return xy * self.half_height + np.array([width / 2 - 0.5, height / 2 - 0.5], np.float32)


def per_frame(plan: np.ndarray) -> np.ndarray:
    """Plan rows [T,68] -> one row per pixel frame [4(T-1)+1,17]; latent frame 0 holds frame 0 four times."""
    rows = plan.reshape(-1, PLAN_DIM // SUBFRAMES)
    return rows[SUBFRAMES - 1 :]
