//! Characters: an analytic skeleton. Planted feet stay put, flights are parabolas.
//!
//! A motion gives a [`Stance`] per time in the character's axes: `f` forward, `u` up from the ground, `l` to its
//! left; [`Figure::joints`] transforms it to x right, y up from the ground, z away from the camera. A new
//! motion is a file beside `gait` and an arm of [`Motion`].

mod gait;
mod gesture;
mod jump;
mod keyframes;
mod proportions;
mod somersault;

pub use gait::Gait;
pub use gesture::{Catch, Dance, Throw, Wave};
pub use jump::Leap;
pub use proportions::Build;
pub use somersault::Tumble;

use crate::geometry::vector::V3;

/// Motion of a character.
#[derive(Clone, Debug)]
pub enum Motion {
    /// Walk or run.
    Gait(Gait),
    /// Repeated jumps.
    Leap(Leap),
    /// Run-up and somersaults.
    Tumble(Tumble),
    /// Wave.
    Wave(Wave),
    /// Dance.
    Dance(Dance),
    /// Throw.
    Throw(Throw),
    /// Catch.
    Catch(Catch),
}

/// Joint angles of an arm, relative to hanging straight down.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arm {
    /// Radians forward at the shoulder.
    pub swing: f32,
    /// Radians forward at the elbow.
    pub bend: f32,
    /// Radians sideways of the upper arm.
    pub spread: f32,
    /// Radians sideways of the forearm.
    pub fore_spread: f32,
}

/// A posture in the character's axes `[f, u, l]`.
#[derive(Clone, Copy, Debug)]
pub struct Stance {
    /// Midpoint of the hips.
    pub pelvis: [f32; 3],
    /// Rotation of the whole body, forward, in radians.
    pub turn: f32,
    /// Lean of the trunk, forward, in radians.
    pub lean: f32,
    /// Lean of the trunk to its left, in radians.
    pub tilt: f32,
    /// The ankles, left and right.
    pub ankles: [[f32; 3]; 2],
    /// The arms, left and right.
    pub arms: [Arm; 2],
}

/// Joint positions in motion space.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Joints {
    /// Midpoint of the hips.
    pub pelvis: V3,
    /// Top of the trunk.
    pub neck: V3,
    /// Centre of the head.
    pub head: V3,
    /// Left and right.
    pub shoulders: [V3; 2],
    /// Left and right.
    pub elbows: [V3; 2],
    /// Left and right.
    pub hands: [V3; 2],
    /// Left and right.
    pub hips: [V3; 2],
    /// Left and right.
    pub knees: [V3; 2],
    /// Left and right.
    pub ankles: [V3; 2],
    /// Left and right.
    pub toes: [V3; 2],
    /// Unit direction of the face.
    pub facing: V3,
    /// Unit direction along the trunk to the head.
    pub up: V3,
    /// The same without the lean of the trunk.
    pub spine: V3,
}

/// A character with its position and motion.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Proportions.
    pub build: Build,
    /// x at which `f` and `l` are 0.
    pub origin: f32,
    /// Facing: +1 right, −1 left.
    pub side: f32,
    /// Radians of yaw from the profile view towards the camera.
    pub yaw: f32,
    /// Motion.
    pub motion: Motion,
    /// Beyond this |x| the character is out of sight and re-enters on the other side.
    pub limit: f32,
}

/// A footfall.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Footfall {
    /// Time in seconds.
    pub time_s: f32,
    /// Energy, 0 ..= 1.
    pub energy: f32,
}

impl Joints {
    /// Lists the joints with their names, in a fixed order.
    pub fn named(&self) -> [(&'static str, V3); 17] {
        [
            ("head", self.head),
            ("neck", self.neck),
            ("pelvis", self.pelvis),
            ("left shoulder", self.shoulders[0]),
            ("right shoulder", self.shoulders[1]),
            ("left elbow", self.elbows[0]),
            ("right elbow", self.elbows[1]),
            ("left hand", self.hands[0]),
            ("right hand", self.hands[1]),
            ("left hip", self.hips[0]),
            ("right hip", self.hips[1]),
            ("left knee", self.knees[0]),
            ("right knee", self.knees[1]),
            ("left ankle", self.ankles[0]),
            ("right ankle", self.ankles[1]),
            ("left toe", self.toes[0]),
            ("right toe", self.toes[1]),
        ]
    }

    /// Computes the centre of the body, above the pelvis.
    pub fn centre(&self, build: &Build) -> V3 {
        self.pelvis + self.spine * (tumble::CENTRE * build.trunk)
    }
}

impl Figure {
    /// Computes the joints at a time.
    pub fn joints(&self, time_s: f32) -> Joints {
        let stance = self.stance(time_s);
        let axes = Axes::of(self, &stance);
        solve(&self.build, &stance, &axes)
    }

    /// Lists the footfalls before `until_s`.
    pub fn footfalls(&self, until_s: f32) -> Vec<Footfall> {
        match &self.motion {
            Motion::Gait(gait) => gait.footfalls(until_s),
            Motion::Leap(leap) => leap.footfalls(&self.build, until_s),
            Motion::Tumble(tumble) => tumble.footfalls(until_s),
            Motion::Dance(dance) => dance.footfalls(until_s),
            Motion::Wave(_) | Motion::Throw(_) | Motion::Catch(_) => Vec::new(),
        }
    }

