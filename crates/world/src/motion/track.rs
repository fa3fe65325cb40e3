//! Trajectories and contacts of the subjects of a clip.
//!
//! Motion space: half the image height is 1, x points right from the image centre, y up from the ground line; seconds.

use kinora_scene::constants::GROUND_Y;

use crate::geometry::outline::Profile;
use crate::motion::character::{Build, Joints};

/// Approach speed to the ground with energy 1.
pub const FULL_SPEED: f32 = 4.2;
/// Approach speed of two subjects with energy 1; lower, because subjects meet slower than they fall and both ring.
pub const FULL_SPEED_OF_PAIR: f32 = 1.8;
/// Pose of a subject.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pose2 {
    /// Position right of the image centre.
    pub x: f32,
    /// Height above the ground line.
    pub y: f32,
    /// Cosine of the rotation, counter-clockwise.
    pub cos: f32,
    /// Sine of the rotation, counter-clockwise.
    pub sin: f32,
}

/// Trajectory of one subject.
#[derive(Clone, Debug)]
pub struct Track {
    /// Radius of the bounding circle.
    pub radius: f32,
    /// Outline of unit size.
    pub profile: Profile,
    /// One pose per pixel frame.
    pub poses: Vec<Pose2>,
    /// Proportions of a character; `None` for an object.
    pub build: Option<Build>,
    /// Joints of a character per pixel frame; empty for an object.
    pub joints: Vec<Joints>,
    /// Depth behind the plane of action per pixel frame.
    pub depths: Vec<f32>,
}

/// Counterpart of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum With {
    /// The ground.
    Ground,
    /// Another subject by index.
    Subject(usize),
    /// Poured liquid.
    Water,
}

/// A contact event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contact {
    /// Time in seconds, interpolated within a physics step.
    pub time_s: f32,
    /// Energy, 0 ..= 1: approach speed over [`FULL_SPEED`] or [`FULL_SPEED_OF_PAIR`].
    pub energy: f32,
    /// Index of the subject.
    pub subject: usize,
    /// Counterpart.
    pub with: With,
    /// Position, right and up from the ground line.
    pub at: [f32; 2],
}

/// Converts a height above the ground line to world y (down).
pub fn screen_y(height: f32) -> f32 {
    GROUND_Y - height
}
