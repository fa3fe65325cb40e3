//! Gestures in place: wave, dance, throw, catch.

use core::f32::consts::TAU;

use kinora_scene::smoothstep;

use super::keyframes::keys;
use super::{Arm, Build, Footfall, Stance};

/// One-handed wave.
#[derive(Clone, Copy, Debug)]
pub struct Wave {
    /// Strokes per second.
    pub beat_hz: f32,
}

/// Side steps with swinging arms.
#[derive(Clone, Copy, Debug)]
pub struct Dance {
    /// Seconds per step.
    pub beat_s: f32,
}

/// One-handed throw.
#[derive(Clone, Copy, Debug)]
pub struct Throw {
    /// Time of release in seconds.
    pub release_s: f32,
}

/// Two-handed catch.
#[derive(Clone, Copy, Debug)]
pub struct Catch {
    /// Time of the catch in seconds.
    pub catch_s: f32,
}

impl Wave {
    /// Computes the posture at a time; `hand` waves.
    pub fn stance(&self, build: &Build, time_s: f32, hand: usize) -> Stance {
        let raised = smoothstep(0.05, 0.40, time_s);
        let stroke = libm::sinf(TAU * self.beat_hz * time_s) * raised;
        let mut arms = [hanging(); 2];
        arms[hand] = Arm {
            swing: 0.25 * raised,
            bend: 0.0,
            spread: 0.18 + 1.75 * raised,
            fore_spread: 0.10 + 2.75 * raised + 0.48 * stroke,
        };
        let sway = 0.02 * libm::sinf(TAU * self.beat_hz * 0.5 * time_s);
        let mut stance = upright(build, sway * build.leg(), 0.97);
        stance.arms = arms;
        stance.tilt = sway;
        stance
    }
}

impl Dance {
    /// Computes the posture at a time.
    pub fn stance(&self, build: &Build, time_s: f32) -> Stance {
        let beats = time_s / self.beat_s;
        let sway = libm::sinf(TAU * 0.5 * beats);
        let bob = 0.5 - 0.5 * libm::cosf(TAU * beats);
        let mut stance = upright(build, 0.16 * build.leg() * sway, 0.94 - 0.10 * bob);
        stance.tilt = -0.16 * sway;
        for (foot, ankle) in stance.ankles.iter_mut().enumerate() {
            let [out, lift] = self.step(foot, beats);
            let way = if foot == 0 { 1.0 } else { -1.0 };
            ankle[2] += way * out * 0.30 * build.leg();
            ankle[1] += lift * 0.14 * build.leg();
        }
        let arm = |way: f32| Arm {
            swing: 0.35,
            bend: 0.2,
            spread: 1.30 + 0.95 * way * sway,
            fore_spread: 2.0 + 0.75 * way * sway,
        };
        stance.arms = [arm(1.0), arm(-1.0)];
        stance
    }

    /// Lateral offset and lift of a foot, 0 ..= 1: out and back within each of its beats, with a tap at half time.
    fn step(&self, foot: usize, beats: f32) -> [f32; 2] {
        let beat = libm::floorf(beats);
        if beat as usize % 2 != foot {
            return [0.0, 0.0];
        }
        let part = beats - beat;
        if part < 0.5 {
            let s = part * 2.0;
            [smoothstep(0.0, 1.0, s), 4.0 * s * (1.0 - s)]
        } else {
            let s = part * 2.0 - 1.0;
            [1.0 - smoothstep(0.0, 1.0, s), 4.0 * s * (1.0 - s)]
        }
    }

    /// Lists the taps at half and full beats.
    pub fn footfalls(&self, until_s: f32) -> Vec<Footfall> {
        (1..)
            .map(|half| (half, half as f32 * 0.5 * self.beat_s))
            .take_while(|(_, time_s)| *time_s < until_s)
            .map(|(half, time_s)| Footfall {
                time_s,
                energy: if half % 2 == 1 { 0.30 } else { 0.22 },
            })
            .collect()
    }
}

impl Throw {
    /// Computes the posture at a time; `hand` throws.
    pub fn stance(&self, build: &Build, time_s: f32, hand: usize) -> Stance {
        let t = time_s - self.release_s;
        let swing = keys(
            t,
            &[
                (-0.75, 0.7),
                (-0.22, 3.1),
                (0.10, 1.7),
                (0.45, 0.6),
                (0.9, 0.1),
            ],
        );
        let bend = keys(t, &[(-0.75, 1.5), (-0.22, 1.2), (0.03, 0.15), (0.9, 0.15)]);
        let lean = keys(
            t,
            &[(-0.75, 0.02), (-0.25, -0.20), (0.10, 0.26), (0.8, 0.02)],
        );
        let shift = keys(
            t,
            &[(-0.75, 0.0), (-0.25, -0.14), (0.12, 0.16), (0.8, 0.04)],
        );
        let mut arms = [hanging(); 2];
        arms[hand] = Arm {
            swing,
            bend,
            spread: 0.10,
            fore_spread: 0.05,
        };
        arms[1 - hand] = Arm {
            swing: keys(t, &[(-0.75, 0.2), (-0.25, 1.3), (0.10, -0.4), (0.8, 0.0)]),
            bend: 0.3,
            ..hanging()
        };
        let mut stance = upright(build, 0.0, 0.93);
        stance.pelvis[0] = shift * build.leg();
        stance.lean = lean;
        stance.arms = arms;
        // The opposite foot is in front.
        stance.ankles[1 - hand][0] = 0.30 * build.leg();
        stance.ankles[hand][0] = -0.30 * build.leg();
        stance
    }
}

impl Catch {
    /// Computes the posture at a time.
    pub fn stance(&self, build: &Build, time_s: f32) -> Stance {
        let t = time_s - self.catch_s;
        let swing = keys(
            t,
            &[
                (-0.60, 0.15),
                (-0.12, 1.55),
                (0.0, 1.55),
                (0.22, 0.75),
                (0.7, 0.65),
            ],
        );
        let bend = keys(
            t,
            &[
                (-0.60, 0.1),
                (-0.12, 0.25),
                (0.0, 0.25),
                (0.22, 1.05),
                (0.7, 1.05),
            ],
        );
        let give = keys(t, &[(-0.02, 0.0), (0.16, -0.14), (0.6, 0.0)]);
        let low = keys(t, &[(-0.02, 0.95), (0.16, 0.86), (0.6, 0.95)]);
        let mut stance = upright(build, 0.0, low);
        stance.pelvis[0] = give * build.leg();
        stance.lean = 0.08 + give * 0.5;
        let arm = Arm {
            swing,
            bend,
            spread: 0.02,
            fore_spread: -0.10,
        };
        stance.arms = [arm; 2];
        stance.ankles[0][0] = 0.22 * build.leg();
        stance.ankles[1][0] = -0.24 * build.leg();
        stance
    }
}

fn hanging() -> Arm {
    Arm {
        swing: 0.0,
        bend: 0.12,
        spread: 0.16,
        fore_spread: 0.06,
    }
}

/// Standing posture with the pelvis `left` of the centre, at a share of the stretched leg.
fn upright(build: &Build, left: f32, share: f32) -> Stance {
    let (sole, out) = (build.leg_radius, build.hip * 1.25);
    Stance {
        pelvis: [0.0, build.height(share), left],
        turn: 0.0,
        lean: 0.0,
        tilt: 0.0,
        ankles: [[0.0, sole, out], [0.0, sole, -out]],
        arms: [hanging(); 2],
    }
}
