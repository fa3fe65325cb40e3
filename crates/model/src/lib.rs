//! Kinora's networks: words in, latents and frames out, each written once as an engine graph.
//!
//! The starter is a text encoder ([`text`]), a planner ([`planner`]), a video model ([`dit`]) made of Wan blocks ([`wan`]),
//! and a decoder ([`decoder`]). Subjects are [`layers`], which [`overlay`] lays over the place. [`starter`] reads them from disk;
//! [`features`] and [`rope`] compute what the host feeds them.
//! Their PyTorch twins are in `training`, and `tests/golden` holds what the public reference implementations answer.

pub mod canvas;
pub mod decoder;
pub mod dit;
pub mod features;
pub mod given;
pub mod layers;
mod net;
pub mod overlay;
#[cfg(test)]
mod parity;
pub mod picture;
pub mod planner;
pub mod rope;
pub mod starter;
pub mod text;
pub mod tokenizer;
pub mod wan;
pub mod weights;

pub use dit::{Grid, Guidance};
pub use starter::{Starter, StarterConfig, StarterError};
pub use tokenizer::Tokenizer;
