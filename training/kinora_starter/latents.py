"""Fits the latent spaces in minutes: whitened PCA of background patches and of subjects in their canonical frames.

All other networks depend on a fitted space, so it is never fitted again.
"""

import torch
from torch import Tensor

from .config import HEAD, Background, LayerCode
from .data import background_video, layer_pictures, mouths_of
from .background import FRONT_WEIGHT, BackgroundCodec, patches
from .layers import LayerCodec, waves
from .records import WorldStream


@torch.no_grad()
def fit(streams: list[WorldStream], clips: int, cfg: Background = Background()) -> BackgroundCodec:
    """Fits the background code to all patches of `clips` clips, split over the streams (one per clip size)."""
    values = cfg.patch_frames * cfg.patch**2 * 4
    count, total, outer = 0, torch.zeros(values, dtype=torch.float64), torch.zeros(values, values)
    for stream in streams:
        for _ in range(clips // len(streams)):
            background = background_video(next(stream))[None]
            colour, front = patches(background[:, :, :3], cfg), patches(background[:, :, 3:], cfg) * FRONT_WEIGHT
            x = torch.cat((colour, front), -1).flatten(0, -2)
            outer.addmm_(x.T, x)
            total += x.double().sum(0)
            count += len(x)
    mean = (total / count).float()
    covariance = outer / count - torch.outer(mean, mean)
    variance, basis = top_eigenpairs(covariance, cfg.channels)
    decoder, colours = BackgroundCodec(cfg), values // 4 * 3
    decoder.basis.copy_(basis[:colours])
    decoder.mean.copy_(mean[:colours])
    decoder.front_basis.copy_(basis[colours:] / FRONT_WEIGHT)
    decoder.front_mean.copy_(mean[colours:] / FRONT_WEIGHT)
    decoder.std.copy_(variance.sqrt())
    return decoder


@torch.no_grad()
def fit_layers(stream: WorldStream, clips: int, cfg: LayerCode = LayerCode()) -> LayerCodec:
    """Fits the layer code to the subjects of `clips` clips, a few latent frames each, after removing the mean image of open mouths."""
    decoder, mouth = LayerCodec(cfg), Regression(1, cfg.size**2 * 4)
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
def whiten_layers(decoder: LayerCodec, stream: WorldStream, clips: int):
    """Sets the scale of each channel, so that tokens have unit variance."""
    records = (next(stream) for _ in range(clips))
    tokens = torch.cat([decoder.encode(layer_pictures(record), mouths_of(record)).flatten(0, 1) for record in records])
    decoder.std.copy_(tokens.std(0).clamp(min=1e-4))


@torch.no_grad()
def fit_mouths(decoder: LayerCodec, stream: WorldStream, clips: int):
    """Fits the mouth regression to the differences of a head's images within a latent frame, with the token as an input."""
    mouth = Regression(decoder.cfg.mouth_channels, len(decoder.mouth))
    for _ in range(clips):
        record = next(stream)
        pictures, openings = layer_pictures(record)[1:], mouths_of(record)[1:]
        if not openings.any():
            continue
        tokens = decoder.encode(pictures[:, HEAD], openings[:, HEAD])
        inputs = decoder.mouth_inputs(tokens)[:, None] * waves(openings[:, HEAD, :, None])[:, 1:]
        mouth.add(inputs.flatten(0, 1), waves(pictures[:, HEAD].flatten(-3))[:, 1:].flatten(0, 1))
    decoder.mouth.copy_(mouth.solved())


class Regression:
    """Accumulates a least-squares regression of rows [n,values] on inputs [n,k]."""

    def __init__(self, inputs: int, values: int):
        self.inner, self.outer = torch.zeros(inputs, inputs), torch.zeros(inputs, values)

    def add(self, x: Tensor, y: Tensor):
        self.inner += x.T @ x
        self.outer += x.T @ y

    def solved(self, ridge: float = 1e-3) -> Tensor:
        """Solves for the matrix [values,k]; zero without data."""
        damped = self.inner + (ridge * self.inner.trace() + 1e-6) / len(self.inner) * torch.eye(len(self.inner))
        return torch.linalg.solve(damped, self.outer).T


def principal(x: Tensor, k: int, most: int = 6000) -> Tensor:
    """Returns the k principal directions [values,k] of rows x [n,values] from the Gram matrix of at most `most` rows."""
    x = x[torch.randperm(len(x), generator=torch.Generator().manual_seed(0))[:most]].float()
    values, vectors = top_eigenpairs(x @ x.T, k)
    return x.T @ vectors / values.sqrt()


def top_eigenpairs(matrix: torch.Tensor, k: int, rounds: int = 12) -> tuple[torch.Tensor, torch.Tensor]:
    """Returns the k largest eigenvalues and their vectors by subspace iteration; a full eigh of 3072 takes a minute on one core."""
    q = torch.linalg.qr(torch.randn(len(matrix), 2 * k, generator=torch.Generator().manual_seed(0))).Q
    for _ in range(rounds):
        q = torch.linalg.qr(matrix @ q).Q
    values, small = torch.linalg.eigh(q.T @ matrix @ q)
    order = values.argsort(descending=True)[:k]
    vectors = q @ small[:, order]
    return values[order].clamp(min=1e-8), vectors * vectors.abs().max(0).values.sign()
