//! Readings as text, for the tests of grammar rules.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use kinora_reading::{Lexicon, Outcome, SceneReading, changes, read};

/// Opens the lists once per test.
pub fn lexicon() -> Lexicon {
    Lexicon::built_in()
}

/// Lists the fields of a reading: `s1.thing=cat`, an approximation with `~`.
pub fn fields(reading: &SceneReading) -> Vec<String> {
    let field = |(name, value, exact): (kinora_reading::Field, String, bool)| {
        format!("{name}={}{value}", if exact { "" } else { "~" })
    };
    reading.fields().into_iter().map(field).collect()
}

/// Asserts that a prompt states all of the fields, and nothing under the names that `absent` lists.
pub fn states(lexicon: &Lexicon, prompt: &str, expected: &[&str], absent: &[&str]) {
    check(prompt, &fields(&read(lexicon, prompt)), expected, absent);
}

/// Asserts that an instruction changes exactly these fields.
pub fn changes_to(lexicon: &Lexicon, context: &str, instruction: &str, expected: &[&str]) {
    let mut found = fields(&changes(lexicon, &read(lexicon, context), instruction));
    found.sort();
    let mut expected: Vec<String> = expected.iter().map(|it| (*it).to_owned()).collect();
    expected.sort();
    assert_eq!(found, expected, "\"{instruction}\" after \"{context}\"");
}

/// Asserts that a word of the prompt is reported as unused.
pub fn reports(lexicon: &Lexicon, prompt: &str, word: &str) {
    let Some(at) = prompt.find(word) else {
        panic!("\"{word}\" is not in \"{prompt}\"");
    };
    let reading = read(lexicon, prompt);
    let reported = reading
        .words
        .iter()
        .any(|it| it.span.contains(&at) && matches!(it.outcome, Outcome::NotUsed(_)));
    assert!(reported, "\"{word}\" of \"{prompt}\"");
}

fn check(prompt: &str, found: &[String], expected: &[&str], absent: &[&str]) {
    for field in expected {
        assert!(
            found.iter().any(|it| it == field),
            "\"{prompt}\" lacks {field}: {found:?}"
        );
    }
    for name in absent {
        assert!(
            !found.iter().any(|it| it.starts_with(name)),
            "\"{prompt}\" invents {name}: {found:?}"
        );
    }
}
