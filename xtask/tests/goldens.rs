//! Every golden is the one that its scripts wrote: hashes of files and scripts, and package versions, are those of the
//! manifest. `cargo xtask test --training` computes the goldens again; `python -m scripts.goldens` writes them.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().expect("xtask lies in the repository").into()
}

fn manifest() -> Value {
    let path = root().join("tests/golden/manifest.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path:?}: {e}"));
    serde_json::from_str(&text).expect("the manifest is JSON")
}

/// The entries of the goldens that a script writes, and of those that are frozen.
fn entries(manifest: &Value) -> BTreeMap<&String, &Value> {
    let parts = ["goldens", "frozen"].map(|part| manifest[part].as_object().unwrap());
    parts.into_iter().flatten().collect()
}

fn blake3(path: &str) -> String {
    let bytes = std::fs::read(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
    blake3::hash(&bytes).to_hex().to_string()
}

#[test]
fn files_are_those_of_the_manifest() {
    let manifest = manifest();
    let entries = entries(&manifest);
    for (name, entry) in &entries {
        let file = format!("tests/golden/{name}.safetensors");
        assert_eq!(
            entry["blake3"],
            blake3(&file),
            "{file} was not written by its script"
        );
    }
    let files = std::fs::read_dir(root().join("tests/golden")).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let files = files.filter(|file| file.extension().is_some_and(|it| it == "safetensors"));
    let stems = files.map(|file| file.file_stem().unwrap().to_string_lossy().into_owned());
    let listed: BTreeSet<String> = entries.into_keys().cloned().collect();
    assert_eq!(stems.collect::<BTreeSet<_>>(), listed);
}

#[test]
fn scripts_are_those_that_wrote_the_goldens() {
    let manifest = manifest();
    for (name, entry) in manifest["goldens"].as_object().unwrap() {
        let scripts = entry["scripts"].as_object().unwrap();
        assert!(scripts.len() > 1, "{name} names its scripts");
        for (script, hash) in scripts {
            assert_eq!(
                *hash,
                blake3(script),
                "{script} changed since it wrote {name}: run `python -m scripts.goldens` in training/ and look at the difference"
            );
        }
    }
}

#[test]
fn packages_are_those_that_are_installed() {
    let requirements = std::fs::read_to_string(root().join("training/requirements.txt")).unwrap();
    let pins: BTreeMap<&str, &str> = requirements
        .lines()
        .filter_map(|line| line.split_once("=="))
        .collect();
    let manifest = manifest();
    for (name, entry) in manifest["goldens"].as_object().unwrap() {
        for (package, version) in entry["packages"].as_object().unwrap() {
            let pinned = pins.get(package.as_str());
            assert_eq!(
                pinned.copied(),
                version.as_str(),
                "{name} was written with {package} {version}; training/requirements.txt installs another version"
            );
        }
    }
}
