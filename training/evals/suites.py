"""One run of the ruler: truth, its latent round trip, perhaps a model, and the corruptions that must score worse."""

import math
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from render import Decoders
from sample import Networks

from .clip import Clip
from .corrupt import INDOORS, corrupted
from .drift import loss_per_chunk
from .evidence import Evidence, Eyes, gather
from .frechet import frechet
from .metrics import FACE_METRICS, METRICS, Metric, value_of
from .sources import generated, held_out_clips, round_trip_clips, world_clips

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
LONG_FRAMES = 129  # of the clips on which drift is measured
REFERENCE_SEED = 8 << 32  # of the clips that distributions are compared with


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


def run(cli: str, eyes: Eyes, count: int, decoders: Decoders | None, networks: Networks | None, voice: Path | None) -> Run:
    """Measures truth, the round trip if there are decoders, and the model if there is one."""
    seconds: dict[str, float] = {}
    clock = Clock(seconds)
    truth = suites_of(count, lambda n, flags: held_out_clips(cli, n, flags))
    clock.lap("render")
    conditions = {"truth": truth}
    base = {name: clips for name, clips in truth.items() if name not in MADE_OF_OTHERS}
    if decoders and voice:
        conditions["round trip"] = suites_of(count, lambda n, flags: round_trip_clips(cli, n, flags, decoders, voice))
        clock.lap("round trip")
    if networks and voice:
        conditions["model"] = joined({name: generated(clips, networks, voice) for name, clips in base.items()})
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
    rows += [distance_row(cli, eyes, features, truth["general"]), drift_row(cli, eyes, networks, voice)]
    clock.lap("distance and drift")
    clips = {name: suites["general"] for name, suites in conditions.items()}
    return Run(rows, clips, {name: portraits_shown(suites) for name, suites in conditions.items()}, seconds)


def portraits_shown(suites: dict[str, list[Clip]]) -> list[Clip]:
    """A few who talk and a few who look about."""
    return suites["talk"][:6] + suites["heads"][:6]


class Clock:
    def __init__(self, seconds: dict[str, float]):
        self.seconds, self.last = seconds, time.monotonic()

    def lap(self, name: str):
        now = time.monotonic()
        self.seconds[name], self.last = round(now - self.last, 1), now
        print(f"ruler: {name}: {self.seconds[name]} s", flush=True)


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
    """What stays of a clip that is corrupted: seeds are the same in every suite."""
    spec = clip.spec
    return spec["seed"], spec["action"], frozenset(spec[f"object{s}"] for s in (1, 2, 3))


def distance_row(cli: str, eyes: Eyes, features: dict[str, np.ndarray], truth: list[Clip]) -> Row:
    """The distance to other true clips, which are not held out."""
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


def drift_row(cli: str, eyes: Eyes, networks: Networks | None, voice: Path | None, count: int = 8) -> Row:
    """What long clips lose per chunk: true ones, and those that the model makes window after window."""
    clips = held_out_clips(cli, count, frames=LONG_FRAMES)
    row = Row("drift", "share of what is right that each further chunk of 32 frames loses", False, "faded", targets={"model": 0.10})
    conditions = {"truth": clips}
    if networks and voice:
        conditions["model"] = generated(clips, networks, voice, at_once=4)
    row.values = {name: known(loss_per_chunk(shown, eyes)) for name, shown in conditions.items()}
    row.counts = {name: count for name in conditions}
    if "model" in row.values:
        row.passed["model"] = row.values["model"] <= row.targets["model"]
    row.uncorrupted = row.values["truth"]
    row.corrupted = known(loss_per_chunk(corrupted(clips, "faded", cli), eyes))
    row.seen = row.corrupted > row.uncorrupted + 0.05
    return row


def known(value: float) -> float | None:
    """JSON has no NaN."""
    return round(float(value), 4) if math.isfinite(value) else None
