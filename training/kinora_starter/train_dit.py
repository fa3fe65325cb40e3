"""Training of the DiT, and distillation of its guidance."""

import random
from copy import deepcopy
from pathlib import Path

import torch
from torch import Tensor

from .config import ABSENT_RADIUS, STARTER, SUBFRAMES, SUBJECT_DIM, SUBJECTS
from .data import Batch, Pool
from .dit import Dit
from .flow import add_noise, mixed_noise, euler, sample_t, schedule, v_loss
from .conditioning_mask import apply_mask
from .train_text_planner import BF16, LATENT_FRAMES, SIZES, channel_weight, new_dit, share_of
from .text import QUERY_ROWS, TextEncoder
from .trainer import Trainer, averaged, save_atomically

# Early steps teach appearance, for which the first latent frame of a clip suffices at a ninth of the cost.
YOUNG_LATENT_FRAMES, YOUNG_STEPS = {9: 0.25, 3: 0.25, 1: 0.50}, 2000
MOST_STEPS = 8  # its schedule contains those of 4, 2 and 1 steps
DIT_BATCH = {9: 12, 5: 16, 3: 24, 1: 64}  # batch sizes by latent frames: steps of similar cost


class DitTrainer(Trainer):
    """Trains the DiT on background, sound and layer tokens, with the plan and mostly with the text."""

    name, share, samples_per_step = "dit", 0.80, 16
    no_text, fresh = 0.10, 3  # fresh: new clips per step
    at_looks = 0.7  # share of samples at the times of a sampling schedule

    def __init__(self, state: Path, pools: dict[tuple[int, int], Pool], text: TextEncoder, compiled: bool):
        self.pools, self.text = pools, text
        self.rng = random.Random(next(iter(pools.values())).stream.next_seed)
        self.start(self.beginning(), state)
        first = next(iter(pools.values()))
        self.weight = channel_weight(first.background.std).repeat(STARTER.background.token**2)
        self.layer_weight = channel_weight(first.layers.std)
        if compiled:
            for block in self.model.blocks:
                block.compile(dynamic=True)

    def beginning(self) -> Dit:
        """Returns the model of a run without a checkpoint."""
        return new_dit()

    def batch(self) -> Batch:
        size = self.rng.choices(list(SIZES), SIZES.values())[0]
        mix = YOUNG_LATENT_FRAMES if self.is_young else LATENT_FRAMES
        frames = self.rng.choices(list(mix), mix.values())[0]
        pool = self.pools[size]
        pool.refresh(self.fresh if pool.added else 256)
        return pool.draw(DIT_BATCH[frames], frames, self.rng, self.no_text)

    @property
    def is_young(self) -> bool:
        return self.steps < YOUNG_STEPS

    def times(self, count: int) -> Tensor:
        """Draws t mostly from a sampling schedule: a logit-normal has almost no mass at pure noise, where the text decides alone."""
        looks = torch.rand(count) < self.at_looks
        return torch.where(looks, self.look_times(count), sample_t(count))

    def look_times(self, count: int) -> Tensor:
        """Draws t from a sampling schedule, with the most weight on the first step."""
        times = schedule(MOST_STEPS, STARTER.sampler.shift)[:-1]
        return torch.tensor(self.rng.choices(times, [4, 1, 2, 1, 2, 1, 2, 1], k=count))

    def loss(self) -> tuple[Tensor, dict]:
        batch = self.batch()
        t = self.times(len(batch.video))
        clean = batch.video, batch.sound, batch.layers
        z = self.masked([add_noise(x, t, e) for x, e in zip(clean, self.noise(batch))], batch)
        with torch.autocast("cpu", BF16):
            predicted = self.predict(self.model, z, t, shaken(batch.plan), batch, batch.ids, batch.mask)
        return summed([self.errors(predicted, clean, t, batch)], len(t))

    def noise(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        (frames, rows, cols), sampler = batch.grid, STARTER.sampler
        count, video, layers = len(batch.video), batch.video.shape[-1], batch.layers.shape[-1]
        return (
            mixed_noise(count, frames, rows * cols, video, sampler.shared_video_noise),
            torch.randn_like(batch.sound),
            mixed_noise(count, frames + 1, SUBJECTS, layers, sampler.shared_layer_noise),
        )

    def masked(self, z: list[Tensor], batch: Batch) -> list[Tensor]:
        """Replaces known tokens by clean ones; missing references are zeros."""
        z = [apply_mask(*part) for part in zip(z, (batch.video, batch.sound, batch.layers), batch.known)]
        z[2][:, :SUBJECTS] = batch.layers[:, :SUBJECTS]
        return z

    def errors(self, predicted: tuple[Tensor, ...], wanted: tuple[Tensor, ...], t: Tensor, batch: Batch) -> list[Tensor]:
        """Returns the mean squared v-space errors of the unknown video, sound and layer tokens."""
        free = [share_of(~known) for known in batch.known[:2]] + [share_of(batch.present & ~batch.known[2])]
        weights = self.weight * free[0], free[1], self.layer_weight * free[2]
        return [v_loss(*pair, t, weight).mean() for *pair, weight in zip(predicted, wanted, weights)]

    def predict(
        self, model: Dit, z: list[Tensor], t: Tensor, plan: Tensor, batch: Batch, ids: Tensor, mask: Tensor
    ) -> tuple[Tensor, ...]:  # fmt: skip
        """Runs a model on noisy tokens z at times t with a plan and the words `ids`."""
        with torch.no_grad():
            text = self.text(ids, mask)
            slots = self.text.slot_probs(text)
        return model(*z, t, text, slots, plan, batch.grid, batch.known, batch.plate, mask)


class FoldTrainer(DitTrainer):
    """Distils guidance: one pass learns the guided prediction of the trained DiT (Meng et al. 2023, stage one).

    It trains on its own sampling trajectories (on-policy distillation, Agarwal et al. 2024), whose intermediate states differ
    from noisy clips.
    """

    name, share = "fold", 0.80
    muon_lr, adam_lr, ema_decay = 0.004, 4e-4, 0.99
    no_text, fresh, is_young = 0.0, 2, False
    step_counts = {2: 0.2, 4: 0.6, 8: 0.2}

    def __init__(self, state: Path, pools: dict[tuple[int, int], Pool], text: TextEncoder, compiled: bool):
        if is_folded(state) and torch.load(state / "fold.pt", weights_only=True, mmap=True)["optimizer"] is None:
            raise SystemExit("the shipped DiT is distilled already: train `dit` for a thousand steps or more before it is distilled again")
        self.teacher, self.teacher_steps = averaged(state / "dit.pt", new_dit()), steps_of(state / "dit.pt")
        if not is_folded(state):
            follow(state / "fold.pt", self.teacher, self.teacher_steps)
        super().__init__(state, pools, text, compiled)
        if compiled:
            for block in self.teacher.blocks:
                block.compile(dynamic=True)

    def beginning(self) -> Dit:
        return deepcopy(self.teacher).requires_grad_()

    def loss(self) -> tuple[Tensor, dict]:
        batch, errors = self.batch(), []
        plan, start = shaken(batch.plan), self.masked(self.noise(batch), batch)

        def x0(*at: Tensor) -> tuple[Tensor, ...]:
            *z, t = at
            with torch.autocast("cpu", BF16):
                predicted = self.predict(self.model, z, t, plan, batch, batch.ids, batch.mask)
                wanted = self.guided(z, t, plan, batch)
            errors.append(self.errors(predicted, wanted, t, batch))
            return tuple(self.masked([x.detach().float() for x in predicted], batch))

        steps = self.rng.choices(list(self.step_counts), self.step_counts.values())[0]
        euler(x0, tuple(start), steps, STARTER.sampler.shift)
        return summed(errors, len(batch.video))

    @torch.no_grad()
    def guided(self, z: list[Tensor], t: Tensor, plan: Tensor, batch: Batch) -> tuple[Tensor, ...]:
        """Returns the guided prediction of the teacher."""
        cond = self.predict(self.teacher, z, t, plan, batch, batch.ids, batch.mask)
        free = self.predict(self.teacher, z, t, plan, batch, batch.ids[:, :QUERY_ROWS], batch.mask[:, :QUERY_ROWS])
        return tuple(b + STARTER.sampler.guidance_scale * (a - b) for a, b in zip(cond, free))

    def extras(self) -> dict:
        return {"teacher_steps": self.teacher_steps, "teacher": self.teacher.state_dict()}


def summed(errors: list[list[Tensor]], count: int) -> tuple[Tensor, dict]:
    """Returns the loss of `count` samples and its parts, averaged over the predictions."""
    video, sound, layers = (torch.stack(part).mean() for part in zip(*errors))
    parts = {"video": video, "sound": sound, "layers": layers}
    return video + 0.25 * sound + layers, {"count": count} | {name: part.item() for name, part in parts.items()}


def is_folded(state: Path) -> bool:
    """Returns whether a training folder has a distilled version of its current DiT."""
    fold = state / "fold.pt"
    return fold.exists() and torch.load(fold, weights_only=True, mmap=True)["teacher_steps"] == steps_of(state / "dit.pt")


def follow(path: Path, teacher: Dit, steps: int):
    """Adds the teacher's change since the last distillation to the distilled weights; deletes them where the change is unknown."""
    if not path.exists():
        return
    saved = torch.load(path, weights_only=True)
    if "teacher" not in saved:
        return path.unlink()
    moved = {name: value - saved["teacher"][name] for name, value in teacher.state_dict().items()}
    gone_along = {part: {name: value + moved[name] for name, value in saved[part].items()} for part in ("model", "ema")}
    save_atomically(saved | gone_along | {"teacher": teacher.state_dict(), "teacher_steps": steps}, path)


def steps_of(path: Path) -> int:
    return torch.load(path, weights_only=True, mmap=True)["steps"]


def shaken(plan: Tensor, most: float = 0.02) -> Tensor:
    """Adds noise to the positions of a plan, as the planner's have errors."""
    sub, end = plan.unflatten(-1, (SUBFRAMES, -1)), SUBJECTS * SUBJECT_DIM
    subjects = sub[..., :end].unflatten(-1, (SUBJECTS, SUBJECT_DIM))
    noise = torch.zeros_like(subjects)
    sigma = torch.rand(len(plan), 1, 1, 1, 1) * most
    noise[..., :3] = torch.randn_like(noise[..., :3]) * sigma * (subjects[..., 2:3] > ABSENT_RADIUS)
    return torch.cat(((subjects + noise).flatten(-2), sub[..., end:]), -1).flatten(-2)
