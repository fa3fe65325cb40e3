"""Base of all trainers: one optimizer step at a time, a share of the clock, a checkpoint to resume from."""

import os
import time
from pathlib import Path

import torch
from torch import Tensor, nn

from .optim import Ema, MuonAdam

WARMUP_STEPS = 100
COOLDOWN = 0.25  # the last quarter of a run lowers the learning rate to almost nothing


class Trainer:
    """Trains one network. Subclasses set `name` and `share`, call `start` with a model and implement `loss`."""

    name: str
    share: float  # of the run's time
    muon_lr, adam_lr, ema_decay = 0.01, 1e-3, 0.998
    samples_per_step: int

    def start(self, model: nn.Module, state: Path):
        self.model, self.path = model, state / f"{self.name}.pt"
        self.optimizer = MuonAdam(model, self.muon_lr, self.adam_lr)
        self.ema = Ema(model, self.ema_decay)
        self.steps, self.seconds, self.run_steps, self.run_seconds = 0, 0.0, 0, 0.0
        if self.path.exists():
            saved = torch.load(self.path, weights_only=True)
            self.model.load_state_dict(saved["model"])
            if saved["optimizer"] is not None:  # warm-started checkpoints have none
                self.optimizer.load_state_dict(saved["optimizer"])
            self.ema.weights, self.ema.steps = saved["ema"], saved["ema_steps"]
            self.steps, self.seconds = saved["steps"], saved["seconds"]

    def loss(self) -> tuple[Tensor, dict[str, float]]:
        raise NotImplementedError

    def step(self, progress: float) -> dict[str, float]:
        """Runs one optimizer step; progress 0..1 is the position in the run."""
        started = time.monotonic()
        self.model.train()
        loss, metrics = self.loss()
        loss.backward()
        scale = min(1.0, (self.run_steps + 1) / WARMUP_STEPS) * min(1.0, max(0.02, (1 - progress) / COOLDOWN))
        metrics["grad_norm"] = self.optimizer.step(scale)
        self.ema.update(self.model)
        took = time.monotonic() - started
        self.steps, self.run_steps = self.steps + 1, self.run_steps + 1
        self.seconds, self.run_seconds = self.seconds + took, self.run_seconds + took
        return metrics | {"loss": loss.item(), "seconds": took, "scale": scale}

    def save(self):
        state = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "ema": self.ema.weights}
        state |= {"ema_steps": self.ema.steps, "steps": self.steps, "seconds": self.seconds}
        save_atomically(state | self.extras(), self.path)

    def extras(self) -> dict:
        """Returns further entries of the checkpoint."""
        return {}


def averaged(path: Path, model: nn.Module) -> nn.Module:
    """Loads the averaged weights of a checkpoint into the model, for inference."""
    saved = torch.load(path, weights_only=True)
    model.load_state_dict(saved["model"])  # buffers such as running statistics
    model.load_state_dict(saved["ema"], strict=False)
    return model.eval().requires_grad_(False)


def save_atomically(state: dict, path: Path):
    """Writes a checkpoint to a partial file and renames it."""
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    os.replace(partial, path)
