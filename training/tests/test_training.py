"""Tests of what a training goes on from, and of what is given to it: `PYTHONPATH=training python -m unittest test_training`."""

import random
import tempfile
import unittest
from pathlib import Path

import torch

from bouncing import GROUND_Y, bounced
from camera import directed
from completion import completed
from config import CLASSES, SLOTS, SUBFRAME_DIM, LayerCode, slot_classes
from dit_stages import follow, is_folded
from export import quantise_int4, quantise_int8
from flow import clip_noise
from given import TASKS, given_of, hold, hole, tasks
from latents import Regression
from layers import LayerDecoder
from restore import Shipped, dequantised, fit
from rolling import turned
from sample import LONGEST, windows
from stage import cameras_of, seen, stage_of, through_lens, to_world


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


def code(mean: int, detail: tuple[int, int, int]) -> LayerDecoder:
    """A code with orthonormal matrices for pictures of 4 x 4 pixels."""
    decoder = LayerDecoder(LayerCode(size=4, mean_channels=mean, detail_channels=detail, mouth_channels=4))
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


class Completion(unittest.TestCase):
    """What a prompt leaves open, with a reader that knows a few words; the rule itself is tested in Rust."""

    def read(self, prompt: str) -> dict[str, torch.Tensor]:
        out = {}
        for slot in SLOTS:
            classes = slot_classes(slot)
            named = [i for i, name in enumerate(classes) if name in prompt and slot[-1] not in "23"]
            row = torch.full((len(classes),), 1 / len(classes))
            if slot[-1] in "23" or named:
                row = torch.nn.functional.one_hot(torch.tensor(named[-1] if named else len(classes) - 1), len(classes)).float()
            out[slot] = row
        return out

    def test_open_fields_are_said_and_others_stay(self):
        prompts = {completed("a red duck on a beach, roll", self.read, random.Random(seed)) for seed in range(8)}
        for prompt in prompts:
            read = self.read(prompt)
            said = {slot: slot_classes(slot)[read[slot].argmax()] for slot in SLOTS if read[slot].max() == 1}
            self.assertEqual((said["object1"], said["colour1"], said["place"], said["action"]), ("duck", "red", "beach", "roll"))
            self.assertIn("material1", said)
            self.assertNotIn("camera", said)  # the planner may do as it likes
        self.assertGreater(len(prompts), 4)

    def test_a_clip_made_of_another_chooses_alike(self):
        first = completed("a duck, roll", self.read, random.Random(1), {"place": "gym", "material1": "glass"})
        self.assertIn("gym", first)
        self.assertIn("glass", first)


