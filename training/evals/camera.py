"""Classifies the camera move: the known path that stabilises the background best."""

import numpy as np
import torch

from .background import Details, Stage
from .clip import FRAMES_PER_SECOND

MOVES = ("static", "pan", "zoom", "zoom out", "tilt", "follow", "handheld")
MOVE_SECONDS = 32 / 12  # in which a camera move covers its path
FOLLOW_LIMIT = 0.33  # the place is painted no further (crates/world/src/camera.rs)
FOLLOW_LAG_S = 0.16
SAME = 0.005  # share of the unrest by which ways that can't be told apart may differ


def camera_of(stage: Stage) -> str:
    """Returns the name of the path that stabilises the background best; of indistinguishable ones, the expected one."""
    pictures = Details(stage.clip)
    unrest = {}
    for name, ways in expected(stage).items():
        moves = [torch.from_numpy(relative_to(way, stage.middle) + [1, 0, 0]).float() for way in ways]
        unrest[name] = min(pictures.restlessness(way) for way in moves)
    asked, best = stage.clip.spec["camera"], min(unrest, key=unrest.get)
    return asked if unrest[asked] < unrest[best] * (1 + SAME) else best


def path_error(stage: Stage) -> float:
    """Returns the root mean square of measured minus planned moves, in screen units."""
    planned = relative_to(stage.clip.camera, stage.middle)
    return float(np.sqrt(np.mean((stage.moves - stage.moves[stage.middle] - planned) ** 2)))


def expected(stage: Stage) -> dict[str, list[np.ndarray]]:
    """Returns camera paths [F,3] (pan_x, pan_y, zoom) by name, to the left and to the right."""
    frames = len(stage.clip.frames)
    time = np.arange(frames) / FRAMES_PER_SECOND
    part = np.minimum(time / MOVE_SECONDS, 1)
    zero, one = np.zeros(frames), np.ones(frames)
    way = lambda x, y, zoom: np.stack((x, y, zoom), 1)
    zoomed = lambda zoom: way(zero, 0.18 * (1 - zoom), zoom)
    out = {name: [] for name in MOVES}
    out["static"], out["follow"] = [way(zero, zero, one)], [way(following(stage), zero, one)]
    out["zoom"], out["zoom out"] = [zoomed(1 + 0.2 * part)], [zoomed(1.2 - 0.2 * part)]
    for side in (-1, 1):
        sway = lambda hz, phase: np.sin(2 * np.pi * (hz * time + phase))
        x = 0.022 * sway(0.9, 0.1 * side) + 0.010 * sway(2.3, 0.4)
        y = 0.016 * sway(1.2, 0.3) + 0.009 * sway(2.9, 0.2 * side)
        out["handheld"].append(way(x, y, 1.04 * one))
        out["pan"].append(way(side * (0.14 - 0.28 * part), zero, one))
        out["tilt"].append(way(zero, side * (0.13 - 0.26 * part), one))
    return out


def following(stage: Stage) -> np.ndarray:
    """Returns pan_x of a camera that follows subject 1, with its lag and limits."""
    clip = stage.clip
    camera, subject = clip.camera, clip.subject(0)
    x = (subject[:, 0] - camera[:, 0]) / camera[:, 2]
    keep = np.exp(-1 / (FOLLOW_LAG_S * FRAMES_PER_SECOND))
    smooth, out = x[0], []
    for value in x:
        smooth = value + (smooth - value) * keep
        out.append(np.clip(-smooth, -FOLLOW_LIMIT, FOLLOW_LIMIT))
    return np.array(out)


def relative_to(camera: np.ndarray, middle: int) -> np.ndarray:
    """Converts camera paths to moves from the middle frame, with zero for the middle frame itself."""
    zoom = camera[:, 2:] / camera[middle, 2]
    pan = camera[:, :2] - zoom * camera[middle, :2]
    return np.concatenate((zoom - 1, pan), 1)
