//! Acoustic surroundings of a track: ground, ambience and weather.

use serde::{Deserialize, Serialize};

use crate::track::Place;

/// Weather as heard. The order is that of classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weather {
    /// Silent.
    Calm,
    /// Drops on the ground.
    Rain,
    /// Faint noise of flakes; damps the ambience.
    Snow,
    /// Silent; damps the ambience.
    Fog,
}

/// Ground surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ground {
    /// Wooden boards.
    Boards,
    /// Dry sand.
    Sand,
    /// Grass.
    Grass,
    /// Asphalt or concrete.
    Asphalt,
    /// Ceramic tiles.
    Tiles,
    /// Packed snow.
    Snow,
    /// Moss and dry leaves.
    Leaves,
    /// Gravel.
    Gravel,
}

impl Ground {
    /// All grounds.
    pub const ALL: [Self; 8] = [
        Self::Boards,
        Self::Sand,
        Self::Grass,
        Self::Asphalt,
        Self::Tiles,
        Self::Snow,
        Self::Leaves,
        Self::Gravel,
    ];

    /// Returns the acoustic class for impacts of bodies on this ground.
    pub fn place(self) -> Place {
        match self {
            Self::Boards => Place::WoodenFloor,
            Self::Sand | Self::Snow => Place::Beach,
            Self::Grass | Self::Leaves => Place::Meadow,
            Self::Asphalt | Self::Tiles | Self::Gravel => Place::Street,
        }
    }
}

/// Continuous background sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ambience {
    /// Room tone.
    Room,
    /// A room with a refrigerator.
    Kitchen,
    /// A large hall.
    Hall,
    /// Waves.
    Sea,
    /// Birds over a meadow.
    Meadow,
    /// Birds and leaves.
    Forest,
    /// Traffic.
    Street,
    /// Distant traffic and wind.
    Roof,
    /// Wind.
    Wind,
    /// Wind and small waves.
    Lake,
}

/// Acoustic surroundings of a track.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Surroundings {
    /// Ground surface, for footsteps, impacts and rain.
    pub ground: Ground,
    /// Continuous background sound.
    pub ambience: Ambience,
    /// Weather.
    pub weather: Weather,
    /// Whether it is night: crickets replace birds.
    pub night: bool,
    /// Whether the roll level is that of flowing water instead of a rolling object.
    pub water: bool,
    /// Per impact of the track, whether it is a footstep; missing entries are `false`.
    pub footsteps: Vec<bool>,
}

impl Surroundings {
    /// Creates the default surroundings of an acoustic class: a calm day, no footsteps, no water.
    pub fn of(place: Place) -> Self {
        let (ground, ambience) = match place {
            Place::WoodenFloor => (Ground::Boards, Ambience::Room),
            Place::Beach => (Ground::Sand, Ambience::Sea),
            Place::Meadow => (Ground::Grass, Ambience::Meadow),
            Place::Street => (Ground::Asphalt, Ambience::Street),
        };
        Self {
            ground,
            ambience,
            weather: Weather::Calm,
            night: false,
            water: false,
            footsteps: Vec::new(),
        }
    }
}
