//! Words that are not in the lists: without their accents, with silent letters left out, or misspelt.

use crate::Language;
use crate::lexicon::{Lexicon, Speech};
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
    // Words inside listed phrases are spelt right.
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
    // The other language's words are no misspellings of this one's, nor are words inside phrases.
    if lexicon.contains(&token.text) {
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

/// Returns the French word that was meant where the typed one, though it is a word, cannot stand: its silent last letter is missing
/// ("une souri", "il cour").
pub(super) fn silent(before: &str, word: &str, lexicon: &Lexicon) -> Option<String> {
    let has = |word: &str, speeches: &[Speech]| {
        lexicon.starting_with(word).iter().any(|it| {
            it.language == Some(Language::French)
                && it.rest.is_empty()
                && speeches.contains(&it.speech)
                && !(it.speech == Speech::Ordinary && it.inflection.past)
        })
    };
    let wanted: &[Speech] = match before {
        "un" | "une" | "des" | "mon" | "ma" | "ton" | "ta" | "son" | "sa" => &[Speech::Noun],
        "qui" | "ki" | "il" | "elle" | "on" | "ils" | "elles" => &[Speech::Verb],
        _ => return None,
    };
    let fits: &[Speech] = match wanted {
        [Speech::Noun] => &[
            Speech::Noun,
            Speech::Adjective,
            Speech::Ordinary,
            Speech::Function,
            Speech::Fixed,
        ],
        _ => &[
            Speech::Verb,
            Speech::Function,
            Speech::Ordinary,
            Speech::Fixed,
        ],
    };
    if has(word, fits) || word.chars().count() < 3 {
        return None;
    }
    ["s", "t", "e", "x", "d", "nt"]
        .iter()
        .map(|end| format!("{word}{end}"))
        .find(|it| has(it, wanted))
}
