"""Training by the clock: what the networks of the ruler have in common."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from trainer import Stage

SAVE_SECONDS = 180
LOGGED_STEPS = 50


def by_the_clock(stage: Stage, minutes: float, log: Path, facts: Callable[[], dict] = dict):
    """Steps for so long, logs the means of fifty steps with the facts, saves every three minutes and at the end."""
    started = saved = time.monotonic()
    recent: list[dict] = []
    with log.open("a") as file:
        while (elapsed := time.monotonic() - started) < minutes * 60:
            recent.append(stage.step(elapsed / (minutes * 60)))
            if len(recent) == LOGGED_STEPS:
                means = {key: round(float(np.nanmean([m[key] for m in recent])), 4) for key in recent[0]}
                print(json.dumps({"step": stage.steps} | facts() | means), file=file, flush=True)
                recent.clear()
            if time.monotonic() - saved > SAVE_SECONDS:
                stage.save()
                saved = time.monotonic()
    stage.save()
    stage.stream.close()
