"""Fits the latent spaces: PCA of 4 x 16 x 16 pixel patches of the grid and of subjects in their own frames, whitened.

Minutes of work, then frozen for ever.
"""

import torch
from torch import Tensor

from config import Latents, LayerCode
from data import Stream, ground_video, layer_pictures
from decoder import FRONT_WEIGHT, Decoder, patches
from layers import LayerDecoder, waves


@torch.no_grad()
def fit(streams: list[Stream], clips: int, cfg: Latents = Latents()) -> Decoder:
    """PCA over all patches of `clips` clips, shared between the streams (one per clip size)."""
    values = cfg.patch_frames * cfg.patch**2 * 4
    count, total, outer = 0, torch.zeros(values, dtype=torch.float64), torch.zeros(values, values)
    for stream in streams:
        for _ in range(clips // len(streams)):
            ground = ground_video(next(stream))[None]
            colour, front = patches(ground[:, :, :3], cfg), patches(ground[:, :, 3:], cfg) * FRONT_WEIGHT
            x = torch.cat((colour, front), -1).flatten(0, -2)
            outer.addmm_(x.T, x)
            total += x.double().sum(0)
            count += len(x)
    mean = (total / count).float()
    covariance = outer / count - torch.outer(mean, mean)
    variance, basis = top_eigenpairs(covariance, cfg.channels)
    decoder, colours = Decoder(cfg), values // 4 * 3
    decoder.basis.copy_(basis[:colours])
    decoder.mean.copy_(mean[:colours])
    decoder.front_basis.copy_(basis[colours:] / FRONT_WEIGHT)
    decoder.front_mean.copy_(mean[colours:] / FRONT_WEIGHT)
    decoder.std.copy_(variance.sqrt())
    return decoder


@torch.no_grad()
def fit_layers(stream: Stream, clips: int, cfg: LayerCode = LayerCode()) -> LayerDecoder:
    """PCA over the subjects of `clips` clips, a few latent frames of each."""
    still, moving = [], []
    for _ in range(clips):
        rows = waves(layer_pictures(next(stream))[::3].flatten(-3))  # [n,subjects,4,values]
        still.append(rows[..., 0, :].flatten(0, 1).half())
        moving.append(rows[1:, :, 1 + torch.randint(3, ())].flatten(0, 1).half())
    decoder = LayerDecoder(cfg)
    decoder.mean.copy_(torch.cat(still).float().mean(0))
    decoder.basis.copy_(principal(torch.cat([x - decoder.mean.half() for x in still]), cfg.mean_channels))
    decoder.detail.copy_(principal(torch.cat(moving), cfg.detail_channels[0]))
    return decoder


@torch.no_grad()
def whiten_layers(decoder: LayerDecoder, stream: Stream, clips: int):
    """Measures the spread of each channel, so that tokens have unit variance."""
    tokens = torch.cat([decoder.encode(layer_pictures(next(stream))).flatten(0, 1) for _ in range(clips)])
    decoder.std.copy_(tokens.std(0).clamp(min=1e-4))


def principal(x: Tensor, k: int, most: int = 6000) -> Tensor:
    """The k principal directions [values,k] of rows x [n,values], by the Gram matrix of at most `most` rows."""
    x = x[torch.randperm(len(x), generator=torch.Generator().manual_seed(0))[:most]].float()
    values, vectors = top_eigenpairs(x @ x.T, k)
    return x.T @ vectors / values.sqrt()


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
