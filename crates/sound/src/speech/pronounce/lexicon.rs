//! A lexicon: words whose spelling misleads, one `word symbols` to a line; `#` starts a comment.

use std::collections::BTreeMap;

use super::{Sound, sounds};

/// Words and their sounds.
pub struct Lexicon(BTreeMap<&'static str, &'static str>);

impl Lexicon {
    /// Reads the lines of a table.
    pub fn parse(table: &'static str) -> Self {
        let lines = table.lines().filter(|line| !line.starts_with('#'));
        Self(lines.filter_map(|line| line.split_once(' ')).collect())
    }

    /// The sounds of a word.
    pub fn get(&self, word: &str) -> Option<Vec<Sound>> {
        self.0.get(word).map(|symbols| sounds(symbols))
    }

    /// Whether the word is listed.
    pub fn has(&self, word: &str) -> bool {
        self.0.contains_key(word)
    }
}
