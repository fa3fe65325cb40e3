//! Words → ids over a small closed vocabulary, with spelling correction; unknown words are reported.
//!
//! The starter's world has a few hundred words, so a word is a token. A word outside the vocabulary becomes
//! `<unk>` and is reported, so that the studio can say so instead of hiding it.

use std::collections::HashMap;

use serde::Deserialize;

/// Id of the padding token; used only while training.
pub const PAD_ID: u32 = 0;
/// Id of every word that the vocabulary does not hold.
pub const UNKNOWN_ID: u32 = 1;
/// Slot tokens at the start of each prompt; the encoder's heads read the scene's fields from their rows.
pub const SLOT_TOKENS: usize = 16;
/// Words of the longest prompt; further words are dropped and reported.
pub const MAX_WORDS: usize = 52;

/// Words shorter than this are not matched to their neighbours: a single edit changes too much of them.
const MIN_TYPO_LETTERS: usize = 4;

/// A closed vocabulary of lower-case words.
#[derive(Debug, Clone)]
pub struct Tokenizer {
    words: Vec<String>,
    ids: HashMap<String, u32>,
}

/// A tokenized prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// The slot tokens, then one id per word.
    pub ids: Vec<u32>,
    /// Words that became `<unk>`, in order of appearance, each once.
    pub unknown: Vec<String>,
    /// Words read as a neighbour in the vocabulary: (written, read).
    pub corrected: Vec<(String, String)>,
    /// Number of words past [`MAX_WORDS`] that were not read.
    pub dropped: usize,
}

#[derive(Deserialize)]
struct TokenizerFile {
    words: Vec<String>,
}

impl Tokenizer {
    /// Reads `tokenizer.json`: `{"words": [...]}`, where a word's place is its id.
    pub fn from_json(json: &str) -> Result<Self, String> {
        let file: TokenizerFile = serde_json::from_str(json).map_err(|e| e.to_string())?;
        if file.words.len() <= 2 + SLOT_TOKENS {
            return Err(format!("only {} entries: no words", file.words.len()));
        }
        let ids = file.words.iter().cloned().zip(0..).collect();
        Ok(Self {
            words: file.words,
            ids,
        })
    }

    /// Number of ids, specials included.
    pub fn vocabulary_size(&self) -> usize {
        self.words.len()
    }

    /// Encodes a prompt; never fails, because anything can be typed.
    pub fn encode(&self, prompt: &str) -> Encoded {
        let mut encoded = Encoded {
            ids: (2..2 + SLOT_TOKENS as u32).collect(),
            unknown: Vec::new(),
            corrected: Vec::new(),
            dropped: 0,
        };
        for (index, word) in split_words(prompt).into_iter().enumerate() {
            if index >= MAX_WORDS {
                encoded.dropped += 1;
                continue;
            }
            encoded
                .ids
                .push(self.lookup(word, &mut encoded.unknown, &mut encoded.corrected));
        }
        encoded
    }

    fn lookup(
        &self,
        word: String,
        unknown: &mut Vec<String>,
        corrected: &mut Vec<(String, String)>,
    ) -> u32 {
        if let Some(&id) = self.ids.get(&word) {
            return id;
        }
        if let Some(id) = self.only_neighbour(&word) {
            corrected.push((word, self.words[id as usize].clone()));
            return id;
        }
        if !unknown.contains(&word) {
            unknown.push(word);
        }
        UNKNOWN_ID
    }

    /// The one vocabulary word at edit distance 1, if there is exactly one.
    fn only_neighbour(&self, word: &str) -> Option<u32> {
        if word.chars().count() < MIN_TYPO_LETTERS {
            return None;
        }
        let specials = 2 + SLOT_TOKENS;
        let mut near = (specials..self.words.len()).filter(|&i| {
            let other = &self.words[i];
            other.len().abs_diff(word.len()) <= 4 && strsim::levenshtein(word, other) == 1
        });
        match (near.next(), near.next()) {
            (Some(index), None) => Some(index as u32),
            _ => None,
        }
    }
}

/// Lower-cased runs of ASCII letters, digits and apostrophes; any other letter forms words of its own,
/// so that "猫" or "é" is seen and reported rather than skipped.
fn split_words(prompt: &str) -> Vec<String> {
    prompt
        .to_lowercase()
        .replace('’', "'")
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .map(|word| word.trim_matches('\''))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokenizer() -> Tokenizer {
        let mut words = vec!["<pad>".to_owned(), "<unk>".to_owned()];
        words.extend((0..SLOT_TOKENS).map(|i| format!("<slot{i}>")));
        words.extend(["a", "ball", "bell", "bounces", "red", "wooden"].map(str::to_owned));
        Tokenizer::from_json(&serde_json::json!({ "words": words }).to_string()).unwrap()
    }

    #[test]
    fn a_known_prompt_has_one_id_a_word() {
        let encoded = tokenizer().encode("A red, RED ball!");
        assert_eq!(encoded.ids[SLOT_TOKENS..], [18, 22, 22, 19]);
        assert_eq!(encoded.ids[..2], [2, 3]);
        assert!(encoded.unknown.is_empty());
    }

    #[test]
    fn a_typo_is_read_as_its_only_neighbour_and_said() {
        let encoded = tokenizer().encode("boounces wooden");
        assert_eq!(
            encoded.corrected,
            [("boounces".to_owned(), "bounces".to_owned())]
        );
        assert_eq!(encoded.ids[SLOT_TOKENS..], [21, 23]);
    }

    #[test]
    fn an_ambiguous_typo_is_unknown() {
        let encoded = tokenizer().encode("bxll");
        assert_eq!(encoded.ids[SLOT_TOKENS..], [UNKNOWN_ID]);
        assert_eq!(encoded.unknown, ["bxll"]);
    }

    #[test]
    fn any_script_is_reported_once() {
        let encoded = tokenizer().encode("猫 dragon dragon 🐉 كرة");
        assert_eq!(encoded.unknown, ["猫", "dragon", "كرة"]);
    }

    #[test]
    fn a_long_prompt_is_cut_and_counted() {
        let encoded = tokenizer().encode(&"ball ".repeat(60));
        assert_eq!(encoded.ids.len(), SLOT_TOKENS + MAX_WORDS);
        assert_eq!(encoded.dropped, 8);
    }
}
