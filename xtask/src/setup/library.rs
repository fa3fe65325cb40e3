//! The library of things: pictures from npm, packed into one file beside the library's manifest.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::Item;
use crate::paths;
use crate::sh::{cargo, cmd, which};

/// Packages whose pictures the library has, with their versions; `libraries/things/library.json` names them with their licences.
const PACKAGES: [&str; 1] = ["@lobehub/fluent-emoji-3d@1.1.0"];
/// The list that says which pictures are packed.
const LIST: &str = "crates/reading/data/pictures.tsv";

/// The library.
pub fn item() -> Item {
    Item {
        name: "the library of things (16 MB from npm)".into(),
        cost: "40 s",
        ready: Box::new(is_current),
        install: Box::new(|| bake(false)),
    }
}

/// The library, where there is npm to fetch it; the studio works without.
pub fn optional_item() -> Option<Item> {
    which(&["npm"]).map(|_| item())
}

/// The pack.
pub fn file() -> PathBuf {
    dir().join("things.kinlib")
}

/// Fetches the packages and bakes the pack. `bless` writes its hash into the manifest instead of comparing it.
pub fn bake(bless: bool) -> Result<()> {
    if which(&["npm"]).is_none() {
        bail!("there is no npm on the PATH; install Node 20 or newer");
    }
    let packages = packages();
    if !packages.exists() {
        paths::install_atomically(&packages, |dir| {
            cmd("npm")
                .args(["install", "--ignore-scripts", "--no-audit", "--no-fund"])
                .args(["--loglevel=error", "--prefix"])
                .arg(dir)
                .args(PACKAGES)
                .run()
        })?;
    }
    let target = paths::tool_target();
    let build = [
        "build",
        "--quiet",
        "--profile",
        "tool",
        "--package",
        "baker",
    ];
    cargo(build).arg("--target-dir").arg(&target).run()?;
    let mut baker = cmd(target.join("tool/baker"))
        .arg("--library")
        .arg(dir())
        .arg("--packages")
        .arg(packages.join("node_modules"))
        .arg("--list")
        .arg(paths::root().join(LIST))
        .arg("--out")
        .arg(file());
    if bless {
        baker = baker.arg("--bless");
    }
    baker.run()?;
    fs::write(stamp(), manifest()?).context("cannot write the stamp of the library")
}

/// Whether the pack is the one that the manifest names. Its hash was verified when it was baked.
fn is_current() -> bool {
    file().exists()
        && matches!((fs::read(stamp()), manifest()), (Ok(stamp), Ok(manifest)) if stamp == manifest)
}

fn manifest() -> Result<Vec<u8>> {
    let path = dir().join("library.json");
    fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
}

fn stamp() -> PathBuf {
    dir().join("things.stamp")
}

fn dir() -> PathBuf {
    paths::root().join("libraries/things")
}

fn packages() -> PathBuf {
    let version = PACKAGES[0].rsplit('@').next().unwrap_or_default();
    paths::cache().join(format!("tools/things-{version}"))
}
