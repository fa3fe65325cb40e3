//! Trajectories and contacts of the subjects of a clip.
//!
//! Motion space: half the image height is 1, x points right from the image centre, y up from the ground line; seconds.

use kinora_scene::constants::GROUND_Y;

use crate::geometry::outline::Profile;
use crate::motion::character::{Build, Joints};

/// Approach speed to the ground that counts as energy 1.
pub const FULL_SPEED: f32 = 4.2;
/// Approach speed of two subjects that counts as energy 1: they meet slower than things fall, and both ring.
pub const FULL_SPEED_OF_PAIR: f32 = 1.8;
/// Where a subject is at one instant.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pose2 {
    /// Right, image centre = 0.
    pub x: f32,
    /// Up from the ground line.
    pub y: f32,
    /// Cosine of the rotation, counter-clockwise.
    pub cos: f32,
    /// Sine of the rotation, counter-clockwise.
    pub sin: f32,
}

/// The motion of one subject.
#[derive(Clone, Debug)]
pub struct Track {
    /// Radius of the bounding circle.
    pub radius: f32,
    /// The outline, unit size.
    pub profile: Profile,
    /// One pose per pixel frame, at the instant the frame is shown.
    pub poses: Vec<Pose2>,
    /// A character's measures; `None` for a thing.
    pub build: Option<Build>,
    /// A character's joints per pixel frame; empty for a thing.
    pub joints: Vec<Joints>,
    /// Depth behind (+) or before (-) the plane of action per pixel frame.
    pub depths: Vec<f32>,
}

/// What a subject touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum With {
    /// The ground.
    Ground,
    /// Another subject, by its index.
    Subject(usize),
    /// Water meets the subject.
    Water,
}

/// The instant at which two things meet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contact {
    /// Seconds from the start, finer than a physics step.
    pub time_s: f32,
    /// Strength 0..1: approach speed over [`FULL_SPEED`] or [`FULL_SPEED_OF_PAIR`].
    pub energy: f32,
    /// Which subject.
    pub subject: usize,
    /// What it met.
    pub with: With,
    /// Where, right and up from the ground line.
    pub at: [f32; 2],
}

/// Screen y (down, half the height = 1) of a height over the ground line.
pub fn screen_y(height: f32) -> f32 {
    GROUND_Y - height
}
