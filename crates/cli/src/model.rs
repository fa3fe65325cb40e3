//! Finds and opens a model's folder.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use kinora_models::{AnyModel, MANIFEST_NAME, ModelFiles, open as open_files, parse_manifest};

/// Opens the model in `folder`, or the starter in its usual places: beside the binary, then in the source tree.
///
/// The folder holds `model.json` and the files that it names.
pub fn open(folder: Option<&Path>) -> Result<AnyModel> {
    let folder = folder.map_or_else(|| usual_place("models/starter"), Path::to_path_buf);
    let manifest = std::fs::read_to_string(folder.join(MANIFEST_NAME)).with_context(|| {
        format!(
            "no model in {}: {MANIFEST_NAME} is missing (choose one with --model)",
            folder.display()
        )
    })?;
    let manifest = parse_manifest(&manifest)?;
    let mut files = ModelFiles::new();
    for file in &manifest.files {
        let path = folder.join(&file.name);
        let bytes =
            std::fs::read(&path).with_context(|| format!("{} is missing", path.display()))?;
        files.insert(file.name.clone(), bytes);
    }
    Ok(open_files(manifest, &files)?)
}

/// Returns a folder of the distribution: beside the binary, else in the source tree.
pub fn usual_place(folder: &str) -> PathBuf {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|exe| Some(exe.parent()?.join(folder)));
    match beside {
        Some(found) if found.is_dir() => found,
        _ => Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(folder),
    }
}
