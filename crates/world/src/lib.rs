//! The procedural world: scenes with physics, frames, sound, plans and exact captions, from a seed.
//!
//! Equal seeds give equal bytes on every platform: IEEE arithmetic, square roots and `libm` only. Data flow:
//! [`SceneSpec`] → [`simulate`] → [`render`], [`sample::plan`], [`sound_track`], [`captions()`]; [`Scene`] holds all of it.

pub mod gallery;
mod geometry;
pub mod heads;
pub mod language;
pub mod motion;
mod objects;
pub mod render;
pub mod sample;
pub mod spec;
pub mod utterances;

pub use geometry::outline::Profile;
pub use geometry::vector::V3;
pub use heads::Head;
pub use kinora_scene::constants::{FRAMES_PER_SECOND, GRAVITY, GROUND_Y, bounce_restitution};
pub use kinora_scene::vocabulary::{
    Action, Camera, Colour, Cover, Material, Object, Place, Shot, Style, Time, Weather,
};
pub use language::captions::{captions, revised};
pub use motion::camera::camera_path;
pub use motion::initial_state::Hold;
pub use motion::simulation::{Simulation, simulate};
pub use motion::track::Contact;
pub use render::ground_truth::Truth;
pub use render::{Layers, Renderer, render};
pub use sample::{
    MOUTH_DIM, MOUTH_SUBFRAME, REFERENCE_FRAME, Scene, fingerprint, portrait_fingerprint,
    reference, sound_track, surroundings,
};
pub use spec::SceneSpec;
pub use spec::Subject;
pub use spec::portrait::Portrait;
pub use spec::sampling::Kind;
pub use spec::shape::{LAYER_EXTENT, LAYER_SIZE, Shape};
pub use utterances::Line;
