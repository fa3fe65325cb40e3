//! A gymnast's routine: run-up, ballistic somersaults, landing with raised arms.

use core::f32::consts::TAU;

use kinora_scene::constants::GRAVITY;
use kinora_scene::smoothstep;

use super::gait::Gait;
use super::jump::STRETCHED;
use super::keyframes::{hermite, keys};
use super::{Arm, Build, Footfall, Stance};

/// Ground contact between two flights in seconds.
const PRESS_S: f32 = 0.20;
/// Duration in which a landing is absorbed, in seconds.
const ABSORB_S: f32 = 0.15;
/// Height of the centre of mass above the pelvis, as a share of the trunk.
pub const CENTRE: f32 = 0.30;

/// A run-up with one or two somersaults.
#[derive(Clone, Copy, Debug)]
pub struct Tumble {
    /// The run-up.
    pub run: Gait,
    /// Somersaults.
    pub flips: usize,
    /// Upward speed at take-off.
    pub speed: f32,
    /// Forward speed in the air.
    pub forward: f32,
}

/// Phase of the routine.
enum Part {
    Run,
    /// Seconds since the touchdown before this flip.
    Press(usize, f32),
    /// Seconds of flight in this flip.
    Air(usize, f32),
    /// Seconds since the last landing.
    Landed(f32),
}

impl Tumble {
    /// Builds a routine of `steps` steps and `flips` somersaults.
    pub fn new(run_speed: f32, steps: usize, flips: usize, speed: f32, forward: f32) -> Self {
        let mut run = Gait::run(run_speed);
        run.step_s = 0.33;
        run.planted_s = 0.19;
        let mut tumble = Self {
            run,
            flips,
            speed,
            forward,
        };
        let end = steps as f32 * run.step_s;
        tumble.run.stop = Some([end, run_speed * end + tumble.press_way(0) * 0.6]);
        tumble
    }

    /// Computes the posture at a time.
    pub fn stance(&self, build: &Build, time_s: f32) -> Stance {
        match self.part(time_s) {
            Part::Run => self.run.stance(build, time_s),
            Part::Press(flip, since) => self.press(build, flip, since),
            Part::Air(flip, since) => self.air(build, flip, since),
            Part::Landed(since) => self.landed(build, since),
        }
    }

    /// Lists the steps of the run-up, then take-offs and landings.
    pub fn footfalls(&self, until_s: f32) -> Vec<Footfall> {
        let mut falls = self.run.footfalls(until_s);
        for flip in 0..=self.flips {
            let time_s = self.down_s(flip);
            let energy = if flip == 0 { 0.45 } else { 0.7 };
            if time_s < until_s {
                falls.push(Footfall { time_s, energy });
            }
        }
        falls
    }

    /// Times of take-off and landing of a flip.
    pub fn flight(&self, flip: usize) -> [f32; 2] {
        let start = self.down_s(flip) + PRESS_S;
        [start, start + self.flight_s()]
    }

    /// Duration of a flight in seconds.
    pub fn flight_s(&self) -> f32 {
        2.0 * self.speed / GRAVITY
    }

    /// Time of the touchdown before a flip; after all flips, the last landing.
    fn down_s(&self, flip: usize) -> f32 {
        self.run_s() + flip as f32 * (PRESS_S + self.flight_s())
    }

    fn run_s(&self) -> f32 {
        self.run.stop.map_or(0.0, |[at, _]| at)
    }

    fn part(&self, time_s: f32) -> Part {
        if time_s < self.run_s() {
            return Part::Run;
        }
        for flip in 0..self.flips {
            let since = time_s - self.down_s(flip);
            if since < PRESS_S {
                return Part::Press(flip, since);
            }
            if since < PRESS_S + self.flight_s() {
                return Part::Air(flip, since - PRESS_S);
            }
        }
        Part::Landed(time_s - self.down_s(self.flips))
    }

    /// Forward speed at the touchdown before a flip.
    fn entry(&self, flip: usize) -> f32 {
        if flip == 0 {
            self.run.speed
        } else {
            self.forward
        }
    }

    fn press_way(&self, flip: usize) -> f32 {
        (self.entry(flip) + self.forward) * 0.5 * PRESS_S
    }

    /// Position of the pelvis at the touchdown before a flip.
    fn down_f(&self, flip: usize) -> f32 {
        let mut f = self.run.speed * self.run_s();
        for done in 0..flip {
            f += self.press_way(done) + self.forward * self.flight_s();
        }
        f
    }

