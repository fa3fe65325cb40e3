//! What Kinora stores or sends: the recipe of a clip and the plan of what happens in it.
//!
//! Pure data: no input or output, no clock, no randomness. It builds for wasm32 as it is.
//! The formats are described in `docs/formats.md`.

pub mod plan;
pub mod recipe;

pub use plan::Plan;
pub use recipe::{
    Camera, DialogueLine, Edit, Extra, ModelRef, Recipe, RecipeError, Source, SourceRole, Style,
};
