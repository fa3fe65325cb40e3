//! Kinora's networks: words in, latents and frames out, each written once as an engine graph.
//!
//! The starter is a text encoder ([`text`]), a planner ([`planner`]), a video model ([`dit`]) made of Wan blocks ([`wan`]),
//! and a decoder: the [`place`] as a camera sees it, subjects as [`layers`] laid over it, and the [`lens`] are put together by
//! [`overlay`] on the host, and a net refines the frames ([`decoder`]). [`pictures`] that are given stay as they are. [`starter`] reads them from disk; [`features`] and [`rope`]
//! compute what the host feeds them.
//! Their PyTorch twins are in `training`, and `tests/golden` holds what the public reference implementations answer.

pub mod canvas;
pub mod decoder;
pub mod dit;
pub mod features;
pub mod given;
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
pub mod rope;
pub mod said;
pub mod starter;
pub mod text;
pub mod tokenizer;
pub mod wan;
pub mod weights;

pub use dit::{Grid, Guidance};
pub use starter::{Starter, StarterConfig, StarterError};
pub use tokenizer::Tokenizer;
