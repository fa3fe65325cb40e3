"""Mouth lag: cross-correlation of the mouth opening with the loudness of speech."""

import numpy as np

from .clip import FRAMES_PER_SECOND, SAMPLE_RATE

UPSAMPLED = 10  # steps per frame
MOST_FRAMES = 6  # of lag that are looked for
LOUDNESS_BANDS_HZ = (200, 3500)


def envelope(samples: np.ndarray, frames: int) -> np.ndarray:
    """Returns the loudness of speech at ten times the frame rate [frames*10], 0..1: the root of the energy in the voice band."""
    spectrum = np.fft.rfft(samples.astype(np.float64))
    hz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    spectrum[(hz < LOUDNESS_BANDS_HZ[0]) | (hz > LOUDNESS_BANDS_HZ[1])] = 0
    energy = np.fft.irfft(spectrum, len(samples)) ** 2
    edges = np.arange(frames * UPSAMPLED + 1) * SAMPLE_RATE / (FRAMES_PER_SECOND * UPSAMPLED)
    total = np.concatenate(([0], np.cumsum(energy)))
    loud = np.sqrt(np.diff(np.interp(edges, np.arange(len(total)), total)))
    return loud / max(loud.max(), 1e-9)


def mouth_lag(opening: np.ndarray, samples: np.ndarray, most_frames: int = MOST_FRAMES) -> tuple[float, float]:
    """Returns the lag of the mouth in frames and the correlation at that lag; opening [F] per pixel frame, samples at 16 kHz.

    The lag is looked for up to `most_frames` early and late.

    NaN where the mouth or the voice never moves.
    """
    frames = len(opening)
    loud = smooth(envelope(samples, frames))
    fine = np.interp(np.arange(frames * UPSAMPLED) / UPSAMPLED, np.arange(frames), opening)
    if np.std(fine) < 1e-3 or np.std(loud) < 1e-3:
        return float("nan"), float("nan")
    best, lag = -2.0, 0
    for shift in range(-most_frames * UPSAMPLED, most_frames * UPSAMPLED + 1):
        mouth = fine[max(0, shift) : len(fine) + min(0, shift)]
        voice = loud[max(0, -shift) : len(loud) + min(0, -shift)]
        r = float(np.corrcoef(mouth, voice)[0, 1])
        if r > best:
            best, lag = r, shift
    return lag / UPSAMPLED, best


def smooth(loud: np.ndarray) -> np.ndarray:
    """Averages over a frame, during which the shown mouth does not change."""
    return np.convolve(loud, np.hanning(UPSAMPLED + 2)[1:-1] / np.hanning(UPSAMPLED + 2).sum(), "same")
