"""Every trainer takes a step on records of noise: shapes, masks and gradients fit together."""

import random
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from kinora_starter.background import BackgroundCodec
from kinora_starter.config import CLASSES, PLAN_DIM, SLOTS, SOUND_DIM, LayerCode, is_optional
from kinora_starter.data import Pool
from kinora_starter.layers import LayerCodec
from kinora_starter.records import Record
from kinora_starter.text import Tokenizer
from kinora_starter.train_dit import DitTrainer
from kinora_starter.train_refiners import BackgroundRefinerTrainer, LayerRefinerTrainer, Pictures
from kinora_starter.train_text_planner import LATENT_FRAMES, SIZES, PlannerTrainer, TextTrainer, new_text_encoder

FRAMES, ROWS, SIDE = 33, 9, LayerCode().size
TOKENIZER = Tokenizer.of({"a", "red", "ball", "on", "beach"})


class NoiseStream:
    """Records of a size with the same noise, of one and of two subjects in turn."""

    def __init__(self, size: tuple[int, int] = (128, 128)):
        width, height = size
        self.next_seed, random = 0, np.random.default_rng(0)
        noise = lambda *shape: random.integers(0, 256, shape, dtype=np.uint8)
        self.arrays = {
            "background": noise(FRAMES, height, width, 4),
            "layers": noise(FRAMES, 2, SIDE, SIDE, 4),
            "plan": random.uniform(-0.3, 0.3, (ROWS, PLAN_DIM)).astype(np.float32),
            "sound_tokens": random.normal(size=(ROWS, SOUND_DIM)).astype(np.float32),
        }
        self.meta = {"width": width, "height": height, "frames": FRAMES, "captions": ["a red ball"] * 6, "revised": ["a red ball on a beach"] * 2}

    def __iter__(self):
        return self

    def __next__(self) -> Record:
        subjects = 1 + self.next_seed % 2
        spec = {slot: CLASSES[slot.rstrip("123")][0] for slot in SLOTS}
        spec |= {slot: CLASSES[slot.rstrip("123")][1] if subjects == 2 and "2" in slot else None for slot in SLOTS if is_optional(slot)}
        self.next_seed += 1
        layers = self.arrays["layers"][:, :subjects]
        return Record(self.meta | {"seed": self.next_seed - 1, "spec": spec}, self.arrays | {"layers": layers})


class Trainers(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(0)
        self.folder = tempfile.TemporaryDirectory()
        self.state = Path(self.folder.name)
        self.background, self.layers = BackgroundCodec(), LayerCodec()
        self.background.basis.normal_(std=0.02)
        self.layers.basis.normal_(std=0.01)
        self.text = new_text_encoder(len(TOKENIZER.words)).requires_grad_(False)

    def tearDown(self):
        self.folder.cleanup()

    def step(self, trainer):
        """Takes a step and checks that it moves the weights; returns the metrics."""
        before = [p.detach().clone() for p in trainer.model.parameters()]
        metrics = trainer.step(0.5)
        self.assertTrue(np.isfinite(metrics["loss"]))
        self.assertTrue(any(not torch.equal(*pair) for pair in zip(before, trainer.model.parameters())))
        trainer.save()
        self.assertTrue((self.state / f"{trainer.name}.pt").exists())
        return metrics

    def test_text(self):
        trainer = TextTrainer(self.state, TOKENIZER, NoiseStream())
        trainer.samples_per_step = 8
        trainer.refresh(32)
        self.step(trainer)
        self.assertLessEqual(trainer.accuracy(), 1)

    def test_planner(self):
        trainer = PlannerTrainer(self.state, NoiseStream(), TOKENIZER, self.text)
        trainer.samples_per_step, trainer.fresh = 4, 1
        trainer.refresh(4)
        self.step(trainer)

    def test_dit(self):
        pools = {size: Pool(self.background, self.layers, TOKENIZER, NoiseStream(size)) for size in SIZES}
        trainer = DitTrainer(self.state, pools, self.text, compiled=False)
        trainer.fresh, trainer.steps = 0, 5000
        for pool in pools.values():
            pool.refresh(2)
        for frames in LATENT_FRAMES:
            batch = pools[128, 128].draw(2, frames, random.Random(frames), trainer.no_text)
            trainer.batch = lambda: batch
            loss, metrics = trainer.loss()
            self.assertTrue(torch.isfinite(loss))
            self.assertEqual(metrics["count"], 2)
        self.step(trainer)

    def test_refiners(self):
        pictures = Pictures(NoiseStream(), self.background, self.layers, TOKENIZER, self.text, random.Random(0))
        pictures.scenes, pictures.added = [pictures.next()], 1
        for trainer in (BackgroundRefinerTrainer(self.state, pictures), LayerRefinerTrainer(self.state, pictures)):
            trainer.samples_per_step = 2
            self.step(trainer)


if __name__ == "__main__":
    unittest.main()
