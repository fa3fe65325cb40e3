//! Events of a running generation, used as they are by the command line, the worker and the page.
//!
//! The names that serde writes (`words`, `stage`, …) are those of `kinora generate --json`: a contract.

use serde::{Deserialize, Serialize};

use crate::plan::Plan;

/// Confidence below which the prompt leaves a slot open and the seed chooses its value.
pub const CHOSEN_BELOW: f32 = 0.7;

/// A stage of the generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Prepares the networks for the clip's size.
    Load,
    /// Renders the clip that this one is made from.
    Source,
    /// Reads the prompt.
    Text,
    /// Plans the motion.
    Plan,
    /// Turns noise into latents.
    Denoise,
    /// Turns latents into frames.
    Decode,
    /// Turns sound tokens into samples.
    Sound,
}

/// One slot of the scene, as the text encoder reads it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SlotReading {
    /// Name, such as `colour1`.
    pub slot: String,
    /// Most probable value; `none` for a subject that is absent.
    pub value: String,
    /// Probability of `value` given the user's own words, 0 ..= 1.
    pub confidence: f32,
}

impl SlotReading {
    /// Whether the prompt leaves the slot open, so that the seed chose its value.
    pub fn is_chosen(&self) -> bool {
        self.confidence < CHOSEN_BELOW
    }
}

/// How the prompt was read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PromptReading {
    /// Words outside the vocabulary; they had no effect.
    pub unknown: Vec<String>,
    /// Spelling corrections, `(written, read)`.
    pub corrected: Vec<(String, String)>,
    /// Number of words cut off at the maximum prompt length.
    pub dropped: usize,
    /// The slots of the scene.
    pub understood: Vec<SlotReading>,
}

/// A line of dialogue on the clip's timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpokenLine {
    /// Speaker, if the recipe names one.
    pub speaker: Option<String>,
    /// The words.
    pub text: String,
    /// Seconds from the start of the clip.
    pub start_s: f32,
    /// Seconds from the start of the clip; past its end if the line does not fit.
    pub end_s: f32,
    /// Whether the end of the clip cuts the line.
    pub cut: bool,
}

/// An event of a generation, in the order in which they happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A stage begins.
    Stage {
        /// The stage.
        stage: Stage,
    },
    /// The prompt was read.
    #[serde(rename = "words")]
    PromptRead(PromptReading),
    /// The motion was planned.
    Plan {
        /// One row per latent frame.
        plan: Plan,
    },
    /// A denoising step ended.
    Step {
        /// From 1.
        index: u32,
        /// Number of steps.
        total: u32,
    },
    /// A decoded frame of the unfinished clip.
    Preview {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// Index of the frame, from 0.
        frame: u32,
        /// RGB bytes, row-major.
        rgb: Vec<u8>,
    },
    /// Remaining time, extrapolated from the measured steps.
    Estimate {
        /// Seconds.
        seconds_left: f32,
    },
    /// A finished frame.
    Frame {
        /// From 0.
        index: u32,
        /// RGB bytes, row-major.
        rgb: Vec<u8>,
    },
    /// Dialogue was placed on the timeline; the sound track contains it.
    Speech {
        /// In order.
        lines: Vec<SpokenLine>,
    },
    /// The whole sound track.
    Sound {
        /// Mono, −1 ..= 1.
        samples: Vec<f32>,
        /// Samples per second.
        sample_rate: u32,
    },
    /// The device failed; the generation continues on another one, or starts again there.
    Resumed {
        /// The new executor: `cpu` or `webgpu`.
        device: String,
        /// The error of the failed device.
        reason: String,
    },
    /// The clip is complete.
    Done {
        /// Facts about it.
        summary: Summary,
    },
}

/// Facts about a finished clip.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// BLAKE3 of all frames' RGB bytes in order, hexadecimal. Equal clips have equal hashes.
    pub frames_blake3: String,
    /// Executor: `cpu` or `webgpu`.
    pub device: String,
    /// Seconds per stage, in order.
    pub seconds: Vec<(Stage, f32)>,
}