class Stages(unittest.TestCase):
    def moving(self) -> torch.Tensor:
        plan = torch.zeros(3, 4, SUBFRAME_DIM)
        plan[..., 24:27] = torch.rand(3, 4, 3, generator=torch.Generator().manual_seed(0)) * 0.3 - 0.1
        plan[0] = plan[0, :1]
        return plan.flatten(1)

    def test_a_stage_shows_all_that_the_camera_shows(self):
        for aspect in (1.0, 5 / 3, 0.6):
            plan = self.moving()
            stage = stage_of(plan, aspect)
            corners = torch.tensor([[-aspect, -1.0], [aspect, 1.0]])
            shown = to_world(corners, cameras_of(plan).flatten(0, 1)[:, None]) * stage[2] + stage[:2]
            over = shown.abs().amax((0, 1)) / torch.tensor([aspect, 1.0])
            self.assertAlmostEqual(over.max().item(), 1, places=4)

    def test_a_camera_shows_its_part_of_the_stage(self):
        """A picture whose colour is its place in the world shows the world's points wherever the camera goes."""
        plan, (height, width) = self.moving(), (24, 40)
        stage, frames = stage_of(plan, width / height), 9
        y = ((torch.arange(height) + 0.5) / height * 2 - 1)[:, None].expand(height, width)
        x = ((torch.arange(width) + 0.5) / width * 2 - 1)[None].expand(height, width) * width / height
        points = torch.stack((x, y), -1)
        shown = seen(to_world(points, stage).permute(2, 0, 1).expand(frames, -1, -1, -1), plan, stage)
        wanted = to_world(points, cameras_of(plan).flatten(0, 1)[3:, None, None]).permute(0, 3, 1, 2)
        self.assertLess((shown - wanted)[..., 2:-2, 2:-2].abs().max(), 1e-3)

    def test_a_directed_camera_shows_the_same_happening(self):
        """Where subjects are in the world does not depend on who films them."""
        plan = self.moving()
        rows = plan.view(-1, SUBFRAME_DIM)
        rows[:, :24] = torch.rand(len(rows), 24)
        where = lambda p: to_world(p.view(-1, SUBFRAME_DIM)[:, :24].view(-1, 3, 8)[..., :2], cameras_of(p).flatten(0, 1)[:, None])
        for move in CLASSES["camera"]:
            seen_anew = directed(plan, move)
            self.assertLess((where(seen_anew) - where(plan)).abs().max(), 1e-5, move)
        trembling = cameras_of(directed(plan, "static"))
        self.assertTrue(torch.equal(trembling, torch.tensor([0, 0, 1.0]).expand_as(trembling)))

    def test_what_rolls_in_the_world_does_not_change(self):
        """A ball that rolls already turns as it did."""
        rows = torch.zeros(3, 4, SUBFRAME_DIM).flatten(0, 1)
        way = torch.tensor([0.0] * 4 + [0.05 * i for i in range(1, 9)])
        rows[:, 0], rows[:, 2], rows[:, 3], rows[:, 4] = way - 0.3, 0.2, (way / 0.2).cos(), (way / 0.2).sin()
        plan = rows.view(3, -1)
        self.assertLess((turned(plan, "ball") - plan).abs().max(), 1e-5)
        slides = plan.clone()
        slides.view(-1, SUBFRAME_DIM)[:, 3:5] = torch.tensor([1.0, 0])
        self.assertLess((turned(slides, "ball") - plan).abs().max(), 1e-5)
        self.assertTrue(torch.equal(turned(slides, "cube"), slides))

    def test_no_light_falls_on_bars(self):
        dark = through_lens(torch.ones(1, 3, 64, 64), "cinematic")
        self.assertEqual(dark[..., 0, :].max(), -1)
        self.assertTrue(0.9 < dark[..., 32, 32].max() <= 1)
        self.assertTrue(torch.equal(through_lens(dark, "animated"), dark))


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


class Bouncing(unittest.TestCase):
    """The same ball as in crates/pipeline/src/bouncing.rs."""

    def falling(self, height: float) -> torch.Tensor:
        """A plan [9,116] of a ball that falls from a height and then lies, trembling."""
        t = torch.arange(33) / 12
        y = (height + 3 * t**2).clamp(max=GROUND_Y - 0.25) + 0.004 * (1 - 2 * (torch.arange(33) % 2))
        rows = torch.zeros(33, SUBFRAME_DIM)
        rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3], rows[:, 5] = 0.1, y, 0.25, 1, 1
        rows[:, 28] = 0.5
        return torch.cat((rows[:1].expand(3, -1), rows)).reshape(9, -1)

    def test_a_ball_comes_back_as_high_as_its_material_does(self):
        for material, place, elastic in (("rubber", "street", 0.86), ("cloth", "street", 0.668), ("wood", "snowfield", 0.764 * 0.86)):
            rows = bounced(self.falling(-0.8), "ball", material, place).view(-1, SUBFRAME_DIM)[3:]
            touching = GROUND_Y - 0.25
            self.assertAlmostEqual(rows[8:20, 1].min().item(), touching - elastic**2 * (touching + 0.8), delta=0.03)
            struck = (rows[:, 27] > 0).nonzero().flatten().tolist()
            self.assertEqual(struck[0], 7)
            self.assertAlmostEqual(rows[struck[1], 28].item(), 0.5 * elastic**2, places=3)

    def test_what_does_not_fall_freely_moves_as_planned(self):
        for thing, height in (("cube", -0.8), ("ball", 0.28), ("ball", 0.9)):
            plan = self.falling(height)
            self.assertTrue(torch.equal(bounced(plan, thing, "rubber", "street"), plan))


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
