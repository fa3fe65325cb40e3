"""Corruptions: clips with one defect each, which its metric must see."""

import numpy as np

from .background import still
from .clip import SAMPLE_RATE, Clip
from .reader import WORLD
from .sources import portrait_with, rendered_with
from .track import follow

LATE_S = 0.1
LATE_SPEECH_S = 0.25  # three frames
SLOWED = 0.75  # of the speed of time
INDOORS = ("wooden floor", "kitchen", "gym", "stage")
FIGURES = ("person", "robot", "bear")


def of_frames(clips: list[Clip], change) -> list[Clip]:
    """Replaces the frames of each clip by `change(frames, random)`."""
    random = np.random.default_rng(0)
    return [clip.with_(frames=np.ascontiguousarray(change(clip.frames, random))) for clip in clips]


def shuffled(clips: list[Clip]) -> list[Clip]:
    return of_frames(clips, lambda frames, random: frames[random.permutation(len(frames))])


def frozen(clips: list[Clip]) -> list[Clip]:
    return of_frames(clips, lambda frames, _: np.repeat(frames[:1], len(frames), 0))


def backwards(clips: list[Clip]) -> list[Clip]:
    """Reverses frames and plan: the frames match the plan and violate the physics."""
    out = []
    for clip in clips:
        states = clip.states[::-1]
        plan = np.concatenate((np.repeat(states[:1], 3, 0), states)).reshape(clip.plan.shape)
        out.append(clip.with_(frames=np.ascontiguousarray(clip.frames[::-1]), plan=np.ascontiguousarray(plan)))
    return out


def flickering(clips: list[Clip]) -> list[Clip]:
    """Brightens or darkens each frame by up to 3 %."""

    def change(frames, random):
        gain = 1 + random.uniform(-0.03, 0.03, (len(frames), 1, 1, 1))
        return (frames * gain).clip(0, 255).round().astype(np.uint8)

    return of_frames(clips, change)


def faded(clips: list[Clip]) -> list[Clip]:
    """Desaturates and coarsens frames over time, as a model that extends its own output does."""

    def change(frames, _):
        strength = np.linspace(0, 0.9, len(frames))[:, None, None, None]
        coarse = frames[:, ::8, ::8].repeat(8, 1).repeat(8, 2).mean(-1, keepdims=True)
        return (frames * (1 - strength) + coarse * strength).round().astype(np.uint8)

    return of_frames(clips, change)


