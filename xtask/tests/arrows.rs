//! Which room may use which: the arrows of the architecture, read from cargo's own metadata.

use std::process::Command;

use serde_json::Value;

/// Room → the rooms it may use. `contract` is open to everyone.
const ARROWS: [(&str, &[&str]); 14] = [
    ("contract", &[]),
    ("sound", &[]),
    ("world", &["sound"]),
    ("engine", &[]),
    ("model", &["engine", "sound"]),
    ("pipeline", &["model", "engine", "sound"]),
    ("codec", &["sound"]),
    ("consent", &[]),
    ("provenance", &["consent"]),
    ("relay", &["consent", "provenance"]),
    ("player", &[]),
    (
        "studio",
        &[
            "pipeline",
            "codec",
            "consent",
            "provenance",
            "model",
            "engine",
            "sound",
            "world",
        ],
    ),
    (
        "cli",
        &[
            "pipeline",
            "codec",
            "consent",
            "provenance",
            "model",
            "engine",
            "sound",
            "world",
        ],
    ),
    ("xtask", &[]),
];

/// Outside crates that only one room may use directly, by the beginning of their names.
const ONLY_IN: [(&str, &str); 5] = [
    ("wgpu", "engine"),
    ("burn", "engine"),
    ("leptos", "studio"),
    ("axum", "relay"),
    ("sqlx", "relay"),
];

#[test]
fn rooms_use_only_what_the_arrows_allow() {
    let mut wrong = Vec::new();
    for package in packages() {
        let room = room(&package).to_owned();
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == room) else {
            wrong.push(format!("`{room}` is not in the table of arrows"));
            continue;
        };
        for used in ours(&package) {
            let open =
                used == "contract" && room != "contract" && room != "xtask" && room != "engine";
            if !open && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{room} → {used}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "arrows that the architecture forbids: {}",
        wrong.join(", ")
    );
}

#[test]
fn heavy_crates_stay_in_their_room() {
    let mut wrong = Vec::new();
    for package in packages() {
        for (name, _) in dependencies(&package) {
            let owner = ONLY_IN
                .iter()
                .find(|(prefix, _)| name == *prefix || name.starts_with(&format!("{prefix}-")));
            if owner.is_some_and(|(_, owner)| *owner != room(&package)) {
                wrong.push(format!("{} → {name}", room(&package)));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "crates outside the room that owns them: {}",
        wrong.join(", ")
    );
}

fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo runs: it started this test");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
    assert!(packages.len() > 3, "cargo metadata lists the workspace");
    packages
}

fn room(package: &Value) -> &str {
    let name = package["name"].as_str().unwrap_or_default();
    name.strip_prefix("kinora-").unwrap_or(name)
}

/// The rooms that a package is built from; what its tests use besides is free.
fn ours(package: &Value) -> Vec<String> {
    let built = dependencies(package)
        .into_iter()
        .filter(|(_, kind)| kind != "dev");
    built
        .filter_map(|(name, _)| name.strip_prefix("kinora-").map(str::to_owned))
        .collect()
}

fn dependencies(package: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("normal").to_owned();
    let listed = package["dependencies"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    listed
        .iter()
        .map(|dependency| (text(&dependency["name"]), text(&dependency["kind"])))
        .collect()
}
