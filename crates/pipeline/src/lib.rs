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
mod framing;
mod generate;
mod kept;
pub mod noise;
mod pictures;
mod plan;
mod prompt;
mod readings;
mod rolling;
mod runtime;
pub mod schedule;
mod source;
mod window;

pub use dialogue::DialogueError;
pub use error::GenerateError;
pub use generate::generate;
pub use kinora_contract::event::{
    CHOSEN_BELOW, Event, PromptReading, SlotReading, SpokenLine, Stage, Summary,
};
pub use runtime::{Ladder, MakeExecutor, Runtime};
