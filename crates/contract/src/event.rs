//! What a running generation tells: a closed set of typed events.

use kinora_contract::plan::Plan;
use serde::{Deserialize, Serialize};

/// A part of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The networks are prepared for this size of clip.
    Load,
    /// The clip that this one is made from is drawn again.
    Source,
    /// The prompt is read.
    Text,
    /// The plan is made.
    Plan,
    /// Noise becomes latents.
    Denoise,
    /// Latents become frames.
    Decode,
    /// Sound tokens become samples.
    Sound,
}

/// One field of the scene as the text encoder reads it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Understood {
    /// Field, such as `colour1`.
    pub slot: String,
    /// The likeliest value.
    pub value: String,
    /// Its probability, 0 to 1, as the prompt's own words have it; low where they leave the field open ([`crate::CHOSEN_BELOW`]).
    pub confidence: f32,
}

/// What is understood of a field; empty where it is not among the fields.
pub(crate) fn value<'a>(understood: &'a [Understood], slot: &str) -> &'a str {
    let found = understood.iter().find(|read| read.slot == slot);
    found.map_or("", |read| &read.value)
}

/// Whether somebody is seen from near: a body, and a head as the second subject.
pub(crate) fn is_portrait(understood: &[Understood]) -> bool {
    ["talk", "look"].contains(&value(understood, "action"))
}

/// A line of dialogue on the clock of the clip.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpokenLine {
    /// Who speaks, if the recipe says so.
    pub speaker: Option<String>,
    /// The words.
    pub text: String,
    /// Seconds from the start of the clip.
    pub start_s: f32,
    /// Seconds; behind the end of the clip if the line is too long for it.
    pub end_s: f32,
    /// Whether the end of the clip cuts it.
    pub cut: bool,
}

/// News of a generation, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A stage begins.
    Stage {
        /// Which.
        stage: Stage,
    },
    /// How the prompt was read.
    Words {
        /// Words that the model does not know and did not use.
        unknown: Vec<String>,
        /// Words read as another: (written, read).
        corrected: Vec<(String, String)>,
        /// Words past the longest prompt, not read.
        dropped: usize,
        /// The scene's fields.
        understood: Vec<Understood>,
    },
    /// The plan that the clip will follow.
    Plan {
        /// One row per latent frame.
        plan: Plan,
    },
    /// A denoising step ended.
    Step {
        /// From 1.
        index: u32,
        /// Steps in all.
        total: u32,
    },
    /// What the clip looks like so far.
    Preview {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// The pixel frame that it shows.
        frame: u32,
        /// RGB bytes, row-major.
        rgb: Vec<u8>,
    },
    /// How long the rest will take, from what was measured so far.
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
    /// What is said when; it is part of the sound track.
    Speech {
        /// In order.
        lines: Vec<SpokenLine>,
    },
    /// The whole sound track.
    Sound {
        /// Mono, in −1..1.
        samples: Vec<f32>,
        /// Samples per second.
        sample_rate: u32,
    },
    /// The device failed; the generation goes on where it was, or starts, on another one.
    Resumed {
        /// The executor that goes on: `cpu` or `webgpu`.
        device: String,
        /// What the device said.
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
    /// BLAKE3 of all frames' RGB bytes in order, hexadecimal: equal for equal clips.
    pub frames_blake3: String,
    /// Executor and device, such as `cpu` or `webgpu`.
    pub device: String,
    /// Seconds per stage, in order.
    pub seconds: Vec<(Stage, f32)>,
}
