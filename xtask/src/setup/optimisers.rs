//! The programs that turn the studio's crate into a site: trunk, wasm-bindgen and wasm-opt, at the versions that fit each other.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::Item;
use crate::paths;
use crate::sh::{cargo, cmd, which};

/// The newest that compiles with the workspace's Rust. Built with its own lock file: without it two versions of its CSS parser meet.
const TRUNK: &str = "0.21.14";
const BINARYEN: &str = "132.0.0";

/// Trunk, wasm-bindgen and wasm-opt.
pub fn items() -> Result<Vec<Item>> {
    let bindgen = wasm_bindgen_version()?;
    Ok(vec![
        Item {
            name: format!("wasm-bindgen {bindgen} (glue between wasm and the page)"),
            cost: "2 to 4 min",
            ready: Box::new({
                let bindgen = bindgen.clone();
                move || bin_dir("wasm-bindgen", &bindgen).is_some()
            }),
            // Optimised a little: it reads megabytes of wasm.
            install: Box::new(move || {
                cargo_install(
                    "wasm-bindgen-cli",
                    "wasm-bindgen",
                    &bindgen,
                    "1",
                    &["--bin", "wasm-bindgen"],
                )
            }),
        },
        Item {
            name: format!("trunk {TRUNK} (builds the site)"),
            cost: "4 to 6 min",
            ready: Box::new(|| bin_dir("trunk", TRUNK).is_some()),
            // No TLS: setup brings everything that trunk would download.
            install: Box::new(|| {
                cargo_install(
                    "trunk",
                    "trunk",
                    TRUNK,
                    "0",
                    &["--locked", "--no-default-features"],
                )
            }),
        },
        Item {
            name: format!("wasm-opt, binaryen {BINARYEN} (shrinks the wasm)"),
            cost: "10 s",
            ready: Box::new(|| wasm_opt_dir().join("wasm-opt").exists()),
            install: Box::new(install_wasm_opt),
        },
    ])
}

/// Directories that hold them, for the PATH.
pub fn path() -> Result<Vec<PathBuf>> {
    let bindgen = wasm_bindgen_version()?;
    [("wasm-bindgen", bindgen.as_str()), ("trunk", TRUNK)]
        .into_iter()
        .map(|(name, version)| {
            bin_dir(name, version).with_context(|| format!("{name} {version} is missing"))
        })
        .chain([Ok(wasm_opt_dir())])
        .collect()
}

/// The version in the lock file: glue and crate must match to the letter.
pub fn wasm_bindgen_version() -> Result<String> {
    let file = paths::root().join("Cargo.lock");
    if !file.exists() {
        cargo(["generate-lockfile"]).run()?;
    }
    let lock = fs::read_to_string(&file).context("cannot read Cargo.lock")?;
    let (_, rest) = lock
        .split_once("name = \"wasm-bindgen\"\nversion = \"")
        .context("Cargo.lock holds no wasm-bindgen")?;
    Ok(rest.split('"').next().unwrap_or_default().to_owned())
}

/// Our own copy, or the one on the PATH when it is the same version.
fn bin_dir(name: &str, version: &str) -> Option<PathBuf> {
    let ours = tool_dir(name, version).join("bin");
    if ours.join(name).exists() {
        return Some(ours);
    }
    let theirs = which(&[name])?;
    let said = cmd(&theirs).arg("--version").read().ok()?;
    said.split_whitespace()
        .any(|word| word == version)
        .then(|| theirs.parent().unwrap_or(Path::new("/")).to_owned())
}

fn tool_dir(name: &str, version: &str) -> PathBuf {
    paths::cache()
        .join("tools")
        .join(format!("{name}-{version}"))
}

/// Compiles a program quickly rather than well. What is compiled stays until it is finished, so that an interrupted setup goes on where it was.
fn cargo_install(
    package: &str,
    name: &str,
    version: &str,
    opt_level: &str,
    flags: &[&str],
) -> Result<()> {
    let build = paths::cache()
        .join("build")
        .join(format!("{name}-{version}"));
    paths::install_atomically(&tool_dir(name, version), |dir| {
        cargo([
            "install",
            "--quiet",
            package,
            "--version",
            version,
            "--force",
            "--root",
        ])
        .arg(dir)
        .args(flags)
        // Elsewhere than in the repository, whose .cargo/config.toml is not meant for it.
        .dir(&paths::cache())
        .env("CARGO_TARGET_DIR", &build)
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", opt_level)
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_STRIP", "true")
        .run()
    })?;
    paths::remove(&build)
}

fn wasm_opt_dir() -> PathBuf {
    tool_dir("binaryen", BINARYEN).join("node_modules/.bin")
}

/// From npm: distributions ship binaryen years behind what the compiler emits.
fn install_wasm_opt() -> Result<()> {
    if which(&["npm"]).is_none() {
        bail!("there is no npm on the PATH; install Node 20 or newer");
    }
    let dir = tool_dir("binaryen", BINARYEN);
    paths::install_atomically(&dir, |dir| {
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
            .run()
    })?;
    if !cmd(wasm_opt_dir().join("wasm-opt"))
        .arg("--version")
        .succeeds_within(Duration::from_secs(60))
    {
        bail!("wasm-opt was installed but does not run");
    }
    Ok(())
}
