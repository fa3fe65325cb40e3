//! Build script: expands and checks every kernel of `shaders/`, and writes the Rust module that `gpu/shader.rs` includes.
//! A misspelled flag, constant or directive fails the build with the file and line of the shader.

mod expand;
mod module;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn main() {
    let root = PathBuf::from(env("CARGO_MANIFEST_DIR")).join("../../shaders");
    println!("cargo::rerun-if-changed={}", root.display());
    println!("cargo::rerun-if-changed=build");
    let sources = sources(&root);
    let mut kernels = Vec::new();
    let mut failed = false;
    for name in sources.keys().filter(|name| !name.contains('/')) {
        match expand::kernel(name, &sources) {
            Ok(kernel) => kernels.push(kernel),
            Err(error) => {
                println!("cargo::error={error}");
                failed = true;
            }
        }
    }
    let path = Path::new(&env("OUT_DIR")).join("shaders.rs");
    match module::write(&kernels) {
        Ok(text) => std::fs::write(&path, text)
            .unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display())),
        Err(error) => {
            println!("cargo::error={error}");
            failed = true;
        }
    }
    if failed {
        std::process::exit(1);
    }
}

/// Reads every WGSL file below `root`, keyed by its path there: "gemm.wgsl", "shared/tile.wgsl".
fn sources(root: &Path) -> BTreeMap<String, String> {
    let mut sources = BTreeMap::new();
    for folder in ["", "shared/"] {
        let path = root.join(folder);
        let entries = std::fs::read_dir(&path)
            .unwrap_or_else(|error| panic!("cannot list {}: {error}", path.display()));
        for entry in entries {
            let path = entry.expect("a directory entry is readable").path();
            if path.extension().is_some_and(|e| e == "wgsl") {
                let name = path.file_name().expect("a file has a name");
                let text = std::fs::read_to_string(&path)
                    .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
                sources.insert(format!("{folder}{}", name.to_string_lossy()), text);
            }
        }
    }
    sources
}

fn env(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("cargo sets {name} for build scripts"))
}
