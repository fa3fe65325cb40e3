//! The loop over any video model: a recipe becomes a clip, reported as a stream of typed events.
//!
//! Has no UI, network or file access and depends on no family: [`generate`] drives a [`kinora_model::VideoModel`] through its stages on a
//! [`Runtime`]. The studio's worker and the command line are its two callers.

mod generate;
mod lineage;
mod speech_track;

pub use generate::{decode_run, generate, generate_run};
pub use kinora_contract::event::{Event, SlotReading, SpokenLine, Stage, Summary};
pub use kinora_model::{ExecutorChain, GenerateError, MakeExecutor, Runtime};
