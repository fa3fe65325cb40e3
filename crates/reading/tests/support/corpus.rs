//! Scores on the annotated corpus (`corpus/README.md`).
//!
//! A field is right if its value is one of the gold's; an approximation must be allowed and announced. A field that the gold does not
//! have counts as wrong. Words outside of all fields must be reported as unused.

use std::collections::BTreeMap;
use std::path::Path;

use kinora_reading::{Lexicon, Outcome, SceneReading, changes, read};
use serde::Deserialize;

/// An annotated sentence.
#[derive(Deserialize)]
struct Sentence {
    kind: String,
    text: String,
    #[serde(default)]
    context: String,
    gold: BTreeMap<String, Gold>,
    #[serde(default)]
    outside: Vec<String>,
}

/// Acceptable values.
#[derive(Deserialize)]
#[serde(untagged)]
enum Gold {
    One(String),
    Any(Vec<String>),
}

impl Gold {
    fn values(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Any(values) => values,
        }
    }

    /// Whether a reading of this field is right.
    fn accepts(&self, read: Option<(&str, bool)>) -> bool {
        let plain = |text: &str| -> String {
            let letters = text.to_lowercase().replace('’', "'");
            let plain: String = letters
                .chars()
                .filter(|it| it.is_alphanumeric() || *it == '\'')
                .collect();
            // The annotation's short name of a cover.
            plain.replace("infront", "front")
        };
        self.values().iter().any(|value| match read {
            None => value == "-",
            Some((read, true)) => plain(value) == plain(read) && !value.starts_with('~'),
            Some((read, false)) => value
                .strip_prefix('~')
                .is_some_and(|value| plain(value) == plain(read)),
        })
    }
}

/// Counts of one kind of sentence.
#[derive(Default)]
pub struct Score {
    /// Sentences.
    pub sentences: u32,
    /// Sentences without an error.
    pub whole: u32,
    /// Stated fields, and fields that were read without being stated.
    pub fields: u32,
    /// Fields that are right.
    pub right: u32,
    /// Passages that no field expresses.
    pub outside: u32,
    /// Those that the reading reports.
    pub reported: u32,
}

/// Scores of a split.
#[derive(Default)]
pub struct Report {
    /// By kind of sentence: `prompt`, `instruction`.
    pub kinds: BTreeMap<String, Score>,
    /// Right and all, by field.
    pub by_field: BTreeMap<String, (u32, u32)>,
    /// Sentences with errors, each with its errors.
    pub errors: Vec<String>,
}

/// Scores a split (`build`, `dev`, `test`) of a language (`en`, `fr`).
///
/// # Panics
///
/// Panics if the split cannot be read.
pub fn score(lexicon: &Lexicon, language: &str, split: &str) -> Report {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("corpus/{language}-{split}.jsonl"));
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut report = Report::default();
    for line in text.lines() {
        let sentence: Sentence =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        let reading = match sentence.kind.as_str() {
            "instruction" => changes(lexicon, &read(lexicon, &sentence.context), &sentence.text),
            _ => read(lexicon, &sentence.text),
        };
        let score = report.kinds.entry(sentence.kind.clone()).or_default();
        let wrong = judge(&sentence, &reading, score, &mut report.by_field);
        if !wrong.is_empty() {
            let Sentence { text, context, .. } = &sentence;
            report
                .errors
                .push(format!("{text} | {context}\n    {}", wrong.join("\n    ")));
        }
    }
    report
}

/// Scores one sentence; returns what is wrong.
fn judge(
    sentence: &Sentence,
    reading: &SceneReading,
    score: &mut Score,
    by_field: &mut BTreeMap<String, (u32, u32)>,
) -> Vec<String> {
    let fields = reading.fields();
    let read = |name: &str| {
        fields
            .iter()
            .find(|it| it.0.to_string() == name)
            .map(|it| (it.1.as_str(), it.2))
    };
    let mut wrong = Vec::new();
    let mut count = |name: &str, right: bool| {
        let short = name
            .trim_start_matches(|it: char| it == 's' || it.is_ascii_digit())
            .trim_start_matches('.');
        let tally = by_field.entry(short.to_owned()).or_default();
        tally.0 += u32::from(right);
        tally.1 += 1;
        score.fields += 1;
        score.right += u32::from(right);
    };
    for (name, gold) in &sentence.gold {
        let right = gold.accepts(read(name));
        count(name, right);
        if !right {
            wrong.push(format!(
                "{name}: {:?} read as {:?}",
                gold.values(),
                read(name)
            ));
        }
    }
    for (name, value, exact) in &fields {
        if !sentence.gold.contains_key(&name.to_string()) {
            count(&name.to_string(), false);
            wrong.push(format!("{name}: invented {value} ({exact})"));
        }
    }
    score.sentences += 1;
    score.whole += u32::from(wrong.is_empty());
    for outside in &sentence.outside {
        let Some(at) = sentence.text.find(outside.as_str()) else {
            continue;
        };
        let end = at + outside.len();
        let reported = |it: &kinora_reading::WordUse| {
            it.span.start < end
                && at < it.span.end
                && matches!(it.outcome, Outcome::NotUsed(_) | Outcome::Approximated(..))
        };
        score.outside += 1;
        if reading.words.iter().any(reported) {
            score.reported += 1;
        }
    }
    wrong
}
