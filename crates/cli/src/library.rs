//! Finds and opens the library of things.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use kinora_library::{LIBRARY_MANIFEST, Library, LibraryManifest};

use crate::model::usual_place;

/// Value of `--libraries` that lets the model draw everything.
const NONE: &str = "none";

/// Opens the library of things in `folder`, or in its usual places: beside the binary, then in the source tree. Returns none for
/// `none`, and with a hint if it is not in its usual places.
pub fn open(folder: Option<&Path>) -> Result<Option<Arc<Library>>> {
    if folder.is_some_and(|it| it == Path::new(NONE)) {
        return Ok(None);
    }
    let place = folder.map_or_else(|| usual_place("libraries/things"), Path::to_path_buf);
    let read = || -> Result<Library> {
        let manifest = std::fs::read_to_string(place.join(LIBRARY_MANIFEST))
            .with_context(|| format!("no library in {}", place.display()))?;
        let manifest = LibraryManifest::parse(&manifest)?;
        let path = place.join(&manifest.pack);
        let bytes =
            std::fs::read(&path).with_context(|| format!("{} is missing", path.display()))?;
        let opened = Library::open_verified(bytes, &manifest.hash);
        opened.with_context(|| format!("{} cannot be used", path.display()))
    };
    match (read(), folder) {
        (Ok(library), _) => Ok(Some(Arc::new(library))),
        (Err(error), Some(_)) => Err(error),
        (Err(error), None) => {
            eprintln!(
                "drawing without the library of things: {error:#}; `cargo xtask setup` fetches it"
            );
            Ok(None)
        }
    }
}
