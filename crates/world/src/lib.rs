//! The world: scenes with physics, pictures, sound and exact captions, from a seed.
//!
//! Equal seeds give equal bytes on every platform: only IEEE arithmetic, square roots and `libm`. The way of a scene:
//! [`SceneSpec`] → [`simulate`] → [`render`], [`plan()`], [`sound_track`], [`captions()`]; [`Scene`] does all of it.

mod actions;
mod air;
mod camera;
pub mod captions;
pub mod cast;
pub mod edit;
pub mod figure;
pub mod gallery;
mod grain;
pub mod heads;
pub mod lines;
mod matter;
mod objects;
pub mod parse;
pub mod perform;
pub mod physics;
mod places;
pub mod plan;
pub mod portrait;
pub mod profile;
mod reference;
mod render;
mod rng;
mod scene;
mod shade;
pub mod spec;
pub mod truth;
mod vector;
mod vocabulary;
mod words;

pub use actions::{Hold, Stream};
pub use camera::View;
pub use captions::{captions, revised};
pub use heads::Head;
pub use lines::Line;
pub use matter::{ambience_of, bounce_restitution, falling, heard_at, sound_of};
pub use physics::{Contact, Simulation, simulate};
pub use plan::{SUBFRAME_DIM, SUBJECT_DIM, plan};
pub use portrait::{Kind, Portrait};
pub use reference::{REFERENCE_FRAME, reference};
pub use render::{LAYER_EXTENT, LAYER_SIZE, Layers, Renderer, let_through, render};
pub use scene::{
    MOUTH_DIM, MOUTH_SUBFRAME, Scene, Shape, fingerprint, portrait_fingerprint, sound_track,
    surroundings,
};
pub use spec::{
    Action, Camera, Colour, Cover, Material, Object, Place, SceneSpec, Shot, Style, Subject, Time,
    Weather,
};
pub use truth::Truth;
pub use vector::V3;

/// Pixel frames per second of every clip that a model makes, and of everything that sounds.
pub const FRAMES_PER_SECOND: u32 = kinora_sound::FRAMES_PER_SECOND;
/// Screen y of the line on which objects stand.
pub const GROUND_Y: f32 = 0.58;
