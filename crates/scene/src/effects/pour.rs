//! Liquid that falls from a tilted vessel into a cup.
//!
//! The stream leaves the lip of subject 1 while it is tilted, falls ballistically and ends in subject 2.

use kinora_contract::plan::{CameraState, GRAVITY, GROUND_Y, Plan, Subject};

use super::capsule::Capsule;
use crate::smoothstep;
use crate::vocabulary::{Object, Time};

/// Time at which the vessel has its full tilt, in seconds.
const FULL_TILT_S: f32 = 1.5;
/// Downward speed at the lip, world units per second.
const INITIAL_SPEED: f32 = 0.1;
/// Maximum horizontal speed of a stream, world units per second.
const MAX_DRIFT: f32 = 0.8;
/// Capsules of the stream.
const SEGMENTS: usize = 14;
/// Horizontal reach of the drops at the point of impact, world units.
const DROPS: [f32; 4] = [-0.09, 0.07, -0.04, 0.1];
/// Opacity of the liquid.
const OPACITY: f32 = 0.92;
/// Colour at the axis, RGB 0 ..= 1.
const INSIDE: [f32; 3] = [0.62, 0.84, 0.97];
/// Colour at the edge.
const EDGE: [f32; 3] = [0.20, 0.52, 0.86];

/// Opening from which the liquid flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lip {
    /// Neck of a bottle.
    Neck,
    /// Rim of a cup.
    Rim,
}

/// A pouring vessel and the light on its liquid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PourSource {
    lip: Lip,
    /// RGB gain.
    light: [f32; 3],
}

/// A ballistic stream of liquid in world space.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LiquidStream {
    /// Where it leaves the vessel.
    lip: [f32; 2],
    /// Horizontal speed, world units per second.
    drift: f32,
    /// Seconds from the lip to the impact.
    fall_s: f32,
    /// RGB gain.
    light: [f32; 3],
}

impl PourSource {
    /// Describes an object that pours, in the light of a time of day.
    pub fn of(object: Object, time: Time) -> Self {
        let lip = if object == Object::Bottle {
            Lip::Neck
        } else {
            Lip::Rim
        };
        let light = match time {
            Time::Night => [0.75, 0.78, 0.9],
            Time::Sunset => [1.0, 0.85, 0.75],
            Time::Day => [0.95, 0.92, 0.89],
        };
        Self { lip, light }
    }

    /// Computes the position of the lip of a vessel at `centre` with bounding `radius`, turned clockwise by the angle
    /// of (`cos`, `sin`).
    pub fn lip(&self, centre: [f32; 2], radius: f32, (cos, sin): (f32, f32)) -> [f32; 2] {
        // The lip is on the side that points down.
        let side = if sin < 0.0 { -1.0 } else { 1.0 };
        let (across, up) = match self.lip {
            Lip::Neck => (side * 0.10, 0.94),
            Lip::Rim => (side * 0.44 - 0.12, 0.64),
        };
        let [x, y] = centre;
        [
            x + (across * cos + up * sin) * radius,
            y + (across * sin - up * cos) * radius,
        ]
    }
}

impl LiquidStream {
    /// First and last instant at which liquid leaves the lip, in seconds.
    pub const POUR_S: (f32, f32) = (0.95, 2.1);

    /// Builds a stream from a lip to the height `surface_y` (world, y down) with horizontal speed `drift`.
    pub fn new(source: PourSource, lip: [f32; 2], drift: f32, surface_y: f32) -> Self {
        Self {
            lip,
            drift,
            fall_s: fall_time_s(surface_y - lip[1]),
            light: source.light,
        }
    }

    /// Derives the stream of a clip of `frames` pixel frames in which subject 1 pours into subject 2.
    ///
    /// Returns `None` if the clip ends before the vessel is tilted, a subject is absent, or the cup is out of reach.
    pub fn of(plan: &Plan, frames: usize, fps: f32, source: PourSource) -> Option<Self> {
        let tilted = (FULL_TILT_S * fps + 0.5) as usize;
        let state = plan.frame(tilted).filter(|_| tilted < frames)?;
        let [vessel, cup, _] = state.subjects;
        if !(vessel.is_present() && cup.is_present()) {
            return None;
        }
        let zoom = state.camera.zoom;
        let (cup_x, _) = state.camera.back(cup.x, cup.y);
        let (vessel_r, cup_r) = (vessel.r / zoom, cup.r / zoom);
        let lip = lip_of(&vessel, &state.camera, vessel_r, source);
        let surface_y = Self::surface_y(cup_r);
        let drop = surface_y - lip[1];
        let fall_s = fall_time_s(drop);
        let drift = (cup_x - Self::INLET_OFFSET * cup_r - lip[0]) / fall_s;
        let reaches = drop > 0.05 && drift.abs() < MAX_DRIFT;
        reaches.then_some(Self {
            lip,
            drift,
            fall_s,
            light: source.light,
        })
    }

    /// Distance of a cup's opening left of the centre, in radii: its handle is on the right.
    pub const INLET_OFFSET: f32 = 0.12;

    /// Height (world, y down) at which a stream ends in a standing cup of bounding `radius`: at the rim, because the
    /// stream is drawn over the cup.
    pub fn surface_y(radius: f32) -> f32 {
        GROUND_Y - 1.30 * radius
    }

    /// Seconds from the lip to the impact.
    pub fn fall_s(&self) -> f32 {
        self.fall_s
    }

    /// Computes the world position of liquid `age_s` seconds after it left the lip.
    pub fn at(&self, age_s: f32) -> [f32; 2] {
        let [x, y] = self.lip;
        [
            x + self.drift * age_s,
            y + INITIAL_SPEED * age_s + GRAVITY / 2.0 * age_s * age_s,
        ]
    }

