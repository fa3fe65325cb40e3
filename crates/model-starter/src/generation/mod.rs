//! The family traits of `kinora-model` for the starter: opening, planning, denoising and decoding a clip.

mod choreography;
mod clip_shape;
mod decode;
mod denoise;
mod latent_input;
mod model;
mod planning;
mod run;

pub use latent_input::LatentInput;
pub use model::Starter;
pub use run::StarterRun;
