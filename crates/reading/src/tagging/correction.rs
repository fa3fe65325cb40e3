//! Words that are not in the lists: without their accents, with silent letters left out, or misspelt.

use crate::Language;
use crate::lexicon::Lexicon;
use crate::spelling::corrected;
use crate::token::{Kind, Token, folded};

/// Returns the known word that an unknown one means: with accents, or spelt right.
pub(super) fn correction(token: &Token, language: Language, lexicon: &Lexicon) -> Option<String> {
    if token.kind != Kind::Word {
        return None;
    }
    let own = |word: &str| {
        lexicon
            .starting_with(word)
            .iter()
            .any(|it| it.language.is_none_or(|it| it == language))
    };
    if own(&token.text) {
        return None;
    }
    let with_accents = lexicon
        .accented(&folded(&token.text))
        .iter()
        .find(|it| own(it));
    if let Some(word) = with_accents {
        return Some(word.to_string());
    }
    let plain = folded(&token.text);
    if plain != token.text && own(&plain) {
        return Some(plain);
    }
    // The other language's words are no misspellings of this one's.
    if !lexicon.starting_with(&token.text).is_empty() {
        return None;
    }
    if let Some(stem) = token.text.strip_suffix("in") {
        let gerund = format!("{stem}ing");
        if language == Language::English && own(&gerund) {
            return Some(gerund);
        }
    }
    corrected(&token.text, language, lexicon)
}
