//! The manifest of the shipped model lists its files as they are.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use serde_json::{Value, json};
use std::fs;
use std::path::Path;

#[test]
fn the_starters_manifest_matches_its_files() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/starter"));
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let parse = |name| serde_json::from_slice::<Value>(&read(name)).unwrap();
    let (manifest, config) = (parse("model.json"), parse("config.json"));
    let files = ["config.json", "tokenizer.json", "starter.safetensors"].map(|name| {
        let bytes = read(name);
        json!({
            "name": name,
            "bytes": bytes.len(),
            "blake3": blake3::hash(&bytes).to_hex().as_str(),
        })
    });
    assert_eq!(manifest["files"], json!(files));
    assert_eq!(manifest["id"], config["id"]);
    assert_eq!(manifest["family"], "starter");
}
