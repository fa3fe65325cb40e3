"""What falls before the camera: rain and snow, the same at the same instant in every clip. Twin: crates/model/src/falling.rs, whose comments hold."""

import torch
from torch import Tensor

from camera import FRAMES_PER_SECOND
from stage import cameras_of, smoothstep

SEED, WAY, STREAK, SLANT = 77, 2.4, 0.009, -0.30 / 2.6
KINDS = {"rain": 1, "snow": 2}  # numbered as weathers are
COUNTS, SPEEDS, DRIFTS = {"rain": 46, "snow": 54}, {"rain": 2.6, "snow": 0.42}, {"rain": -0.30, "snow": 0.10}
COLOURS = {"rain": (0.80, 0.86, 0.94), "snow": (0.97, 0.98, 1.0)}


def falling(frames: Tensor, plan: Tensor, stage: Tensor, weather: str, time: str, style: str) -> Tensor:
    """Frames [F,3,H,W] in -1..1 of a plan [T,116], with what falls in front of them."""
    if weather not in KINDS:
        return frames
    _, _, height, width = frames.shape
    across, down, near = pieces(weather)
    views = cameras_of(plan).flatten(0, 1)[3:]
    y = (torch.arange(height) + 0.5) * 2 / height - 1
    x = (torch.arange(width) + 0.5 - width / 2) * 2 / height
    solid, scale = (1.15 if style == "animated" else 1.0), 2 / height
    colour = torch.tensor(COLOURS[weather])[:, None, None] * (0.66 if time == "night" else 1.0) * 2 - 1
    out = []
    for index, (frame, view) in enumerate(zip(frames, views)):
        way = down * WAY + SPEEDS[weather] * near * index / FRAMES_PER_SECOND
        lap = (way / WAY).floor()
        fallen = way - lap * WAY - 1.2
        shift = (lap * 0.381966 + across) * 0.5
        column = (shift - shift.floor()) * 2 - 1
        place = torch.stack((column * (width / height + 0.2) + DRIFTS[weather] * near * (fallen + 0.2), fallen), -1)
        seen = (place - stage[:2]) / stage[2] * view[2] + view[:2]
        size = near * view[2] / stage[2]
        dx, dy = x[None, None] - seen[:, 0, None, None], y[None, :, None] - seen[:, 1, None, None]
        if weather == "rain":
            half, length = max(scale, STREAK) * 0.6, (0.13 * size)[:, None, None]
            amount = (1.5 - (dx - dy * SLANT).abs() / half).clamp(0, 1) * smoothstep(0.5, 0.2, dy.abs() / length)
            amount = amount * (0.36 * near * solid)[:, None, None]
        else:
            radius = (0.022 * size)[:, None, None]
            amount = ((radius - (dx * dx + dy * dy).sqrt()) / scale + 0.5).clamp(0, 1) * 0.9 * solid
        clear = (1 - amount.clamp(max=1)).prod(0)
        out.append(colour + (frame - colour) * clear)
    return torch.stack(out)


def pieces(weather: str) -> tuple[Tensor, Tensor, Tensor]:
    """Where each begins across (-1..1) and down (0..1), and how near it is (0.5..1)."""
    state, rows = SEED ^ KINDS[weather] * 0xD1B54A32D192ED03 & 2**64 - 1, []
    numbers = split_mix(state)
    next(numbers)
    for _ in range(COUNTS[weather]):
        rows.append([low + (high - low) * next(numbers) for low, high in ((-1, 1), (0, 1), (0.5, 1))])
    return torch.tensor(rows).unbind(1)


def split_mix(state: int):
    """SplitMix64 as numbers in 0..1 (Steele, Lea & Flood 2014)."""
    whole = 2**64 - 1
    while True:
        state = state + 0x9E3779B97F4A7C15 & whole
        z = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & whole
        z = (z ^ z >> 27) * 0x94D049BB133111EB & whole
        yield ((z ^ z >> 31) >> 40) / 2**24
