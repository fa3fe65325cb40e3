"""What is thinner than a latent keeps: poured water and the rope of a pendulum. Twins: crates/model/src/{water,hanging,stroke}.rs, whose comments hold."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from camera import FRAMES_PER_SECOND
from config import ABSENT_RADIUS
from layers import states_of
from ruler.laws import GRAVITY, GROUND_Y, ROPE_END_Y
from stage import cameras_of, smoothstep

POURED, TILTED, START, MOST_ASIDE, PARTS = (0.95, 2.1), 1.5, 0.1, 0.8, 14
DROPS = (-0.09, 0.07, -0.04, 0.1)
LIGHT = {"day": (0.95, 0.92, 0.89), "sunset": (1.0, 0.85, 0.75), "night": (0.75, 0.78, 0.9)}
ANCHOR, KNOT = (0.0, ROPE_END_Y), 0.85
ROPE = {"day": (0.31, 0.23, 0.15), "sunset": (0.34, 0.23, 0.14), "night": (0.22, 0.19, 0.16), "animated": (0.10, 0.08, 0.10)}
INSIDE, EDGE = torch.tensor([0.62, 0.84, 0.97]), torch.tensor([0.20, 0.52, 0.86])


@dataclass
class Water:
    start: tuple[float, float]
    aside: float
    fall_s: float

    @staticmethod
    def of(plan: Tensor, vessel: str) -> "Water | None":
        """The water of a plan [T,116] in which subject 1, a bottle or a cup, pours into subject 2."""
        frame = int(TILTED * FRAMES_PER_SECOND + 0.5)
        if len(plan) <= (frame + 3) // 4:
            return None
        pan_x, pan_y, zoom = cameras_of(plan).flatten(0, 1)[frame + 3].tolist()
        subjects = states_of(plan).flatten(0, 1)[frame + 3]
        (x, y, r, cos, sin), (cup_x, _, cup_r) = subjects[0, :5].tolist(), subjects[1, :3].tolist()
        if min(r, cup_r) <= ABSENT_RADIUS:
            return None
        x, y, r, cup_x, cup_r = (x - pan_x) / zoom, (y - pan_y) / zoom, r / zoom, (cup_x - pan_x) / zoom, cup_r / zoom
        way, length = (-1 if sin < 0 else 1), max(math.hypot(cos, sin), 1e-3)
        across, up = (way * 0.10, 0.94) if vessel == "bottle" else (way * 0.44 - 0.12, 0.64)
        x, y = x + (across * cos + up * sin) / length * r, y + (across * sin - up * cos) / length * r
        drop = GROUND_Y - 1.30 * cup_r - y
        fall_s = (math.sqrt(START**2 + 2 * GRAVITY * max(drop, 0)) - START) / GRAVITY
        if drop <= 0.05 or abs(aside := (cup_x - 0.12 * cup_r - x) / fall_s) >= MOST_ASIDE:
            return None
        return Water((x, y), aside, fall_s)

    def at(self, age: float) -> tuple[float, float]:
        return self.start[0] + self.aside * age, self.start[1] + START * age + GRAVITY / 2 * age * age

    def pieces(self, time_s: float) -> list[tuple[tuple[float, float], tuple[float, float], float]]:
        """Round lines between points of the world, and their radii."""
        newest, oldest = max(time_s - POURED[1], 0), min(time_s - POURED[0], self.fall_s)
        if oldest <= newest:
            return []
        ages = [newest + (oldest - newest) * part / PARTS for part in range(PARTS + 1)]
        out = [(self.at(a), self.at(b), 0.034 - 0.014 * a / self.fall_s) for a, b in zip(ages, ages[1:])]
        if oldest >= self.fall_s and time_s < POURED[1] + self.fall_s:
            x, y = self.at(self.fall_s)
            for index, way in enumerate(DROPS):
                life = (time_s * 3.1 + index * 0.27) % 1
                at = x + way * life, y - 0.02 - 0.22 * life * (1 - life)
                out.append((at, at, 0.013))
        return out


def poured(frames: Tensor, plan: Tensor, water: Water, time: str) -> Tensor:
    """Frames [F,3,H,W] in -1..1 of a plan [T,116], with the water in front of them."""
    out, light = frames.clone(), torch.tensor(LIGHT[time])
    colour = lambda off: (INSIDE + (EDGE - INSIDE) * smoothstep(0.2, 1.0, off)[..., None]) * light
    for index, (frame, view) in enumerate(zip(out, cameras_of(plan).flatten(0, 1)[3:].tolist())):
        for start, end, radius in water.pieces(index / FRAMES_PER_SECOND):
            stroke(frame, view, start, end, radius, 0.92, colour)
    return out


def hung(frames: Tensor, plan: Tensor, time: str, style: str) -> Tensor:
    """Frames [F,3,H,W] in -1..1 of a place in a plan [T,116], with the rope on which subject 1 hangs."""
    out = frames.clone()
    colour = torch.tensor(ROPE["animated" if style == "animated" else time])
    subjects = states_of(plan).flatten(0, 1)[3:, 0, :3].tolist()
    for frame, (x, y, r), view in zip(out, subjects, cameras_of(plan).flatten(0, 1)[3:].tolist()):
        if r > ABSENT_RADIUS:
            x, y = (x - view[0]) / view[2], (y - view[1]) / view[2]
            up = ANCHOR[0] - x, ANCHOR[1] - y
            knot = KNOT * r / view[2] / max(math.hypot(*up), 1e-3)
            stroke(frame, view, ANCHOR, (x + up[0] * knot, y + up[1] * knot), 0.016, 1.0, lambda off: colour.expand(*off.shape, 3))
    return out


def stroke(frame: Tensor, view: list[float], start: tuple, end: tuple, radius: float, cover: float, colour: Callable[[Tensor], Tensor]):
    """Draws a round line between points of the world into a frame [3,H,W]; colour tells it by the distance from its middle in radii."""
    _, height, width = frame.shape
    y, x = torch.meshgrid((torch.arange(height) + 0.5) * 2 / height - 1, (torch.arange(width) + 0.5 - width / 2) * 2 / height, indexing="ij")
    (ax, ay), (bx, by) = ((px * view[2] + view[0], py * view[2] + view[1]) for px, py in (start, end))
    dx, dy, radius = bx - ax, by - ay, radius * view[2]
    t = (((x - ax) * dx + (y - ay) * dy) / max(dx * dx + dy * dy, 1e-9)).clamp(0, 1)
    off = ((x - ax - dx * t) ** 2 + (y - ay - dy * t) ** 2).sqrt()
    amount = ((radius - off) * height / 2 + 0.5).clamp(0, 1) * cover
    frame += (2 * colour(off / radius).permute(2, 0, 1) - 1 - frame) * amount
