//! Why a text cannot be spoken.

use thiserror::Error;

use super::{LONGEST_TEXT, PACES, Voice};

/// Why [`speak`](super::speak) says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum SpeechError {
    /// Nothing but spaces.
    #[error("there is no text to say")]
    Empty,
    /// Only emoji, punctuation or symbols.
    #[error("the text has no word that can be said")]
    NoWords,
    /// A letter of a script that the voices do not know; leaving it out would lose words.
    #[error("the voices read Latin letters; they cannot say “{0}”")]
    Script(char),
    /// More than [`LONGEST_TEXT`] characters.
    #[error("the text has {0} characters; at most {LONGEST_TEXT} can be said at once")]
    TooLong(usize),
    /// A pace outside [`PACES`].
    #[error("the pace {0} is not between {slowest} and {fastest}", slowest = PACES.start(), fastest = PACES.end())]
    Pace(f32),
    /// A pitch that no voice can have.
    #[error("the pitch {0} Hz is not between {lowest} and {highest} Hz", lowest = Voice::PITCHES_HZ.start(), highest = Voice::PITCHES_HZ.end())]
    Pitch(f32),
}
