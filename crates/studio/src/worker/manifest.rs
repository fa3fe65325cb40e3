//! A model's manifest, `model.json`: its family and its files.

use serde::Deserialize;

/// A manifest. Fields that the worker does not use are ignored.
#[derive(Clone, Debug, Deserialize)]
pub struct Manifest {
    /// Model family; selects the code that runs the model.
    pub family: String,
    /// The model's files.
    pub files: Vec<ModelFile>,
}

/// A file beside the manifest.
#[derive(Clone, Debug, Deserialize)]
pub struct ModelFile {
    /// Name in the manifest's folder.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// BLAKE3 of the content, hexadecimal.
    pub blake3: String,
}
