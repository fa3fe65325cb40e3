//! Pronunciation lexicon: one `word symbols` per line; `#` starts a comment.

use std::collections::BTreeMap;

use super::{Sound, sounds};

/// Words and their pronunciations.
pub struct Lexicon(BTreeMap<&'static str, &'static str>);

impl Lexicon {
    /// Parses a table.
    pub fn parse(table: &'static str) -> Self {
        let lines = table.lines().filter(|line| !line.starts_with('#'));
        Self(lines.filter_map(|line| line.split_once(' ')).collect())
    }

    /// Returns the pronunciation of a word.
    pub fn get(&self, word: &str) -> Option<Vec<Sound>> {
        self.0.get(word).map(|symbols| sounds(symbols))
    }

    /// Tests whether a word is listed.
    pub fn has(&self, word: &str) -> bool {
        self.0.contains_key(word)
    }
}
