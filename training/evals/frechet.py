"""Fréchet distance of two sets of clips in the reader's features."""

import numpy as np


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """Returns the Fréchet distance of Gaussians fitted to features [n,d] and [m,d], both scaled by the spread of b."""
    scale = b.std(0) + 1e-6
    a, b = (a - b.mean(0)) / scale, (b - b.mean(0)) / scale
    cov_a, cov_b = shrunk(a), shrunk(b)
    root_b = symmetric_root(cov_b)
    cross = symmetric_root(root_b @ cov_a @ root_b)
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(cov_a) + np.trace(cov_b) - 2 * np.trace(cross))


def shrunk(x: np.ndarray) -> np.ndarray:
    """Returns the covariance, shrunk towards its diagonal where clips are few."""
    cov = np.cov(x.T)
    weight = x.shape[1] / (x.shape[1] + len(x))
    return (1 - weight) * cov + weight * np.diag(np.diag(cov))


def symmetric_root(m: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh((m + m.T) / 2)
    return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
