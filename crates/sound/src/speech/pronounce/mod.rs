//! Grapheme-to-phoneme conversion per language: a lexicon for irregular words, letter-to-sound rules for the rest.

mod english;
mod english_stress;
mod french;
mod lexicon;
mod rules;

use serde::Serialize;

use super::text::{Break, Token, normalise};
use super::{Language, Phoneme, SpeechError};

/// Stress of a syllable, stored with its vowel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Stress {
    /// Unstressed.
    None,
    /// Secondary stress: full vowel, no accent.
    Secondary,
    /// Primary stress: carries the accent of the word.
    Primary,
}

/// A phoneme of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Sound {
    /// Phoneme.
    pub phoneme: Phoneme,
    /// Stress of the syllable; [`Stress::None`] for consonants.
    pub stress: Stress,
}

/// A word with its pronunciation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpokenWord {
    /// Word in lower case.
    pub text: String,
    /// Phonemes, at least one.
    pub sounds: Vec<Sound>,
    /// Whether the pronunciation is from the lexicon (word or stem) instead of the rules.
    pub known: bool,
}

impl SpokenWord {
    /// Tests whether the word has a stressed syllable; function words have none.
    pub fn is_accented(&self) -> bool {
        self.sounds
            .iter()
            .any(|sound| sound.stress == Stress::Primary)
    }

    /// Formats the pronunciation as symbols; 1 and 2 after a vowel mark primary and secondary stress.
    pub fn symbols(&self) -> String {
        let symbol = |sound: &Sound| {
            let mark = match sound.stress {
                Stress::None => "",
                Stress::Secondary => "2",
                Stress::Primary => "1",
            };
            format!("{}{mark}", sound.phoneme.symbol())
        };
        let symbols: Vec<_> = self.sounds.iter().map(symbol).collect();
        symbols.join(" ")
    }
}

/// Words between two breaks, with the final break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// Words, at least one.
    pub words: Vec<SpokenWord>,
    /// Break after the words.
    pub end: Break,
}

/// Converts a text to phrases of pronounced words.
///
/// # Errors
///
/// Fails as [`normalise`], or if no word has a pronunciation.
pub fn pronounce(text: &str, language: Language) -> Result<Vec<Phrase>, SpeechError> {
    let tokens = normalise(text, language)?;
    let mut phrases = Vec::new();
    for part in tokens.split_inclusive(|token| matches!(token, Token::Break(_))) {
        let mut words: Vec<SpokenWord> = match language {
            Language::English => english::words(part),
            Language::French => french::words(part),
        };
        words.retain(|word| !word.sounds.is_empty());
        let end = match part.last() {
            Some(Token::Break(end)) => *end,
            _ => Break::Statement,
        };
        if !words.is_empty() {
            phrases.push(Phrase { words, end });
        }
    }
    if phrases.is_empty() {
        return Err(SpeechError::NoWords);
    }
    Ok(phrases)
}

/// Parses the format of [`SpokenWord::symbols`]. Skips unknown symbols; a test checks that the tables have none.
fn sounds(symbols: &str) -> Vec<Sound> {
    symbols.split_whitespace().filter_map(sound).collect()
}

fn sound(symbol: &str) -> Option<Sound> {
    let (name, stress) = match symbol.as_bytes().last() {
        Some(b'1') => (&symbol[..symbol.len() - 1], Stress::Primary),
        Some(b'2') => (&symbol[..symbol.len() - 1], Stress::Secondary),
        _ => (symbol, Stress::None),
    };
    let phoneme = Phoneme::from_symbol(name)?;
    Some(Sound { phoneme, stress })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_of_the_tables_is_in_the_inventory() {
        for (table, text) in [
            ("english", include_str!("../../../data/english.lexicon")),
            ("french", include_str!("../../../data/french.lexicon")),
        ] {
            for line in text
                .lines()
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
            {
                let (word, symbols) = line.split_once(' ').expect(line);
                assert!(!word.is_empty(), "{table}: {line}");
                for symbol in symbols.split_whitespace() {
                    assert!(sound(symbol).is_some(), "{table}: {symbol} in {line}");
                }
            }
        }
        for (table, text) in [
            ("english", include_str!("../../../data/english.rules")),
            ("french", include_str!("../../../data/french.rules")),
        ] {
            for line in text
                .lines()
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
            {
                let (_, symbols) = line.split_once(']').expect(line);
                let symbols = symbols.split_once('=').expect(line).1;
                for symbol in symbols.split_whitespace() {
                    assert!(sound(symbol).is_some(), "{table}: {symbol} in {line}");
                }
            }
        }
    }
}
