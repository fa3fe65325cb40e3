"""The move of the camera, named by the nearest of the ways that a camera can go."""

import numpy as np

from .background import Stage
from .clip import FRAMES_PER_SECOND
from .laws import CAMERA_SECONDS

MOVES = ("static", "pan", "zoom", "zoom out", "tilt", "follow", "handheld")
FOLLOW_LIMIT = 0.33  # the place is painted no further (crates/world/src/camera.rs)
FOLLOW_LAG_S = 0.16
SAME = 0.012  # screen units (root mean square) within which two ways can't be told apart


def camera_of(stage: Stage) -> str:
    """The name of the nearest way; of ways that are the same here, the one that was asked for."""
    measured = stage.moves - stage.moves[stage.middle]
    distance = {}
    for name, moves in expected(stage).items():
        relative = [relative_to(way, stage.middle) for way in moves]
        distance[name] = min(float(np.sqrt(np.mean((measured - way) ** 2))) for way in relative)
    best = min(distance, key=distance.get)
    asked = stage.clip.spec["camera"]
    return asked if distance[asked] < distance[best] + SAME / 4 else best


def path_error(stage: Stage) -> float:
    """Root mean square of measured against planned moves, in screen units."""
    planned = relative_to(stage.clip.camera, stage.middle)
    return float(np.sqrt(np.mean((stage.moves - stage.moves[stage.middle] - planned) ** 2)))


def expected(stage: Stage) -> dict[str, list[np.ndarray]]:
    """Camera ways [F,3] (pan_x, pan_y, zoom) by name, both to the left and to the right."""
    frames = len(stage.clip.frames)
    time = np.arange(frames) / FRAMES_PER_SECOND
    part = np.minimum(time / CAMERA_SECONDS, 1)
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
    """pan_x of a camera that follows subject 1, with its lag and its limits."""
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
    """Camera ways as moves from the middle frame, less the move of the middle frame itself: zero there."""
    zoom = camera[:, 2:] / camera[middle, 2]
    pan = camera[:, :2] - zoom * camera[middle, :2]
    return np.concatenate((zoom - 1, pan), 1)
