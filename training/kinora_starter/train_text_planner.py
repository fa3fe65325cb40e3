"""Training of the text encoder and the planner."""

import random
from itertools import islice
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .config import SLOTS, STARTER, SUBFRAMES, SUBJECTS, slot_classes, slot_targets
from .data import noisy_tagged, noisy_words, put, window
from .dit import Dit
from .flow import add_noise, sample_t, v_loss
from .conditioning_mask import START_FRAMES, apply_mask
from .planner import Planner
from .records import REVISED, Record, WorldStream
from .tagging import NOBODY, Tagger
from .text import QUERY_ROWS, TextEncoder, Tokenizer, pad
from .trainer import Trainer, averaged

BF16 = torch.bfloat16
SIZES = {(128, 128): 0.70, (160, 96): 0.15, (96, 160): 0.15}
LATENT_FRAMES = {9: 0.50, 5: 0.10, 3: 0.15, 1: 0.25}  # a short clip is the start of a long one


class TextTrainer(Trainer):
    """Trains the slot heads on the fields of the scene. Fields that a caption leaves open calibrate their uncertainty.

    Other networks depend on the rows of a trained encoder, so further training penalises changes of well-read captions' rows.
    """

    name, share, samples_per_step = "text", 0.12, 128
    ema_decay = 0.99
    anchor = 4.0  # weight of the rows' change, relative to their length
    # Losses above which a caption is misread, for a subject's fields and for the scene's, which many leave open.
    misread = 1.2, 3.2
    revised = 0.35  # share of captions with an instruction

    def __init__(self, state: Path, tokenizer: Tokenizer, stream: WorldStream):
        self.tokenizer, self.stream = tokenizer, stream
        self.rng = random.Random(stream.next_seed)
        self.examples: dict[bool, list[tuple[list[list[int]], list[list[int]], list[int]]]] = {False: [], True: []}
        self.added = 0
        self.tagger = Tagger()
        self.validation = [read_captions(r, tokenizer, dense=True) for r in islice(stream, 256)]
        self.start(TaggedText(new_text_encoder(len(tokenizer.words))), state)
        self.known = trained_text(self.path, len(tokenizer.words)) if self.path.exists() else None

    def loss(self) -> tuple[Tensor, dict]:
        self.refresh(16 if self.added else 2048)
        # Binding words to one of several subjects is the hard part: most samples of a new encoder are about it.
        alone = self.samples_per_step // (8 if self.known is None else 3)
        counts = {False: alone, True: self.samples_per_step - alone}
        picked = [example for several, ring in self.examples.items() for example in self.rng.choices(ring, k=counts[several])]
        rows, tags = [], []
        for captions, tagged, _ in picked:
            plain = len(captions) - REVISED
            which = self.rng.randrange(plain) if self.rng.random() >= self.revised else plain + self.rng.randrange(REVISED)
            row, kept = noisy_tagged(captions[which], tagged[which], self.rng)
            rows.append(row)
            tags.append(torch.tensor(kept))
        ids, mask = pad(rows)
        tags = torch.nn.utils.rnn.pad_sequence(tags, batch_first=True, padding_value=NOBODY)
        targets = torch.tensor([target for _, _, target in picked])
        with torch.autocast("cpu", BF16):
            words = self.model.encoder(ids, mask)
            logits, owners = self.model.encoder.slot_logits(words), self.model.owner(words)
            moved = self.moved(words, ids, mask, targets)
        losses = [F.cross_entropy(slot.float(), targets[:, i]) for i, slot in enumerate(logits)]
        owner_loss = F.cross_entropy(owners.float().flatten(0, 1), tags.flatten(), ignore_index=NOBODY)
        right = (owners.argmax(-1) == tags)[tags != NOBODY].float().mean()
        metrics = {"owner": owner_loss.item(), "owners_right": right.item(), "moved": float(moved)}
        return torch.stack(losses).mean() + owner_loss + self.anchor * moved, metrics

    def moved(self, words: Tensor, ids: Tensor, mask: Tensor, targets: Tensor) -> Tensor | float:
        """Returns the squared change of the rows of well-read captions, relative to their squared length."""
        if self.known is None:
            return 0.0
        with torch.no_grad():
            rows = self.known(ids, mask)
            losses = [F.cross_entropy(slot.float(), targets[:, i], reduction="none") for i, slot in enumerate(self.known.slot_logits(rows))]
        right = [loss < self.misread[slot[-1] not in "123"] for slot, loss in zip(SLOTS, losses)]
        kept = (mask * torch.stack(right).all(0)[:, None])[..., None]
        rows = rows.float()
        return ((words.float() - rows).pow(2) * kept).sum() / (rows.pow(2) * kept).sum().clamp(min=1)

    def refresh(self, count: int):
        """Reads new captions, and teaches the tagger their words."""
        records = list(islice(self.stream, count))
        read = [read_captions(record, self.tokenizer) for record in records]
        for record, (captions, _) in zip(records, read):
            self.tagger.learn(record, captions[:-REVISED])
        for record, (captions, target) in zip(records, read):
            tags = [self.tagger.tags(record, caption) for caption in captions]
            put(self.examples[record.spec["object2"] is not None], self.added, 50_000, (captions, tags, target))
            self.added += 1

    @torch.no_grad()
    def accuracy(self) -> float:
        """Returns the share of correct slots on dense captions, which state every field, of unseen scenes."""
        ids, mask = pad([captions[0] for captions, _ in self.validation])
        targets = torch.tensor([target for _, target in self.validation])
        encoder = self.model.eval().encoder
        logits = encoder.slot_logits(encoder(ids, mask))
        right = [logit.argmax(-1) == targets[:, i] for i, logit in enumerate(logits)]
        return torch.stack(right).float().mean().item()