    /// Lists the capsules of the stream and its splash at `time_s`, in drawing order; none before and after the pour.
    pub fn capsules(&self, time_s: f32) -> Vec<Capsule> {
        let (from_s, to_s) = Self::POUR_S;
        let newest = (time_s - to_s).max(0.0);
        let oldest = (time_s - from_s).min(self.fall_s);
        if oldest <= newest {
            return Vec::new();
        }
        let capsule = |ends, radius| Capsule {
            ends,
            radius,
            opacity: OPACITY,
        };
        let age = |segment: usize| newest + (oldest - newest) * segment as f32 / SEGMENTS as f32;
        let segment = |index: usize| {
            // A falling stream narrows as it accelerates.
            let radius = 0.034 - 0.014 * age(index) / self.fall_s;
            capsule([self.at(age(index)), self.at(age(index + 1))], radius)
        };
        let mut capsules: Vec<Capsule> = (0..SEGMENTS).map(segment).collect();
        if oldest >= self.fall_s && time_s < to_s + self.fall_s {
            let [x, y] = self.at(self.fall_s);
            capsules.extend(DROPS.iter().enumerate().map(|(index, reach)| {
                let phase = time_s * 3.1 + index as f32 * 0.27;
                let life = phase - phase.floor();
                let at = [x + reach * life, y - 0.02 - 0.22 * life * (1.0 - life)];
                capsule([at, at], 0.013)
            }));
        }
        capsules
    }

    /// Computes the RGB colour, 0 ..= 1, at a distance of `offset` radii from the axis of a capsule.
    pub fn colour(&self, offset: f32) -> [f32; 3] {
        let rim = smoothstep(0.2, 1.0, offset);
        std::array::from_fn(|c| (INSIDE[c] + (EDGE[c] - INSIDE[c]) * rim) * self.light[c])
    }

    /// Blends the stream into a frame `[height, width, 3]` in −1 ..= 1, seen by `camera` at `time_s`.
    pub fn draw(&self, frame: &mut [f32], width: usize, camera: &CameraState, time_s: f32) {
        for capsule in self.capsules(time_s) {
            let pixels = frame.as_chunks_mut::<3>().0;
            capsule.draw(pixels, width, camera, |offset| self.colour(offset));
        }
    }
}

/// Seconds of a fall over `drop` world units.
fn fall_time_s(drop: f32) -> f32 {
    let speed = (INITIAL_SPEED * INITIAL_SPEED + 2.0 * GRAVITY * drop.max(0.0)).sqrt();
    (speed - INITIAL_SPEED) / GRAVITY
}

/// Computes the lip of a vessel of the plan in world space; `radius` is its bounding radius in the world.
fn lip_of(vessel: &Subject, camera: &CameraState, radius: f32, source: PourSource) -> [f32; 2] {
    let length = (vessel.cos * vessel.cos + vessel.sin * vessel.sin)
        .sqrt()
        .max(1e-3);
    let turn = (vessel.cos / length, vessel.sin / length);
    let (x, y) = camera.back(vessel.x, vessel.y);
    source.lip([x, y], radius, turn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinora_contract::plan::Subframe;

    const SIZE: (usize, usize) = (64, 64);

    /// A bottle on its side, above and left of a cup.
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

    fn stream() -> Option<LiquidStream> {
        LiquidStream::of(&plan(), 33, 12.0, PourSource::of(Object::Bottle, Time::Day))
    }

    #[test]
    fn runs_from_the_lip_into_the_cup() {
        let stream = stream().unwrap();
        // The neck is 0.94 radii to the right, the rim of the cup 1.3 radii above the ground.
        assert!((stream.lip[0] - (-0.4 + 0.235)).abs() < 1e-5);
        assert!((stream.lip[1] - (-0.3 + 0.025)).abs() < 1e-5);
        let [x, y] = stream.at(stream.fall_s);
        assert!((x - -0.03).abs() < 1e-5, "{x}");
        assert!((y - (0.58 - 0.325)).abs() < 1e-5, "{y}");
        let source = PourSource::of(Object::Bottle, Time::Day);
        let same = LiquidStream::new(
            source,
            stream.lip,
            stream.drift,
            LiquidStream::surface_y(0.25),
        );
        assert_eq!(same, stream);
    }

    #[test]
    fn is_visible_during_the_pour() {
        let blue = |time_s: f32| {
            let mut frame = vec![-1.0; SIZE.0 * SIZE.1 * 3];
            let stream = stream().unwrap();
            stream.draw(&mut frame, SIZE.0, &CameraState::AT_REST, time_s);
            frame.chunks_exact(3).filter(|pixel| pixel[2] > 0.0).count()
        };
        assert_eq!((blue(0.9), blue(2.7)), (0, 0));
        assert!(blue(1.5) > 20, "{}", blue(1.5));
        assert!((1..blue(1.5)).contains(&blue(1.05)));
    }

    #[test]
    fn a_clip_that_ends_before_the_tilt_has_no_stream() {
        let source = PourSource::of(Object::Cup, Time::Day);
        let stream = |frames| LiquidStream::of(&plan(), frames, 12.0, source);
        assert!(stream(17).is_none() && stream(19).is_some());
    }

    #[test]
    fn a_distant_cup_or_an_absent_vessel_has_no_stream() {
        let mut plan = plan();
        for frame in 0..33 {
            let mut state = plan.frame(frame).unwrap();
            state.subjects[1].x = 1.2;
            assert!(plan.set_frame(frame, &state));
        }
        let source = PourSource::of(Object::Cup, Time::Day);
        for plan in [plan, Plan::empty(9), Plan::empty(2)] {
            assert_eq!(LiquidStream::of(&plan, 33, 12.0, source), None);
        }
    }
}
