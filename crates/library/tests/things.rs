//! The library of things as `cargo xtask setup` bakes it: the file and every decoded pixel are those of the manifest.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use std::path::Path;

use kinora_library::{LIBRARY_MANIFEST, Library, LibraryManifest};

#[test]
fn the_pack_and_its_pixels_are_those_of_the_manifest() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../libraries/things");
    let manifest = std::fs::read_to_string(folder.join(LIBRARY_MANIFEST)).unwrap();
    let manifest = LibraryManifest::parse(&manifest).unwrap();
    let bytes = std::fs::read(folder.join(&manifest.pack))
        .expect("this test needs the library of things; `cargo xtask setup` fetches it");
    assert_eq!(bytes.len() as u64, manifest.bytes);
    assert!(manifest.bytes < 5_000_000);
    let library = Library::open_verified(bytes, &manifest.hash).unwrap();
    assert!(library.names().count() > 800);
    assert_eq!(library.pixels().unwrap(), manifest.pixels);
}
