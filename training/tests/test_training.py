"""Tests of the training code."""

import io
import json
import random
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from kinora_starter.conditioning_mask import TASKS, apply_mask, hole, masks_of, tasks
from kinora_starter.config import SLOTS, SUBFRAME_DIM, LayerCode, slot_classes
from kinora_starter.flow import mixed_noise
from kinora_starter.latents import Regression
from kinora_starter.layers import LayerCodec
from kinora_starter.plate import cameras_of, plate_of, to_world
from kinora_starter.quantisation import dequantised, quantise_int4, quantise_int8
from kinora_starter.records import read_record, records_of, write_record
from kinora_starter.train_dit import follow, is_folded
from kinora_starter.warm_start import Shipped, fit
from scripts.export import STARTER_DIR, config_of


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
        pictures, closed = old(tokens, torch.zeros(2, 4)), torch.zeros(2, 4)
        again = torch.nn.functional.linear(new.encode(pictures, closed), turned["layer_embedding.weight"], turned["layer_embedding.bias"])
        self.assertLess((again - embed(tokens)).abs().max(), 1e-3)
        hidden = torch.randn(2, 6)
        drawn = new(torch.nn.functional.linear(hidden, turned["layer_out.weight"], turned["layer_out.bias"]), closed)
        self.assertLess((drawn - old(out(hidden), closed)).abs().max(), 1e-3)

    def test_int8_is_read_as_it_was_written(self):
        for width, block in ((96, 32), (192, 64), (256, 128)):
            weight = torch.randn(5, width)
            value, scale = quantise_int8(weight)
            self.assertEqual(scale.shape, (5, width // block))
            again = dequantised({"w": value, "w.scale": scale})["w"]
            self.assertLess((again - weight).abs().max(), weight.abs().max() / 127)

    def test_int4_goes_on_where_int8_ends(self):
        weight = torch.randn(5, 192)
        (coarse, scale), (fine, fine_scale) = quantise_int8(weight[:, :128]), quantise_int4(weight[:, 128:])
        self.assertEqual(fine.shape, (5, 32))
        again = dequantised({"w": coarse, "w.scale": scale, "w.rest": fine, "w.rest.scale": fine_scale})
        self.assertEqual(list(again), ["w"])
        self.assertLess((again["w"] - weight)[:, 128:].abs().max(), weight[:, 128:].abs().max() / 7 * 0.51)
        self.assertLess((again["w"] - weight)[:, :128].abs().max(), weight.abs().max() / 127)


def code(mean: int, detail: tuple[int, int, int]) -> LayerCodec:
    """A code with orthonormal matrices for pictures of 4 x 4 pixels."""
    decoder = LayerCodec(LayerCode(size=4, mean_channels=mean, detail_channels=detail, mouth_channels=4))
    for matrix in (decoder.basis, decoder.detail):
        matrix.copy_(torch.linalg.qr(torch.randn(matrix.shape)).Q)
    decoder.mean.copy_(torch.rand(decoder.mean.shape))
    decoder.std.copy_(torch.rand(decoder.std.shape) + 0.5)
    return decoder


class Mouths(unittest.TestCase):
    def test_an_opening_is_no_part_of_the_code(self):
        """The same face with its mouth closed and open is the same token, and comes back with its mouth as it was."""
        torch.manual_seed(1)
        layers = code(6, (3, 2, 1))
        layers.mouth.copy_(torch.randn(layers.mouth.shape) * torch.linspace(0.3, 0, layers.mouth.shape[1]))
        tokens, openings = torch.randn(2, layers.cfg.dim), torch.rand(2, 4)
        pictures = layers(tokens, openings)
        again = layers.encode(pictures, openings)
        self.assertLess((again - tokens).abs().max(), 0.1 * (layers.encode_closed(pictures.flatten(-3)) - tokens).abs().max())
        self.assertLess((layers(again, openings) - pictures).abs().max(), 0.05)

    def test_what_depends_on_the_opening_is_found(self):
        torch.manual_seed(2)
        matrix, fit = torch.randn(5, 3), Regression(3, 5)
        for _ in range(20):
            x = torch.randn(50, 3)
            fit.add(x, x @ matrix.T + 0.1 * torch.randn(50, 5))
        self.assertLess((fit.solved() - matrix).abs().max(), 0.05)


class Given(unittest.TestCase):
    def test_a_start_is_given_whole_and_leaves_something_to_draw(self):
        rng = random.Random(0)
        for frames in (2, 3, 9):
            video, sound, layers = masks_of(["start"] * 50, (frames, 2, 2), rng)
            known = sound.sum(1)
            self.assertTrue(((known >= 1) & (known < frames)).all())
            self.assertTrue(torch.equal(video.view(50, frames, -1).all(2), sound))
            self.assertTrue(torch.equal(layers.view(50, frames + 1, 3)[:, 1:].all(2), sound))

    def test_every_task_leaves_something_to_draw(self):
        rng = random.Random(1)
        for task in TASKS:
            parts = masks_of([task] * 20, (3, 2, 3), rng)
            free = sum((~part).flatten(1)[:, 3 if i == 2 else 0 :].sum(1) for i, part in enumerate(parts))
            self.assertTrue((free > 0).all(), task)
        self.assertNotIn("start", tasks(500, 1, rng))
        self.assertTrue(all(0 <= hole(4, rng)[0].start < 4 for _ in range(50)))

    def test_given_tokens_stay_clean(self):
        clean, noisy = torch.zeros(1, 2, 3), torch.ones(1, 2, 3)
        self.assertEqual(apply_mask(noisy, clean, torch.tensor([[True, False]])).sum().item(), 3)


class Plates(unittest.TestCase):
    def test_a_plate_covers_all_views_of_the_camera(self):
        plan = torch.zeros(3, 4, SUBFRAME_DIM)
        plan[..., 24:27] = torch.rand(3, 4, 3, generator=torch.Generator().manual_seed(0)) * 0.3 - 0.1
        plan = plan.flatten(1)
        for aspect in (1.0, 5 / 3, 0.6):
            plate = plate_of(plan, aspect)
            corners = torch.tensor([[-aspect, -1.0], [aspect, 1.0]])
            shown = to_world(corners, cameras_of(plan).flatten(0, 1)[:, None]) * plate[2] + plate[:2]
            over = shown.abs().amax((0, 1)) / torch.tensor([aspect, 1.0])
            self.assertAlmostEqual(over.max().item(), 1, places=4)


class Records(unittest.TestCase):
    def test_a_record_is_read_as_it_was_written(self):
        pipe = io.BytesIO()
        arrays = {"frames": np.arange(12, dtype=np.uint8).reshape(2, 2, 3), "plan": np.ones((1, 4), np.float32)}
        for seed in (3, 4):
            write_record(pipe, {"seed": seed}, arrays)
        pipe.seek(0)
        for seed in (3, 4):
            record = read_record(pipe)
            self.assertEqual(record.seed, seed)
            for name, array in arrays.items():
                self.assertTrue(np.array_equal(record.arrays[name], array), name)
        self.assertIsNone(read_record(pipe))

    def test_a_stream_that_ends_early_is_an_error(self):
        pipe = io.BytesIO()
        write_record(pipe, {}, {"plan": np.ones((2, 4), np.float32)})
        with self.assertRaises(EOFError):
            read_record(io.BytesIO(pipe.getvalue()[:-1]))
        with self.assertRaises(ValueError):
            read_record(io.BytesIO(b"MP4 MP4 "))

    def test_a_command_that_fails_is_an_error(self):
        with self.assertRaises(RuntimeError):
            list(records_of([sys.executable, "-c", "raise SystemExit(3)"]))


class Configs(unittest.TestCase):
    def test_slots_name_classes_and_sizes_follow(self):
        config = json.loads(json.dumps(config_of(b"weights", 7, {"steps": 4})))
        widths = [len(config["classes"][slot["classes"]]) + slot["optional"] for slot in config["slots"]]
        self.assertEqual(widths, [len(slot_classes(slot)) for slot in SLOTS])
        self.assertEqual((config["plan_dim"], config["layer_refiner"]["cond"]), (116, 4 + config["subject_classes"] + 384))
        self.assertNotIn("training", config)

    def test_the_shipped_config_is_that_of_this_code(self):
        config = json.loads((STARTER_DIR / "config.json").read_text())
        weights = (STARTER_DIR / "starter.safetensors").read_bytes()
        words = json.loads((STARTER_DIR / "tokenizer.json").read_text())["words"]
        self.assertEqual(config, json.loads(json.dumps(config_of(weights, len(words), config["sampler"]))))


class Clips(unittest.TestCase):
    def test_frames_share_a_part_of_their_noise(self):
        noise = mixed_noise(1, 2, 1, 100_000, 0.75)[0]
        self.assertAlmostEqual(noise.std().item(), 1, delta=0.02)
        self.assertAlmostEqual((noise[0] * noise[1]).mean().item(), 0.75, delta=0.02)

    def test_a_fold_is_of_the_video_model_as_it_is_now(self):
        with tempfile.TemporaryDirectory() as folder:
            state = Path(folder)
            torch.save({"steps": 5}, state / "dit.pt")
            self.assertFalse(is_folded(state))
            torch.save({"steps": 3, "teacher_steps": 5}, state / "fold.pt")
            self.assertTrue(is_folded(state))
            torch.save({"steps": 6}, state / "dit.pt")
            self.assertFalse(is_folded(state))

    def test_what_is_folded_goes_along_with_what_it_was_folded_from(self):
        teacher, later = torch.nn.Linear(3, 2), torch.nn.Linear(3, 2)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "fold.pt"
            folded = {name: value + 0.5 for name, value in teacher.state_dict().items()}
            saved = {"model": folded, "ema": dict(folded), "teacher_steps": 5}
            torch.save(saved | {"teacher": teacher.state_dict()}, path)
            follow(path, later, 6)
            now = torch.load(path, weights_only=True)
            for name, value in later.state_dict().items():
                self.assertLess((now["model"][name] - value - 0.5).abs().max(), 1e-6)
                self.assertLess((now["ema"][name] - value - 0.5).abs().max(), 1e-6)
            self.assertEqual(now["teacher_steps"], 6)
            torch.save(saved, path)
            follow(path, later, 6)
            self.assertFalse(path.exists())


if __name__ == "__main__":
    unittest.main()
