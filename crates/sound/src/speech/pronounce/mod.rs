//! Words → phonemes: a lexicon for what is irregular, letter-to-sound rules for the rest, per language.

mod english;
mod english_stress;
mod french;
mod lexicon;
mod rules;

use serde::Serialize;

use super::text::{Break, Token, normalise};
use super::{Language, Phoneme, SpeechError};

/// Stress of a syllable, carried by its vowel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Stress {
    /// Weak.
    None,
    /// Full vowel, no accent.
    Secondary,
    /// The syllable that an accent falls on.
    Primary,
}

/// A phoneme inside a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Sound {
    /// What sounds.
    pub phoneme: Phoneme,
    /// Stress of the syllable; only vowels carry it.
    pub stress: Stress,
}

/// A word and its sounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpokenWord {
    /// The word in lower case.
    pub text: String,
    /// Its sounds, at least one.
    pub sounds: Vec<Sound>,
    /// Whether the lexicon knew the word or its stem; otherwise rules made the sounds.
    pub known: bool,
}

impl SpokenWord {
    /// Whether an accent may fall on the word: function words have no stressed syllable.
    pub fn is_accented(&self) -> bool {
        self.sounds
            .iter()
            .any(|sound| sound.stress == Stress::Primary)
    }

    /// The sounds as symbols, with the digits 1 and 2 after a vowel with primary and secondary stress.
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

/// Words said without a pause, and how they end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The words, at least one.
    pub words: Vec<SpokenWord>,
    /// The break after them.
    pub end: Break,
}

/// Turns a text into phrases of pronounced words.
///
/// # Errors
/// See [`normalise`].
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

/// Reads symbols as [`SpokenWord::symbols`] writes them; unknown ones are left out (a test holds the tables to the inventory).
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
