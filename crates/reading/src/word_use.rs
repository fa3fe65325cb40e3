//! What became of every word of a prompt.

use std::ops::Range;

use serde::Serialize;

use crate::Field;

/// What became of a word.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WordUse {
    /// Bytes of the prompt.
    pub span: Range<usize>,
    /// The word it was corrected to, if it is misspelt.
    pub corrected: Option<String>,
    /// Outcome.
    pub outcome: Outcome,
}

/// Outcome of a word.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Outcome {
    /// It has no content of its own.
    Function,
    /// It states a value.
    Used(Field),
    /// A near value stands for it.
    Approximated(Field, String),
    /// It has no effect.
    NotUsed(Reason),
}

/// Why a word has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Reason {
    /// The reader does not know it.
    Unknown,
    /// No field can express it.
    NoField,
    /// Another value was stated before.
    Contradiction,
    /// More subjects or actions than a clip has.
    TooMany,
    /// It describes nothing that was named.
    NothingToDescribe,
    /// It is denied.
    Denied,
}
