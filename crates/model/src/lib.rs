//! The family-neutral half of a video model: network blocks, weight formats, sampling, and the traits that a family implements.
//!
//! A family (`kinora-model-starter`, later others) implements [`VideoModel`] and [`Run`]; `kinora-pipeline` drives them through a
//! [`Session`], which owns the executor, survives a lost device and reports progress. Nothing here knows a family.

pub mod blocks;
mod error;
mod eta;
mod runtime;
pub mod sampling;
mod session;
mod video_model;
pub mod weights;

pub use error::{GenerateError, OpenError};
pub use eta::{Eta, Work};
pub use runtime::{ExecutorChain, MakeExecutor, ProgramKey, Runtime};
pub use session::Session;
pub use video_model::{
    Conditioning, DecodedFrames, Preview, Run, SamplerDefaults, StepOutcome, VideoModel,
};
