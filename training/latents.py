"""Fits the latent space: PCA of 4 x 16 x 16 pixel patches, whitened. Seconds of work, then frozen for ever."""

import torch

from config import Latents
from data import Stream, to_video
from decoder import Decoder, patches


@torch.no_grad()
def fit(streams: list[Stream], clips: int, cfg: Latents = Latents()) -> Decoder:
    """PCA over all patches of `clips` clips, shared between the streams (one per clip size)."""
    values = cfg.patch_frames * cfg.patch**2 * 3
    count, total, outer = 0, torch.zeros(values, dtype=torch.float64), torch.zeros(values, values)
    for stream in streams:
        for _ in range(clips // len(streams)):
            x = patches(to_video(next(stream).frames)[None], cfg).flatten(0, -2)
            outer.addmm_(x.T, x)
            total += x.double().sum(0)
            count += len(x)
    mean = (total / count).float()
    covariance = outer / count - torch.outer(mean, mean)
    variance, basis = top_eigenpairs(covariance, cfg.channels)
    decoder = Decoder(cfg)
    decoder.basis.copy_(basis)
    decoder.mean.copy_(mean)
    decoder.std.copy_(variance.sqrt())
    return decoder


def top_eigenpairs(matrix: torch.Tensor, k: int, rounds: int = 12) -> tuple[torch.Tensor, torch.Tensor]:
    """The k largest eigenvalues and their vectors by subspace iteration (a full eigh of 3072 takes a minute on one core)."""
    q = torch.linalg.qr(torch.randn(len(matrix), 2 * k, generator=torch.Generator().manual_seed(0))).Q
    for _ in range(rounds):
        q = torch.linalg.qr(matrix @ q).Q
    values, small = torch.linalg.eigh(q.T @ matrix @ q)
    order = values.argsort(descending=True)[:k]
    vectors = q @ small[:, order]
    return values[order].clamp(min=1e-8), vectors * vectors.abs().max(0).values.sign()


def psnr(a: torch.Tensor, b: torch.Tensor) -> float:
    """dB between videos in -1..1."""
    return -10 * ((a.clamp(-1, 1) - b).pow(2).mean() / 4).log10().item()
