"""All metrics: their clips, the corruption that each must see, and their targets."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import camera, collide, flicker, flip, gravity, identity, mouth, onsets, pendulum, permanence, roll
from .evidence import Evidence
from .flicker import liveliness
from .laws import spearman
from .reader import WORLD
from .track import world_xy

LIVELY = 3  # steps of 255 by which a subject's surroundings change within a third of a second, at the liveliest times
SLOTS = ("object", "colour", "material", "style", "place", "weather", "camera", "action")  # of the world issue


@dataclass(frozen=True)
class Metric:
    """A number for a list of clips. `measure` returns a value per clip or event, `reduce` combines them."""

    name: str
    meaning: str
    suite: str
    measure: Callable[[Evidence], list[float]]
    corruption: str
    margin: float  # by which the corruption must be worse
    higher: bool = True
    truth: float | None = None  # asked of ground truth
    model: float | None = None  # asked of the starter
    reduce: Callable[[np.ndarray], float] = np.mean

    def worse(self, value: float, than: float) -> bool:
        """Returns whether a corrupted value is worse than another by the margin."""
        return bool(value < than - self.margin if self.higher else value > than + self.margin)

    def holds(self, value: float, target: float) -> bool:
        return bool(value >= target if self.higher else value <= target)


def slot(name: str, corruption: str, suite: str = "general", **asked) -> Metric:
    meaning = f"share of subjects or clips whose {name.removesuffix('_seen')} is as expected"
    meaning += ", from the image alone" if name.endswith("_seen") else ""
    return Metric(f"slot.{name}", meaning, suite, lambda evidence: hits(evidence, name), corruption, 0.3, **asked)


def hits(evidence: Evidence, name: str) -> list[float]:
    """Returns whether a slot is correct, per subject, where the caption states it. A subject missing from the plan is wrong."""
    spec, reading = evidence.clip.spec, evidence.reading
    if name in evidence.clip.silent:
        return []
    if name == "camera":
        return [float(camera.camera_of(evidence.stage) == spec["camera"])]
    if name in ("object", "colour", "material", "material_seen"):
        asked = [s for s in (1, 2, 3) if spec[f"object{s}"]]
        return [float(reading.slots.get(f"{name}{s}") == spec[f"{name.removesuffix('_seen')}{s}"]) for s in asked]
    if name == "action":
        # The reader knows the way from the plan; it counts only if the subject is seen there, and lives.
        shown = reading.shown[0]
        there = shown.any() and reading.present[0][shown].mean() > 0.5 and liveliness(evidence.clip) > LIVELY
        return [float(there and reading.slots[name] == spec[name])]
    return [float(reading.slots[name] == spec[name])]


def mouth_lags(evidence: Evidence) -> list[float]:
    """Returns the lag of the mouth in frames; the largest searched lag without mouth motion or voice."""
    lag, _ = mouth.mouth_lag(evidence.openings, evidence.clip.samples)
    return [abs(lag) if np.isfinite(lag) else mouth.MOST_FRAMES]


def mouth_agreements(evidence: Evidence) -> list[float]:
    """Returns the correlation of mouth and voice within a frame; 0 without mouth motion."""
    _, correlation = mouth.mouth_lag(evidence.openings, evidence.clip.samples, 1)
    return [correlation if np.isfinite(correlation) else 0.0]


def recognised(evidence: Evidence) -> list[float]:
    return [identity.is_nearest(evidence.likeness(evidence.clip.spec["style"]), evidence.clip.spec["head"])]


def recognised_across(evidence: Evidence) -> list[float]:
    """Recognition by images in another style than the clip's."""
    styles = WORLD["style"]
    other = styles[(styles.index(evidence.clip.spec["style"]) + 1) % len(styles)]
    return [identity.is_nearest(evidence.likeness(other), evidence.clip.spec["head"])]


def alike(evidence: Evidence) -> list[float]:
    return [identity.percentile(evidence.likeness(evidence.clip.spec["style"]), evidence.clip.spec["head"])]


