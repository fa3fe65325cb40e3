//! The world: scenes with physics, pictures, sound and exact captions, from a seed.
//!
//! Equal seeds give equal bytes on every platform: only IEEE arithmetic, square roots and `libm`. The way of a scene:
//! [`SceneSpec`] → [`simulate`] → [`render`], [`plan()`], [`sound_track`], [`captions()`]; [`Scene`] does all of it.

mod backdrop;
mod camera;
pub mod captions;
pub mod physics;
pub mod plan;
pub mod profile;
mod render;
mod rng;
mod scene;
mod setup;
mod shade;
mod shape;
pub mod spec;
mod vector;
mod words;

pub use camera::View;
pub use captions::captions;
pub use physics::{Contact, Simulation, simulate};
pub use plan::plan;
pub use render::{Renderer, render};
pub use scene::{Scene, Shape, fingerprint, sound_track};
pub use spec::{Action, Camera, Colour, Material, Object, Place, SceneSpec, Style, Subject};

/// Pixel frames per second of every clip.
pub const FRAMES_PER_SECOND: u32 = kinora_sound::FRAMES_PER_SECOND;
/// Screen y of the line on which objects stand.
pub const GROUND_Y: f32 = 0.58;