    /// Position of the feet before a flip, or at the end.
    fn feet_f(&self, flip: usize) -> f32 {
        match self.run.stop {
            Some([_, place]) if flip == 0 => place,
            _ => self.down_f(flip),
        }
    }

    fn press(&self, build: &Build, flip: usize, since: f32) -> Stance {
        let top = build.height(STRETCHED);
        let from = if flip == 0 {
            self.run.height(build.height(0.88), self.run_s())
        } else {
            [top, -self.speed]
        };
        let low = build.height(0.78);
        let half = PRESS_S * 0.5;
        let height = if since < half {
            hermite(since, half, from, [low, 0.0])
        } else {
            hermite(since - half, half, [low, 0.0], [top, self.speed])
        };
        let start = self.down_f(flip);
        let end = start + self.press_way(flip);
        let f = hermite(
            since,
            PRESS_S,
            [start, self.entry(flip)],
            [end, self.forward],
        );
        let part = since / PRESS_S;
        let lean = 0.30 * (1.0 - part);
        let arm = arm(-0.6 + 3.2 * part, 0.3);
        standing(build, f, height, self.feet_f(flip), lean, arm)
    }

    fn air(&self, build: &Build, flip: usize, since: f32) -> Stance {
        let part = since / self.flight_s();
        // A tucked body rotates faster.
        let turn = TAU * (part - 0.40 * libm::sinf(TAU * part) / TAU);
        let tuck = smoothstep(0.04, 0.30, part) * smoothstep(0.96, 0.68, part);
        let centre = CENTRE * build.trunk;
        let f = self.down_f(flip) + self.press_way(flip) + self.forward * since;
        let rise = self.speed * since - GRAVITY * since * since * 0.5;
        let u = build.height(STRETCHED) + centre + rise;
        let (sin, cos) = (libm::sinf(turn), libm::cosf(turn));
        let pelvis = [f - centre * sin, u - centre * cos, 0.0];
        // Planted feet at take-off: offset behind or in front of the pelvis.
        let behind = self.feet_f(flip) - self.down_f(flip) - self.press_way(flip);
        let behind = behind * smoothstep(0.25, 0.0, part);
        let (along, below) = (
            behind + 0.34 * build.leg() * tuck,
            -build.leg() * (STRETCHED - 0.46 * tuck),
        );
        let foot = [
            pelvis[0] + along * cos + below * sin,
            pelvis[1] - along * sin + below * cos,
        ];
        let arm = arm(2.6 - 1.7 * tuck, 0.3 + 0.8 * tuck);
        Stance {
            pelvis,
            turn,
            lean: 0.55 * tuck,
            tilt: 0.0,
            ankles: [
                [foot[0], foot[1], build.hip],
                [foot[0], foot[1], -build.hip],
            ],
            arms: [arm; 2],
        }
    }

    fn landed(&self, build: &Build, since: f32) -> Stance {
        let (top, low) = (build.height(STRETCHED), build.height(0.70));
        let height = if since < ABSORB_S {
            hermite(since, ABSORB_S, [top, -self.speed], [low, 0.0])
        } else {
            low + (build.height(0.97) - low) * smoothstep(ABSORB_S, ABSORB_S + 0.32, since)
        };
        let feet = self.feet_f(self.flips);
        let f = hermite(since, 0.45, [feet, self.forward], [feet + 0.02, 0.0]);
        let lean = keys(since, &[(0.0, 0.0), (ABSORB_S, 0.42), (0.5, -0.06)]);
        let raise = keys(since, &[(0.0, 2.6), (ABSORB_S, 1.5), (0.5, 2.85)]);
        standing(build, f, height, feet, lean, arm(raise, 0.15))
    }
}

fn arm(swing: f32, bend: f32) -> Arm {
    Arm {
        swing,
        bend,
        spread: 0.16,
        fore_spread: 0.1,
    }
}

fn standing(build: &Build, f: f32, height: f32, feet: f32, lean: f32, arm: Arm) -> Stance {
    let sole = build.leg_radius;
    Stance {
        pelvis: [f, height, 0.0],
        turn: 0.0,
        lean,
        tilt: 0.0,
        ankles: [[feet, sole, build.hip], [feet, sole, -build.hip]],
        arms: [arm; 2],
    }
}
