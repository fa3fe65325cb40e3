//! Programs that shrink the studio for release: wasm-opt and esbuild, from npm.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};

use super::Item;
use crate::paths;
use crate::sh::{cmd, which};

/// From npm: distributions ship binaryen years behind what the compiler emits.
const BINARYEN: &str = "132.0.0";
const ESBUILD: &str = "0.28.2";

/// Both of them, installed together.
pub fn item() -> Item {
    Item {
        name: format!("wasm-opt (binaryen {BINARYEN}) and esbuild {ESBUILD}"),
        cost: "10 s",
        ready: Box::new(|| PROGRAMS.iter().all(|name| dir().join(name).exists())),
        install: Box::new(install),
    }
}

const PROGRAMS: [&str; 2] = ["wasm-opt", "esbuild"];

/// The directory that holds the programs.
pub fn dir() -> PathBuf {
    prefix().join("node_modules/.bin")
}

fn prefix() -> PathBuf {
    let name = format!("binaryen-{BINARYEN}-esbuild-{ESBUILD}");
    paths::cache().join("tools").join(name)
}

fn install() -> Result<()> {
    if which(&["npm"]).is_none() {
        bail!("there is no npm on the PATH; install Node 20 or newer");
    }
    paths::install_atomically(&prefix(), |dir| {
        cmd("npm")
            .args([
                "install",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
                "--prefix",
            ])
            .arg(dir)
            .arg(format!("binaryen@{BINARYEN}"))
            .arg(format!("esbuild@{ESBUILD}"))
            .run()
    })?;
    for name in PROGRAMS {
        let program = cmd(dir().join(name)).arg("--version");
        if !program.succeeds_within(Duration::from_secs(60)) {
            bail!("{name} was installed but does not run");
        }
    }
    Ok(())
}
