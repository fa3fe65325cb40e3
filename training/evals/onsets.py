"""Onsets in the waveform and their synchrony with contacts."""

from dataclasses import dataclass

import numpy as np

from .clip import FRAMES_PER_SECOND, SAMPLE_RATE

HOP = 32  # samples: 2 ms
WINDOW = 256
BANDS_HZ = (60, 150, 300, 600, 1200, 2400, 4200, 8000)
RISE = 3  # hops over which energy has to grow
EARLY_S = 0.004  # by which growth comes before the onset, measured on made-up clicks
SETTLED_S = 0.025
APART_S = 0.075  # contacts closer than this are one event in the world too
AUDIBLE = 0.15  # energy below which a contact may be missed: it drowns in the ambience
LEAST_RISE = 4.5  # growth of the log energy, summed over the bands; ambience makes 2 to 4


@dataclass
class Sync:
    """Onsets against contacts. Offsets in ms, positive when the sound is late."""

    hits: int
    misses: int
    false: int
    offsets: list[float]

    @property
    def f1(self) -> float:
        total = 2 * self.hits + self.misses + self.false
        return 2 * self.hits / total if total else float("nan")


def onsets(samples: np.ndarray) -> list[tuple[float, float]]:
    """Returns (seconds, strength) of every onset, by the growth of energy in seven bands over their noise."""
    power = band_power(samples)
    floor = np.median(power, 1, keepdims=True) + 1e-9
    level = np.log(power + 2 * floor)
    growth = np.maximum(level[:, RISE:] - level[:, :-RISE], 0).sum(0)
    growth = growth - np.median(growth)
    spread = np.median(np.abs(growth)) * 1.48
    least = max(LEAST_RISE, 5 * spread)
    reach = round(APART_S * SAMPLE_RATE / HOP)
    found = []
    for i in np.flatnonzero(growth > least):
        if i * HOP < SETTLED_S * SAMPLE_RATE:
            continue  # what sounds from the first sample on did not begin there
        lo, hi = max(0, i - reach), i + reach + 1
        if growth[i] == growth[lo:hi].max() and (not found or i - found[-1][0] > reach):
            found.append((i, growth[i]))
    return [(instant(growth, i), float(strength)) for i, strength in found]


def band_power(samples: np.ndarray) -> np.ndarray:
    """Returns the energy per band and hop [7,n]; hop k covers the 16 ms around k * 2 ms."""
    padded = np.pad(samples.astype(np.float64), WINDOW // 2, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    spectrum = np.abs(np.fft.rfft(windows * np.hanning(WINDOW), axis=1)) ** 2
    edges = np.round(np.array(BANDS_HZ) * WINDOW / SAMPLE_RATE).astype(int)
    edges = np.maximum(edges, np.arange(1, len(edges) + 1))
    return np.stack([spectrum[:, a:b].sum(1) for a, b in zip(edges, edges[1:])])


def instant(growth: np.ndarray, peak: int) -> float:
    """Returns the start of the sound in seconds: log energy grows most while the window's edge, not its middle, passes it."""
    return (peak + RISE / 2) * HOP / SAMPLE_RATE + EARLY_S


def synchrony(samples: np.ndarray, contacts: list[tuple[int, float]], tolerance_s: float = 1 / FRAMES_PER_SECOND) -> Sync:
    """Contacts are (frame, energy): the frame in which something is struck.

    An onset within `tolerance_s` of the contact's frame is a hit; offsets are from the middle of the frame. Quiet contacts,
    and those in the frame beside a louder one, may be heard or not.
    """
    heard = [t for t, _ in onsets(samples)]
    loud = {frame: energy for frame, energy in contacts}
    used = set()
    hits = misses = 0
    offsets = []
    for frame, energy in sorted(contacts, key=lambda c: -c[1]):
        start, end = frame / FRAMES_PER_SECOND, (frame + 1) / FRAMES_PER_SECOND
        masked = energy <= max(loud.get(frame - 1, 0), loud.get(frame + 1, 0)) or energy < AUDIBLE
        near = [i for i, t in enumerate(heard) if i not in used and start - tolerance_s <= t <= end + tolerance_s]
        if near:
            best = min(near, key=lambda i: abs(heard[i] - (start + end) / 2))
            used.add(best)
            if not masked:
                hits += 1
                offsets.append((heard[best] - (start + end) / 2) * 1000)
        elif not masked:
            misses += 1
    return Sync(hits, misses, len(heard) - len(used), offsets)


def offsets_to_seen(samples: np.ndarray, seen_s: list[float], reach_s: float = 0.25) -> list[float]:
    """Returns the milliseconds from each seen contact (in seconds) to the nearest onset; late is positive."""
    heard = np.array([t for t, _ in onsets(samples)])
    out = []
    for t in seen_s:
        nearest = heard[np.argmin(np.abs(heard - t))] if len(heard) else np.inf
        if abs(nearest - t) <= reach_s:
            out.append(float(nearest - t) * 1000)
    return out
