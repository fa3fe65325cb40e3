//! The library of things in the worker: loaded once, beside the model.

use std::sync::Arc;

use kinora_contract::manifest::ModelFile;
use kinora_library::{Library, LibraryManifest};

use super::model_files;

/// The library that this version of the program shows.
const MANIFEST: &str = include_str!("../../../../libraries/things/library.json");
/// Folder of its pack, relative to the site.
const FOLDER: &str = "libraries/things/";

/// Returns the manifest of the library.
pub fn manifest() -> Result<LibraryManifest, String> {
    LibraryManifest::parse(MANIFEST).map_err(|error| error.to_string())
}

/// Loads the pack from the cache or the network. The error is for the console.
pub async fn load(manifest: LibraryManifest) -> Result<Arc<Library>, String> {
    let file = ModelFile {
        name: manifest.pack,
        bytes: manifest.bytes,
        blake3: manifest.hash,
    };
    let bytes = model_files::load_library(FOLDER, &file).await?;
    let library = Library::open(bytes).map_err(|error| error.to_string())?;
    Ok(Arc::new(library))
}
