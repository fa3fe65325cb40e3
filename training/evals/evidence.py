"""A clip with its measurements, each computed once on demand."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from kinora_starter.config import SUBJECTS

from .background import Stage, still
from .clip import Clip
from .faces import Faces
from .identity import Gallery, looked_at
from .reader import SCENE_SLOTS, SUBJECT_SLOTS, WORLD, Reader
from .track import Way, follow
from .train_reader import collate, example_of, mirrored

READ_AT_ONCE = 16
LATER = (0, 2)  # frames by which clips are looked at later than in training: the frames between are as good


@dataclass
class Eyes:
    """The trained networks of the evaluation. Portraits are not measured without `faces`."""

    reader: Reader
    faces: Faces | None = None
    gallery: Gallery | None = None


@dataclass
class Reading:
    """The reader's output for one clip."""

    slots: dict[str, str]  # the likeliest word: object1, ..., object3 of subjects that are in the plan, place, ...
    each_object: np.ndarray  # of single crops [3,9,28]
    each_colour: np.ndarray  # [3,9,12]
    present: np.ndarray  # [3,9]
    shown: np.ndarray  # bool [3,9]: where the plan has the subject in the frame
    features: np.ndarray  # [64]


class Evidence:
    """One clip and its measurements."""

    def __init__(self, clip: Clip, reading: Reading, eyes: Eyes):
        self.clip, self.reading, self.eyes = clip, reading, eyes

    @cached_property
    def stage(self) -> Stage:
        return still(self.clip)

    @cached_property
    def ways(self) -> list[Way | None]:
        return [follow(self.stage, s) if self.clip.has(s) else None for s in range(SUBJECTS)]

    @cached_property
    def openings(self) -> np.ndarray:
        """The measured mouth opening of a portrait per frame [F]."""
        return self.eyes.faces.openings(self.clip.frames)

    @cached_property
    def face(self) -> np.ndarray:
        """The identity features [128] of a portrait."""
        return self.eyes.faces.embedding(looked_at(self.clip))

    def likeness(self, style: str) -> np.ndarray:
        """Returns the similarity of the face to the images of all people in a style [1000]."""
        return self.eyes.gallery.likeness(self.face, style)

    @property
    def zoom(self) -> float:
        """The planned zoom of the stabilised view."""
        return float(self.clip.camera[self.stage.middle, 2])

    def planned_way(self, subject: int) -> np.ndarray:
        """Returns the planned track of a subject in the stabilised view [F,2]."""
        frames = len(self.clip.frames)
        return self.stage.held(self.clip.subject(subject)[:, :2].astype(float), np.arange(frames))


def gather(clips: list[Clip], eyes: Eyes) -> list[Evidence]:
    """Runs the reader on clips; other measurements follow on demand."""
    out = []
    for i in range(0, len(clips), READ_AT_ONCE):
        part = clips[i : i + READ_AT_ONCE]
        out += [Evidence(clip, reading, eyes) for clip, reading in zip(part, read(part, eyes.reader))]
    return out


@torch.no_grad()
def read(clips: list[Clip], reader: Reader) -> list[Reading]:
    """Runs the reader, averaged over the clips, their frames two later, and their mirror images."""
    views = []
    for later in LATER:
        examples = [example_of(clip, later) for clip in clips]
        shown = np.stack([e["shown"] for e in examples]) if later == 0 else shown
        views += [see(reader, examples), see(reader, [mirrored(e) for e in examples])]
    mean = {name: torch.stack([view[name] for view in views]).mean(0) for name in views[0]}
    readings = []
    for b in range(len(clips)):
        slots = {slot: WORLD[slot][int(mean[slot][b].argmax())] for slot in ("action", *SCENE_SLOTS)}
        for s in range(SUBJECTS):
            if shown[b, s].any():
                slots |= {f"{slot}{s + 1}": WORLD[slot][int(mean[slot][b, s].argmax())] for slot in SUBJECT_SLOTS}
                slots[f"material_seen{s + 1}"] = WORLD["material"][int(mean["material_seen"][b, s].argmax())]
        each = [views[0][f"each_{slot}"][b].numpy() for slot in ("object", "colour")]
        readings.append(Reading(slots, *each, views[0]["present"][b].numpy(), shown[b], views[0]["features"][b].numpy()))
    return readings


def see(reader: Reader, examples: list[dict]) -> dict[str, torch.Tensor]:
    """Returns the probabilities of all outputs of the reader, and its features."""
    with torch.autocast("cpu", torch.bfloat16):
        out = reader(**collate(examples)["inputs"])
    squash = {"features": lambda x: x, "present": torch.sigmoid}
    return {name: squash.get(name, lambda x: x.softmax(-1))(value.float()) for name, value in out.items()}


def right_times(evidence: Evidence, subject: int) -> np.ndarray:
    """Returns P(expected object) times P(expected colour) per crop [9]; NaN where the plan does not show the subject."""
    spec, reading = evidence.clip.spec, evidence.reading
    objects = reading.each_object[subject, :, WORLD["object"].index(spec[f"object{subject + 1}"])]
    colours = reading.each_colour[subject, :, WORLD["colour"].index(spec[f"colour{subject + 1}"])]
    return np.where(reading.shown[subject], objects * colours * reading.present[subject], np.nan)
