"""Corruptions: clips that are wrong in one way each, which the metric for it must see."""

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
    """Each clip with `change(frames, random)` for its frames."""
    random = np.random.default_rng(0)
    return [clip.with_(frames=np.ascontiguousarray(change(clip.frames, random))) for clip in clips]


def shuffled(clips: list[Clip]) -> list[Clip]:
    return of_frames(clips, lambda frames, random: frames[random.permutation(len(frames))])


def frozen(clips: list[Clip]) -> list[Clip]:
    return of_frames(clips, lambda frames, _: np.repeat(frames[:1], len(frames), 0))


def backwards(clips: list[Clip]) -> list[Clip]:
    """Frames and plan backwards: the pictures of the plan, but against the law."""
    out = []
    for clip in clips:
        states = clip.states[::-1]
        plan = np.concatenate((np.repeat(states[:1], 3, 0), states)).reshape(clip.plan.shape)
        out.append(clip.with_(frames=np.ascontiguousarray(clip.frames[::-1]), plan=np.ascontiguousarray(plan)))
    return out


def flickering(clips: list[Clip]) -> list[Clip]:
    """Each frame up to 3 % brighter or darker."""

    def change(frames, random):
        gain = 1 + random.uniform(-0.03, 0.03, (len(frames), 1, 1, 1))
        return (frames * gain).clip(0, 255).round().astype(np.uint8)

    return of_frames(clips, change)


def faded(clips: list[Clip]) -> list[Clip]:
    """Greyer and coarser from chunk to chunk, as a model's own output becomes when it goes on from it."""

    def change(frames, _):
        strength = np.linspace(0, 0.9, len(frames))[:, None, None, None]
        coarse = frames[:, ::8, ::8].repeat(8, 1).repeat(8, 2).mean(-1, keepdims=True)
        return (frames * (1 - strength) + coarse * strength).round().astype(np.uint8)

    return of_frames(clips, change)


def collapsed(clips: list[Clip]) -> list[Clip]:
    """The same few clips again and again, as from a model that has forgotten the others."""
    few = max(1, len(clips) // 8)
    return [clips[i % few] for i in range(len(clips))]


def late(clips: list[Clip], seconds: float = LATE_S) -> list[Clip]:
    """The sound too late."""
    n = round(seconds * SAMPLE_RATE)
    return [clip.with_(samples=np.concatenate((np.zeros(n, np.float32), clip.samples[:-n]))) for clip in clips]


def another_sound(clips: list[Clip]) -> list[Clip]:
    """The sound of the next clip."""
    return [clip.with_(samples=other.samples) for clip, other in zip(clips, clips[1:] + clips[:1])]


def exchanged(clips: list[Clip]) -> list[Clip]:
    """What was asked of one subject is asked of the other: the picture now binds wrongly."""
    out = []
    for clip in clips:
        spec = dict(clip.spec)
        for slot in ("object", "colour", "material"):
            spec[f"{slot}1"], spec[f"{slot}2"] = clip.spec[f"{slot}2"], clip.spec[f"{slot}1"]
        out.append(clip.with_(spec=spec) if clip.spec["object2"] else clip)
    return out


def rerendered(clips: list[Clip], field: str, cli: str) -> list[Clip]:
    """The same scenes with another word in one field, where the scene leaves a choice; what was asked for stays."""
    free = [clip for clip in clips if is_free(clip.spec, field)]
    return [rendered_with(cli, clip, field, other(clip, field)).with_(spec=clip.spec) for clip in free]


def is_free(spec: dict, field: str) -> bool:
    """Whether the world lets a field have another word, with all others as they are."""
    figure = spec["object1"] in FIGURES
    if field == "object":
        return figure or spec["action"] in ("bounce", "roll", "collide", "fall", "pendulum")
    return not (field == "material" and figure) and not (field == "weather" and spec["place"] in INDOORS)


def other(clip: Clip, field: str) -> str:
    """Another word that the scene can have in a field."""
    now = clip.spec[field if field in clip.spec else field + "1"]
    words = list(WORLD[field])
    if field == "object":
        words = [w for w in words if (w in FIGURES) == (now in FIGURES)]
    step = 1 if len(words) < 6 else 5  # neighbours can be alike
    return words[(words.index(now) + step) % len(words)]


def another_face(clips: list[Clip], cli: str) -> list[Clip]:
    """The same scenes with another person in each."""
    return [portrait_with(cli, clip, "--in-turn").with_(spec=clip.spec) for clip in clips]


def pasted(clips: list[Clip], place_of) -> list[Clip]:
    """Subject 1 cut out along its way and put elsewhere; `place_of(t, xy [F,2], random)` is (source frame, new xy) or None.

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
    """The empty place with a disc of a frame moved to its new centre by whole pixels."""
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
    """Time goes slower for subject 1, so that it falls and swings too slowly."""

    def place_of(t: int, xy: np.ndarray, _):
        now = t * SLOWED
        whole = int(now)
        return round(now), xy[whole] + (now - whole) * (xy[min(whole + 1, len(xy) - 1)] - xy[whole])

    return pasted(clips, place_of)


def jittered(clips: list[Clip]) -> list[Clip]:
    """Subject 1 trembles around its way."""
    return pasted(clips, lambda t, xy, random: (t, xy[t] + random.normal(0, 0.05, 2)))


def sliding(clips: list[Clip]) -> list[Clip]:
    """Subject 1 keeps the look that it has in the middle of the clip, so that it slides where it should roll."""
    return pasted(clips, lambda t, xy, _: (len(xy) // 2, xy[t]))


def vanished(clips: list[Clip]) -> list[Clip]:
    """Subject 1 is gone in the second half."""
    return pasted(clips, lambda t, xy, _: (t, xy[t]) if t < len(xy) // 2 else None)


def overturned(clips: list[Clip]) -> list[Clip]:
    """Subject 1 stands on its head after its flip: a disc around it is turned by half."""
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
    """A frame [H,W,3] with a disc around a centre turned by half a turn; centre and radius in pixels."""
    rows, columns = np.mgrid[: frame.shape[0], : frame.shape[1]]
    opposite = np.round(2 * centre).astype(int)[::-1][:, None, None] - np.stack((rows, columns))
    within = (np.hypot(columns - centre[0], rows - centre[1]) < radius) & (opposite >= 0).all(0)
    within &= (opposite[0] < frame.shape[0]) & (opposite[1] < frame.shape[1])
    out = frame.copy()
    out[within] = frame[opposite[0][within], opposite[1][within]]
    return out


def next_clip(clips: list[Clip]) -> list[Clip]:
    """What was asked of one clip is shown the next one instead."""
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
    """The clips with a corruption: one of BY_NAME, or one that renders them anew: "another face", "another FIELD"."""
    if name in BY_NAME:
        return BY_NAME[name](clips)
    if name == "another face":
        return another_face(clips, cli)
    field = "colour" if name == "recoloured" else name.removeprefix("another ")
    return rerendered(clips, field, cli)
