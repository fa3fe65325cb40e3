"""Records on a pipe: a JSON header and named arrays. crates/cli/src/record.rs defines the format.

`kinora world --stream`, `kinora generate --stream` and `kinora decode --stream` write them.
"""

import json
import shlex
import struct
import subprocess
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

MAGIC = 0x4B57_5331  # "KWS1"
TYPES = {"u8": np.dtype("u1"), "f32": np.dtype("<f4")}
NAMES = {dtype: name for name, dtype in TYPES.items()}
REVISED = 2  # of a scene's wordings, the last ones


@dataclass
class Record:
    """One record. The properties are those of `kinora world --stream`; an array that the stream leaves out is None."""

    meta: dict
    arrays: dict[str, np.ndarray]

    @property
    def seed(self) -> int:
        return self.meta["seed"]

    @property
    def spec(self) -> dict[str, str | None]:
        return self.meta["spec"]

    @property
    def captions(self) -> list[str]:
        """Plain, then dense, middle, tags, short, dense, dense, middle, ... (crates/world/src/captions)."""
        return self.meta["captions"]

    @property
    def wordings(self) -> list[str]:
        """All captions, then captions of other scenes, each with the instruction that leads to this one."""
        return self.captions + self.meta["revised"]

    @property
    def dense_captions(self) -> list[str]:
        """The captions that state every field."""
        return [caption for i, caption in enumerate(self.captions) if i > 0 and (i - 1) % 5 in (0, 4)]

    @property
    def instruction(self) -> str | None:
        """The instruction that leads from the record before to this one, in a stream of edits."""
        return self.meta.get("instruction")

    @property
    def frames(self) -> np.ndarray | None:
        """u8 [F,H,W,3]."""
        return self.arrays.get("frames")

    @property
    def background(self) -> np.ndarray | None:
        """u8 [F,H,W,4]: the plate without the subjects, and the occlusion of the subjects."""
        return self.arrays.get("background")

    @property
    def layers(self) -> np.ndarray | None:
        """u8 [F,n,S,S,4]: each subject in its canonical frame, premultiplied."""
        return self.arrays.get("layers")

    @property
    def reference(self) -> np.ndarray | None:
        """u8 [S,S,4]: the person of a portrait in another scene."""
        return self.arrays.get("reference")

    @property
    def plan(self) -> np.ndarray:
        """f32 [T,PLAN_DIM]."""
        return self.arrays["plan"]

    @property
    def sound(self) -> np.ndarray:
        """f32 [T,SOUND_DIM]."""
        return self.arrays["sound_tokens"]

    @property
    def samples(self) -> np.ndarray:
        """f32 [n]; empty without sound."""
        return self.arrays.get("samples", np.zeros(0, np.float32))


def read_record(pipe: BinaryIO) -> Record | None:
    """Reads the next record; None at the end of the stream."""
    head = pipe.read(8)
    if not head:
        return None
    magic, length = struct.unpack("<II", head)
    if magic != MAGIC:
        raise ValueError(f"not a stream of records: magic {magic:#x}")
    meta = json.loads(pipe.read(length))
    return Record(meta, {part["name"]: read_array(pipe, TYPES[part["type"]], part["shape"]) for part in meta["parts"]})


def read_array(pipe: BinaryIO, dtype: np.dtype, shape: list[int]) -> np.ndarray:
    """Reads an array of a shape."""
    out = np.empty(shape, dtype)
    view = memoryview(out.reshape(-1)).cast("B") if out.size else memoryview(b"")
    while view:
        n = pipe.readinto(view)
        if n == 0:
            raise EOFError("the stream ended inside a record")
        view = view[n:]
    return out


def write_record(pipe: BinaryIO, meta: dict, arrays: dict[str, np.ndarray]):
    """Writes a record; arrays are u8 or become f32."""
    arrays = {name: np.ascontiguousarray(a if a.dtype == np.uint8 else a.astype("<f4")) for name, a in arrays.items()}
    parts = [{"name": name, "type": NAMES[a.dtype], "shape": list(a.shape)} for name, a in arrays.items()]
    header = json.dumps(meta | {"parts": parts}).encode()
    pipe.write(struct.pack("<II", MAGIC, len(header)) + header)
    for a in arrays.values():
        pipe.write(a.tobytes())


def records_of(command: list[str], feed: Iterable[bytes] = ()) -> Iterator[Record]:
    """Runs a command and yields its records; `feed` is written to its standard input meanwhile.

    Raises RuntimeError where the command fails before its stream is whole.
    """
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    writer = threading.Thread(target=pour, args=(process.stdin, feed), daemon=True)
    writer.start()
    whole = False
    try:
        while record := read_record(process.stdout):
            yield record
        whole = True
    finally:
        if not whole:
            process.terminate()
        process.stdout.close()
        failed = process.wait()
        writer.join()
        if whole and failed:
            raise RuntimeError(f"`{shlex.join(command)}` failed with {failed}")


def pour(pipe: BinaryIO, feed: Iterable[bytes]):
    """Writes the feed and closes the pipe. A reader that went away ends it."""
    try:
        with pipe:
            for chunk in feed:
                pipe.write(chunk)
    except BrokenPipeError:
        pass


class WorldStream:
    """Records of successive seeds from `kinora world --stream`.

    The pipe holds the renderer back while nobody reads, so an idle stream costs nothing.
    """

    def __init__(
        self, cli: str, start: int, count: int = 1 << 40, size: tuple[int, int] = (128, 128), flags: str = "", frames: int = 33
    ):  # fmt: skip
        width, height = size
        self.next_seed = start
        self.command = [*shlex.split(cli), "world", "--stream", "--start", str(start), "--count", str(count)]
        self.command += ["--width", str(width), "--height", str(height), "--frames", str(frames), *shlex.split(flags)]
        self.records: Iterator[Record] | None = None

    def __iter__(self) -> Iterator[Record]:
        return self

    def __next__(self) -> Record:
        if self.records is None:
            self.records = records_of(self.command)
        record = next(self.records)
        self.next_seed = record.seed + 1
        return record

    def close(self):
        if self.records is not None:
            self.records.close()


def world_records(
    cli: str, start: int, pick: tuple[int, ...] = (), count: int = 1 << 40, frames: int = 33, flags: str = "", audio: bool = True
) -> WorldStream:  # fmt: skip
    """Opens a stream of clips with the frames `pick` (all if none is named) and their sound."""
    flags += " --audio" * audio
    if pick:
        flags += " --pick " + ",".join(map(str, pick))
    return WorldStream(cli, start, count, flags=flags, frames=frames)
