"""Tests of what a training goes on from, and of what is given to it: `PYTHONPATH=training python -m unittest test_training`."""

import random
import unittest

import torch

from config import LayerCode
from flow import clip_noise
from given import TASKS, given_of, hold, hole, tasks
from layers import LayerDecoder
from restore import Shipped, fit
from sample import LONGEST, windows


class Restore(unittest.TestCase):
    def test_what_has_grown_keeps_what_it_knew(self):
        fresh, old = torch.randn(4, 5), torch.randn(3, 2)
        grown = fit(old, fresh)
        self.assertTrue(torch.equal(grown[:3, :2], old))
        self.assertEqual(grown[:3, 2:].abs().max(), 0)  # new inputs are not heard yet
        self.assertTrue(torch.equal(grown[3], fresh[3]))
        self.assertIsNone(fit(torch.randn(5, 5), torch.randn(4, 5)))

    def test_the_same_picture_means_the_same_in_another_code(self):
        """The new code spans the old one, so nothing may be lost on the way."""
        torch.manual_seed(0)
        old, new = code(4, (3, 2, 1)), code(7, (5, 3, 2))
        for mine, theirs in ((new.basis, old.basis), (new.detail, old.detail)):
            mine.copy_(torch.linalg.qr(torch.cat((theirs, mine), 1)).Q[:, : mine.shape[1]])
        shift = torch.randn(4)
        new.mean.copy_(old.mean + old.basis @ shift)
        shipped = Shipped.__new__(Shipped)
        shipped.config = {"layers": {"detail_channels": old.cfg.detail_channels}}
        embed, out = torch.nn.Linear(old.cfg.dim, 6), torch.nn.Linear(6, old.cfg.dim)
        ends = {"layer_embedding": embed, "layer_out": out}
        dit = {f"{name}.{kind}": getattr(layer, kind).detach() for name, layer in ends.items() for kind in ("weight", "bias")}
        shipped.parts = {"layers": old.state_dict(), "dit": dit}
        turned = shipped.with_layers(new)
        tokens = torch.randn(2, old.cfg.dim)
        pictures = old(tokens)
        again = torch.nn.functional.linear(new.encode(pictures), turned["layer_embedding.weight"], turned["layer_embedding.bias"])
        self.assertLess((again - embed(tokens)).abs().max(), 1e-3)
        hidden = torch.randn(2, 6)
        drawn = new(torch.nn.functional.linear(hidden, turned["layer_out.weight"], turned["layer_out.bias"]))
        self.assertLess((drawn - old(out(hidden))).abs().max(), 1e-3)


def code(mean: int, detail: tuple[int, int, int]) -> LayerDecoder:
    """A code with orthonormal matrices for pictures of 4 x 4 pixels."""
    decoder = LayerDecoder(LayerCode(size=4, mean_channels=mean, detail_channels=detail))
    for matrix in (decoder.basis, decoder.detail):
        matrix.copy_(torch.linalg.qr(torch.randn(matrix.shape)).Q)
    decoder.mean.copy_(torch.rand(decoder.mean.shape))
    decoder.std.copy_(torch.rand(decoder.std.shape) + 0.5)
    return decoder


class Given(unittest.TestCase):
    def test_a_start_is_given_whole_and_leaves_something_to_draw(self):
        rng = random.Random(0)
        for frames in (2, 3, 9):
            video, sound, layers = given_of(["start"] * 50, (frames, 2, 2), rng)
            known = sound.sum(1)
            self.assertTrue(((known >= 1) & (known < frames)).all())
            self.assertTrue(torch.equal(video.view(50, frames, -1).all(2), sound))
            self.assertTrue(torch.equal(layers.view(50, frames + 1, 3)[:, 1:].all(2), sound))

    def test_every_task_leaves_something_to_draw(self):
        rng = random.Random(1)
        for task in TASKS:
            parts = given_of([task] * 20, (3, 2, 3), rng)
            free = sum((~part).flatten(1)[:, 3 if i == 2 else 0 :].sum(1) for i, part in enumerate(parts))
            self.assertTrue((free > 0).all(), task)
        self.assertNotIn("start", tasks(500, 1, rng))
        self.assertTrue(all(0 <= hole(4, rng)[0].start < 4 for _ in range(50)))

    def test_given_tokens_stay_clean(self):
        clean, noisy = torch.zeros(1, 2, 3), torch.ones(1, 2, 3)
        self.assertEqual(hold(noisy, clean, torch.tensor([[True, False]])).sum().item(), 3)


class Clips(unittest.TestCase):
    def test_frames_share_a_part_of_their_noise(self):
        noise = clip_noise(1, 2, 1, 100_000, 0.75)[0]
        self.assertAlmostEqual(noise.std().item(), 1, delta=0.02)
        self.assertAlmostEqual((noise[0] * noise[1]).mean().item(), 0.75, delta=0.02)

    def test_windows_follow_each_other(self):
        for frames in range(1, 40):
            used = [known_used for _, *known_used in windows(frames)]
            self.assertEqual(sum(use - known for known, use in used), frames)
            self.assertTrue(all(first + LONGEST >= first + use for first, _, use in windows(frames)))


if __name__ == "__main__":
    unittest.main()
