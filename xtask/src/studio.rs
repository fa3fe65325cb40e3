//! Building the studio with trunk, or taking it from the cache when nothing that it is made of has changed.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::paths;
use crate::sh::{cmd, time};
use crate::tools::{Tools, WasmCompiler};

/// Everything the site is made of.
const SOURCES: [&str; 8] = [
    ".cargo",
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
    "crates",
    "shaders",
    "www",
    "models",
];
/// How many built sites the cache keeps.
const KEPT: usize = 6;

/// The directory that trunk builds into and that a host serves.
pub fn dist() -> PathBuf {
    paths::root().join("dist")
}

/// Leaves a current site in `dist`.
pub fn build(tools: &Tools) -> Result<()> {
    let key = key(tools)?;
    let cached = paths::cache().join("studio").join(&key);
    if paths::cache_allowed() && cached.join("index.html").exists() {
        eprintln!("studio: unchanged");
    } else {
        let start = Instant::now();
        eprintln!("studio: building (the first time takes several minutes)");
        cmd("trunk")
            .args(["build", "--release"])
            .envs(&tools.env())
            .run()?;
        paths::install_atomically(&cached, |dir| paths::copy_dir(&dist(), dir))?;
        forget_old(&cached)?;
        eprintln!("studio: built in {}", time(start.elapsed()));
    }
    // Trunk may have been used by hand in between: what is served is what was asked for.
    paths::install_atomically(&dist(), |dir| paths::copy_dir(&cached, dir))
}

/// A hash of the sources and of the programs that compile them.
fn key(tools: &Tools) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for source in SOURCES {
        let path = paths::root().join(source);
        let files = if path.is_dir() {
            paths::files_below(&path)
        } else {
            vec![path]
        };
        for file in files.iter().filter(|file| file.exists()) {
            file.strip_prefix(paths::root())
                .unwrap_or(file)
                .hash(&mut hasher);
            fs::read(file)
                .with_context(|| format!("cannot read {}", file.display()))?
                .hash(&mut hasher);
        }
    }
    tools.path.hash(&mut hasher);
    match &tools.wasm {
        WasmCompiler::Debian { sysroot } => sysroot.hash(&mut hasher),
        WasmCompiler::Toolchain => cmd("rustc").arg("-vV").read()?.hash(&mut hasher),
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Drops the oldest sites, never the one just built.
fn forget_old(newest: &Path) -> Result<()> {
    let all = newest.parent().context("the cache has no parent")?;
    let mut sites: Vec<_> = fs::read_dir(all)?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path != newest)
        .collect();
    sites.sort_by_key(|path| fs::metadata(path).and_then(|data| data.modified()).ok());
    let surplus = (sites.len() + 1).saturating_sub(KEPT);
    sites
        .iter()
        .take(surplus)
        .try_for_each(|path| paths::remove(path))
}
