"""Flights: parabolas between two contacts, their gravity, and the restitution of bounces."""

from dataclasses import dataclass

import numpy as np

from .clip import FRAMES_PER_SECOND
from .track import Way

LEAST = 5  # frames of a flight that can be judged
OFF = 0.02  # screen units by which the end of a flight may leave the parabola of the rest
STRAIGHT = 0.035  # screen units that a flight may leave its parabola (root mean square)


@dataclass
class Flight:
    """y(t) = curve * t^2 + ..., t in seconds from the start of the clip, y in screen units downwards."""

    first: int
    last: int
    polynomial: np.polynomial.Polynomial
    residual: float

    @property
    def frames(self) -> int:
        return self.last - self.first + 1

    @property
    def gravity(self) -> float:
        return 2 * self.polynomial.convert().coef[2]


def flights(way: Way, gravity: float) -> list[Flight]:
    """Returns the flights of a way between contacts, without the frames next to them."""
    y = way.xy[:, 1]
    out = []
    for first, last in airborne(y, gravity):
        if last - first + 1 < LEAST:
            continue
        flight = fitted(y, *trimmed(y, first, last))
        if flight.residual < STRAIGHT and flight.gravity > 0.3 * gravity:
            out.append(flight)
    return out


def fitted(y: np.ndarray, first: int, last: int) -> Flight:
    t = np.arange(first, last + 1) / FRAMES_PER_SECOND
    fit = np.polynomial.Polynomial.fit(t, y[first : last + 1], 2)
    return Flight(first, last, fit, float(np.sqrt(np.mean((fit(t) - y[first : last + 1]) ** 2))))


def trimmed(y: np.ndarray, first: int, last: int) -> tuple[int, int]:
    """Removes an end that the parabola through the other frames misses: the contact was before it."""
    for cut in ((1, 0), (0, 1)):
        inner = first + cut[0], last - cut[1]
        if inner[1] - inner[0] + 1 < LEAST:
            continue
        end = first if cut[0] else last
        rest = fitted(y, *inner)
        if abs(rest.polynomial(end / FRAMES_PER_SECOND) - y[end]) > max(OFF, 4 * rest.residual):
            first, last = inner
    return first, last


def airborne(y: np.ndarray, gravity: float) -> list[tuple[int, int]]:
    """Returns runs of frames that may be flights, cut at missing positions and around contacts.

    Within a flight the second difference is steady and downwards; at a contact it jumps upwards.
    """
    bend = np.full(len(y), np.nan)
    bend[1:-1] = (y[2:] - 2 * y[1:-1] + y[:-2]) * FRAMES_PER_SECOND**2
    flying = (bend > 0.25 * gravity) & (bend < 2.5 * gravity)
    runs, start = [], None
    for t in range(1, len(y)):
        if t < len(y) - 1 and flying[t]:
            start = t if start is None else start
        elif start is not None:
            runs.append((start - 1, t))  # the bends of start..t-1 rest on the frames start-1..t
            start = None
    return runs


def gravity_ratio(way: Way, zoom: float, gravity: float) -> float:
    """Returns measured over expected gravity; NaN without a flight. Long flights have the largest weight: their curvature is known best."""
    found = flights(way, gravity)
    if not found:
        return float("nan")
    weight = np.array([f.frames**5 for f in found], float)
    return float(np.sum([f.gravity for f in found] * weight) / weight.sum() / (gravity * zoom))


def restitutions(way: Way, gravity: float) -> list[float]:
    """Returns the speed after each bounce over the speed before it, where two flights meet."""
    out = []
    found = flights(way, gravity)
    for before, after in zip(found, found[1:]):
        if after.first - before.last > 3:
            continue
        t = meeting(before, after)
        down, up = before.polynomial.deriv()(t), -after.polynomial.deriv()(t)
        if down > 0.5:
            out.append(float(up / down))
    return out


def seen_contacts(way: Way, gravity: float) -> list[float]:
    """Returns the instants of contact between flights in seconds, finer than a frame."""
    found = flights(way, gravity)
    return [meeting(a, b) for a, b in zip(found, found[1:]) if b.first - a.last <= 3]


def meeting(before: Flight, after: Flight) -> float:
    """Returns the intersection of two parabolas nearest to the gap between them; the middle of the gap if there is none."""
    middle = (before.last + after.first) / 2 / FRAMES_PER_SECOND
    roots = (before.polynomial.convert() - after.polynomial.convert()).roots()
    real = roots[np.abs(roots.imag) < 1e-6].real if len(roots) else roots
    near = real[np.abs(real - middle) < 2 / FRAMES_PER_SECOND]
    return float(near[np.argmin(np.abs(near - middle))]) if len(near) else middle
