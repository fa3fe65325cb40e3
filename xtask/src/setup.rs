//! Setup: finds what is missing, says what it will install and how long that takes, and installs each thing completely or not at all.

mod apt;
mod library;
mod npm;
mod optimisers;
mod wasm;

use std::fs::{self, File};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::compiler::WasmCompiler;
use crate::paths;
use crate::sh;

pub use apt::CHROMIUM;
pub use library::{bake, file as library_file};
pub use optimisers::dir as optimisers;

/// One thing that a command needs.
struct Item {
    /// What it is, for the list.
    name: String,
    /// How long it takes on two cores, for the list.
    cost: &'static str,
    ready: Box<dyn Fn() -> bool>,
    install: Box<dyn Fn() -> Result<()>>,
}

/// What `serve` needs: a compiler for wasm32.
pub fn for_serve() -> Result<WasmCompiler> {
    let mut items = wasm::items(false);
    items.extend(library::optional_item());
    install(items)?;
    compiler()
}

/// What `build` and `size` need: a compiler for wasm32, and optimisers.
pub fn for_build() -> Result<WasmCompiler> {
    let mut items = wasm::items(false);
    items.push(optimisers::item());
    items.push(library::item());
    install(items)?;
    compiler()
}

/// What `check` needs: wasm32 with lints.
pub fn for_check() -> Result<WasmCompiler> {
    install(wasm::items(true))?;
    compiler()
}

/// What `test --skip-browser` needs: wasm32 with lints, and a database.
pub fn for_crate_tests() -> Result<WasmCompiler> {
    let mut items = vec![apt::postgres(), library::item()];
    items.extend(wasm::items(true));
    install(items)?;
    compiler()
}

/// What `test` needs: everything, a browser, a database and a software GPU included.
pub fn for_tests() -> Result<WasmCompiler> {
    let mut items = apt::test_items();
    items.extend(wasm::items(true));
    items.extend(npm::items());
    items.push(library::item());
    install(items)?;
    compiler()
}

fn compiler() -> Result<WasmCompiler> {
    wasm::compiler().context("no compiler for wasm32")
}

/// Installs what is not ready, one setup at a time.
fn install(items: Vec<Item>) -> Result<()> {
    fs::create_dir_all(paths::cache()).context("cannot create ~/.cache/kinora")?;
    let lock = File::create(paths::cache().join("setup.lock"))?;
    if lock.try_lock().is_err() {
        eprintln!("another setup is running; waiting for it");
        lock.lock()?;
    }
    let missing: Vec<Item> = items.into_iter().filter(|item| !(item.ready)()).collect();
    if missing.is_empty() {
        eprintln!("setup: everything is here");
        return Ok(());
    }
    eprintln!("setup: to install, once, with rough times on two cores:");
    for item in &missing {
        eprintln!("  {:<58} {}", item.name, item.cost);
    }
    for item in missing {
        // An earlier one may have brought it along.
        if (item.ready)() {
            continue;
        }
        eprintln!("\nsetup: {}", item.name);
        let start = Instant::now();
        (item.install)().with_context(|| format!("setup could not install {}", item.name))?;
        eprintln!(
            "setup: {} installed in {}",
            item.name,
            sh::time(start.elapsed())
        );
    }
    Ok(())
}
