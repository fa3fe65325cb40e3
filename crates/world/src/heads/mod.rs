//! Procedural heads. An id determines more than eighty parameters; the face stays recognisable in every pose, light and style.
//!
//! A head consists of curved surfaces (`skull`, `hair`, `accessories`), painted by position in the face (`paint`) and
//! rendered in `render::portrait`. Local axes: x to the viewer's right, y up, z towards the viewer; chin near y = −1, crown near +1.

mod accessories;
mod assembly;
mod expression;
mod genes;
mod hair;
pub(crate) mod mesh;
pub(crate) mod paint;
mod skull;
mod traits;

use crate::geometry::vector::V3;

pub(crate) use assembly::Figurehead;
pub use expression::{Expression, HeadPose};
pub use genes::Genes;
pub use traits::{Age, Beard, Cut, Glasses, HairColour, Noun, Traits};

/// Ids for training.
pub const TRAINING_IDS: core::ops::Range<u64> = 0..5_000;
/// Held-out ids: identity is evaluated on them.
pub const HELD_OUT_IDS: core::ops::Range<u64> = 5_000..6_000;

/// A person's head.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Head {
    /// Id.
    pub id: u64,
    /// Parameters.
    pub genes: Genes,
    /// Traits that captions name.
    pub traits: Traits,
}

impl Head {
    /// Builds the head of an id.
    pub fn from_id(id: u64) -> Self {
        let genes = Genes::draw(id);
        Self {
            id,
            genes,
            traits: Traits::draw(id, &genes),
        }
    }

    /// Finds the first head at or after `start`, cyclically in `ids`, whose traits satisfy `fits`; else the head at `start`.
    pub fn find(ids: core::ops::Range<u64>, start: u64, fits: impl Fn(&Traits) -> bool) -> Self {
        let count = ids.end - ids.start;
        let all = (0..count).map(|step| Self::from_id(ids.start + (start + step) % count));
        let mut all = all.filter(|head| fits(&head.traits));
        all.next()
            .unwrap_or_else(|| Self::from_id(ids.start + start % count))
    }

    /// Base colour of the skin.
    pub(crate) fn skin(&self) -> V3 {
        const TONES: [V3; 6] = [
            V3(0.97, 0.83, 0.74),
            V3(0.93, 0.74, 0.61),
            V3(0.83, 0.61, 0.45),
            V3(0.66, 0.45, 0.31),
            V3(0.50, 0.33, 0.22),
            V3(0.37, 0.24, 0.17),
        ];
        let tone = self.genes.melanin * 4.999;
        let index = tone as usize;
        let base = TONES[index].mix(TONES[index + 1], tone - index as f32);
        let warm = self.genes.undertone * 0.035;
        base.times(V3(1.0 + 0.4 * warm, 1.0, 1.0 - 1.6 * warm))
    }

    /// Base colour of the hair.
    pub(crate) fn hair(&self) -> V3 {
        let base = match self.traits.hair {
            HairColour::Black => V3(0.075, 0.068, 0.075),
            HairColour::Brown => V3(0.30, 0.17, 0.09),
            HairColour::Red => V3(0.64, 0.23, 0.08),
            HairColour::Blond => V3(0.84, 0.64, 0.32),
            HairColour::Grey => V3(0.52, 0.52, 0.54),
            HairColour::White => V3(0.90, 0.89, 0.87),
            HairColour::Blue => V3(0.14, 0.34, 0.80),
            HairColour::Pink => V3(0.94, 0.42, 0.66),
            HairColour::Green => V3(0.16, 0.58, 0.30),
        };
        let shade = self.genes.hair_shade;
        match self.traits.hair {
            HairColour::White => base * (0.92 + 0.08 * shade).min(1.0),
            HairColour::Grey => base * (0.62 + 0.38 * shade),
            _ => base * shade,
        }
    }

    /// Base colour of the iris.
    pub(crate) fn iris(&self) -> V3 {
        const HUES: [V3; 7] = [
            V3(0.28, 0.52, 0.82),
            V3(0.46, 0.58, 0.68),
            V3(0.32, 0.60, 0.42),
            V3(0.55, 0.50, 0.24),
            V3(0.46, 0.28, 0.12),
            V3(0.28, 0.16, 0.09),
            V3(0.15, 0.10, 0.08),
        ];
        let hue = self.genes.iris_hue * 5.999;
        let index = hue as usize;
        HUES[index].mix(HUES[index + 1], hue - index as f32) * self.genes.iris_light
    }
}
