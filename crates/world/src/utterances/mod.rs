//! Lines: short sentences that can be said within a clip, made from a small grammar.

mod sentences;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use kinora_sound::speech::Language;

use sentences::{ENGLISH, FRENCH};

/// A sentence by its number. New templates go to the end: the numbers stay.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct Line(u16);

struct Said {
    text: String,
    language: Language,
}

impl Line {
    /// How many there are.
    pub fn count() -> usize {
        table().said.len()
    }

    /// The line of a number; numbers beyond the last start again.
    pub fn new(number: u64) -> Self {
        Self((number % Self::count() as u64) as u16)
    }

    /// The one after it.
    pub fn following(self) -> Self {
        Self::new(u64::from(self.0) + 1)
    }

    /// What is said.
    pub fn text(self) -> &'static str {
        &self.said().text
    }

    /// In which language.
    pub fn language(self) -> Language {
        self.said().language
    }

    /// The line that has these words, whatever their case and marks.
    pub fn of_text(text: &str) -> Option<Self> {
        table().by_words.get(&bare(text)).copied()
    }

    fn said(self) -> &'static Said {
        let said = &table().said;
        &said[usize::from(self.0) % said.len()]
    }
}

struct Table {
    said: Vec<Said>,
    by_words: BTreeMap<String, Line>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table {
            said: Vec::new(),
            by_words: BTreeMap::new(),
        };
        for (templates, language) in [(ENGLISH, Language::English), (FRENCH, Language::French)] {
            for (template, fillers) in templates {
                for filler in *fillers {
                    let text = template.replace('*', filler).trim().to_string();
                    let number = Line(table.said.len() as u16);
                    // Two templates may meet in one sentence; the first keeps it.
                    table.by_words.entry(bare(&text)).or_insert(number);
                    table.said.push(Said { text, language });
                }
            }
        }
        table
    })
}

/// Words in lower case with single spaces between them.
fn bare(text: &str) -> String {
    let letters = text.to_lowercase();
    let words = letters.split(|letter: char| !letter.is_alphanumeric() && letter != '\'');
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_hundreds_and_each_is_found_by_its_words() {
        assert!((250..400).contains(&Line::count()), "{}", Line::count());
        let all: Vec<&str> = (0..Line::count() as u64)
            .map(|number| Line::new(number).text())
            .collect();
        for text in &all {
            let found = Line::of_text(&format!("{}!", text.to_uppercase()));
            assert_eq!(found.map(Line::text), Some(*text));
        }
        let mut unique = all.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), all.len());
    }
}
