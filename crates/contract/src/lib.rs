//! Stored and transmitted formats: the recipe of a clip, its plan, the recipe box of a clip file, and the JSON messages
//! between studio and relay.
//!
//! Data types and their encodings only: no I/O, no clock, no randomness. Builds for wasm32 without features.
//! `docs/formats.md` specifies the formats; `tests/formats.rs` compares its numbers with the constants of this crate.

pub mod clip_file;
pub mod event;
pub mod manifest;
pub mod picture;
pub mod plan;
pub mod recipe;
pub mod share;
pub mod signing;

pub use manifest::Manifest;
pub use plan::Plan;
pub use recipe::{
    Camera, Change, DialogueLine, Edit, Extra, ModelRef, Parent, PictureUse, Recipe, RecipeError,
    Scene, Source, SourceRole, Style,
};
