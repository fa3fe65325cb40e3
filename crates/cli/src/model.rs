//! Finds and opens the starter's three files.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use kinora_model::Starter;

/// Opens the starter in `folder`, or in its usual places: beside the binary, then in the source tree.
pub fn open(folder: Option<&Path>) -> Result<Starter> {
    let folder = folder.map_or_else(usual_place, Path::to_path_buf);
    let file = |name: &str| folder.join(name);
    let text = |name: &str| {
        std::fs::read_to_string(file(name)).with_context(|| {
            format!(
                "no model in {}: {name} is missing (choose one with --model)",
                folder.display()
            )
        })
    };
    let (config, tokenizer) = (text("config.json")?, text("tokenizer.json")?);
    let weights = std::fs::read(file("starter.safetensors"))
        .with_context(|| format!("no weights in {}", folder.display()))?;
    Ok(Starter::from_files(&config, &tokenizer, &weights)?)
}

fn usual_place() -> PathBuf {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|exe| Some(exe.parent()?.join("models/starter")));
    match beside {
        Some(folder) if folder.is_dir() => folder,
        _ => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/starter")),
    }
}
