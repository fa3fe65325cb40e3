//! Scene semantics shared by the procedural world and the starter: class vocabularies, physical constants, camera
//! paths, framing, dynamics on a plan, closed-form effects, and canonical captions. No networks, no sound, no renderer.
//!
//! World space: half the image height of a camera at rest is 1, the origin is the image centre, x points right and y
//! down. Screen space is world space seen by a [`CameraState`](kinora_contract::plan::CameraState):
//! `screen = world * zoom + pan`. Arithmetic is IEEE f32 plus `libm`, so results are bit-identical on every platform.

pub mod camera_path;
pub mod caption;
pub mod casting;
pub mod constants;
pub mod dynamics;
pub mod effects;
pub mod framing;
mod interpolation;
mod pixel_range;
pub mod rng;
pub mod vocabulary;

pub use interpolation::smoothstep;
pub use pixel_range::pixel_range;