def collapsed(clips: list[Clip]) -> list[Clip]:
    """Repeats a few clips, as a collapsed model does."""
    few = max(1, len(clips) // 8)
    return [clips[i % few] for i in range(len(clips))]


def late(clips: list[Clip], seconds: float = LATE_S) -> list[Clip]:
    """Delays the sound."""
    n = round(seconds * SAMPLE_RATE)
    return [clip.with_(samples=np.concatenate((np.zeros(n, np.float32), clip.samples[:-n]))) for clip in clips]


def another_sound(clips: list[Clip]) -> list[Clip]:
    """Replaces the sound by that of the next clip."""
    return [clip.with_(samples=other.samples) for clip, other in zip(clips, clips[1:] + clips[:1])]


def exchanged(clips: list[Clip]) -> list[Clip]:
    """Swaps the expected fields of two subjects: the frames now bind wrongly."""
    out = []
    for clip in clips:
        spec = dict(clip.spec)
        for slot in ("object", "colour", "material"):
            spec[f"{slot}1"], spec[f"{slot}2"] = clip.spec[f"{slot}2"], clip.spec[f"{slot}1"]
        out.append(clip.with_(spec=spec) if clip.spec["object2"] else clip)
    return out


def rerendered(clips: list[Clip], field: str, cli: str) -> list[Clip]:
    """Renders the scenes with another word in one field, where the world allows it; the expectation stays."""
    free = [clip for clip in clips if is_free(clip.spec, field)]
    return [rendered_with(cli, clip, field, other(clip, field)).with_(spec=clip.spec) for clip in free]


def is_free(spec: dict, field: str) -> bool:
    """Returns whether the world allows another word in a field while all others stay."""
    figure = spec["object1"] in FIGURES
    if field == "object":
        return figure or spec["action"] in ("bounce", "roll", "collide", "fall", "pendulum")
    return not (field == "material" and figure) and not (field == "weather" and spec["place"] in INDOORS)


def other(clip: Clip, field: str) -> str:
    """Returns another word that the scene can have in a field."""
    now = clip.spec[field if field in clip.spec else field + "1"]
    words = list(WORLD[field])
    if field == "object":
        words = [w for w in words if (w in FIGURES) == (now in FIGURES)]
    step = 1 if len(words) < 6 else 5  # neighbours can be alike
    return words[(words.index(now) + step) % len(words)]


def another_face(clips: list[Clip], cli: str) -> list[Clip]:
    """Renders the scenes with another person in each."""
    return [portrait_with(cli, clip, "--in-turn").with_(spec=clip.spec) for clip in clips]


def pasted(clips: list[Clip], place_of) -> list[Clip]:
    """Cuts out subject 1 along its track and pastes it elsewhere; `place_of(t, xy [F,2], random)` is (source frame, new xy) or None.

    Only clips of a camera that stands still; the others are left out.
    """
    random = np.random.default_rng(0)
    out = []
    for clip in clips:
        if clip.spec["camera"] != "static":
            continue
        stage = still(clip)
        way = follow(stage, 0)
        if way is None or way.found.sum() < 8:
            continue
        xy = clip.subject(0)[:, :2]
        background = (stage.place.transpose(1, 2, 0) * 255).round()
        frames = np.stack([paste(clip, background, xy, t, place_of(t, xy, random), way.radius) for t in range(len(clip.frames))])
        out.append(clip.with_(frames=frames))
    return out


def paste(clip: Clip, background: np.ndarray, xy: np.ndarray, t: int, what, radius: float) -> np.ndarray:
    """Pastes a disc of a frame into the empty background, moved to its new centre by whole pixels."""
    if what is None:
        return background.astype(np.uint8)
    source, to = what
    height, width = clip.frames.shape[1:3]
    dx, dy = np.round((to - xy[source]) * clip.half_height).astype(int)
    moved = np.roll(clip.frames[source], (dy, dx), (0, 1))
    rows, columns = np.mgrid[:height, :width]
    cx, cy = clip.pixels(to)
    disc = np.hypot(columns - cx, rows - cy) < 1.08 * radius * clip.half_height
    return np.where(disc[..., None], moved, background).astype(np.uint8)


def slowed(clips: list[Clip]) -> list[Clip]:
    """Slows the time of subject 1, so that it falls and swings too slowly."""

    def place_of(t: int, xy: np.ndarray, _):
        now = t * SLOWED
        whole = int(now)
        return round(now), xy[whole] + (now - whole) * (xy[min(whole + 1, len(xy) - 1)] - xy[whole])

    return pasted(clips, place_of)


def jittered(clips: list[Clip]) -> list[Clip]:
    """Jitters subject 1 around its track."""
    return pasted(clips, lambda t, xy, random: (t, xy[t] + random.normal(0, 0.05, 2)))


def sliding(clips: list[Clip]) -> list[Clip]:
    """Freezes the appearance of subject 1, so that it slides where it should roll."""
    return pasted(clips, lambda t, xy, _: (len(xy) // 2, xy[t]))


def vanished(clips: list[Clip]) -> list[Clip]:
    """Removes subject 1 in the second half."""
    return pasted(clips, lambda t, xy, _: (t, xy[t]) if t < len(xy) // 2 else None)


def overturned(clips: list[Clip]) -> list[Clip]:
    """Turns a disc around subject 1 by 180 degrees after its flip."""
    out = []
    for clip in clips:
        turned = np.abs(np.diff(np.unwrap(np.arctan2(clip.subject(0)[:, 4], clip.subject(0)[:, 3])))) > 0.05
        after = int(np.flatnonzero(turned)[-1]) + 2 if turned.any() else len(clip.frames)
        frames = clip.frames.copy()
        for t in range(after, len(frames)):
            frames[t] = on_its_head(frames[t], clip.pixels(clip.subject(0)[t, :2]), 1.08 * clip.subject(0)[t, 2] * clip.half_height)
        out.append(clip.with_(frames=frames))
    return out


def on_its_head(frame: np.ndarray, centre: np.ndarray, radius: float) -> np.ndarray:
    """Turns a disc of a frame [H,W,3] by 180 degrees; centre and radius in pixels."""
    rows, columns = np.mgrid[: frame.shape[0], : frame.shape[1]]
    opposite = np.round(2 * centre).astype(int)[::-1][:, None, None] - np.stack((rows, columns))
    within = (np.hypot(columns - centre[0], rows - centre[1]) < radius) & (opposite >= 0).all(0)
    within &= (opposite[0] < frame.shape[0]) & (opposite[1] < frame.shape[1])
    out = frame.copy()
    out[within] = frame[opposite[0][within], opposite[1][within]]
    return out


def next_clip(clips: list[Clip]) -> list[Clip]:
    """Shows the next clip in place of each."""
    return [shown.with_(spec=asked.spec) for asked, shown in zip(clips, clips[1:] + clips[:1])]


BY_NAME = {
    "shuffled": shuffled,
    "frozen": frozen,
    "backwards": backwards,
    "slowed": slowed,
    "flickering": flickering,
    "faded": faded,
    "collapsed": collapsed,
    "late": late,
    "late speech": lambda clips: late(clips, LATE_SPEECH_S),
    "another sound": another_sound,
    "exchanged": exchanged,
    "jittered": jittered,
    "sliding": sliding,
    "vanished": vanished,
    "overturned": overturned,
    "the next clip": next_clip,
}


def corrupted(clips: list[Clip], name: str, cli: str) -> list[Clip]:
    """Applies a corruption: one of BY_NAME, or "another face" or "another FIELD", which render the clips again."""
    if name in BY_NAME:
        return BY_NAME[name](clips)
    if name == "another face":
        return another_face(clips, cli)
    field = "colour" if name == "recoloured" else name.removeprefix("another ")
    return rerendered(clips, field, cli)
