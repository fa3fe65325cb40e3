//! Language of a prompt.

use crate::lexicon::Lexicon;
use crate::token::{Kind, Token};

/// A language that the reader knows.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// French.
    #[serde(rename = "fr")]
    French,
}

impl Language {
    /// Detects the language: function words count most, then words of one lexicon only, then accents. English wins a tie.
    pub(crate) fn detect(tokens: &[Token], lexicon: &Lexicon) -> Self {
        let mut score = 0i32;
        for token in tokens.iter().filter(|it| it.kind == Kind::Word) {
            let [english, french] =
                [Self::English, Self::French].map(|language| lexicon.weight(&token.text, language));
            score += french - english;
            if token
                .text
                .chars()
                .any(|letter| "éèêàùçôîûœâëï".contains(letter))
            {
                score += 2;
            }
            if token.elided {
                score += 3;
            }
        }
        if score > 0 {
            Self::French
        } else {
            Self::English
        }
    }
}
