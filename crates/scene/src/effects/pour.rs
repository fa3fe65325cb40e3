//! Water on its way from a tilted vessel into a cup.
//!
//! It is thinner than what a latent keeps, and the plan says where it must be: it leaves the lip of subject 1 while that is tilted, falls
//! as everything falls, and ends in subject 2. Twins: `crates/world/src/render/extras.rs` and `training/thin.py`.

use kinora_contract::plan::{CameraState, GRAVITY, GROUND_Y, Plan, Subject};

use crate::lens::smoothstep;
use crate::stroke::Stroke;

/// Seconds in which it leaves the lip.
const POURED: (f32, f32) = (0.95, 2.1);
/// When the vessel is as tilted as it gets, in seconds.
const TILTED: f32 = 1.5;
/// Speed down with which it leaves.
const START: f32 = 0.1;
/// It does not go aside faster than this.
const MOST_ASIDE: f32 = 0.8;
/// Pieces of the stream.
const PARTS: usize = 14;
/// Drops where it lands: which way each goes.
const DROPS: [f32; 4] = [-0.09, 0.07, -0.04, 0.1];

/// How much of what is behind it it hides.
const COVER: f32 = 0.92;
/// Colours of water, 0..1.
const INSIDE: [f32; 3] = [0.62, 0.84, 0.97];
const EDGE: [f32; 3] = [0.20, 0.52, 0.86];

/// What of a vessel water leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lip {
    /// The neck of a bottle.
    Neck,
    /// The rim of a cup.
    Rim,
}

/// A stream of water in the world, and its colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Water {
    /// Where it leaves the vessel.
    from: [f32; 2],
    /// World units per second across.
    aside: f32,
    /// Seconds from the lip to where it lands.
    fall_s: f32,
    /// How much light there is, red, green and blue.
    light: [f32; 3],
}

/// What pours, and in which light, red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pouring {
    lip: Lip,
    light: [f32; 3],
}

impl Pouring {
    /// Out of an object, at a time, each by its word.
    pub fn of(object: &str, time: &str) -> Self {
        let lip = if object == "bottle" {
            Lip::Neck
        } else {
            Lip::Rim
        };
        let light = match time {
            "night" => [0.75, 0.78, 0.9],
            "sunset" => [1.0, 0.85, 0.75],
            _ => [0.95, 0.92, 0.89],
        };
        Self { lip, light }
    }
}

impl Water {
    /// The water of a clip of so many frames in which subject 1 pours into subject 2; none if it ends before, or if they are not there or
    /// nowhere near each other.
    pub fn of(plan: &Plan, frames: usize, fps: f32, pouring: Pouring) -> Option<Self> {
        let tilted = (TILTED * fps + 0.5) as usize;
        let state = plan.frame(tilted).filter(|_| tilted < frames)?;
        let [vessel, cup, _] = state.subjects;
        if !(vessel.is_present() && cup.is_present()) {
            return None;
        }
        let zoom = state.camera.zoom;
        let (cup_x, _) = state.camera.back(cup.x, cup.y);
        let (vessel_r, cup_r) = (vessel.r / zoom, cup.r / zoom);
        let from = lip_of(&vessel, &state.camera, vessel_r, pouring.lip);
        let drop = GROUND_Y - 1.30 * cup_r - from[1];
        let fall_s = ((START * START + 2.0 * GRAVITY * drop.max(0.0)).sqrt() - START) / GRAVITY;
        let aside = (cup_x - 0.12 * cup_r - from[0]) / fall_s;
        let falls = drop > 0.05 && aside.abs() < MOST_ASIDE;
        falls.then_some(Self {
            from,
            aside,
            fall_s,
            light: pouring.light,
        })
    }

    /// Where water is so many seconds after it left.
    fn at(&self, age: f32) -> [f32; 2] {
        let [x, y] = self.from;
        [
            x + self.aside * age,
            y + START * age + GRAVITY / 2.0 * age * age,
        ]
    }

    /// Draws it into a frame `[H, W, 3]` in −1..1, so many pixels wide, as a camera sees it at an instant.
    pub fn draw(&self, frame: &mut [f32], width: usize, camera: &CameraState, time_s: f32) {
        let (from_s, to_s) = POURED;
        let newest = (time_s - to_s).max(0.0);
        let oldest = (time_s - from_s).min(self.fall_s);
        if oldest <= newest {
            return;
        }
        let mut draw = |ends, radius| {
            let stroke = Stroke {
                ends,
                radius,
                cover: COVER,
            };
            let pixels = frame.as_chunks_mut::<3>().0;
            stroke.draw(pixels, width, camera, |off| self.colour(off));
        };
        let age = |part: usize| newest + (oldest - newest) * part as f32 / PARTS as f32;
        for part in 0..PARTS {
            // A falling stream gets thinner as it gets faster.
            let radius = 0.034 - 0.014 * age(part) / self.fall_s;
            draw([self.at(age(part)), self.at(age(part + 1))], radius);
        }
        if oldest >= self.fall_s && time_s < to_s + self.fall_s {
            let [x, y] = self.at(self.fall_s);
            for (index, way) in DROPS.iter().enumerate() {
                let phase = time_s * 3.1 + index as f32 * 0.27;
                let life = phase - phase.floor();
                let at = [x + way * life, y - 0.02 - 0.22 * life * (1.0 - life)];
                draw([at, at], 0.013);
            }
        }
    }

