"""One run of the evaluation: renders, their latent round trip, perhaps a model, and the corruptions that must score worse."""

import math
from dataclasses import dataclass, field

import numpy as np

from .captions import Clock
from .clip import Clip
from .corrupt import INDOORS, corrupted
from .drift import loss_per_chunk
from .evidence import Evidence, Eyes, gather
from .frechet import frechet
from .metrics import FACE_METRICS, METRICS, Metric, value_of
from .sources import Model, generated, held_out_clips, round_trip_clips, world_clips

SUITES = {
    "bounce": ["--action bounce"],
    "fall": ["--action fall"],
    "roll": ["--action roll --object ball", "--action roll --object pumpkin"],
    "collide": ["--action collide"],
    "pendulum": ["--action pendulum"],
    "flip": ["--action flip"],
    "hidden": ["--action walk --cover behind", "--action run --cover behind"],
}
PEOPLE = {"talk": "--kinds talk", "heads": "--kinds heads"}
MADE_OF_OTHERS = ("outdoors", "flights", "portraits")
CORRUPTED = 16  # clips that a corruption is tried on
LONG_FRAMES = 97  # of the clips on which drift is measured: the longest that the model makes
REFERENCE_SEED = 12 << 32  # of the clips that distributions are compared with, beyond all training streams


@dataclass
class Row:
    """A metric with its floors. Values are None where they could not be measured."""

    name: str
    meaning: str
    higher: bool
    corruption: str
    corrupted: float | None = None
    uncorrupted: float | None = None  # on the same clips
    seen: bool | None = None
    values: dict[str, float | None] = field(default_factory=dict)  # by condition: truth, round trip, model
    counts: dict[str, int] = field(default_factory=dict)
    targets: dict[str, float] = field(default_factory=dict)
    passed: dict[str, bool] = field(default_factory=dict)


@dataclass
class Run:
    rows: list[Row]
    clips: dict[str, list[Clip]]  # of the general suite, by condition
    portraits: dict[str, list[Clip]]
    seconds: dict[str, float]


