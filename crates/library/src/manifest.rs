//! The manifest of a library: which pack it is, and where its pictures come from.

use serde::{Deserialize, Serialize};

/// File name of a library's manifest.
pub const LIBRARY_MANIFEST: &str = "library.json";

/// Manifest of a library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LibraryManifest {
    /// Name under which recipes refer to it.
    pub name: String,
    /// File name of the pack, beside the manifest.
    pub pack: String,
    /// Size of the pack in bytes.
    pub bytes: u64,
    /// BLAKE3 of the pack, in hexadecimal.
    pub hash: String,
    /// BLAKE3 of all decoded pixels in the order of the pack, in hexadecimal.
    pub pixels: String,
    /// Packages that the pictures come from.
    pub sources: Vec<Source>,
}

/// A package that pictures come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Package and version on npm.
    pub package: String,
    /// Folder of the pictures in the package.
    pub folder: String,
    /// SPDX expression of the licence.
    pub licence: String,
    /// Copyright notice.
    pub notice: String,
}

impl LibraryManifest {
    /// Parses a manifest.
    ///
    /// # Errors
    ///
    /// Fails on text that is not a manifest; the message names the key.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}
