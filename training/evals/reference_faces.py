"""Whether a clip with a given face is known as that person's: strangers, each by a picture from another clip (docs/adr/0015-given-pictures.md)."""

from itertools import islice

import numpy as np

from config import HEAD, SUBJECTS
from data import Stream, reference_picture, to_bytes
from ruler.faces import Faces
from ruler.identity import Gallery, frames_looked_at, is_nearest, percentile
from sample import Held, Networks
from stage import stage_of

SEED = 1


def measure(networks: Networks, faces: Faces, cli: str, count: int = 32, at_once: int = 8) -> dict[str, float]:
    """Share of clips whose face is nearest to the person's own picture of 1,000, and the mean share of the others that are less alike."""
    gallery = Gallery(cli, faces)
    stream = Stream(cli, 0, flags="--only-held-out --layers --no-frames --reference --kinds heads")
    records = list(islice(stream, count))
    stream.close()
    likeness = []
    for start in range(0, count, at_once):
        part = records[start : start + at_once]
        for record, frames in zip(part, with_faces(networks, part)):
            seen = faces.embedding(frames_looked_at(frames))
            likeness.append((gallery.likeness(seen, record.spec["style"]), record.spec["head"]))
    return {
        "cameo_rank1": float(np.mean([is_nearest(*pair) for pair in likeness])),
        "cameo_percentile": float(np.mean([percentile(*pair) for pair in likeness])),
    }


def with_faces(networks: Networks, records: list) -> list[np.ndarray]:
    """What the model makes of captions [n] with the faces of their people: frames u8 [F,H,W,3] each."""
    captions = networks.completed([record.captions[1] for record in records], SEED)
    pictures = [reference_picture(record) for record in records]
    plan = networks.plan(captions, 9, SEED)
    held = Held.nothing(len(records), (9, 4, 4))
    for clip, picture in enumerate(pictures):
        token = networks.decoders.layers.encode_closed(picture.flatten(-3))
        layers = token.expand(9, SUBJECTS, -1)
        held.keep(clip, None, layers, [subject == HEAD for subject in range(SUBJECTS)])
    z, _, layers = networks.render_window(captions, plan, SEED, (128, 128), held, stage_of(plan, 1.0))
    told = networks.told(captions)
    cutouts = [{HEAD: picture[0]} for picture in pictures]
    return list(to_bytes(networks.frames(z, layers, plan, told, cutouts)))
