//! What materials and places are to the physics and to the ear.

use kinora_sound::{Ambience, Ground, Weather as Falling};

use crate::vocabulary::{Material, Place, Weather};

/// How a material moves.
pub struct Matter {
    /// Mass per volume.
    pub density: f32,
    /// Friction with the ground.
    pub friction: f32,
    /// Elasticity, 0..1.
    pub restitution: f32,
}

/// How a material moves.
pub fn matter(material: Material) -> Matter {
    let (density, friction, restitution) = match material {
        Material::Rubber => (1.0, 0.85, 0.75),
        Material::Wood => (0.9, 0.5, 0.45),
        Material::Metal => (1.5, 0.35, 0.4),
        Material::Stone => (1.4, 0.6, 0.3),
        Material::Glass => (1.2, 0.3, 0.5),
        Material::Plastic => (0.7, 0.4, 0.6),
        Material::Ice => (1.0, 0.12, 0.3),
        Material::Cloth => (0.6, 0.8, 0.15),
    };
    Matter {
        density,
        friction,
        restitution,
    }
}

/// The sound class of a material.
pub fn sound_of(material: Material) -> kinora_sound::Material {
    match material {
        Material::Rubber | Material::Cloth => kinora_sound::Material::Rubber,
        Material::Wood | Material::Plastic => kinora_sound::Material::Wood,
        Material::Metal | Material::Glass => kinora_sound::Material::Metal,
        Material::Stone | Material::Ice => kinora_sound::Material::Stone,
    }
}

/// The sound class of a place.
pub fn ambience_of(place: Place) -> kinora_sound::Place {
    match place {
        Place::WoodenFloor | Place::Kitchen | Place::Gym | Place::Stage => {
            kinora_sound::Place::WoodenFloor
        }
        Place::Beach | Place::Desert => kinora_sound::Place::Beach,
        Place::Meadow | Place::Snow | Place::Forest | Place::Mountain => {
            kinora_sound::Place::Meadow
        }
        Place::Street | Place::Rooftop => kinora_sound::Place::Street,
    }
}

/// What is underfoot at a place, and what sounds from afar.
pub fn heard_at(place: Place) -> (Ground, Ambience) {
    match place {
        Place::WoodenFloor => (Ground::Boards, Ambience::Room),
        Place::Beach => (Ground::Sand, Ambience::Sea),
        Place::Meadow => (Ground::Grass, Ambience::Meadow),
        Place::Street => (Ground::Asphalt, Ambience::Street),
        Place::Desert => (Ground::Sand, Ambience::Wind),
        Place::Snow => (Ground::Snow, Ambience::Wind),
        Place::Forest => (Ground::Leaves, Ambience::Forest),
        Place::Kitchen => (Ground::Tiles, Ambience::Kitchen),
        Place::Gym => (Ground::Boards, Ambience::Hall),
        Place::Stage => (Ground::Boards, Ambience::Hall),
        Place::Rooftop => (Ground::Asphalt, Ambience::Roof),
        Place::Mountain => (Ground::Gravel, Ambience::Lake),
    }
}

/// What falls, to the ear.
pub fn falling(weather: Weather) -> Falling {
    match weather {
        Weather::Clear => Falling::Calm,
        Weather::Rain => Falling::Rain,
        Weather::Snow => Falling::Snow,
        Weather::Fog => Falling::Fog,
    }
}

/// What the ground leaves of a bounce: sand, grass and snow take some of it.
pub fn softness(place: Place) -> f32 {
    match place {
        Place::Beach | Place::Meadow | Place::Desert | Place::Forest => 0.93,
        Place::Snow => 0.86,
        _ => 1.0,
    }
}

/// Share of its speed that a bounce leaves to a body: livelier than the material alone, but in its order.
pub fn bounce_restitution(material: Material, place: Place) -> f32 {
    let elastic = 0.62 + 0.32 * matter(material).restitution;
    elastic * softness(place)
}
