//! The starter: a plan-conditioned, layered latent flow model of a procedural world.
//!
//! A prompt passes through [`text`] (encoder, slot heads, completion), the [`planner`] and computed dynamics, the video model ([`dit`])
//! over background, sound and layer tokens, and the decoders: closed-form codecs ([`latents`]), a [`refiner`] each for background and
//! layers, and the [`compositor`]. [`Starter`] implements the family traits of `kinora-model` over these parts.
//! The networks' PyTorch twins are in `training`; `tests/golden` holds reference outputs.

pub mod checkpoint;
pub mod compositor;
pub mod conditioning_mask;
mod decode;
mod denoise;
pub mod dit;
pub mod grid;
mod initial_state;
mod latent_input;
pub mod latents;
mod model;
#[cfg(test)]
mod parity;
pub mod plan_conditioning;
pub mod planner;
mod planning;
mod reference_images;
pub mod refiner;
mod remix;
mod run;
pub mod text;

pub use checkpoint::{Checkpoint, CheckpointConfig};
pub use initial_state::LatentClip;
pub use latent_input::LatentInput;
pub use model::Starter;
pub use run::StarterRun;
