"""A clip as the ruler sees it: frames, samples and the plan that says where to look."""

from dataclasses import dataclass, replace

import numpy as np

from config import SUBFRAME_DIM, SUBJECT_DIM, SUBJECTS

FRAMES_PER_SECOND = 12
SAMPLE_RATE = 16_000
SUBFRAMES = 4
CAMERA_AT = SUBJECTS * SUBJECT_DIM  # in a row: pan_x, pan_y, zoom - 1, then onset and energy of a contact
MOUTH_AT = 7  # in a subject


@dataclass(frozen=True)
class Clip:
    """One clip. `spec` is what was asked for; what the clip really shows is for the ruler to find out."""

    spec: dict
    frames: np.ndarray  # u8 [F,H,W,3]
    plan: np.ndarray  # f32 [T,116], F = 4(T-1)+1
    samples: np.ndarray  # f32 [n] at 16 kHz
    tokens: np.ndarray  # f32 [T,40]: the sound as a model knows it
    caption: str = ""
    silent: tuple[str, ...] = ()  # fields that the caption leaves open

    def with_(self, **changes) -> "Clip":
        return replace(self, **changes)

    @property
    def half_height(self) -> float:
        """Pixels in one screen unit."""
        return self.frames.shape[1] / 2

    @property
    def states(self) -> np.ndarray:
        """The plan per pixel frame [F,29]: three subjects x (x, y, r, cos, sin, visible, depth, mouth), camera, contact."""
        return per_frame(self.plan)

    def subject(self, index: int) -> np.ndarray:
        """x, y, r, cos, sin, visible of a subject per pixel frame [F,6], in screen units, y down."""
        return self.states[:, index * SUBJECT_DIM : index * SUBJECT_DIM + 6]

    def mouth(self, index: int) -> np.ndarray:
        """How open a subject's mouth is planned to be per pixel frame [F], 0..1."""
        return self.states[:, index * SUBJECT_DIM + MOUTH_AT]

    def has(self, index: int) -> bool:
        """Whether a subject was asked for and ever enters the frame."""
        track = self.subject(index)
        return bool(self.spec[f"object{index + 1}"]) and bool(((track[:, 5] > 0) & (track[:, 2] > 0.02)).any())

    @property
    def camera(self) -> np.ndarray:
        """pan_x, pan_y, zoom per pixel frame [F,3]."""
        return self.states[:, CAMERA_AT : CAMERA_AT + 3] + np.array([0, 0, 1], np.float32)

    @property
    def contacts(self) -> list[tuple[int, float]]:
        """Frames in which something is struck, and how hard (0..1)."""
        states = self.states
        return [(int(f), float(states[f, CAMERA_AT + 4])) for f in np.flatnonzero(states[:, CAMERA_AT + 3] > 0)]

    def pixels(self, xy: np.ndarray) -> np.ndarray:
        """Screen units [...,2] -> pixel coordinates; the centre of the first pixel is (0, 0)."""
        height, width = self.frames.shape[1:3]
        return xy * self.half_height + np.array([width / 2 - 0.5, height / 2 - 0.5], np.float32)


def silent_about(index: int) -> tuple[str, ...]:
    """Of plain and dense captions in turn, the plain ones do not say what the camera does."""
    return ("camera",) if index % 2 == 0 else ()


def per_frame(plan: np.ndarray) -> np.ndarray:
    """Plan rows [T,116] -> one row per pixel frame [4(T-1)+1,29]; latent frame 0 holds frame 0 four times."""
    rows = plan.reshape(-1, SUBFRAME_DIM)
    return rows[SUBFRAMES - 1 :]
