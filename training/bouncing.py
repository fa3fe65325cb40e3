"""What bounces loses as much of its speed as its material and the ground take: the planner knows the first fall, not the law.

Twin: crates/pipeline/src/bouncing.rs.
"""

import math

import torch
from torch import Tensor

from camera import FRAMES_PER_SECOND as FPS
from config import SUBJECT_DIM, SUBJECTS
from layers import SUBFRAMES
from ruler.laws import GRAVITY, GROUND_Y, bounce_restitution
from stage import cameras_of, to_world

# Round things and their radius in the plan over the one on which they touch.
ROUND = {"apple": 1.136, "ball": 1.0, "pumpkin": 1.0, "ring": 1.0}
LEAST_FALL = 4  # frames of a first fall that can be measured
STRAIGHT = 0.08  # screen units that they may leave its parabola (root mean square), and the ground the one that is known
AT_REST = 0.2  # screen units per second below which nothing bounces any more


def bounced(plan: Tensor, object: str, material: str, place: str) -> Tensor:
    """plan [T,116] of a clip in which subject 1 bounces -> the same with every bounce after its first fall; as planned where there is none."""
    if object not in ROUND:
        return plan
    rows = plan.unflatten(-1, (SUBFRAMES, -1)).flatten(0, 1)[SUBFRAMES - 1 :].clone()
    views, at = cameras_of(plan).flatten(0, 1)[SUBFRAMES - 1 :], SUBJECTS * SUBJECT_DIM
    y = to_world(rows[:, :2], views)[:, 1]
    touching = GROUND_Y - (rows[0, 2] / views[0, 2]).item() / ROUND[object]
    first = first_fall(y, touching)
    if first is None:
        return plan
    y, contacts = bounces(*first, touching, bounce_restitution(material, place), len(y))
    rows[:, 1] = y * views[:, 2] + views[:, 1]
    energy = rows[:, at + 4].max().clamp(min=0)
    rows[:, at + 3], rows[:, at + 4] = -1, 0
    for frame, share in contacts:
        rows[frame, at + 3], rows[frame, at + 4] = 1, energy * share
    rows = torch.cat((rows[:1].expand(SUBFRAMES - 1, -1), rows))
    return rows.unflatten(0, (-1, SUBFRAMES)).flatten(1)


def first_fall(y: Tensor, touching: float) -> tuple[float, float] | None:
    """Height and speed at the start of a way [F] whose first contact is at `touching`; none where it does not begin with a free fall onto it."""
    bend = y[2:] - 2 * y[1:-1] + y[:-2]
    turns = (bend < -GRAVITY / FPS**2 / 2).nonzero()
    if not len(turns) or turns[0] < LEAST_FALL - 1:
        return None
    fall = y[: turns[0] + 1]
    t = torch.arange(len(fall)) / FPS
    rest = fall - GRAVITY / 2 * t**2
    speed = ((t - t.mean()) * rest).sum() / (t - t.mean()).square().sum()
    height = rest.mean() - speed * t.mean()
    residual = (rest - height - speed * t).square().mean().sqrt()
    if residual > STRAIGHT or abs(y.max() - touching) > STRAIGHT or height >= touching:
        return None
    return height.item(), speed.item()


def bounces(height: float, speed: float, touching: float, elastic: float, frames: int) -> tuple[Tensor, list[tuple[int, float]]]:
    """The way [F] from a height and a speed on, and the contacts: the frame, and the energy as a share of the first one's."""
    y, contacts, start, hardest, resting = torch.empty(frames), [], 0.0, None, False
    hit = start + falling(height, speed, touching)
    for frame in range(frames):
        t = frame / FPS
        while not resting and t >= hit:
            impact = speed + GRAVITY * (hit - start)
            hardest = hardest or impact
            contacts.append((max(frame - 1, 0), (impact / hardest) ** 2))  # between this frame and the one before
            height, speed, start = touching, -elastic * impact, hit
            resting = -speed < AT_REST
            hit = start + falling(height, speed, touching)
        y[frame] = touching if resting else height + speed * (t - start) + GRAVITY / 2 * (t - start) ** 2
    return y, contacts


def falling(height: float, speed: float, touching: float) -> float:
    """Seconds until something at a height, with a speed downwards, touches."""
    return (-speed + math.sqrt(speed**2 + 2 * GRAVITY * (touching - height))) / GRAVITY