class TaggedText(torch.nn.Module):
    """The text encoder with a training-only head that predicts the subject of each word."""

    def __init__(self, encoder: TextEncoder):
        super().__init__()
        self.encoder = encoder
        self.owner = torch.nn.Linear(encoder.cfg.dim, SUBJECTS)


class PlannerTrainer(Trainer):
    """Trains the planner. Cheap: a plan is nine tokens without pixels, and a caption is encoded once."""

    name, share, samples_per_step = "planner", 0.10, 128
    no_text, fresh, known_start = 0.05, 24, 0.3

    def __init__(self, state: Path, stream: WorldStream, tokenizer: Tokenizer, text: TextEncoder):
        self.stream, self.tokenizer, self.text = stream, tokenizer, text
        self.rng = random.Random(stream.next_seed)
        self.examples: list[tuple[np.ndarray, Tensor]] = []
        self.added = 0
        self.start(new_planner(), state)

    def loss(self) -> tuple[Tensor, dict]:
        self.refresh(self.fresh if self.examples else 512)
        picked = self.rng.choices(self.examples, k=self.samples_per_step)
        frames = self.rng.choices(list(LATENT_FRAMES), LATENT_FRAMES.values())[0]
        extends = [self.rng.random() < self.known_start for _ in picked]
        windows = [window(len(p), frames, "start" if on else "nothing", self.rng) for (p, _), on in zip(picked, extends)]
        plan = torch.from_numpy(np.stack([p[part] for (p, _), part in zip(picked, windows)]))
        known = torch.tensor([min(self.rng.choice(START_FRAMES), frames - 1) if on else 0 for on in extends])
        mask_known = torch.arange(frames) < known[:, None]
        text = torch.nn.utils.rnn.pad_sequence([rows for _, rows in picked], batch_first=True).float()
        mask = torch.arange(text.shape[1]) < torch.tensor([len(rows) for _, rows in picked])[:, None]
        t = sample_t(len(plan), mean=0.0, std=1.0)
        with torch.autocast("cpu", BF16):
            x0 = self.model(apply_mask(add_noise(plan, t), plan, mask_known), t, text, mask_known, mask)
        loss = v_loss(x0, plan, t, PLAN_WEIGHT * share_of(~mask_known)).mean()
        return loss, {}

    @torch.no_grad()
    def refresh(self, count: int):
        """Reads `count` new scenes with one caption each."""
        records = list(islice(self.stream, count))
        words = [self.tokenizer.encode(self.rng.choice(record.wordings)) for record in records]
        ids, mask = pad([noisy_words(r, self.rng) if self.rng.random() >= self.no_text else r[:QUERY_ROWS] for r in words])
        with torch.autocast("cpu", BF16):
            text = self.text(ids, mask)
        for record, rows, real in zip(records, text, mask):
            put(self.examples, self.added, 20_000, (record.plan, rows[real].half()))
            self.added += 1


def share_of(mask: Tensor) -> Tensor:
    """Converts a mask [B,n] to weights [B,n,1] with mean 1 over n, or all zero."""
    weights = mask.float()
    return (weights / weights.mean(1, keepdim=True).clamp(min=1 / mask.shape[1]))[..., None]


def channel_weight(std: Tensor) -> Tensor:
    """Weights channels by their spread in pixels, with a floor for fine detail."""
    weight = std / std.mean() + 0.25
    return weight / weight.mean()


def new_text_encoder(vocabulary: int) -> TextEncoder:
    return TextEncoder(STARTER.text, vocabulary, [len(slot_classes(slot)) for slot in SLOTS])


def trained_text(path: Path, vocabulary: int) -> TextEncoder:
    """Loads the averaged text encoder of a training folder."""
    return averaged(path, TaggedText(new_text_encoder(vocabulary))).encoder


def new_dit() -> Dit:
    return zero_init(Dit(STARTER.dit))


def new_planner() -> Planner:
    return zero_init(Planner(STARTER.planner))


def zero_init(model: Dit | Planner) -> Dit | Planner:
    """Initialises every block as the identity with open gates, and the prediction as zero."""
    with torch.no_grad():
        zeroed = [model.proj_out, model.condition_embedder.time_proj]
        zeroed += [model.sound_out, model.layer_out, model.scene_embedding, model.subject_embedding] if isinstance(model, Dit) else []
        if isinstance(model, Planner):
            model.given_embedding.weight.zero_()
        for block in model.blocks:
            zeroed += [block.attn1.to_out[0], block.attn2.to_out[0], block.ffn.net[2]]
            block.scale_shift_table.zero_()
            block.scale_shift_table[:, (2, 5)] = 1
        for linear in zeroed:
            linear.weight.zero_()
            if linear.bias is not None:
                linear.bias.zero_()
        model.scale_shift_table.zero_()
    return model


def read_captions(record: Record, tokenizer: Tokenizer, dense: bool = False) -> tuple[list[list[int]], list[int]]:
    captions = record.dense_captions if dense else record.wordings
    return [tokenizer.encode(caption) for caption in captions], slot_targets(record.spec)


def plan_weight() -> Tensor:
    """Weights plan values: positions are small and must be exact, flags are large and need not be."""
    subject = [6.0, 6.0, 30.0, 1.0, 1.0, 0.5, 2.0, 2.0]
    row = subject * SUBJECTS + [15.0, 15.0, 15.0, 0.5, 1.0]
    weight = torch.tensor(row * SUBFRAMES)
    return weight / weight.mean()


PLAN_WEIGHT = plan_weight()
