//! Repeated jumps in place: crouch, push, ballistic flight, landing.

use kinora_scene::constants::GRAVITY;
use kinora_scene::smoothstep;

use super::keyframes::hermite;
use super::{Arm, Build, Footfall, Stance};

/// Share of the stretched leg at take-off and landing.
pub const STRETCHED: f32 = 0.985;
/// Share of the stretched leg in a crouch.
const CROUCHED: f32 = 0.66;
/// Share of the stretched leg when standing.
const STANDING: f32 = 0.97;
const DOWN_S: f32 = 0.30;
const REST_S: f32 = 0.34;

/// Repeated jumps in place.
#[derive(Clone, Copy, Debug)]
pub struct Leap {
    /// Upward speed at take-off.
    pub speed: f32,
    /// Seconds before the first crouch.
    pub wait_s: f32,
}

impl Leap {
    /// Computes the posture at a time.
    pub fn stance(&self, build: &Build, time_s: f32) -> Stance {
        let (top, low) = (build.height(STRETCHED), build.height(CROUCHED));
        let stand = build.height(STANDING);
        let push_s = self.push_s(build);
        let mut since = self.phase(build, time_s);
        let mut lift = 0.0;
        let (height, crouch, arms);
        if since < DOWN_S {
            let part = smoothstep(0.0, DOWN_S, since);
            (height, crouch, arms) = (stand + (low - stand) * part, part, -0.9 * part);
        } else if since < DOWN_S + push_s {
            since -= DOWN_S;
            let part = since / push_s;
            height = hermite(since, push_s, [low, 0.0], [top, self.speed]);
            (crouch, arms) = (1.0 - part, -0.9 + 3.2 * part);
        } else if since < DOWN_S + push_s + self.flight_s() {
            since -= DOWN_S + push_s;
            let part = since / self.flight_s();
            height = top + self.speed * since - GRAVITY * since * since * 0.5;
            lift = 4.0 * part * (1.0 - part) * 0.22 * build.leg();
            (crouch, arms) = (0.25 * 4.0 * part * (1.0 - part), 2.3 - 0.9 * part);
        } else {
            since -= DOWN_S + push_s + self.flight_s();
            if since < push_s {
                height = hermite(since, push_s, [top, -self.speed], [low, 0.0]);
            } else {
                height = low + (stand - low) * smoothstep(push_s, push_s + REST_S * 0.8, since);
            }
            crouch = (top - height) / (top - low);
            arms = 1.4 * (1.0 - smoothstep(0.0, REST_S, since));
        }
        let ankle = |out: f32| [0.0, build.leg_radius + (height - top).max(0.0) + lift, out];
        let arm = Arm {
            swing: arms,
            bend: 0.35,
            spread: 0.2,
            fore_spread: 0.1,
        };
        Stance {
            pelvis: [-0.10 * build.leg() * crouch, height, 0.0],
            turn: 0.0,
            lean: 0.45 * crouch,
            tilt: 0.0,
            ankles: [ankle(build.hip), ankle(-build.hip)],
            arms: [arm; 2],
        }
    }

    /// Lists the times of landings.
    pub fn footfalls(&self, build: &Build, until_s: f32) -> Vec<Footfall> {
        let first = self.wait_s + DOWN_S + self.push_s(build) + self.flight_s();
        (0..)
            .map(|jump| first + jump as f32 * self.cycle_s(build))
            .take_while(|time_s| *time_s < until_s)
            .map(|time_s| Footfall {
                time_s,
                energy: 0.5,
            })
            .collect()
    }

    /// Duration of a flight in seconds.
    pub fn flight_s(&self) -> f32 {
        2.0 * self.speed / GRAVITY
    }

    /// Time of the first take-off.
    pub fn takeoff_s(&self, build: &Build) -> f32 {
        self.wait_s + DOWN_S + self.push_s(build)
    }

    fn phase(&self, build: &Build, time_s: f32) -> f32 {
        let cycle = self.cycle_s(build);
        let since = time_s - self.wait_s;
        if since < 0.0 {
            return 0.0;
        }
        since - libm::floorf(since / cycle) * cycle
    }

    /// Duration from the lowest point to take-off at constant acceleration.
    fn push_s(&self, build: &Build) -> f32 {
        2.0 * (STRETCHED - CROUCHED) * build.leg() / self.speed
    }

    fn cycle_s(&self, build: &Build) -> f32 {
        DOWN_S + 2.0 * self.push_s(build) + self.flight_s() + REST_S
    }
}
