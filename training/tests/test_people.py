"""Tests of the estimators of people on synthetic images with a known answer."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from evals import corrupt, flip, identity, weight_files
from evals.background import still
from evals.clip import SAMPLE_RATE, Clip
from evals.crops import TIMES
from evals.faces import FACE_SIDE, Faces, cut_faces, faces_of, mouths_of, steadied
from evals.audio_bands import BANDS, LOWEST_HZ, STEPS, heard
from evals.mouth import mouth_lag
from tests.test_estimators import FRAMES, clip_of, plan_of

START, LAST = 10, 20  # frames in which the made-up figure turns


def figure(angles: np.ndarray, ways: np.ndarray) -> np.ndarray:
    """A figure with a head, an arm and two colours, turned clockwise by degrees [F] around x = ways [F]: frames [F,128,128,3]."""
    y, x = (np.mgrid[:128, :128] + 0.5) / 64 - 1
    place = np.stack((np.sin(23 * x), np.cos(17 * y + 9 * x), np.sin(31 * y)), -1) * 40 + 100
    frames = []
    for angle, way in zip(np.radians(angles), ways):
        along = (x - way) * np.sin(angle) - y * np.cos(angle)
        across = (x - way) * np.cos(angle) + y * np.sin(angle)
        frame = place.copy()
        frame[(np.abs(across) < 0.07) & (np.abs(along) < 0.24)] = (20, 160, 40)
        frame[(np.abs(across) < 0.07) & (np.abs(along + 0.12) < 0.12)] = (30, 40, 200)
        frame[(np.abs(across - 0.14) < 0.1) & (np.abs(along - 0.08) < 0.04)] = (220, 200, 30)
        frame[np.hypot(across, along - 0.24) < 0.09] = (220, 30, 30)
        frames.append(frame)
    return np.stack(frames).round().astype(np.uint8)


def turning(total: float, shown: float | None = None) -> Clip:
    """A figure that should turn by `total` degrees on its way to the right, and is shown turning by `shown`."""
    part = np.clip((np.arange(FRAMES) - START) / (LAST - START), 0, 1)
    way, planned = np.linspace(-0.5, 0.5, FRAMES), np.radians(total * part)
    clip = clip_of(np.zeros((FRAMES, 2)), 0.36)
    states = plan_of(np.stack((way, np.zeros(FRAMES)), 1), 0.36).reshape(-1, 29).copy()
    states[3:, 3], states[3:, 4] = np.cos(planned), np.sin(planned)
    frames = figure((total if shown is None else shown) * part, way)
    return clip.with_(frames=frames, plan=states.reshape(clip.plan.shape).astype(np.float32))


class Flips(unittest.TestCase):
    def test_a_turn_is_measured(self):
        for total in (360, -360):
            stage = still(turning(total))
            self.assertAlmostEqual(flip.turns(flip.rings(stage)).sum(), total, delta=20)
            self.assertTrue(flip.turns_over(stage))

    def test_half_a_flip_and_the_wrong_way_are_none(self):
        for shown in (0, 180, -360):
            self.assertFalse(flip.turns_over(still(turning(360, shown))))

    def test_without_a_flip_there_is_nothing_to_say(self):
        self.assertIsNone(flip.turns_over(still(turning(0))))
        self.assertIsNone(flip.lands(still(turning(0))))

    def test_who_lands_on_the_head_does_not_land(self):
        self.assertTrue(flip.lands(still(turning(360))))
        self.assertFalse(flip.lands(still(turning(360, 540))))
        self.assertFalse(flip.lands(still(corrupt.overturned([turning(360)])[0])))


class Sound(unittest.TestCase):
    def test_a_tone_is_loud_in_its_band_while_it_lasts(self):
        second = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
        tone = np.where(second < 1, np.sin(2 * np.pi * 1000 * second), 0).astype(np.float32)
        bands = heard(tone).astype(float)
        loudest = bands[:, : STEPS // 2 - 4].mean(1).argmax()
        expected = np.log(1000 / LOWEST_HZ) / np.log(8000 / LOWEST_HZ) * (BANDS + 1) - 1
        self.assertLess(abs(loudest - expected), 1.5)
        self.assertLess(bands[:, STEPS // 2 + 4 :].max(), 0.01)

    def test_silence_and_no_sound_are_zero(self):
        self.assertEqual(np.abs(heard(np.zeros(1000, np.float32))).max(), 0)
        self.assertEqual(np.abs(heard(np.zeros(0, np.float32))).max(), 0)

    def test_late_speech_is_three_frames_late(self):
        words = np.random.default_rng(1).random(FRAMES)
        second = np.arange(FRAMES * SAMPLE_RATE // 12) / SAMPLE_RATE
        voice = np.interp(second * 12, np.arange(FRAMES), words) * np.sin(2 * np.pi * 500 * second)
        clip = clip_of(np.zeros((FRAMES, 2))).with_(samples=voice.astype(np.float32))
        late = corrupt.corrupted([clip], "late speech", "")[0]
        self.assertAlmostEqual(mouth_lag(words, clip.samples)[0], 0, delta=0.6)
        self.assertAlmostEqual(mouth_lag(words, late.samples)[0], -3, delta=0.6)


class FaceCrops(unittest.TestCase):
    def test_a_leaning_face_is_cut_out_upright(self):
        lean = np.radians(25)
        down, right = np.array([-np.sin(lean), np.cos(lean)]), np.array([np.cos(lean), np.sin(lean)])
        eyes = np.array([0.1, -0.2])
        points = np.stack((eyes - 0.1 * right, eyes + 0.1 * right, eyes + 0.3 * down))[None]
        frame = np.zeros((1, 128, 128, 3), np.uint8)
        for colour, at in enumerate((points[0, 0], points[0, 1], points[0, 2])):
            x, y = np.round(at * 64 + 63.5).astype(int)
            frame[0, y - 1 : y + 2, x - 1 : x + 2, colour] = 255
        crop = cut_faces(frame, faces_of(points), FACE_SIDE)[0].numpy()
        spots = [np.argwhere(crop[c] > 0.2).mean(0) for c in range(3)]
        self.assertLess(abs(spots[0][0] - spots[1][0]), 1.5)  # the eyes are level
        self.assertLess(abs(spots[2][1] - FACE_SIDE / 2 + 0.5), 1.5)  # the mouth is in the middle
        self.assertGreater(spots[2][0], spots[0][0] + 10)
        mouth = cut_faces(frame, mouths_of(points), 32)[0, 2].numpy()
        self.assertLess(np.abs(np.argwhere(mouth > 0.2).mean(0) - 15.5).max(), 1.5)

    def test_steady_points_stay(self):
        points = np.tile(np.random.default_rng(0).random((1, 3, 2)), (5, 1, 1))
        self.assertLess(np.abs(steadied(points) - points).max(), 1e-9)

    def test_features_have_length_one(self):
        torch.manual_seed(0)
        faces = Faces().eval()
        features = faces.embedding(np.random.default_rng(0).integers(0, 255, (TIMES, 128, 128, 3), np.uint8))
        self.assertAlmostEqual(float(np.linalg.norm(features)), 1, places=5)


class Stored(unittest.TestCase):
    def test_weights_survive_within_a_hundredth(self):
        torch.manual_seed(0)
        network = torch.nn.Sequential(torch.nn.Conv2d(64, 256, 3), torch.nn.Linear(8, 3))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "weights.safetensors"
            weight_files.save(network, path)
            self.assertLess(path.stat().st_size, 64 * 256 * 9 * 1.1)
            again, _ = weight_files.load(torch.nn.Sequential(torch.nn.Conv2d(64, 256, 3), torch.nn.Linear(8, 3)), path, "")
            for before, after in zip(network.parameters(), again.parameters()):
                self.assertLess((before - after).abs().max(), 0.01 * before.abs().max())
            with self.assertRaises(weight_files.StaleWeights):
                weight_files.load(torch.nn.Sequential(torch.nn.Linear(8, 3)), path, "")


class Likeness(unittest.TestCase):
    def test_rank_and_percentile(self):
        likeness = np.linspace(-1, 1, identity.PEOPLE)
        first, last = identity.FIRST_ID, identity.FIRST_ID + identity.PEOPLE - 1
        self.assertEqual((identity.is_nearest(likeness, last), identity.is_nearest(likeness, first)), (1, 0))
        self.assertEqual((identity.percentile(likeness, last), identity.percentile(likeness, first)), (1, 0))


if __name__ == "__main__":
    unittest.main()