def all_slots(evidence: Evidence) -> list[float]:
    return [float(np.mean(right)) for name in SLOTS if (right := hits(evidence, name))]


def portrait_slots(evidence: Evidence) -> list[float]:
    return [float(np.mean(hits(evidence, name))) for name in ("object", "colour", "style", "place", "weather", "time", "action")]


def binding(evidence: Evidence) -> list[float]:
    """Returns whether each of several subjects has its own object and colour."""
    if not evidence.clip.spec["object2"]:
        return []
    return [float(all(hits(evidence, "object") + hits(evidence, "colour")))]


def gravity_error(evidence: Evidence) -> list[float]:
    way = evidence.ways[0]
    ratio = gravity.gravity_ratio(way, evidence.zoom, evidence.clip.laws.gravity) if way else np.nan
    return [abs(ratio - 1)] if np.isfinite(ratio) else []


def bounces(evidence: Evidence) -> list[float]:
    """Returns the measured restitutions of a round subject, whose bounce does not depend on which corner hits."""
    laws, way = evidence.clip.laws, evidence.ways[0]
    return gravity.restitutions(way, laws.gravity) if way and laws.round[0] else []


def bounce_error(evidence: Evidence) -> list[float]:
    found = bounces(evidence)
    return [abs(float(np.median(found)) - evidence.clip.laws.bounce_restitution)] if found else []


def bounce_pair(evidence: Evidence) -> list[tuple[float, float]]:
    found = bounces(evidence)
    return [(float(np.median(found)), evidence.clip.laws.bounce_restitution)] if found else []


def rank(pairs: np.ndarray) -> float:
    return spearman(pairs[:, 0], pairs[:, 1]) if len(pairs) > 3 else float("nan")


def collision(evidence: Evidence) -> list[float]:
    first, second = evidence.ways[:2]
    held = collide.collision_holds(first, second) if first and second else False
    return [] if held is None else [float(held)]


def roll_error(evidence: Evidence) -> list[float]:
    way = evidence.ways[0]
    ratio = roll.turn_ratio(evidence.stage, way) if way and evidence.clip.laws.round[0] else np.nan
    return [abs(ratio - 1)] if np.isfinite(ratio) else []


def pendulum_error(evidence: Evidence) -> list[float]:
    way = evidence.ways[0]
    laws = evidence.clip.laws
    ratio = pendulum.period_ratio(world_xy(evidence.stage, way), laws.rope_anchor, laws.gravity) if way else np.nan
    return [abs(ratio - 1)] if np.isfinite(ratio) else []


def flip_holds(evidence: Evidence) -> list[float]:
    turned = flip.turns_over(evidence.stage)
    return [] if turned is None else [float(turned)]


def landing_holds(evidence: Evidence) -> list[float]:
    landed = flip.lands(evidence.stage)
    return [] if landed is None else [float(landed)]


def permanent(evidence: Evidence) -> list[float]:
    there = permanence.still_there(evidence)
    return [] if there is None else [float(there)]


def plan_error(evidence: Evidence) -> list[float]:
    way = evidence.ways[0]
    if way is None or way.found.sum() < 8:
        return []
    off = np.linalg.norm(way.xy - evidence.planned_way(0), axis=1)
    return [float(np.nanmedian(off) / way.radius)]


def sync_counts(evidence: Evidence) -> list[tuple[int, int, int]]:
    """Returns hits, misses and false alarms. Poured water gurgles without a planned contact, so its extra onsets do not count."""
    sync = onsets.synchrony(evidence.clip.samples, evidence.clip.contacts)
    return [(sync.hits, sync.misses, 0 if evidence.clip.spec["action"] == "pour" else sync.false)]


def f1(counts: np.ndarray) -> float:
    hits, misses, false = counts.sum(0)
    return float(2 * hits / max(1, 2 * hits + misses + false))


def seen_offsets(evidence: Evidence) -> list[float]:
    way = evidence.ways[0]
    return onsets.offsets_to_seen(evidence.clip.samples, gravity.seen_contacts(way, evidence.clip.laws.gravity)) if way else []


