//! No text stops the reader.

mod support;

use kinora_reading::{changes, read};
use support::lexicon;

/// Pieces of prompts, good and bad.
const PIECES: &[&str] = &[
    "a",
    "the",
    "two",
    "one",
    "no",
    "not",
    "with",
    "of",
    "on",
    "into",
    "behind",
    "and",
    "or",
    "then",
    "after",
    "while",
    "who",
    "is",
    "cat",
    "cats",
    "ball",
    "glass",
    "stone",
    "red",
    "wooden",
    "big",
    "girl",
    "her",
    "his",
    "hair",
    "glasses",
    "hat",
    "jumps",
    "eaten",
    "chased",
    "by",
    "running",
    "says",
    "\"hi\"",
    "beach",
    "rain",
    "night",
    "camera",
    "follow",
    "follows",
    "it",
    "them",
    "swap",
    "remove",
    "replace",
    "instead of",
    "more",
    "colours",
    "swings",
    "3am",
    "5 year old",
    "8 ball",
    "no wait",
    "bro",
    "->",
    ",",
    ".",
    "(",
    ")",
    "🐱",
    "'s",
    "d'",
    "un",
    "une",
    "le",
    "l'",
    "en",
    "de",
    "du",
    "deux",
    "pas",
    "non",
    "enfin",
    "chat",
    "balle",
    "rouge",
    "court",
    "tombe",
    "porte",
    "entre",
    "qui",
    "il",
    "elle",
    "lui",
    "dessus",
    "sous",
    "la caméra",
    "on",
    "suit",
    "fait",
    "tourner",
    "« oui »",
    "dit",
    "verre",
    "peluche",
    "remplace",
    "enlève",
    "de plus",
    "au lieu de",
    "vieillis-le",
    "puis",
    "lancée",
    "par",
    "8",
    "999999999999",
    "zzz",
    "é",
    "",
];

#[test]
fn any_sequence_of_words_is_read() {
    let lexicon = lexicon();
    let context = read(&lexicon, "a red cat and two dogs run on a beach");
    let mut state = 7u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as usize
    };
    for _ in 0..3_000 {
        let length = 1 + next() % 14;
        let words: Vec<&str> = (0..length).map(|_| PIECES[next() % PIECES.len()]).collect();
        let text = words.join(" ");
        for reading in [read(&lexicon, &text), changes(&lexicon, &context, &text)] {
            for word in &reading.words {
                assert!(text.get(word.span.clone()).is_some(), "{text}: {word:?}");
            }
        }
    }
}
