"""Rolling without slip: rotation measured from texture against travel."""

import numpy as np
import torch
import torch.nn.functional as F

from .background import Stage
from .track import Way, world_xy

ANGLES, RINGS = 96, 10
LAGS = (1, 2, 3)  # over longer ones a ball shows another side
HARMONICS = 12  # around the middle, each weighted by its number: light, which does not turn with the thing, is smooth
RATIOS = np.linspace(-0.5, 2, 251)
LEAST_TRAVEL = 0.3  # screen units
STILL = 0.8  # share that is taken away of what stays where it is while a thing turns: lamps and horizons; the rest still tells what slides


def turn_ratio(stage: Stage, way: Way) -> float:
    """Returns rotation times radius over travel: 1 without slip, 0 for sliding. NaN for little travel or no texture.

    The radius is the height of its middle over the ground line.
    """
    xy = world_xy(stage, way)
    found = np.flatnonzero(way.found)
    if len(found) < 8:
        return float("nan")
    radius = stage.clip.laws.ground_y - np.nanmedian(xy[:, 1])
    travel = np.abs(xy[found[-1], 0] - xy[found[0], 0])
    if travel < LEAST_TRAVEL or radius < 0.1 or np.nanstd(xy[:, 1]) > 0.03:
        return float("nan")
    maps = polar_maps(stage, way, found)
    maps -= STILL * maps.mean(0)
    spectrum = np.fft.rfft(maps, axis=-1)[..., :HARMONICS] * np.arange(HARMONICS)
    spectrum /= np.sqrt((np.abs(spectrum) ** 2).sum((1, 2, 3), keepdims=True)) + 1e-6
    score = np.zeros(len(RATIOS))
    for lag in LAGS:
        for i in range(len(found) - lag):
            turn = (xy[found[i + lag], 0] - xy[found[i], 0]) / radius
            match = np.fft.irfft((spectrum[i].conj() * spectrum[i + lag]).sum((0, 1)), ANGLES)
            at = RATIOS * turn / (2 * np.pi) * ANGLES
            score += np.interp(at % ANGLES, np.arange(ANGLES + 1), np.append(match, match[0]))
    best = int(np.argmax(score))
    return float(RATIOS[best]) if 0 < best < len(RATIOS) - 1 else float("nan")


def polar_maps(stage: Stage, way: Way, frames: np.ndarray) -> np.ndarray:
    """Returns the subject in polar coordinates [n,3,10,96], angles clockwise as seen."""
    height, width = stage.frames.shape[2:]
    angle = np.arange(ANGLES) * 2 * np.pi / ANGLES
    reach = way.radius * np.linspace(0.25, 0.85, RINGS)[:, None]
    around = np.stack((reach * np.cos(angle), reach * np.sin(angle)), -1)
    at = (way.xy[frames][:, None, None] + around) / [width / height, 1.0]
    video = torch.from_numpy(stage.frames[frames])
    return F.grid_sample(video, torch.from_numpy(at).float(), align_corners=False).numpy()
