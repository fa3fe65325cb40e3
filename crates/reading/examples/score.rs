//! Scores the reader on the annotated corpus: `cargo run --release -p kinora-reading --example score -- [--split build|dev|test] [--errors]`.
//!
//! A field is right if its value is one of the gold's; an approximation must be allowed and announced. A field that the gold does not
//! have counts as wrong. Words outside of all fields must be reported as unused. Errors of the test split are counted, never listed.

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

#[derive(Default)]
struct Score {
    sentences: u32,
    whole: u32,
    fields: u32,
    right: u32,
    outside: u32,
    reported: u32,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        arguments
            .iter()
            .position(|it| it == name)
            .and_then(|at| arguments.get(at + 1))
    };
    let split = value("--split").map_or("dev", String::as_str);
    let errors = arguments.iter().any(|it| it == "--errors") && split != "test";
    let lexicon = Lexicon::built_in();
    for language in ["en", "fr"] {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("corpus/{language}-{split}.jsonl"));
        let mut scores: BTreeMap<String, Score> = BTreeMap::new();
        let mut by_field: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        for line in std::fs::read_to_string(path)?.lines() {
            let sentence: Sentence = serde_json::from_str(line)?;
            let reading = match sentence.kind.as_str() {
                "instruction" => {
                    changes(&lexicon, &read(&lexicon, &sentence.context), &sentence.text)
                }
                _ => read(&lexicon, &sentence.text),
            };
            let wrong = judge(
                &sentence,
                &reading,
                scores.entry(sentence.kind.clone()).or_default(),
                &mut by_field,
            );
            if errors && !wrong.is_empty() {
                println!(
                    "{} | {}\n    {}",
                    sentence.text,
                    sentence.context,
                    wrong.join("\n    ")
                );
            }
        }
        for (kind, score) in scores {
            println!(
                "{language} {split} {kind}: fields {}/{} = {:.1} %, whole {}/{} = {:.1} %, unused words reported {}/{} = {:.1} %",
                score.right,
                score.fields,
                percent(score.right, score.fields),
                score.whole,
                score.sentences,
                percent(score.whole, score.sentences),
                score.reported,
                score.outside,
                percent(score.reported, score.outside),
            );
        }
        if split != "test" {
            let worst = by_field
                .iter()
                .map(|(name, (right, all))| format!("{name} {right}/{all}"));
            println!("  {}", worst.collect::<Vec<_>>().join(", "));
        }
    }
    Ok(())
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

fn percent(part: u32, whole: u32) -> f32 {
    100.0 * part as f32 / whole.max(1) as f32
}
