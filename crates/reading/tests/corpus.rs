//! The annotated corpus: what the reader understood once, it keeps understanding.
//!
//! Thresholds lie a little below the scores of the day; `docs/bench/reading.md` has those. The test split is not read here.

#[path = "support/corpus.rs"]
mod corpus;

use kinora_reading::Lexicon;

/// Returns the shares of right fields of prompts and of instructions.
fn shares(language: &str, split: &str) -> [f32; 2] {
    let report = corpus::score(&Lexicon::built_in(), language, split);
    ["prompt", "instruction"].map(|kind| {
        let score = &report.kinds[kind];
        score.right as f32 / score.fields as f32
    })
}

#[test]
fn english_sentences_are_understood() {
    let [prompts, instructions] = shares("en", "build");
    assert!(
        prompts > 0.97 && instructions > 0.97,
        "{prompts} {instructions}"
    );
    let [prompts, instructions] = shares("en", "dev");
    assert!(
        prompts > 0.95 && instructions > 0.95,
        "{prompts} {instructions}"
    );
}

#[test]
fn french_sentences_are_understood() {
    let [prompts, instructions] = shares("fr", "build");
    assert!(
        prompts > 0.95 && instructions > 0.95,
        "{prompts} {instructions}"
    );
    let [prompts, instructions] = shares("fr", "dev");
    assert!(
        prompts > 0.93 && instructions > 0.95,
        "{prompts} {instructions}"
    );
}
