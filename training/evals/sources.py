"""Where clips come from: the world, its latent round trip, and a model."""

import shlex
import subprocess
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import torch

from config import SUBFRAME_DIM, SUBJECT_DIM
from data import Record, Stream, to_bytes
from render import Decoders
from sample import Networks, round_trip

from .clip import FRAMES_PER_SECOND, MOUTH_AT, SAMPLE_RATE, SUBFRAMES, Clip, silent_about
from .stream import drawn

FIRST_HELD_OUT = 0  # the held-out captions of training/evaluate.py start here too


class SoundingStream(Stream):
    """Records with layers and the samples of their sound."""

    def __init__(self, cli: str, start: int, frames: int = 33, flags: str = "", **how):
        super().__init__(cli, start, flags=f"--audio {flags}", **how)
        at = self.command.index("--frames") + 1
        self.command[at] = str(frames)
        self.samples = frames * SAMPLE_RATE // FRAMES_PER_SECOND

    def __next__(self) -> tuple[Record, np.ndarray]:
        record = super().__next__()
        return record, self.array(np.float32, (self.samples,))


def world_clips(cli: str, start: int, frames: int = 33, flags: str = "", count: int = 1 << 40) -> Iterator[Clip]:
    """Clips of successive seeds, for ever if no count is given."""
    for i, record in enumerate(drawn(cli, start, count=count, frames=frames, flags=flags)):
        yield Clip(record.spec, record.frames, record.plan, record.samples, record.tokens, record.meta["captions"][i % 2], silent_about(i))


def held_out_clips(cli: str, count: int, flags: str = "", frames: int = 33, draw=None) -> list[Clip]:
    """The first held-out scenes; training streams never show them. Plain and dense captions in turn.

    draw(record) -> frames u8 [F,H,W,3] in place of the true ones; its records have layers.
    """
    if draw is None:
        return list(islice(world_clips(cli, FIRST_HELD_OUT, frames, f"--only-held-out {flags}"), count))
    stream = SoundingStream(cli, FIRST_HELD_OUT, frames, f"--only-held-out --layers {flags}")
    clips = []
    for i, (record, samples) in enumerate(islice(stream, count)):
        clips.append(Clip(record.spec, draw(record), record.plan, samples, record.sound, record.captions[i % 2], silent_about(i)))
    stream.close()
    return clips


def rendered_with(cli: str, clip: Clip, field: str, word: str) -> Clip:
    """The scene of a clip's seed with another word in one field."""
    spec = clip.spec
    names = {"object": "object1", "colour": "colour1", "material": "material1"}
    fields = [name for name in ("object", "colour", "material", "place", "style", "weather", "time", "cover", "camera", "action")]
    words = {name: spec[names.get(name, name)] for name in fields} | {field: word}
    if words["object"] in ("person", "robot", "bear"):
        del words["material"]  # they have their own
    flags = " ".join(f"--{name} {shlex.quote(value)}" for name, value in words.items())
    other = next(world_clips(cli, spec["seed"], len(clip.frames), f"--include-held-out {flags}", 1))
    return other.with_(caption=clip.caption)


def portrait_with(cli: str, clip: Clip, flags: str) -> Clip:
    """The portrait of a clip's seed, of the people who are held out, with other flags."""
    kind = "talk" if clip.spec["action"] == "talk" else "heads"
    other = next(world_clips(cli, clip.spec["seed"], len(clip.frames), f"--only-held-out --kinds {kind} {flags}", 1))
    return other.with_(caption=clip.caption)


def round_trip_clips(cli: str, count: int, flags: str, decoders: Decoders, voice: Path) -> list[Clip]:
    """The same scenes through latents, layers and back, as good as the decoders make them; the sound through its tokens, which have no speech."""

    def draw(record: Record) -> np.ndarray:
        return to_bytes(round_trip(decoders, record))

    clips = held_out_clips(cli, count, flags, draw=draw)
    sounds = voiced(np.stack([clip.tokens for clip in clips]), voice)
    return [clip if talks(clip) else clip.with_(samples=samples) for clip, samples in zip(clips, sounds)]


def clips_of(
    networks: Networks, captions: list[str], latent_frames: int, seed: int, mouths: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What a model makes of captions: frames u8 [n,F,H,W,3], sound tokens f32 [n,T,40], plans f32 [n,T,116].

    mouths [n,T,4] are how open the mouth of subject 1 is, where that is known from what is said; NaN where it is not.
    The only place that knows how the model is run.
    """
    captions = networks.completed(captions, seed)
    plan = networks.plan(captions, latent_frames, seed)
    if mouths is not None:
        for part in (0, 1):  # the body and the head
            planned = plan.view(*plan.shape[:2], SUBFRAMES, SUBFRAME_DIM)[..., part * SUBJECT_DIM + MOUTH_AT]
            planned.copy_(torch.where(torch.from_numpy(np.isnan(mouths)), planned, torch.from_numpy(mouths)))
    z, sound, layers = networks.render(captions, plan, seed)
    return to_bytes(networks.frames(z, layers, plan, networks.told(captions))), sound.numpy(), plan.numpy()


def generated(clips: list[Clip], networks: Networks, voice: Path, at_once: int = 8) -> list[Clip]:
    """What a model makes of the captions of these clips, judged by what the captions ask for.

    Speech is made from the text, not by the model: who talks has the mouth and the sound that the text has in the world.
    """
    out = []
    for i in range(0, len(clips), at_once):
        part = clips[i : i + at_once]
        mouths = np.stack([spoken(clip) for clip in part])
        frames, tokens, plans = clips_of(networks, [clip.caption for clip in part], len(part[0].plan), 1 + i, mouths)
        made = zip(part, frames, plans, voiced(tokens, voice), tokens)
        out += [clip.with_(frames=f, plan=p, samples=clip.samples if talks(clip) else s, tokens=t) for clip, f, p, s, t in made]
    return out


def talks(clip: Clip) -> bool:
    return clip.spec["action"] == "talk"


def spoken(clip: Clip) -> np.ndarray:
    """How open the mouth is while the text is said [T,4]; NaN where nobody talks."""
    openings = clip.plan.reshape(-1, SUBFRAMES, SUBFRAME_DIM)[..., MOUTH_AT]
    return openings if talks(clip) else np.full_like(openings, np.nan)


def voiced(tokens: np.ndarray, voice: Path) -> np.ndarray:
    """Samples [n,samples] of sound tokens [n,T,40], by the same synthesis that made the training sound."""
    command = [str(voice), str(tokens.shape[1])]
    done = subprocess.run(command, input=tokens.astype("<f4").tobytes(), stdout=subprocess.PIPE, check=True)
    return np.frombuffer(done.stdout, "<f4").reshape(len(tokens), -1)
