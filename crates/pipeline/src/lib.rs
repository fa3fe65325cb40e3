//! A recipe becomes a clip: seeded noise, schedule, guidance, denoise, decode; a stream of typed events.
//!
//! No UI, no network, no files: [`generate`] takes a recipe and a [`Runtime`] and tells what happens as [`Event`]s. The studio's worker
//! and the CLI are its two callers.

mod bouncing;
mod camera;
mod completion;
mod decode;
mod denoise;
mod dialogue;
mod error;
mod estimate;
mod event;
mod framing;
mod generate;
mod kept;
mod latent_clip;
pub mod noise;
mod pictures;
mod plan;
mod prompt;
mod rolling;
mod runtime;
pub mod schedule;
mod source;
mod window;

pub use completion::CHOSEN_BELOW;
pub use dialogue::DialogueError;
pub use error::GenerateError;
pub use event::{Event, SpokenLine, Stage, Summary, Understood};
pub use generate::{generate, generate_latents};
pub use latent_clip::{LatentClip, decode_latents};
pub use runtime::{Ladder, MakeExecutor, Runtime};
