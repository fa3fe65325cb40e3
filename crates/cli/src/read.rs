//! `kinora read`: prints how a prompt is understood, as JSON: fields, words and the resolved scene.

use std::path::PathBuf;

use anyhow::Result;
use kinora_reading::{Lexicon, Settings, read, read_after, resolve};

use crate::library;

/// Arguments of `kinora read`.
#[derive(clap::Args)]
pub struct Args {
    /// The prompt, in English or French.
    prompt: String,
    /// Prompt of the clip that this one changes: the prompt may then be an instruction such as "make it blue".
    #[arg(long, value_name = "PROMPT")]
    after: Option<String>,
    /// Seed of what the prompt leaves open.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Folder of the library of things, or "none".
    #[arg(long, value_name = "FOLDER")]
    libraries: Option<PathBuf>,
}

/// Prints a reading.
pub fn run(args: &Args) -> Result<()> {
    let lexicon = Lexicon::built_in();
    let reading = match &args.after {
        Some(before) => read_after(&lexicon, before, &args.prompt),
        None => read(&lexicon, &args.prompt),
    };
    let library = library::open(args.libraries.as_deref())?;
    let settings = Settings {
        seed: args.seed,
        things: library.as_ref().map(|it| (&lexicon, it.hash())),
        ..Settings::default()
    };
    let resolution = resolve(&reading, settings);
    let fields: serde_json::Map<String, serde_json::Value> = reading
        .fields()
        .into_iter()
        .map(|(field, value, exact)| {
            (
                field.to_string(),
                serde_json::json!({ "value": value, "exact": exact }),
            )
        })
        .collect();
    let words: Vec<serde_json::Value> = reading
        .words
        .iter()
        .map(|it| {
            serde_json::json!({
                "text": args.prompt.get(it.span.clone()),
                "corrected": it.corrected,
                "outcome": it.outcome,
            })
        })
        .collect();
    let report = serde_json::json!({
        "language": reading.language,
        "fields": fields,
        "words": words,
        "scene": resolution.scene,
        "compromises": resolution.compromises,
    });
    println!("{}", serde_json::to_string_pretty(&report)?);
    Ok(())
}
