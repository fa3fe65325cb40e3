//! Kinora's networks: words in, latents and frames out, each written once as an engine graph.
//!
//! The starter is a text encoder ([`text`]), a planner ([`planner`]), a video model ([`dit`]) made of Wan blocks ([`wan`]),
//! and decoders: the [`place`] on its stage and subjects as [`layers`], each by a matrix on the host and a net that refines it
//! ([`refine`]). [`overlay`] puts them together as a camera sees them, with a rope that somebody is [`hanging`] on, behind [`water`] and what
//! is [`falling`], through a [`lens`]. [`pictures`] that are given stay as they are.
//! [`starter`] reads it all from disk; [`features`] and [`rope`] compute what the host feeds the networks.
//! Their PyTorch twins are in `training`, and `tests/golden` holds what the public reference implementations answer.

pub mod canvas;
pub mod dit;
pub mod falling;
pub mod features;
pub mod given;
pub mod hanging;
pub mod layers;
pub mod lens;
mod matrix;
mod net;
pub mod overlay;
#[cfg(test)]
mod parity;
pub mod picture;
pub mod pictures;
pub mod place;
pub mod planner;
pub mod refine;
pub mod rope;
pub mod said;
pub mod starter;
mod stroke;
pub mod text;
pub mod tokenizer;
pub mod wan;
pub mod water;
pub mod weights;

pub use dit::{Grid, Guidance};
pub use starter::{Starter, StarterConfig, StarterError};
pub use tokenizer::Tokenizer;
