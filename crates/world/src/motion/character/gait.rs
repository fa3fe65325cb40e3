//! Gaits: planted feet stay put, flights are parabolas.

use core::f32::consts::PI;

use kinora_scene::constants::GRAVITY;
use kinora_scene::smoothstep;

use super::{Arm, Build, Footfall, Stance};

/// A walk or run at constant speed. Even steps are those of the left foot.
#[derive(Clone, Copy, Debug)]
pub struct Gait {
    /// Forward speed per second.
    pub speed: f32,
    /// Seconds per step.
    pub step_s: f32,
    /// Stance duration in seconds: longer than a step in a walk, shorter in a run.
    pub planted_s: f32,
    /// Time and position at which a run ends with both feet planted.
    pub stop: Option<[f32; 2]>,
}

impl Gait {
    /// Builds a walk whose steps suit the legs.
    pub fn walk(build: &Build, speed: f32) -> Self {
        let step_s = build.leg() * 0.62 / speed;
        Self {
            speed,
            step_s,
            planted_s: step_s * 1.2,
            stop: None,
        }
    }

    /// Builds a run with flight phases.
    pub fn run(speed: f32) -> Self {
        Self {
            speed,
            step_s: 0.36,
            planted_s: 0.21,
            stop: None,
        }
    }

    /// Returns true if the gait has flight phases.
    pub fn is_run(&self) -> bool {
        self.planted_s < self.step_s
    }

    /// Computes the posture at a time.
    pub fn stance(&self, build: &Build, time_s: f32) -> Stance {
        let (share, lift, swing, bend, lean) = if self.is_run() {
            (0.88, 0.34, 0.85, 1.5, 0.16)
        } else {
            (0.92, 0.14, 0.55, 0.25, 0.04)
        };
        let [height, _] = self.height(build.height(share), time_s);
        let ankle = |foot: usize| {
            let [f, rise] = self.foot(foot, time_s);
            let out = if foot == 0 { build.hip } else { -build.hip };
            [f, build.leg_radius + rise * lift * build.leg(), out]
        };
        let phase = libm::cosf(PI * (time_s - self.landing(0)) / self.step_s);
        let arm = |way: f32| Arm {
            swing: way * swing * phase,
            bend: bend * (1.0 + 0.25 * way * phase),
            spread: 0.12,
            fore_spread: 0.02,
        };
        Stance {
            pelvis: [self.speed * time_s, height, 0.0],
            turn: 0.0,
            lean,
            tilt: 0.0,
            ankles: [ankle(0), ankle(1)],
            arms: [arm(-1.0), arm(1.0)],
        }
    }

    /// Height and vertical speed of the pelvis: an inverted pendulum in a walk, ballistic between steps in a run.
    pub fn height(&self, base: f32, time_s: f32) -> [f32; 2] {
        if !self.is_run() {
            let angle = 2.0 * PI * (time_s / self.step_s - 0.5);
            return [base + base * 0.012 * (libm::cosf(angle) - 1.0), 0.0];
        }
        let step = libm::floorf(time_s / self.step_s);
        let since = time_s - step * self.step_s;
        let leap = GRAVITY * (self.step_s - self.planted_s) * 0.5;
        if since < self.planted_s {
            let fall = -leap + 2.0 * leap * since / self.planted_s;
            return [
                base - leap * since + leap * since * since / self.planted_s,
                fall,
            ];
        }
        let air = since - self.planted_s;
        [
            base + leap * air - GRAVITY * air * air * 0.5,
            leap - GRAVITY * air,
        ]
    }

    /// Position of a foot along the path, and its lift, 0 ..= 1.
    fn foot(&self, foot: usize, time_s: f32) -> [f32; 2] {
        let pair = 2.0 * self.step_s;
        let first = self.landing(foot as i32);
        let step = foot as i32 + 2 * libm::floorf((time_s - first) / pair) as i32;
        let here = self.place(step);
        let up = self.landing(step) + self.planted_s;
        if time_s < up {
            return [here, 0.0];
        }
        let (mut down, mut there) = (self.landing(step + 2), self.place(step + 2));
        if let Some([at, place]) = self.stop.filter(|[at, _]| down >= *at - 1e-3) {
            (down, there) = (at, place);
        }
        let part = ((time_s - up) / (down - up)).clamp(0.0, 1.0);
        let way = smoothstep(0.0, 1.0, part);
        [here + (there - here) * way, 4.0 * part * (1.0 - part)]
    }

    /// Time at which a step is planted.
    fn landing(&self, step: i32) -> f32 {
        let early = (self.planted_s - self.step_s).max(0.0) * 0.5;
        step as f32 * self.step_s - early
    }

    /// Position at which a step is planted: under the pelvis at mid-stance.
    fn place(&self, step: i32) -> f32 {
        self.speed * (self.landing(step) + self.planted_s * 0.5)
    }

    /// Lists the times of footfalls.
    pub fn footfalls(&self, until_s: f32) -> Vec<Footfall> {
        let end = self.stop.map_or(until_s, |[at, _]| until_s.min(at - 1e-3));
        let energy = if self.is_run() { 0.34 } else { 0.22 };
        (0..)
            .map(|step| self.landing(step))
            .take_while(|time_s| *time_s < end)
            .filter(|time_s| *time_s > 0.0)
            .map(|time_s| Footfall { time_s, energy })
            .collect()
    }
}