    /// Computes the centre of a held object of this radius: in the hand near the camera, or between both hands.
    pub fn grip(&self, time_s: f32, radius: f32) -> V3 {
        let joints = self.joints(time_s);
        if let Motion::Catch(_) = self.motion {
            let middle = (joints.hands[0] + joints.hands[1]) * 0.5;
            return middle + joints.facing * (radius * 0.7);
        }
        let near = self.near_hand();
        let along = (joints.hands[near] - joints.elbows[near]).normal();
        joints.hands[near] + along * (radius * 0.8)
    }

    /// Index of the hand near the camera.
    pub fn near_hand(&self) -> usize {
        usize::from(self.side > 0.0)
    }

    /// Returns the rotation on the screen, counter-clockwise.
    pub fn turn(&self, time_s: f32) -> f32 {
        -self.side * self.stance(time_s).turn
    }

    fn stance(&self, time_s: f32) -> Stance {
        match &self.motion {
            Motion::Gait(gait) => gait.stance(&self.build, time_s),
            Motion::Leap(leap) => leap.stance(&self.build, time_s),
            Motion::Tumble(tumble) => tumble.stance(&self.build, time_s),
            Motion::Wave(wave) => wave.stance(&self.build, time_s, self.near_hand()),
            Motion::Dance(dance) => dance.stance(&self.build, time_s),
            Motion::Throw(throw) => throw.stance(&self.build, time_s, self.near_hand()),
            Motion::Catch(catch) => catch.stance(&self.build, time_s),
        }
    }
}

/// The character's axes in motion space.
struct Axes {
    origin: V3,
    forward: V3,
    left: V3,
}

impl Axes {
    fn of(figure: &Figure, stance: &Stance) -> Self {
        let (sin, cos) = (libm::sinf(figure.yaw), libm::cosf(figure.yaw));
        let forward = V3(figure.side * cos, 0.0, -sin);
        let x = figure.origin + forward.0 * stance.pelvis[0];
        // Each lap crosses from one side to the other; the jump between laps is out of sight.
        let laps = libm::floorf((x * figure.side + figure.limit) / (2.0 * figure.limit));
        Self {
            origin: V3(
                figure.origin - figure.side * laps * 2.0 * figure.limit,
                0.0,
                0.0,
            ),
            forward,
            left: V3(sin, 0.0, figure.side * cos),
        }
    }

    fn at(&self, [f, u, l]: [f32; 3]) -> V3 {
        self.origin + self.way(f, u, l)
    }

    fn way(&self, f: f32, u: f32, l: f32) -> V3 {
        self.forward * f + V3(0.0, u, 0.0) + self.left * l
    }

    /// A direction in the plane of f and u, `angle` forward from upwards.
    fn towards(&self, angle: f32) -> V3 {
        self.way(libm::sinf(angle), libm::cosf(angle), 0.0)
    }
}

/// Solves the joints of a posture: arms by angles, legs by inverse kinematics.
fn solve(build: &Build, stance: &Stance, axes: &Axes) -> Joints {
    let pelvis = axes.at(stance.pelvis);
    let trunk = stance.turn + stance.lean;
    let (tilt_sin, tilt_cos) = (libm::sinf(stance.tilt), libm::cosf(stance.tilt));
    let up = axes.towards(trunk) * tilt_cos + axes.left * tilt_sin;
    let neck = pelvis + up * build.trunk;
    let head = neck + (axes.towards(stance.turn + stance.lean * 0.4) + up).normal() * build.neck;
    let facing = axes.towards(stance.turn + core::f32::consts::FRAC_PI_2);
    let mut joints = Joints {
        pelvis,
        neck,
        head,
        shoulders: [neck; 2],
        elbows: [neck; 2],
        hands: [neck; 2],
        hips: [pelvis; 2],
        knees: [pelvis; 2],
        ankles: [pelvis; 2],
        toes: [pelvis; 2],
        facing,
        up,
        spine: axes.towards(stance.turn),
    };
    for index in 0..2 {
        let out = axes.left * if index == 0 { 1.0 } else { -1.0 };
        let arm = stance.arms[index];
        let along = |swing: f32, spread: f32| {
            let down = axes.towards(trunk + core::f32::consts::PI - swing);
            down * libm::cosf(spread) + out * libm::sinf(spread)
        };
        let shoulder = neck - up * build.arm_radius + out * build.shoulder;
        let elbow = shoulder + along(arm.swing, arm.spread) * build.upper_arm;
        joints.shoulders[index] = shoulder;
        joints.elbows[index] = elbow;
        joints.hands[index] = elbow + along(arm.swing + arm.bend, arm.fore_spread) * build.forearm;
        let hip = pelvis + out * build.hip;
        let ankle = axes.at(stance.ankles[index]);
        joints.hips[index] = hip;
        joints.ankles[index] = ankle;
        joints.knees[index] = knee(hip, ankle, build, facing);
        joints.toes[index] = ankle + facing * build.foot;
    }
    joints
}

/// Solves the knee between hip and ankle, bent forward. A leg that is too short is stretched: feet stay put.
fn knee(hip: V3, ankle: V3, build: &Build, facing: V3) -> V3 {
    let way = ankle - hip;
    let length = way.length().max(1e-4);
    let along = way * (1.0 / length);
    let middle =
        (build.thigh * build.thigh - build.shin * build.shin + length * length) / (2.0 * length);
    let middle = middle.clamp(0.0, length);
    let bulge = (build.thigh * build.thigh - middle * middle)
        .max(0.0)
        .sqrt();
    let out = (facing - along * facing.dot(along)).normal();
    hip + along * middle + out * bulge
}
