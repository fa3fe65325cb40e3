//! Errors of speech synthesis.

use thiserror::Error;

use super::{LONGEST_TEXT, PACES, Voice};

/// Reason why [`speak`](super::speak) rejects its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum SpeechError {
    /// The text is empty or white space.
    #[error("there is no text to say")]
    Empty,
    /// The text has only emoji, punctuation or symbols.
    #[error("the text has no word that can be said")]
    NoWords,
    /// The text contains a letter of an unsupported script; dropping it would lose words.
    #[error("the voices read Latin letters; they cannot say “{0}”")]
    Script(char),
    /// The text has more than [`LONGEST_TEXT`] characters.
    #[error("the text has {0} characters; at most {LONGEST_TEXT} can be said at once")]
    TooLong(usize),
    /// The pace is outside [`PACES`].
    #[error("the pace {0} is not between {slowest} and {fastest}", slowest = PACES.start(), fastest = PACES.end())]
    Pace(f32),
    /// The pitch is outside [`Voice::PITCHES_HZ`].
    #[error("the pitch {0} Hz is not between {lowest} and {highest} Hz", lowest = Voice::PITCHES_HZ.start(), highest = Voice::PITCHES_HZ.end())]
    Pitch(f32),
}
