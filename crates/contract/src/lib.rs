//! What Kinora stores or sends: the recipe of a clip, the plan of what happens in it, the file that carries both, and
//! what a studio and a relay say to each other.
//!
//! Pure data, and how it is laid out: no input or output, no clock, no randomness. It builds for wasm32 as it is.
//! The formats are described in `docs/formats.md`.

pub mod clip_file;
pub mod event;
pub mod picture;
pub mod plan;
pub mod recipe;
pub mod share;
pub mod signing;

pub use plan::Plan;
pub use recipe::{
    Camera, Change, DialogueLine, Edit, Extra, ModelRef, Parent, PictureUse, Recipe, RecipeError,
    Source, SourceRole, Style,
};
