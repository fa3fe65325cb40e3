"""Flow matching with x-prediction: z = (1-t) x + t noise, t = 1 is pure noise. Loss in v-space, Euler sampling."""

from collections.abc import Callable

import torch
from torch import Tensor

MIN_T = 0.05  # the loss weight 1/t^2 is clipped here


def sample_t(batch: int, mean: float = 0.8, std: float = 0.8) -> Tensor:
    """Draws t from a logit-normal, biased towards noise."""
    return torch.sigmoid(torch.randn(batch) * std + mean)


def add_noise(x: Tensor, t: Tensor, noise: Tensor | None = None) -> Tensor:
    t = t[:, None, None]
    return (1 - t) * x + t * (torch.randn_like(x) if noise is None else noise)


def mixed_noise(batch: int, frames: int, tokens: int, width: int, shared: float, generator: torch.Generator | None = None) -> Tensor:
    """Draws mixed noise [B,frames*tokens,width]: `shared` of the variance is common to all frames (Ge et al. 2023)."""
    same = torch.randn(batch, 1, tokens, width, generator=generator)
    own = torch.randn(batch, frames, tokens, width, generator=generator)
    return (shared**0.5 * same + (1 - shared) ** 0.5 * own).flatten(1, 2)


def v_loss(predicted: Tensor, x: Tensor, t: Tensor, weight: Tensor | None = None) -> Tensor:
    """Returns the per-sample mean of weight * (v_predicted - v)^2, where v - v_predicted = (x_predicted - x) / t."""
    error = (predicted - x).pow(2)
    if weight is not None:
        error = error * weight
    return error.mean((1, 2)) / t.clamp(min=MIN_T).pow(2)


def schedule(steps: int, shift: float) -> list[float]:
    """Returns steps + 1 times from 1 to 0; a shift above 1 places more of them at high noise."""
    times = [1 - i / steps for i in range(steps + 1)]
    return [shift * t / (1 + (shift - 1) * t) for t in times]


def euler(x0: Callable[..., tuple[Tensor, ...]], noise: tuple[Tensor, ...], steps: int, shift: float) -> tuple[Tensor, ...]:
    """Samples with Euler steps; x0(*z, t) predicts all clean tensors at a common t."""
    z, times = noise, schedule(steps, shift)
    for t, t_next in zip(times, times[1:]):
        predicted = x0(*z, torch.full((len(z[0]),), t))
        z = tuple(a + (t_next - t) * (a - b) / t for a, b in zip(z, predicted))
    return z