def suites_of(count: int, clips_of_flags) -> dict[str, list[Clip]]:
    """`count` held-out scenes of all kinds, as many people who talk and who look about, and a quarter of that for each law of physics,
    from clips_of_flags(count, flags)."""
    each = max(8, count // 4)
    suites = {"general": clips_of_flags(count, "")} | {name: clips_of_flags(count, flags) for name, flags in PEOPLE.items()}
    for name, flags in SUITES.items():
        suites[name] = [clip for f in flags for clip in clips_of_flags(each // len(flags), f)]
    return joined(suites)


def joined(suites: dict[str, list]) -> dict[str, list]:
    """Adds the suites that are made of others."""
    outdoors = [item for item in suites["general"] if clip_of(item).spec["place"] not in INDOORS]
    together = {"flights": suites["bounce"] + suites["fall"], "portraits": suites["talk"] + suites["heads"]}
    return suites | {"outdoors": outdoors} | together


def clip_of(item: Clip | Evidence) -> Clip:
    return item if isinstance(item, Clip) else item.clip


def run(model: Model, eyes: Eyes, count: int, ground_truth: bool) -> Run:
    """Measures renders and, unless `ground_truth`, their round trips and the model."""
    clock, cli = Clock(), model.cli
    truth = suites_of(count, lambda n, flags: held_out_clips(cli, n, flags))
    clock.lap("render")
    conditions = {"truth": truth}
    base = {name: clips for name, clips in truth.items() if name not in MADE_OF_OTHERS}
    if not ground_truth:
        conditions["round trip"] = suites_of(count, lambda n, flags: round_trip_clips(model, held_out_clips(cli, n, flags), flags))
        clock.lap("round trip")
        conditions["model"] = joined({name: generated(model, clips) for name, clips in base.items()})
        clock.lap("model")
    metrics = [metric for metric in METRICS if eyes.faces or metric not in FACE_METRICS]
    rows = [new_row(metric) for metric in metrics]
    features = {}
    for condition, suites in conditions.items():
        unique = {name: gather(suites[name], eyes) for name in base}
        evidence = joined(unique)
        features[condition] = np.stack([e.reading.features for e in evidence["general"]])
        for metric, row in zip(metrics, rows):
            fill(row, metric, condition, *value_of(metric, evidence[metric.suite]))
        clock.lap(f"measure {condition}")
        if condition == "truth":
            for metric, row in zip(metrics, rows):
                try_corruption(row, metric, evidence[metric.suite], cli, eyes)
            clock.lap("corruptions")
    rows += [distance_row(cli, eyes, features, truth["general"]), drift_row(model, eyes, ground_truth)]
    clock.lap("distance and drift")
    clips = {name: suites["general"] for name, suites in conditions.items()}
    return Run(rows, clips, {name: portraits_shown(suites) for name, suites in conditions.items()}, clock.seconds)


def portraits_shown(suites: dict[str, list[Clip]]) -> list[Clip]:
    """Selects a few clips of each kind of portrait."""
    return suites["talk"][:6] + suites["heads"][:6]


def new_row(metric: Metric) -> Row:
    row = Row(metric.name, metric.meaning, metric.higher, metric.corruption)
    row.targets = {name: target for name, target in (("truth", metric.truth), ("model", metric.model)) if target is not None}
    return row


def fill(row: Row, metric: Metric, condition: str, value: float, count: int):
    row.values[condition], row.counts[condition] = known(value), count
    if condition in row.targets:
        row.passed[condition] = math.isfinite(value) and metric.holds(value, row.targets[condition])


def try_corruption(row: Row, metric: Metric, evidence: list[Evidence], cli: str, eyes: Eyes):
    """Measures the metric on corrupted clips and on the same clips before; a metric without a value did not see it, unless
    there is nothing left to measure where there was something before."""
    if metric.name == "binding":
        evidence = [e for e in evidence if e.clip.spec["object2"]]
    evidence = evidence[:CORRUPTED]
    wrong = corrupted([e.clip for e in evidence], metric.corruption, cli)
    kept = {scene_of(clip) for clip in wrong}
    before, count = value_of(metric, [e for e in evidence if scene_of(e.clip) in kept])
    after, left = value_of(metric, gather(wrong, eyes))
    row.uncorrupted, row.corrupted = known(before), known(after)
    row.seen = count > 0 and (left == 0 or (math.isfinite(after) and metric.worse(after, before)))


def scene_of(clip: Clip) -> tuple:
    """Returns the identity of a clip that corruption keeps; seeds repeat between suites."""
    spec = clip.spec
    return spec["seed"], spec["action"], frozenset(spec[f"object{s}"] for s in (1, 2, 3))


def distance_row(cli: str, eyes: Eyes, features: dict[str, np.ndarray], truth: list[Clip]) -> Row:
    """Measures the distance to other renders, which are not held out."""
    stream = world_clips(cli, REFERENCE_SEED)
    reference = gather([next(stream) for _ in range(len(truth))], eyes)
    stream.close()
    others = np.stack([e.reading.features for e in reference])
    row = Row("distance", "Fréchet distance to true clips in the reader's features", False, "collapsed")
    row.values = {name: known(frechet(values, others)) for name, values in features.items()}
    row.counts = {name: len(values) for name, values in features.items()}
    bad = gather(corrupted(truth, "collapsed", cli), eyes)
    row.uncorrupted = row.values["truth"]
    row.corrupted = known(frechet(np.stack([e.reading.features for e in bad]), others))
    row.seen = row.corrupted > 1.2 * row.uncorrupted
    return row


def drift_row(model: Model, eyes: Eyes, ground_truth: bool, count: int = 8) -> Row:
    """Measures the loss per chunk of long clips: renders, and those that the model makes window after window."""
    clips = held_out_clips(model.cli, count, frames=LONG_FRAMES)
    row = Row("drift", "share of the correctness of the first chunk that each further 32 frames lose", False, "faded", targets={"model": 0.10})
    conditions = {"truth": clips}
    if not ground_truth:
        conditions["model"] = generated(model, clips)
    row.values = {name: known(loss_per_chunk(shown, eyes)) for name, shown in conditions.items()}
    row.counts = {name: count for name in conditions}
    if "model" in row.values:
        row.passed["model"] = row.values["model"] <= row.targets["model"]
    row.uncorrupted = row.values["truth"]
    row.corrupted = known(loss_per_chunk(corrupted(clips, "faded", model.cli), eyes))
    row.seen = row.corrupted > row.uncorrupted + 0.05
    return row


def known(value: float) -> float | None:
    """Rounds a value; None for NaN, which JSON lacks."""
    return round(float(value), 4) if math.isfinite(value) else None
