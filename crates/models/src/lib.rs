//! All model families behind one type: opens a model by its manifest and dispatches to its family.
//!
//! A new family is a crate `kinora-model-<name>` that implements the traits of `kinora-model`, and one variant here.

mod any;
mod open;

pub use any::{AnyClip, AnyModel, AnyRun};
pub use kinora_model_starter as starter;
pub use open::{FAMILY_STARTER, MANIFEST_NAME, ModelFiles, open, parse_manifest};
