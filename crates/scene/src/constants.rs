//! Physical constants of the scene: gravity, ground line, material and ground properties.

pub use kinora_contract::plan::{GRAVITY, GROUND_Y};

use crate::vocabulary::{Material, Object, Place};

/// Pixel frames per second at which plans, sound and the starter's clips are sampled.
pub const FRAMES_PER_SECOND: u32 = 12;

/// Mass per volume, relative to rubber.
pub fn density(material: Material) -> f32 {
    match material {
        Material::Rubber => 1.0,
        Material::Wood => 0.9,
        Material::Metal => 1.5,
        Material::Stone => 1.4,
        Material::Glass => 1.2,
        Material::Plastic => 0.7,
        Material::Ice => 1.0,
        Material::Cloth => 0.6,
    }
}

/// Coulomb friction coefficient against the ground.
pub fn friction(material: Material) -> f32 {
    match material {
        Material::Rubber => 0.85,
        Material::Wood => 0.5,
        Material::Metal => 0.35,
        Material::Stone => 0.6,
        Material::Glass => 0.3,
        Material::Plastic => 0.4,
        Material::Ice => 0.12,
        Material::Cloth => 0.8,
    }
}

/// Coefficient of restitution of the material alone, 0 ..= 1.
pub fn restitution(material: Material) -> f32 {
    exact_restitution(material) as f32
}

/// Factor that the ground applies to a restitution, 0 ..= 1: sand, grass and snow absorb energy.
pub fn ground_softness(place: Place) -> f32 {
    match place {
        Place::Beach | Place::Meadow | Place::Desert | Place::Forest => 0.93,
        Place::Snow => 0.86,
        Place::WoodenFloor
        | Place::Street
        | Place::Kitchen
        | Place::Gym
        | Place::Stage
        | Place::Rooftop
        | Place::Mountain => 1.0,
    }
}

/// Coefficient of restitution of a bounce: livelier than [`restitution`], in the same order of materials, times
/// [`ground_softness`].
pub fn bounce_restitution(material: Material, place: Place) -> f32 {
    // Rounded once, so that the value is the nearest f32 to the decimal one.
    let lively = (0.62 + 0.32 * exact_restitution(material)) as f32;
    lively * ground_softness(place)
}

/// Radius in the plan over contact radius of an object that bounces as a circle; `None` for objects with corners.
pub fn bouncing_outline_ratio(object: Object) -> Option<f32> {
    match object {
        Object::Ball | Object::Pumpkin | Object::Ring => Some(1.0),
        Object::Apple => Some(1.136),
        _ => None,
    }
}

/// Radius in the plan over contact radius of an object that rolls as a circle (cylinders roll on their side); `None`
/// for objects that tumble.
pub fn rolling_outline_ratio(object: Object) -> Option<f32> {
    match object {
        Object::Ball | Object::Ring => Some(1.0),
        Object::Apple => Some(1.136),
        Object::Barrel => Some(1.515),
        Object::Bottle => Some(2.5),
        Object::Can => Some(1.087),
        Object::Drum => Some(1.351),
        _ => None,
    }
}

fn exact_restitution(material: Material) -> f64 {
    match material {
        Material::Rubber => 0.75,
        Material::Wood => 0.45,
        Material::Metal => 0.4,
        Material::Stone => 0.3,
        Material::Glass => 0.5,
        Material::Plastic => 0.6,
        Material::Ice => 0.3,
        Material::Cloth => 0.15,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clips of existing recipes depend on these bits.
    #[test]
    fn bounce_restitution_is_the_nearest_f32_of_the_decimal_table() {
        for (material, expected) in [
            (Material::Rubber, 0.86f32),
            (Material::Plastic, 0.812),
            (Material::Glass, 0.78),
            (Material::Wood, 0.764),
            (Material::Metal, 0.748),
            (Material::Stone, 0.716),
            (Material::Ice, 0.716),
            (Material::Cloth, 0.668),
        ] {
            assert_eq!(
                bounce_restitution(material, Place::Street),
                expected,
                "{material}"
            );
            assert_eq!(
                bounce_restitution(material, Place::Snow),
                expected * 0.86,
                "{material}"
            );
            assert_eq!(
                bounce_restitution(material, Place::Beach),
                expected * 0.93,
                "{material}"
            );
        }
    }
}
