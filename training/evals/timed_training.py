"""Training for a given time: the loop of the evaluation's networks."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kinora_starter.trainer import Trainer

SAVE_SECONDS = 180
LOGGED_STEPS = 50


def by_the_clock(trainer: Trainer, minutes: float, log: Path, facts: Callable[[], dict] = dict):
    """Trains for a number of minutes; logs means of fifty steps, saves every three minutes and at the end."""
    started = saved = time.monotonic()
    recent: list[dict] = []
    with log.open("a") as file:
        while (elapsed := time.monotonic() - started) < minutes * 60:
            recent.append(trainer.step(elapsed / (minutes * 60)))
            if len(recent) == LOGGED_STEPS:
                means = {key: round(float(np.nanmean([m[key] for m in recent])), 4) for key in recent[0]}
                print(json.dumps({"step": trainer.steps} | facts() | means), file=file, flush=True)
                recent.clear()
            if time.monotonic() - saved > SAVE_SECONDS:
                trainer.save()
                saved = time.monotonic()
    trainer.save()
    trainer.stream.close()
