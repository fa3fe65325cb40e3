//! The library of things: pictures with transparency that take the place of subjects, packed into one file.
//!
//! A library is optional. Its manifest is committed; its pack is baked from pinned packages by `cargo xtask setup` and must have the
//! hash of the manifest. A recipe names the hash of the pack that it needs, so that it gives the same clip everywhere. The format is
//! specified in `docs/formats.md`.

mod manifest;
mod pack;
mod picture;

pub use manifest::{LIBRARY_MANIFEST, LibraryManifest, Source};
pub use pack::{Library, LibraryError, pack};
pub use picture::Picture;
