//! Closed-form effects, drawn from the plan alone: a latent frame has no room for them and nothing about them is random.
//!
//! Each effect has a coverage or transmittance function and a colour, shared by the world's renderer and the starter's
//! compositor.

mod capsule;
mod illumination;
mod lens;
mod pour;
mod precipitation;
mod suspension;

pub use capsule::{Capsule, ScreenCapsule};
pub use illumination::Illumination;
pub use lens::{Lens, apply_transmittance};
pub use pour::{LiquidStream, PourSource};
pub use precipitation::Precipitation;
pub use suspension::SuspensionRope;
