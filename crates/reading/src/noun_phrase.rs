//! A noun phrase that is being read: its determiner, its number, and the adjectives that wait for their noun.

use crate::lexicon::{Attribute, Preposition};

/// Adjectives and determiners that wait for their noun.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pending {
    /// A determiner or number opened the phrase.
    pub open: bool,
    /// "the", "this".
    pub definite: bool,
    /// "de l'eau": some of a substance.
    pub partitive: bool,
    /// "another".
    pub another: bool,
    /// Number, and the item that says it.
    pub count: Option<(u32, usize, bool)>,
    /// Attributes: value, exactness, item.
    pub attributes: Vec<(Attribute, bool, usize)>,
}

/// A preposition that waits for its noun, and its item.
pub(crate) type Governing = Option<(Preposition, usize)>;

/// What adjectives and complements describe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Head {
    /// Nothing yet.
    #[default]
    None,
    /// A subject.
    Subject(usize),
    /// Hair of a subject.
    Hair(usize),
    /// Beard of a subject.
    Beard(usize),
    /// Clothes of a subject.
    Clothes(usize),
    /// Something that no field describes; the subject before it.
    Other(Option<usize>),
    /// Rain, snow or fog.
    Weather,
}

impl Head {
    /// Returns the subject that it is or belongs to.
    pub fn subject(&self) -> Option<usize> {
        match self {
            Self::Subject(it) | Self::Hair(it) | Self::Beard(it) | Self::Clothes(it) => Some(*it),
            Self::Other(it) => *it,
            Self::None | Self::Weather => None,
        }
    }
}
