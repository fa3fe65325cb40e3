//! Scores the reader on the annotated corpus: `cargo run --release -p kinora-reading --example score -- [--split build|dev|test] [--errors]`.
//!
//! Errors of the test split are counted, never listed.

#[path = "../tests/support/corpus.rs"]
mod corpus;

use kinora_reading::Lexicon;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|it| it == name);
        at.and_then(|at| arguments.get(at + 1))
    };
    let split = value("--split").map_or("dev", String::as_str);
    let lists_errors = arguments.iter().any(|it| it == "--errors");
    let lexicon = Lexicon::built_in();
    for language in ["en", "fr"] {
        let report = corpus::score(&lexicon, language, split);
        if lists_errors && split != "test" {
            report.errors.iter().for_each(|it| println!("{it}"));
        }
        for (kind, score) in &report.kinds {
            println!(
                "{language} {split} {kind}: fields {}, whole {}, unused words reported {}",
                share(score.right, score.fields),
                share(score.whole, score.sentences),
                share(score.reported, score.outside),
            );
        }
        if split != "test" {
            let fields = report.by_field.iter();
            let fields = fields.map(|(name, (right, all))| format!("{name} {right}/{all}"));
            println!("  {}", fields.collect::<Vec<_>>().join(", "));
        }
    }
}

fn share(part: u32, whole: u32) -> String {
    format!(
        "{part}/{whole} = {:.1} %",
        100.0 * part as f32 / whole.max(1) as f32
    )
}
