//! Speech: text → words → phonemes → timing and melody → samples, and the mouth that goes with them.
//!
//! [`text`] says what is read aloud, `pronounce` turns words into phonemes, `prosody` gives them times and a melody, `synth`
//! is a formant synthesizer after Klatt (1980), and [`mouth`] moves the lips on the same clock. English and French.

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

/// Slowest and fastest pace; 1 is calm, clear speech.
pub const PACES: core::ops::RangeInclusive<f32> = 0.5..=2.0;

/// Characters that one utterance may have: about two minutes of speech.
pub const LONGEST_TEXT: usize = 2_000;

/// The languages that can be spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
pub enum Language {
    /// American English.
    #[serde(rename = "en")]
    English,
    /// French of France.
    #[serde(rename = "fr")]
    French,
}

/// A phoneme and when it sounds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TimedPhoneme {
    /// What sounds.
    pub phoneme: Phoneme,
    /// Seconds from the start of the utterance.
    pub start_s: f32,
    /// Seconds.
    pub duration_s: f32,
    /// Stress of the syllable; only vowels carry it.
    pub stress: Stress,
}

/// A word and when it is said, for captions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimedWord {
    /// The word as it is said, in lower case: numbers and abbreviations are spelled out.
    pub text: String,
    /// Seconds from the start of the utterance.
    pub start_s: f32,
    /// Seconds.
    pub duration_s: f32,
}

/// Something said.
#[derive(Clone, Debug, PartialEq)]
pub struct Utterance {
    /// Mono samples at [`SAMPLE_RATE`](crate::SAMPLE_RATE), all within ±0.98.
    pub samples: Vec<f32>,
    /// What sounds when, without gaps, from 0 to the end; silence is [`Phoneme::Pause`].
    pub phonemes: Vec<TimedPhoneme>,
    /// What is said when.
    pub words: Vec<TimedWord>,
}

impl Utterance {
    /// Length in seconds.
    pub fn duration_s(&self) -> f32 {
        self.samples.len() as f32 / crate::SAMPLE_RATE as f32
    }

    /// One mouth per frame, `ceil(duration * fps)` of them, at most 1,000 frames a second.
    pub fn mouth(&self, fps: f32) -> Vec<Mouth> {
        mouth::frames(&self.phonemes, fps)
    }
}

/// Says `text` with a voice; `pace` is a factor on the speed, within [`PACES`].
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
