//! Speech synthesis by rule, with mouth shapes. English and French.
//!
//! [`text`] normalises text to words, `pronounce` converts words to phonemes, `prosody` assigns durations and a pitch
//! contour, `synth` is a formant synthesizer after Klatt (1980), and [`mouth`] derives mouth shapes from the phoneme times.

mod error;
mod language;
mod mix;
pub mod mouth;
mod phoneme;
mod pronounce;
mod prosody;
mod synth;
pub mod text;
mod voice;

use serde::Serialize;

pub use error::SpeechError;
pub use mix::mix;
pub use mouth::{Mouth, Viseme};
pub use phoneme::{Manner, Phoneme, Place};
pub use pronounce::{Sound, SpokenWord, Stress, pronounce};
pub use voice::Voice;

/// Range of the pace, a factor on the speed of speech; 1 is calm and clear.
pub const PACES: core::ops::RangeInclusive<f32> = 0.5..=2.0;

/// Maximum length of a text in characters: about two minutes of speech.
pub const LONGEST_TEXT: usize = 2_000;

/// Supported language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
pub enum Language {
    /// American English.
    #[serde(rename = "en")]
    English,
    /// French of France.
    #[serde(rename = "fr")]
    French,
}

/// A phoneme with its time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TimedPhoneme {
    /// Phoneme.
    pub phoneme: Phoneme,
    /// Start in seconds from the start of the utterance.
    pub start_s: f32,
    /// Duration in seconds.
    pub duration_s: f32,
    /// Stress of the syllable; [`Stress::None`] for consonants.
    pub stress: Stress,
}

/// A word with its time, for captions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimedWord {
    /// Spoken form in lower case; numbers and abbreviations are expanded.
    pub text: String,
    /// Start in seconds from the start of the utterance.
    pub start_s: f32,
    /// Duration in seconds.
    pub duration_s: f32,
}

/// Synthesized speech.
#[derive(Clone, Debug, PartialEq)]
pub struct Utterance {
    /// Mono samples at [`SAMPLE_RATE`](crate::SAMPLE_RATE), within ±0.98.
    pub samples: Vec<f32>,
    /// Phonemes without gaps, from 0 to the end; silence is [`Phoneme::Pause`].
    pub phonemes: Vec<TimedPhoneme>,
    /// Words in order.
    pub words: Vec<TimedWord>,
}

impl Utterance {
    /// Returns the duration in seconds.
    pub fn duration_s(&self) -> f32 {
        self.samples.len() as f32 / crate::SAMPLE_RATE as f32
    }

    /// Computes one mouth shape per frame: `ceil(duration * fps)` of them, with `fps` at most 1,000.
    pub fn mouth(&self, fps: f32) -> Vec<Mouth> {
        mouth::frames(&self.phonemes, fps)
    }
}

/// Synthesizes `text` with a voice; `pace` is a factor on the speed, within [`PACES`].
///
/// The same arguments give the same samples on every platform.
///
/// # Errors
/// A [`SpeechError`] for text without words, in another script, or too long, and for a pace out of range.
pub fn speak(
    text: &str,
    language: Language,
    voice: &Voice,
    pace: f32,
) -> Result<Utterance, SpeechError> {
    if !PACES.contains(&pace) {
        return Err(SpeechError::Pace(pace));
    }
    let phrases = pronounce(text, language)?;
    let score = prosody::score(&phrases, language, voice, pace);
    let samples = synth::render(&score, voice);
    Ok(Utterance {
        samples,
        phonemes: score.phonemes(),
        words: score.words,
    })
}
