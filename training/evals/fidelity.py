"""Pixel errors of a clip against its render."""

import numpy as np

from kinora_starter.config import ABSENT_RADIUS, SUBJECTS

from .clip import Clip

REACH = 1.3  # radii around a planned centre that count as near the subject


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    """Returns the PSNR of u8 arrays in dB."""
    error = np.mean((a.astype(np.float32) - b.astype(np.float32)) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def near_subjects(clip: Clip) -> np.ndarray:
    """Returns the pixels [F,H,W] within REACH radii of a subject's planned centre."""
    height, width = clip.frames.shape[1:3]
    y, x = np.mgrid[:height, :width]
    near = np.zeros((len(clip.frames), height, width), bool)
    for subject in range(SUBJECTS):
        track = clip.subject(subject)
        centres, radii = clip.pixels(track[:, :2]), track[:, 2] * clip.half_height
        there = (track[:, 5] > 0) & (track[:, 2] > ABSENT_RADIUS)
        distance = np.hypot(x - centres[:, 0, None, None], y - centres[:, 1, None, None])
        near |= there[:, None, None] & (distance < REACH * radii[:, None, None])
    return near


def fidelity(clips: list[Clip], truth: list[Clip]) -> dict[str, float]:
    """Returns PSNR in dB: over all pixels, near subjects, and the mean of the clips' own."""
    pairs = [(clip.frames, true.frames) for clip, true in zip(clips, truth)]
    near = [near_subjects(true) for true in truth]
    close = [np.concatenate([frames[mask] for frames, mask in zip(side, near)]) for side in zip(*pairs)]
    whole = [np.concatenate([frames.reshape(-1) for frames in side]) for side in zip(*pairs)]
    return {"psnr": psnr(*whole), "psnr_near_subjects": psnr(*close), "psnr_mean": float(np.mean([psnr(*pair) for pair in pairs]))}
