//! Where things are: the repository, and the cache that survives a fresh clone.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The repository's root. Asked at run time, because a compiled xtask may be reused by another checkout.
pub fn root() -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    manifest
        .parent()
        .expect("xtask lies in the repository")
        .to_owned()
}

/// `~/.cache/kinora`: programs from npm, the wasm sysroot, built studios and the training environment, each under a name that holds its version.
pub fn cache() -> PathBuf {
    let home = std::env::var_os("HOME").map_or_else(std::env::temp_dir, PathBuf::from);
    home.join(".cache/kinora")
}

/// The wasm builds have their own target directory: another compiler may build them, and locks stay apart.
pub fn wasm_target() -> PathBuf {
    root().join("target/wasm")
}

/// xtask and the bundler have their own as well: `cargo xtask` is never held up by a running build.
pub fn tool_target() -> PathBuf {
    root().join("target/xtask")
}

/// Where cargo puts native programs.
pub fn native_target() -> PathBuf {
    let named = std::env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty());
    // A relative one is meant from where cargo is started, and `sh` starts it in the root.
    root().join(named.map_or_else(|| "target".into(), PathBuf::from))
}

/// True unless the caller asked to rebuild what is cached.
pub fn cache_allowed() -> bool {
    std::env::var_os("KINORA_NO_CACHE").is_none_or(|value| value.is_empty() || value == "0")
}

/// Fills a directory beside `target` and moves it there in one step, so that an interrupted run leaves nothing half-done.
pub fn install_atomically(target: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let partial = target.with_file_name(format!(
        "{}.partial",
        target.file_name().unwrap_or_default().to_string_lossy()
    ));
    remove(&partial)?;
    fs::create_dir_all(&partial).with_context(|| format!("cannot create {}", partial.display()))?;
    fill(&partial)?;
    remove(target)?;
    fs::rename(&partial, target)
        .with_context(|| format!("cannot move {} into place", target.display()))
}

/// Removes a directory that may not exist.
pub fn remove(dir: &Path) -> Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("cannot remove {}", dir.display()))?;
    }
    Ok(())
}

/// Copies a directory with everything below it.
pub fn copy_dir(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_dir(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)
                .with_context(|| format!("cannot copy to {}", target.display()))?;
        }
    }
    Ok(())
}

/// Every file below `dir`, sorted, so that lists and hashes do not depend on the file system.
pub fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => open.push(entry.path()),
                _ => found.push(entry.path()),
            }
        }
    }
    found.sort();
    found
}
