//! Dependencies have the same features in a build of one crate as in a build of the workspace, so that each compiles once.
//!
//! The crate `workspace-hack` sees to that: it asks for the union of the features, and every crate depends on it.
//! `KINORA_BLESS=1 cargo test -p xtask --test features` writes its manifest anew.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::Command;

use serde_json::Value;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const MANIFEST: &str = "crates/workspace-hack/Cargo.toml";
/// They have target directories and profiles of their own.
const APART: [&str; 3] = ["xtask", "baker", "bundler"];
/// Compiled for the baker as well, which must not wait for everybody's dependencies.
const LIGHT: &str = "kinora-library";

/// Name, version, and whether the dependency is compiled for build scripts and macros.
type Dependency = (String, String, bool);
/// The features of each dependency in one build.
type Features = BTreeMap<Dependency, BTreeSet<String>>;

#[test]
fn one_crate_is_built_with_the_features_of_the_workspace() {
    let blessed = std::env::var_os("KINORA_BLESS").is_some();
    let mut differing = differing();
    // What is added brings dependencies of its own, which may differ again.
    while blessed && !differing.is_empty() {
        write_manifest(&differing);
        differing = self::differing();
    }
    let list: Vec<_> = differing
        .keys()
        .map(|(name, version, _)| format!("{name} {version}"))
        .collect();
    assert!(
        list.is_empty(),
        "these dependencies compile once more for `--package`; does every crate depend on workspace-hack? \
         If so, write its manifest anew: KINORA_BLESS=1 cargo test -p xtask --test features\n{}",
        list.join("\n")
    );
}

/// Dependencies whose features in a build of some member differ from those in the workspace's tests, with the latter.
fn differing() -> Features {
    let apart = APART.iter().flat_map(|name| ["--exclude", name]);
    let workspace: Vec<_> = ["test", "--no-run", "--workspace"]
        .into_iter()
        .chain(apart)
        .collect();
    let whole = features(&workspace);
    let mut differing = Features::new();
    for member in members() {
        for (dependency, features) in self::features(&["build", "--package", &member]) {
            let wanted = whole.get(&dependency).cloned().unwrap_or_default();
            if features != wanted {
                differing.insert(dependency, wanted);
            }
        }
    }
    differing
}

fn members() -> Vec<String> {
    let output = cargo(&["metadata", "--no-deps", "--format-version", "1"]);
    let packages = output["packages"].as_array().unwrap().iter();
    let names = packages.map(|package| package["name"].as_str().unwrap().to_owned());
    names
        .filter(|name| !APART.contains(&name.as_str()) && name != LIGHT)
        .collect()
}

/// The dependencies from registries that a build compiles.
fn features(build: &[&str]) -> Features {
    let host = host();
    let mut args = build.to_vec();
    // With a target that is named, cargo tells units for the host from units for the target.
    args.extend(["--target", &host, "--unit-graph", "-Zunstable-options"]);
    let graph = cargo(&args);
    let mut found = Features::new();
    for unit in graph["units"].as_array().unwrap() {
        let id = unit["pkg_id"].as_str().unwrap();
        let script = unit["target"]["kind"][0] == "custom-build";
        let Some((name, version)) = id.rsplit('#').next().unwrap().split_once('@') else {
            continue;
        };
        if script || !id.starts_with("registry+") {
            continue;
        }
        let features = unit["features"].as_array().unwrap().iter();
        let features = features.map(|feature| feature.as_str().unwrap().to_owned());
        let dependency = (name.into(), version.into(), unit["platform"].is_null());
        found.insert(dependency, features.collect());
    }
    found
}

fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.unwrap().to_owned()
}

/// Runs cargo, which prints JSON.
fn cargo(args: &[&str]) -> Value {
    let output = Command::new(env!("CARGO"))
        .args(args)
        // Graphs of units are unstable. Nothing is compiled here.
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .current_dir(ROOT)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {args:?}: {errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Adds dependencies to the manifest of `workspace-hack`.
fn write_manifest(more: &Features) {
    let path = format!("{ROOT}/{MANIFEST}");
    let old = std::fs::read_to_string(&path).unwrap();
    let (head, lists) = old.split_once("# Written by").unwrap();
    let mut lines: [BTreeSet<String>; 2] = [BTreeSet::new(), BTreeSet::new()];
    let mut host = false;
    for line in lists.lines() {
        host |= line.starts_with("[build-dependencies]");
        if line.contains(" = {") {
            lines[usize::from(host)].insert(line.to_owned());
        }
    }
    for ((name, version, host), features) in more {
        let list = features
            .iter()
            .map(|feature| format!("\"{feature}\""))
            .collect::<Vec<_>>()
            .join(", ");
        let alias = format!("{name}-{}", version.replace(['.', '+'], "-"));
        let start = format!("{alias} = {{");
        let lines = &mut lines[usize::from(*host)];
        lines.retain(|line| !line.starts_with(&start));
        let version = version.split('+').next().unwrap();
        lines.insert(format!(
            "{start} package = \"{name}\", version = \"{version}\", default-features = false, features = [{list}] }}"
        ));
    }
    let mut text = head.to_owned();
    writeln!(text, "# Written by xtask/tests/features.rs.").unwrap();
    for (title, lines) in ["[dependencies]", "\n[build-dependencies]"]
        .iter()
        .zip(&lines)
    {
        writeln!(text, "{title}").unwrap();
        for line in lines {
            writeln!(text, "{line}").unwrap();
        }
    }
    std::fs::write(&path, text).unwrap();
}
