"""Fits the latent spaces: PCA of 4 x 16 x 16 pixel patches of the grid and of subjects in their own frames, whitened.

Minutes of work, then frozen for ever.
"""

import torch
from torch import Tensor

from config import HEAD, Latents, LayerCode
from data import Stream, ground_video, layer_pictures, mouths_of
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
    """PCA over the subjects of `clips` clips, a few latent frames of each, without what open mouths add on the average."""
    decoder, mouth = LayerDecoder(cfg), Regression(1, cfg.size**2 * 4)
    still, moving, still_open, moving_open = [], [], [], []
    for _ in range(clips):
        record = next(stream)
        rows = waves(layer_pictures(record)[::3].flatten(-3))  # [n,subjects,4,values]
        openings = waves(mouths_of(record)[::3, ..., None])
        if openings.any():
            mouth.add(openings[1:, HEAD, 1:].flatten(0, 1), rows[1:, HEAD, 1:].flatten(0, 1))
        wave = 1 + torch.randint(3, ())
        still.append(rows[..., 0, :].flatten(0, 1).half())
        still_open.append(openings[..., 0, :].flatten(0, 1))
        moving.append(rows[1:, :, wave].flatten(0, 1).half())
        moving_open.append(openings[1:, :, wave].flatten(0, 1))
    decoder.mouth[:, :1] = mouth.solved()
    closed = [x - (o @ decoder.mouth[:, :1].T).half() for x, o in zip(still, still_open)]
    moving = [x - (o @ decoder.mouth[:, :1].T).half() for x, o in zip(moving, moving_open)]
    decoder.mean.copy_(torch.cat(closed).float().mean(0))
    decoder.basis.copy_(principal(torch.cat([x - decoder.mean.half() for x in closed]), cfg.mean_channels))
    decoder.detail.copy_(principal(torch.cat(moving), cfg.detail_channels[0]))
    return decoder


@torch.no_grad()
def whiten_layers(decoder: LayerDecoder, stream: Stream, clips: int):
    """Measures the spread of each channel, so that tokens have unit variance."""
    records = (next(stream) for _ in range(clips))
    tokens = torch.cat([decoder.encode(layer_pictures(record), mouths_of(record)).flatten(0, 1) for record in records])
    decoder.std.copy_(tokens.std(0).clamp(min=1e-4))


@torch.no_grad()
def fit_mouths(decoder: LayerDecoder, stream: Stream, clips: int):
    """What an open mouth adds, by how a head's pictures differ within a latent frame and whose head it is."""
    mouth = Regression(decoder.cfg.mouth_channels, len(decoder.mouth))
    for _ in range(clips):
        record = next(stream)
        pictures, openings = layer_pictures(record)[1:], mouths_of(record)[1:]
        if not openings.any():
            continue
        tokens = decoder.encode(pictures[:, HEAD], openings[:, HEAD])
        whose = decoder.whose(tokens)[:, None] * waves(openings[:, HEAD, :, None])[:, 1:]
        mouth.add(whose.flatten(0, 1), waves(pictures[:, HEAD].flatten(-3))[:, 1:].flatten(0, 1))
    decoder.mouth.copy_(mouth.solved())


class Regression:
    """Least squares of rows [n,values] on inputs [n,k], a little at a time."""

    def __init__(self, inputs: int, values: int):
        self.inner, self.outer = torch.zeros(inputs, inputs), torch.zeros(inputs, values)

    def add(self, x: Tensor, y: Tensor):
        self.inner += x.T @ x
        self.outer += x.T @ y

    def solved(self, ridge: float = 1e-3) -> Tensor:
        """The matrix [values,k]; zero if there was nothing to learn from."""
        damped = self.inner + (ridge * self.inner.trace() + 1e-6) / len(self.inner) * torch.eye(len(self.inner))
        return torch.linalg.solve(damped, self.outer).T


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