def size_of_median(values: np.ndarray) -> float:
    return float(abs(np.median(values)))


def flickering(evidence: Evidence) -> list[float]:
    value = flicker.flicker(evidence.stage)
    return [value] if np.isfinite(value) else []


SCENE_METRICS = (
    Metric("slots", "mean accuracy of the eight slots", "general", all_slots, "the next clip", 0.3, truth=0.97),
    slot("object", "another object", model=0.88),
    slot("colour", "recoloured", model=0.88),
    slot("material", "another material", model=0.75),
    slot("material_seen", "another material"),
    slot("style", "another style", model=0.97),
    slot("place", "another place", model=0.92),
    slot("weather", "another weather", suite="outdoors"),
    slot("time", "another time"),
    slot("camera", "another camera", model=0.80),
    slot("action", "frozen", model=0.75),
    Metric(
        "binding", "clips of several subjects with each object and colour bound correctly", "general", binding, "exchanged", 0.3, model=0.60
    ),
    Metric("flicker", "flicker of still pixels, in steps of 255: median", "general", flickering, "flickering", 0.5, False, reduce=np.median),
)
LAW_METRICS = (
    Metric(
        "gravity", "gravity relative to the world: median error", "flights", gravity_error, "slowed", 0.1, False, 0.03, 0.25, reduce=np.median
    ),
    Metric("bounce", "restitution of round objects: mean error", "bounce", bounce_error, "backwards", 0.15, False),
    Metric("bounce rank", "rank correlation of restitutions over materials and places", "bounce", bounce_pair, "backwards", 0.5, reduce=rank),
    Metric("collision", "the second moves on contact, the first slows down", "collide", collision, "backwards", 0.3),
    Metric("roll", "rotation times radius over travel: median error", "roll", roll_error, "sliding", 0.3, False, reduce=np.median),
    Metric("pendulum", "period relative to that of its length: median error", "pendulum", pendulum_error, "slowed", 0.1, False, reduce=np.median),
    Metric("flip", "flips with the planned rotation, within 45 degrees", "flip", flip_holds, "frozen", 0.3, model=0.60),
    Metric("landing", "flips after which the character stands upright", "flip", landing_holds, "overturned", 0.3, model=0.70),
    Metric("permanence", "subjects with the same appearance after an occlusion", "hidden", permanent, "vanished", 0.3, model=0.75),
    Metric("plan", "deviation from the plan, in radii of the subject: median", "bounce", plan_error, "jittered", 0.05, False, reduce=np.median),
)
SOUND_METRICS = (
    Metric("onset F1", "audible onsets against planned contacts", "general", sync_counts, "another sound", 0.2, True, 0.97, 0.75, f1),
    Metric(
        "onset offset", "audible minus visible contacts, in ms: median", "bounce", seen_offsets, "late", 50, False, reduce=size_of_median
    ),
)
FACE_METRICS = (
    Metric("portrait slots", "mean accuracy of the slots of portraits", "portraits", portrait_slots, "the next clip", 0.3),
    Metric("mouth lag", "lag of the mouth in frames: mean", "talk", mouth_lags, "late speech", 1, False, 1, 1),
    Metric("mouth", "correlation of mouth and voice within a frame: mean", "talk", mouth_agreements, "another sound", 0.2, model=0.6),
    Metric("identity", "faces nearest to the person's own image of 1,000, same style", "heads", recognised, "another face", 0.3, True, 0.95, 0.40),
    Metric("identity across", "the same with images in another style", "heads", recognised_across, "another face", 0.3),
    Metric("likeness", "share of the other 999 with a less similar image", "heads", alike, "another face", 0.3, model=0.80),
)
METRICS = SCENE_METRICS + LAW_METRICS + SOUND_METRICS + FACE_METRICS


def value_of(metric: Metric, evidence: list[Evidence]) -> tuple[float, int]:
    """Returns the value and the number of clips or events behind it; NaN without any."""
    values = [value for e in evidence for value in metric.measure(e)]
    return (float(metric.reduce(np.array(values))), len(values)) if values else (float("nan"), 0)
