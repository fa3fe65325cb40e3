"""Whether a clip with a given face shows that person: strangers, each by an image from another scene (docs/adr/0015-given-pictures.md)."""

import tempfile
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image

from kinora_starter.records import WorldStream

from .faces import Faces
from .identity import Gallery, frames_looked_at, is_nearest, percentile
from .sources import Model

SEED = 1


def measure(model: Model, faces: Faces, count: int = 32) -> dict[str, float]:
    """Returns the share of clips whose face is nearest to the person's own image of 1,000, and the mean share of less similar others."""
    gallery = Gallery(model.cli, faces)
    stream = WorldStream(model.cli, 0, flags="--only-held-out --no-frames --reference --kinds heads")
    records = list(islice(stream, count))
    stream.close()
    likeness = []
    with tempfile.TemporaryDirectory() as folder:
        requests = []
        for record in records:
            path = Path(folder) / f"{record.seed}.png"
            straight(record.reference).save(path)
            requests.append({"prompt": record.captions[1], "seed": SEED, "face": str(path)})
        for record, made in zip(records, model.generate(requests), strict=True):
            seen = faces.embedding(frames_looked_at(made.frames))
            likeness.append((gallery.likeness(seen, record.spec["style"]), record.spec["head"]))
    return {
        "given_face_rank1": float(np.mean([is_nearest(*pair) for pair in likeness])),
        "given_face_percentile": float(np.mean([percentile(*pair) for pair in likeness])),
    }


def straight(premultiplied: np.ndarray) -> Image.Image:
    """Converts premultiplied RGBA u8 [S,S,4] to an image file's straight alpha."""
    rgba = premultiplied.astype(np.float32)
    rgba[..., :3] *= 255 / np.maximum(rgba[..., 3:], 1)
    return Image.fromarray(rgba.clip(0, 255).round().astype(np.uint8), "RGBA")
