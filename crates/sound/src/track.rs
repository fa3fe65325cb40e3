//! Sound events of a clip, timed by its pixel frames.

use serde::{Deserialize, Serialize};

/// Pixel frames per second: the time base of sound events.
pub const FRAMES_PER_SECOND: u32 = 12;

/// Sound material of an object. The order is that of classes and one-hot channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Material {
    /// Soft and dull.
    Rubber,
    /// Short and hollow.
    Wood,
    /// Long, bright ringing.
    Metal,
    /// Short, hard click.
    Stone,
}

impl Material {
    /// All materials in class order.
    pub const ALL: [Self; 4] = [Self::Rubber, Self::Wood, Self::Metal, Self::Stone];
}

/// Acoustic class of a background. The order is that of classes and one-hot channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Place {
    /// A room with floorboards.
    #[serde(rename = "wooden floor")]
    WoodenFloor,
    /// Sand beside the sea.
    #[serde(rename = "beach")]
    Beach,
    /// Grass under an open sky.
    #[serde(rename = "meadow")]
    Meadow,
    /// Asphalt between houses.
    #[serde(rename = "street")]
    Street,
}

impl Place {
    /// All places in class order.
    pub const ALL: [Self; 4] = [Self::WoodenFloor, Self::Beach, Self::Meadow, Self::Street];
}

/// An audible contact.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Impact {
    /// Instant of the contact in seconds from the start of the clip.
    pub time_s: f32,
    /// Strength, 0 (silent) to 1 (hardest in the world); increases with the approach speed.
    pub energy: f32,
    /// Size of the object, 0 (small, high pitch) to 1 (large, low pitch).
    pub size: f32,
    /// Material of the object.
    pub material: Material,
}

/// All sound events of a clip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SoundTrack {
    /// Length in pixel frames.
    pub frames: usize,
    /// Acoustic class of the background.
    pub place: Place,
    /// Material of subject 1; determines the spectrum of the rolling noise.
    pub material: Material,
    /// Size of subject 1, 0..1.
    pub size: f32,
    /// Contacts in order of time.
    pub impacts: Vec<Impact>,
    /// Level of rolling, sliding or flowing per pixel frame, 0..1.
    pub roll: Vec<f32>,
}
