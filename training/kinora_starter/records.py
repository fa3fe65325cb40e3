"""Records of `kinora world --stream` as the ruler reads them: only some frames drawn, with samples, perhaps with what faces show."""

import json
import shlex
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from config import PLAN_DIM, SOUND_DIM
from data import MAGIC

from .clip import FRAMES_PER_SECOND, SAMPLE_RATE


@dataclass
class Drawn:
    """One record. `meta` is its JSON: seed, spec, captions, and of portraits speech and faces."""

    meta: dict
    frames: np.ndarray  # u8 [n,H,W,3]: the picked ones
    plan: np.ndarray  # f32 [T,116]
    tokens: np.ndarray  # f32 [T,40]
    samples: np.ndarray  # f32 [F * 16000 / 12]; none where no sound was asked for

    @property
    def spec(self) -> dict:
        return self.meta["spec"]


def drawn(
    cli: str, start: int, pick: tuple[int, ...] = (), count: int = 1 << 40, frames: int = 33, flags: str = "", audio: bool = True, side: int = 128
) -> Iterator[Drawn]:  # fmt: skip
    """Records of successive seeds with the frames `pick` (all if none is named); the pipe holds the renderer back when nobody reads."""
    command = [*shlex.split(cli), "world", "--stream", "--start", str(start), "--count", str(count)]
    command += ["--width", str(side), "--height", str(side), "--frames", str(frames), *shlex.split(flags)]
    if audio:
        command.append("--audio")
    if pick:
        command += ["--pick", ",".join(map(str, pick))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        while head := process.stdout.read(8):
            magic, length = struct.unpack("<II", head)
            if magic != MAGIC:
                raise ValueError(f"not a world stream: magic {magic:#x} from {shlex.join(command)}")
            meta = json.loads(process.stdout.read(length))
            rows = meta["T"]
            shapes = (len(pick) or frames, side, side, 3), (rows, PLAN_DIM), (rows, SOUND_DIM), (audio * frames * SAMPLE_RATE // FRAMES_PER_SECOND,)
            kinds = np.uint8, np.float32, np.float32, np.float32
            yield Drawn(meta, *(array(process.stdout, kind, shape) for kind, shape in zip(kinds, shapes)))
    finally:
        process.terminate()
        process.stdout.close()
        process.wait()


def array(pipe, kind: type, shape: tuple[int, ...]) -> np.ndarray:
    out = np.empty(shape, kind)
    view = memoryview(out).cast("B")
    while view:
        n = pipe.readinto(view)
        if n == 0:
            raise EOFError("the world stream ended inside a record")
        view = view[n:]
    return out