    /// How it looks so many radii from the middle of a stroke.
    fn colour(&self, off: f32) -> [f32; 3] {
        let rim = smoothstep(0.2, 1.0, off);
        std::array::from_fn(|c| (INSIDE[c] + (EDGE[c] - INSIDE[c]) * rim) * self.light[c])
    }
}

/// Where the lip of a tilted vessel is in the world.
fn lip_of(vessel: &Subject, camera: &CameraState, radius: f32, lip: Lip) -> [f32; 2] {
    // In its radii from its middle; to the right, if its right side points down.
    let way = if vessel.sin < 0.0 { -1.0 } else { 1.0 };
    let (across, up) = match lip {
        Lip::Neck => (way * 0.10, 0.94),
        Lip::Rim => (way * 0.44 - 0.12, 0.64),
    };
    let length = (vessel.cos * vessel.cos + vessel.sin * vessel.sin)
        .sqrt()
        .max(1e-3);
    let (cos, sin) = (vessel.cos / length, vessel.sin / length);
    let (x, y) = camera.back(vessel.x, vessel.y);
    [
        x + (across * cos + up * sin) * radius,
        y + (across * sin - up * cos) * radius,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinora_contract::plan::Subframe;

    const SIZE: (usize, usize) = (64, 64);

    /// A bottle that lies on its side, above and left of a cup.
    fn plan() -> Plan {
        let mut state = Subframe::EMPTY;
        let subject = Subject {
            x: -0.4,
            y: -0.3,
            r: 0.25,
            cos: 0.0,
            sin: 1.0,
            visible: 1.0,
            depth: 0.0,
            mouth: 0.0,
        };
        state.subjects[0] = subject;
        state.subjects[1] = Subject {
            x: 0.0,
            y: 0.33,
            ..subject
        };
        let mut plan = Plan::empty(9);
        for frame in 0..33 {
            assert!(plan.set_frame(frame, &state));
        }
        plan
    }

    fn water() -> Option<Water> {
        Water::of(&plan(), 33, 12.0, Pouring::of("bottle", "day"))
    }

    #[test]
    fn it_leaves_the_lip_and_ends_in_the_cup() {
        let water = water().unwrap();
        // The neck is 0.94 radii to the right, the rim of the cup 1.3 radii over the ground.
        assert!((water.from[0] - (-0.4 + 0.235)).abs() < 1e-5);
        assert!((water.from[1] - (-0.3 + 0.025)).abs() < 1e-5);
        let [x, y] = water.at(water.fall_s);
        assert!((x - -0.03).abs() < 1e-5, "{x}");
        assert!((y - (0.58 - 0.325)).abs() < 1e-5, "{y}");
    }

    #[test]
    fn it_is_seen_while_it_is_poured() {
        let blue = |time_s: f32| {
            let mut frame = vec![-1.0; SIZE.0 * SIZE.1 * 3];
            let water = water().unwrap();
            water.draw(&mut frame, SIZE.0, &CameraState::AT_REST, time_s);
            frame.chunks_exact(3).filter(|pixel| pixel[2] > 0.0).count()
        };
        assert_eq!((blue(0.9), blue(2.7)), (0, 0));
        assert!(blue(1.5) > 20, "{}", blue(1.5));
        assert!((1..blue(1.5)).contains(&blue(1.05)));
    }

    #[test]
    fn a_clip_that_ends_before_stays_dry_whatever_goes_on_from_it() {
        let water = |frames| Water::of(&plan(), frames, 12.0, Pouring::of("cup", "day"));
        assert!(water(17).is_none() && water(19).is_some());
    }

    #[test]
    fn nothing_is_poured_past_a_cup_or_from_nobody() {
        let mut plan = plan();
        for frame in 0..33 {
            let mut state = plan.frame(frame).unwrap();
            state.subjects[1].x = 1.2;
            assert!(plan.set_frame(frame, &state));
        }
        for plan in [plan, Plan::empty(9), Plan::empty(2)] {
            let water = Water::of(&plan, 33, 12.0, Pouring::of("cup", "day"));
            assert_eq!(water, None);
        }
    }
}
