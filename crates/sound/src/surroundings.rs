//! Where a track is heard: what is underfoot, what sounds from afar, and the weather.

use serde::{Deserialize, Serialize};

use crate::track::Place;

/// What falls from the sky. The order is the order of classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weather {
    /// Nothing is heard.
    Calm,
    /// Drops on the ground.
    Rain,
    /// Flakes swallow sound.
    Snow,
    /// Distance is silent.
    Fog,
}

/// What is underfoot.
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
    /// Snow that crunches.
    Snow,
    /// Moss and dry leaves.
    Leaves,
    /// Small stones.
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

    /// The class of place that bodies sound like on it.
    pub fn place(self) -> Place {
        match self {
            Self::Boards => Place::WoodenFloor,
            Self::Sand | Self::Snow => Place::Beach,
            Self::Grass | Self::Leaves => Place::Meadow,
            Self::Asphalt | Self::Tiles | Self::Gravel => Place::Street,
        }
    }
}

/// What sounds from afar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ambience {
    /// The hush of a room.
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
    /// Traffic far below, and wind.
    Roof,
    /// Wind alone.
    Wind,
    /// Wind and small waves.
    Lake,
}

/// Where a track is heard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Surroundings {
    /// What is underfoot.
    pub ground: Ground,
    /// What sounds from afar.
    pub ambience: Ambience,
    /// What falls.
    pub weather: Weather,
    /// Whether it is night: crickets instead of birds.
    pub night: bool,
    /// Whether what flows is water: it bubbles instead of rolling.
    pub water: bool,
    /// For each impact of the track whether it is a footstep; those beyond the end are not.
    pub footsteps: Vec<bool>,
}

impl Surroundings {
    /// A calm day at a place, without steps and water.
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
