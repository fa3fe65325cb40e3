"""Tests of the estimators on synthetic data with a known answer."""

import unittest

import numpy as np

from kinora_starter.config import CLASSES, PLAN_DIM, SUBFRAME_DIM, SUBJECT_DIM, SUBJECTS

from evals import collide, corrupt, flicker, gravity, mouth, onsets, pendulum
from evals.background import still
from evals.camera import camera_of
from evals.clip import FRAMES_PER_SECOND, SAMPLE_RATE, Clip, per_frame
from evals.frechet import frechet
from evals.laws import Laws, spearman
from evals.reader import SCENE_SLOTS, SUBJECT_SLOTS
from evals.track import Way, follow
from evals.train_reader import example_of, mirrored

FRAMES = 33
GRAVITY, GROUND_Y, ANCHOR = 6.0, 0.58, (0.0, -1.12)
LAWS = Laws(GRAVITY, GROUND_Y, 0.8, None, (True,))
TIME = np.arange(FRAMES) / FRAMES_PER_SECOND


def bouncing(restitution: float, strength: float = 1.0) -> np.ndarray:
    """Height over the ground of a ball that is dropped from 1."""
    fine = np.linspace(0, TIME[-1], 40 * FRAMES)
    y, v, out = 1.0, 0.0, []
    for _ in fine:
        out.append(y)
        step = fine[1]
        y, v = y + v * step - 0.5 * GRAVITY * strength * step**2, v - GRAVITY * strength * step
        if y < 0:
            y, v = -y * restitution, -v * restitution
    return np.interp(TIME, fine, out)


def way_of(y_up: np.ndarray, x: np.ndarray | None = None) -> Way:
    return Way(np.stack((np.zeros(FRAMES) if x is None else x, GROUND_Y - 0.2 - y_up), 1), 0.2, 0)


def plan_of(xy: np.ndarray, radius: float) -> np.ndarray:
    """A plan with one subject and a camera at rest."""
    states = np.zeros((len(xy), SUBFRAME_DIM), np.float32)
    states[:, :6] = np.concatenate((xy, np.tile([radius, 1, 0, 1], (len(xy), 1))), 1)
    for absent in range(1, SUBJECTS):
        states[:, absent * SUBJECT_DIM + 5] = -1
    states[:, SUBJECTS * SUBJECT_DIM + 3] = -1
    return np.concatenate((np.repeat(states[:1], 3, 0), states)).reshape(-1, PLAN_DIM)


def drawn(xy: np.ndarray, radius: float, shift: np.ndarray | None = None) -> np.ndarray:
    """A red disc before a coloured pattern that is shifted by `shift` [F,2] screen units."""
    y, x = (np.mgrid[:128, :128] + 0.5) / 64 - 1
    frames = []
    for t, (cx, cy) in enumerate(xy):
        dx, dy = (0, 0) if shift is None else shift[t]
        px, py = x - dx, y - dy
        pattern = np.stack((np.sin(23 * px), np.cos(17 * py + 9 * px), np.sin(31 * py)), -1) * 40 + 100
        cover = np.clip((radius - np.hypot(x - cx - dx, y - cy - dy)) * 64 + 0.5, 0, 1)[..., None]
        frames.append(pattern * (1 - cover) + np.array([220, 20, 20]) * cover)
    return np.stack(frames).round().astype(np.uint8)


def clip_of(xy: np.ndarray, radius: float = 0.2, shift: np.ndarray | None = None, planned: np.ndarray | None = None) -> Clip:
    spec = {"object1": "ball", "object2": None, "object3": None, "camera": "static"}
    shifted = xy if shift is None else xy + shift
    plan = plan_of(shifted if planned is None else planned, radius)
    return Clip(spec, drawn(xy, radius, shift), plan, np.zeros(0, np.float32), np.zeros((9, 40), np.float32), LAWS)


