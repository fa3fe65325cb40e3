//! Messages between the page and the reader.

use kinora_contract::{Camera, Scene, Style};
use serde::{Deserialize, Serialize};

/// A prompt to read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadRequest {
    /// Number of the request; the answer has the same.
    pub id: u32,
    /// The prompt.
    pub prompt: String,
    /// Prompt of the clip that is remixed or extended.
    pub before: Option<String>,
    /// Scene of that clip.
    pub source: Option<Scene>,
    /// Seed of what the prompt leaves open.
    pub seed: u64,
    /// Style that overrides the prompt.
    pub style: Option<Style>,
    /// Camera move that overrides the prompt.
    pub camera: Option<Camera>,
    /// Whether the recipe has dialogue.
    pub speaks: bool,
}

/// A message of the reader.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromReader {
    /// The lexicon is loaded.
    Ready,
    /// The lexicon cannot be loaded.
    Failed {
        /// The error.
        error: String,
    },
    /// A prompt as it was read.
    Read(Box<ReadReport>),
}

/// A prompt as it was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadReport {
    /// Number of the request.
    pub id: u32,
    /// Stated fields in reading order.
    pub fields: Vec<StatedField>,
    /// Words without effect.
    pub unused: Vec<String>,
    /// Spelling corrections, `(written, read)`.
    pub corrected: Vec<(String, String)>,
    /// Scene for the recipe.
    pub scene: Scene,
}

/// A stated field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatedField {
    /// Name: `s1.colour`, `place`.
    pub name: String,
    /// Value as the prompt states it.
    pub value: String,
    /// What is shown in its place, if the model lacks the value: a near one, or nothing (empty).
    pub instead: Option<String>,
}
