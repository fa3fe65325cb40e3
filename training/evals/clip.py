"""A clip under evaluation: frames, samples, and the plan, which says where to look."""

from dataclasses import dataclass, replace

import numpy as np

from kinora_starter.config import SUBFRAME_DIM, SUBFRAMES, SUBJECT_DIM, SUBJECTS

from .laws import Laws

FRAMES_PER_SECOND = 12
SAMPLE_RATE = 16_000
CAMERA_AT = SUBJECTS * SUBJECT_DIM  # in a row: pan_x, pan_y, zoom - 1, then onset and energy of a contact
MOUTH_AT = 7  # in a subject


@dataclass(frozen=True)
class Clip:
    """One clip. `spec` is the expected scene; the metrics find out what the clip shows."""

    spec: dict
    frames: np.ndarray  # u8 [F,H,W,3]
    plan: np.ndarray  # f32 [T,PLAN_DIM], F = 4(T-1)+1
    samples: np.ndarray  # f32 [n] at 16 kHz
    tokens: np.ndarray  # f32 [T,SOUND_DIM]: the sound tokens
    laws: Laws  # of the expected scene
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
        """The plan per pixel frame [F,SUBFRAME_DIM]: three subjects x (x, y, r, cos, sin, visible, depth, mouth), camera, contact."""
        return per_frame(self.plan)

    def subject(self, index: int) -> np.ndarray:
        """x, y, r, cos, sin, visible of a subject per pixel frame [F,6], in screen units, y down."""
        return self.states[:, index * SUBJECT_DIM : index * SUBJECT_DIM + 6]

    def mouth(self, index: int) -> np.ndarray:
        """The planned mouth opening of a subject per pixel frame [F], 0..1."""
        return self.states[:, index * SUBJECT_DIM + MOUTH_AT]

    def has(self, index: int) -> bool:
        """Whether a subject is expected and ever enters the frame."""
        track = self.subject(index)
        return bool(self.spec[f"object{index + 1}"]) and bool(((track[:, 5] > 0) & (track[:, 2] > 0.02)).any())

    @property
    def camera(self) -> np.ndarray:
        """pan_x, pan_y, zoom per pixel frame [F,3]."""
        return self.states[:, CAMERA_AT : CAMERA_AT + 3] + np.array([0, 0, 1], np.float32)

    @property
    def contacts(self) -> list[tuple[int, float]]:
        """Frames with a contact, and its energy in 0..1."""
        states = self.states
        return [(int(f), float(states[f, CAMERA_AT + 4])) for f in np.flatnonzero(states[:, CAMERA_AT + 3] > 0)]

    def pixels(self, xy: np.ndarray) -> np.ndarray:
        """Converts screen units [...,2] to pixel coordinates; the centre of the first pixel is (0, 0)."""
        height, width = self.frames.shape[1:3]
        return xy * self.half_height + np.array([width / 2 - 0.5, height / 2 - 0.5], np.float32)


def silent_about(index: int) -> tuple[str, ...]:
    """Returns the fields that the index-th caption leaves open: of plain and dense ones in turn, the plain ones do not state the camera."""
    return ("camera",) if index % 2 == 0 else ()


def per_frame(plan: np.ndarray) -> np.ndarray:
    """Returns a row per pixel frame [4(T-1)+1,SUBFRAME_DIM] of a plan [T,PLAN_DIM]; latent frame 0 holds frame 0 four times."""
    rows = plan.reshape(-1, SUBFRAME_DIM)
    return rows[SUBFRAMES - 1 :]