class Laws(unittest.TestCase):
    def test_gravity_and_restitution_of_a_bounce(self):
        way = way_of(bouncing(0.8))
        self.assertAlmostEqual(gravity.gravity_ratio(way, 1.0, GRAVITY), 1, delta=0.01)
        self.assertAlmostEqual(float(np.median(gravity.restitutions(way, GRAVITY))), 0.8, delta=0.05)

    def test_weaker_gravity_is_told(self):
        self.assertAlmostEqual(gravity.gravity_ratio(way_of(bouncing(0.8, 0.6)), 1.0, GRAVITY), 0.6, delta=0.02)

    def test_what_rests_has_no_gravity(self):
        self.assertTrue(np.isnan(gravity.gravity_ratio(way_of(np.zeros(FRAMES)), 1.0, GRAVITY)))

    def test_pendulum(self):
        length, swing = 1.0, 0.3
        angle = swing * np.cos(np.sqrt(GRAVITY / length) / (1 + swing**2 / 16) * TIME)
        xy = np.stack((length * np.sin(angle), ANCHOR[1] + length * np.cos(angle)), 1)
        self.assertAlmostEqual(pendulum.period_ratio(xy, ANCHOR, GRAVITY), 1, delta=0.01)
        self.assertGreater(pendulum.period_ratio(xy[np.arange(FRAMES) * 3 // 4], ANCHOR, GRAVITY), 1.2)

    def test_collision_needs_its_cause(self):
        met = 1.0
        a = np.where(TIME < met, -0.6 + TIME * 0.4, -0.2 + (TIME - met) * 0.1)
        b = np.where(TIME < met, 0.2, 0.2 + (TIME - met) * 0.3)
        flat = np.zeros(FRAMES)
        self.assertTrue(collide.collision_holds(way_of(flat, a), way_of(flat, b)))
        early = np.where(TIME < met / 2, 0.2, 0.2 + (TIME - met / 2) * 0.3)
        self.assertFalse(collide.collision_holds(way_of(flat, a), way_of(flat, early)))

    def test_rank(self):
        self.assertAlmostEqual(spearman([1, 2, 3, 4], [10, 20, 30, 40]), 1)
        self.assertAlmostEqual(spearman([1, 2, 3, 4], [4, 3, 2, 1]), -1)


class Pictures(unittest.TestCase):
    way = np.stack((-0.5 + TIME * 0.4, 0.3 - bouncing(0.8) * 0.8), 1)

    def test_a_disc_is_followed_within_a_third_of_a_pixel(self):
        found = follow(still(clip_of(self.way)), 0)
        self.assertTrue(found.found.all())
        self.assertLess(np.abs(found.xy - self.way).max() * 64, 1 / 3)

    def test_it_is_followed_where_the_plan_is_wrong(self):
        planned = self.way.copy()
        planned[3:, 0] = planned[3, 0]
        found = follow(still(clip_of(self.way, planned=planned)), 0)
        self.assertLess(np.nanmedian(np.abs(found.xy - self.way)) * 64, 1 / 3)

    def test_a_pan_is_measured_and_taken_out(self):
        shift = np.stack((0.14 - 0.28 * np.arange(FRAMES) / 32, np.zeros(FRAMES)), 1)
        stage = still(clip_of(self.way, shift=shift))
        measured = stage.moves[:, 1] - stage.moves[stage.middle, 1]
        self.assertLess(np.abs(measured - (shift[:, 0] - shift[stage.middle, 0])).max(), 0.01)

    def test_the_move_is_named_whatever_was_asked_for(self):
        still_one, pan = np.zeros((FRAMES, 2)), np.stack((0.14 - 0.28 * np.arange(FRAMES) / 32, np.zeros(FRAMES)), 1)
        for shift, name in ((still_one, "static"), (pan, "pan")):
            for asked in ("static", "pan", "tilt"):
                clip = clip_of(self.way, shift=shift)
                self.assertEqual(camera_of(still(clip.with_(spec=clip.spec | {"camera": asked}))), name)

    def test_flicker(self):
        calm = clip_of(self.way)
        gain = 1 + np.random.default_rng(0).uniform(-0.03, 0.03, (FRAMES, 1, 1, 1))
        trembling = calm.with_(frames=(calm.frames * gain).round().astype(np.uint8))
        self.assertGreater(flicker.flicker(still(trembling)), 2 * flicker.flicker(still(calm)) + 1)


class Sound(unittest.TestCase):
    def clicks(self, times: list[float]) -> np.ndarray:
        random = np.random.default_rng(0)
        out = random.normal(0, 0.003, FRAMES * SAMPLE_RATE // FRAMES_PER_SECOND)
        for t in times:
            start = int(t * SAMPLE_RATE)
            tail = np.arange(len(out) - start) / SAMPLE_RATE
            out[start:] += np.exp(-tail / 0.05) * np.sin(2 * np.pi * 400 * tail) * 0.4
        return out.astype(np.float32)

    def test_onsets_are_heard_within_five_milliseconds(self):
        times = [0.4, 1.1, 1.7, 2.3]
        heard = [t for t, _ in onsets.onsets(self.clicks(times))]
        self.assertEqual(len(heard), len(times))
        self.assertLess(np.abs(np.array(heard) - times).max(), 0.005)

    def test_a_late_sound_is_told(self):
        times = [0.4, 1.1, 1.7, 2.3]
        offsets = onsets.offsets_to_seen(self.clicks([t + 0.1 for t in times]), times)
        self.assertAlmostEqual(float(np.median(offsets)), 100, delta=5)

    def test_noise_alone_has_no_onset(self):
        self.assertEqual(onsets.onsets(self.clicks([])), [])

    def test_mouth_lag(self):
        words = np.random.default_rng(1).random(FRAMES + 8)
        open_at = lambda frame: np.interp(frame, np.arange(len(words)), words)
        second = np.arange(FRAMES * SAMPLE_RATE // FRAMES_PER_SECOND) / SAMPLE_RATE
        voice = (open_at(4 + second * FRAMES_PER_SECOND) * np.sin(2 * np.pi * 500 * second)).astype(np.float32)
        for late in (0, 2, -1):
            opening = open_at(4 + np.arange(FRAMES) - late)
            lag, correlation = mouth.mouth_lag(opening, voice)
            self.assertAlmostEqual(lag, late, delta=0.6)
            self.assertGreater(correlation, 0.8)

    def test_a_closed_mouth_has_no_lag(self):
        self.assertTrue(np.isnan(mouth.mouth_lag(np.zeros(FRAMES), self.clicks([1.0]))[0]))


class Corruptions(unittest.TestCase):
    def test_slowed_time_is_weaker_gravity(self):
        clip = clip_of(np.stack((-0.6 + TIME * 0.45, 0.4 - bouncing(0.8)), 1))
        self.assertAlmostEqual(gravity.gravity_ratio(follow(still(clip), 0), 1.0, GRAVITY), 1, delta=0.03)
        slowed = corrupt.slowed([clip])[0]
        self.assertAlmostEqual(gravity.gravity_ratio(follow(still(slowed), 0), 1.0, GRAVITY), corrupt.SLOWED**2, delta=0.06)

    def test_what_vanishes_is_not_found(self):
        found = follow(still(corrupt.vanished([clip_of(Pictures.way)])[0]), 0).found
        self.assertTrue(found[: FRAMES // 2].all())
        self.assertFalse(found[FRAMES // 2 + 1 :].any())

    def test_frozen_is_lifeless(self):
        clip = clip_of(Pictures.way)
        self.assertGreater(flicker.liveliness(clip), 10)
        self.assertEqual(flicker.liveliness(corrupt.frozen([clip])[0]), 0)


class Reading(unittest.TestCase):
    def test_a_mirrored_example_is_the_example_of_a_mirrored_clip(self):
        way = Pictures.way
        clip = clip_of(way)
        spec = clip.spec | {"action": "roll", "cover": "open"} | {slot: CLASSES[slot][0] for slot in SCENE_SLOTS}
        for subject in (1, 2, 3):
            spec |= {f"{slot}{subject}": CLASSES[slot][0] if subject == 1 else None for slot in SUBJECT_SLOTS}
        clip = clip.with_(spec=spec)
        other = clip.with_(frames=np.ascontiguousarray(clip.frames[:, :, ::-1]), plan=plan_of(way * [-1, 1], 0.2))
        here, there = mirrored(example_of(clip)), example_of(other)
        self.assertTrue(here["shown"][0].all())
        for name in ("crops", "frames", "way"):
            difference = np.abs(here[name].astype(float) - there[name].astype(float))
            self.assertLess(difference.max(), 3 if name != "way" else 1e-5, name)


class Distances(unittest.TestCase):
    def test_frechet_grows_with_the_shift(self):
        random = np.random.default_rng(0)
        a, b = random.normal(size=(400, 8)), random.normal(size=(400, 8))
        self.assertLess(frechet(a, b), 0.3)
        self.assertAlmostEqual(frechet(a + 2, b), 32, delta=5)

    def test_a_plan_has_a_row_per_frame(self):
        self.assertEqual(per_frame(plan_of(np.zeros((FRAMES, 2)), 0.2)).shape, (FRAMES, SUBFRAME_DIM))


if __name__ == "__main__":
    unittest.main()
