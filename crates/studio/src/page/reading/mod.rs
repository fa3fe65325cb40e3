//! The reading of the prompt while one types, and the scene of a recipe.

mod client;
pub mod view;

pub use client::{connect, resolve};
