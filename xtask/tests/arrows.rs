//! Which room may use which: the arrows of the architecture, read from cargo's own metadata.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Room → the rooms that it is built from. Every member of the workspace has a row, and every arrow is in use.
const ARROWS: &[(&str, &[&str])] = &[
    ("contract", &[]),
    ("consent", &["contract"]),
    ("sound", &[]),
    ("library", &[]),
    ("scene", &["contract"]),
    ("reading", &["contract", "scene"]),
    ("world", &["contract", "scene", "sound"]),
    ("engine", &[]),
    ("model", &["contract", "engine", "library"]),
    (
        "model-starter",
        &["contract", "engine", "library", "model", "scene"],
    ),
    ("model-toy", &["contract", "engine", "model"]),
    (
        "models",
        &["contract", "model", "model-starter", "model-toy"],
    ),
    // No family: `models` alone knows which there are.
    ("pipeline", &["contract", "engine", "model", "sound"]),
    ("codec", &["contract"]),
    ("relay", &["consent", "contract"]),
    (
        "studio",
        &[
            "codec", "contract", "engine", "library", "model", "models", "pipeline", "reading",
            "sound",
        ],
    ),
    (
        "cli",
        &[
            "codec", "contract", "engine", "library", "model", "models", "pipeline", "reading",
            "sound", "world",
        ],
    ),
    ("xtask", &[]),
    ("baker", &["library"]),
    ("bundler", &[]),
    ("workspace-hack", &[]),
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
fn arrows_are_those_of_the_workspace() {
    let used = packages()
        .iter()
        .map(|package| (room(package).to_owned(), ours(package)))
        .collect();
    let wrong = differences(ARROWS, &used);
    assert!(
        wrong.is_empty(),
        "the table of arrows and the workspace differ:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn a_table_that_differs_from_the_workspace_is_noticed() {
    let set = |rooms: &[&str]| rooms.iter().map(|room| (*room).to_owned()).collect();
    let used = BTreeMap::from([("a".to_owned(), set(&[])), ("b".to_owned(), set(&["a"]))]);
    let check = |table: &[(&str, &[&str])]| differences(table, &used).join("; ");
    assert_eq!(check(&[("a", &[]), ("b", &["a"])]), "");
    assert_eq!(check(&[("a", &[]), ("b", &[])]), "b → a is forbidden");
    assert_eq!(
        check(&[("a", &["b"]), ("b", &["a"])]),
        "a → b is not in use"
    );
    assert_eq!(check(&[("b", &["a"])]), "`a` has no row");
    assert_eq!(
        check(&[("a", &[]), ("b", &["a"]), ("c", &[])]),
        "`c` is not a member of the workspace"
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

/// Compares a table of arrows with the rooms that each room is built from.
fn differences(
    table: &[(&str, &[&str])],
    used: &BTreeMap<String, BTreeSet<String>>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for (room, rooms) in used {
        let Some((_, allowed)) = table.iter().find(|(name, _)| name == room) else {
            wrong.push(format!("`{room}` has no row"));
            continue;
        };
        let forbidden = rooms
            .iter()
            .filter(|room| !allowed.contains(&room.as_str()));
        wrong.extend(forbidden.map(|other| format!("{room} → {other} is forbidden")));
        let idle = allowed.iter().filter(|other| !rooms.contains(**other));
        wrong.extend(idle.map(|other| format!("{room} → {other} is not in use")));
    }
    let unknown = table.iter().filter(|(name, _)| !used.contains_key(*name));
    wrong.extend(unknown.map(|(name, _)| format!("`{name}` is not a member of the workspace")));
    wrong
}

/// The rooms that a package is built from. Its tests may use others.
fn ours(package: &Value) -> BTreeSet<String> {
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
