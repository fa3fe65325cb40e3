//! What sounds in a clip, on the clip's own clock.

use serde::{Deserialize, Serialize};

/// Pixel frames per second of every Kinora clip; sound events are counted on this clock.
pub const FRAMES_PER_SECOND: u32 = 12;

/// What an object is made of. The order is the order of classes and one-hot channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Material {
    /// Soft, dull, bouncy.
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

/// Where the scene takes place. The order is the order of classes and one-hot channels.
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

/// One contact that can be heard.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Impact {
    /// The instant of contact in seconds from the start of the clip.
    pub time_s: f32,
    /// Strength, 0 (silent) to 1 (as hard as the world allows); grows with the approach speed.
    pub energy: f32,
    /// Size of the object, 0 (small, high) to 1 (big, low).
    pub size: f32,
    /// What the struck object is made of.
    pub material: Material,
}

/// Everything that sounds in one clip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SoundTrack {
    /// Length in pixel frames.
    pub frames: usize,
    /// The ambience.
    pub place: Place,
    /// Material of the first subject: it colours the rolling noise.
    pub material: Material,
    /// Size of the first subject, 0..1.
    pub size: f32,
    /// Contacts in order of time.
    pub impacts: Vec<Impact>,
    /// Loudness of rolling and sliding per pixel frame, 0..1.
    pub roll: Vec<f32>,
}
