//! The starter: a plan-conditioned, layered latent flow model of a procedural world.
//!
//! A prompt passes through [`text`] (encoder, slot heads, completion), the planner and the video model ([`networks`]) with their
//! [`conditioning`], and the decoders: closed-form codecs ([`latents`]), a refiner each for background and layers, and the
//! [`compositor`]. [`generation`] implements the family traits of `kinora-model` over these parts.
//! The networks' PyTorch twins are in `training`; `tests/golden` holds reference outputs.

pub mod checkpoint;
pub mod compositor;
pub mod conditioning;
pub mod generation;
pub mod grid;
pub mod latents;
pub mod networks;
#[cfg(test)]
mod parity;
pub mod text;

pub use checkpoint::{Checkpoint, CheckpointConfig};
pub use conditioning::initial_state::LatentClip;
pub use generation::{LatentInput, Starter, StarterRun};
