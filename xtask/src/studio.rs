//! Builds the studio's site with `xtask/bundler`, or takes it from the cache when nothing that it is made of has changed.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use pico_args::Arguments;

use crate::compiler::WasmCompiler;
use crate::sh::{cargo, cmd, time};
use crate::{done, paths, setup};

/// Everything the site is made of.
const SOURCES: [&str; 9] = [
    ".cargo",
    "Cargo.toml",
    "Cargo.lock",
    "crates",
    "shaders",
    "www",
    "models",
    "libraries",
    "xtask/bundler",
];
/// Number of built sites that the cache keeps.
const KEPT: usize = 6;

/// How the programs are compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// In minutes: for `serve`.
    Quick,
    /// As `Quick`, with clippy's lints: for the browser tests.
    Linted,
    /// As small as a host should send them.
    Release,
}

impl Build {
    /// The cargo profile.
    fn profile(self) -> &'static str {
        match self {
            Self::Quick | Self::Linted => "quick",
            Self::Release => "release",
        }
    }

    /// Its name in the cache.
    fn name(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Linted => "linted",
            Self::Release => "release",
        }
    }
}

/// The directory of the site that a host serves.
pub fn dist() -> PathBuf {
    paths::root().join("dist")
}

/// `cargo xtask build`.
pub fn run(mut args: Arguments) -> Result<()> {
    let (quick, lint) = (args.contains("--quick"), args.contains("--lint"));
    done(args)?;
    match (quick, lint) {
        (false, false) => build(&setup::for_build()?, Build::Release),
        (true, false) => build(&setup::for_serve()?, Build::Quick),
        (true, true) => build(&setup::for_check()?, Build::Linted),
        (false, true) => bail!("--lint needs --quick"),
    }
}

/// Leaves a current site in `dist`.
pub fn build(compiler: &WasmCompiler, how: Build) -> Result<()> {
    let key = key(compiler)?;
    let site = |how: Build| {
        let name = format!("{key}-{}", how.name());
        paths::cache().join("studio").join(name)
    };
    let usable = |dir: &PathBuf| paths::cache_allowed() && dir.join("index.html").exists();
    // A linted site has the same files as a quick one.
    let linted = Some(site(Build::Linted)).filter(|dir| how == Build::Quick && usable(dir));
    let cached = linted.unwrap_or_else(|| site(how));
    if usable(&cached) {
        eprintln!("studio: unchanged");
    } else {
        let start = Instant::now();
        eprintln!("studio: building (the first time takes several minutes)");
        paths::install_atomically(&cached, |out| bundle(compiler, how, out))?;
        forget_old(&cached)?;
        eprintln!("studio: built in {}", time(start.elapsed()));
    }
    // Trunk may have been used by hand in between.
    paths::install_atomically(&dist(), |dir| paths::copy_dir(&cached, dir))
}

/// Compiles the bundler and runs it.
fn bundle(compiler: &WasmCompiler, how: Build, out: &Path) -> Result<()> {
    let target = paths::tool_target();
    cargo([
        "build",
        "--quiet",
        "--profile",
        "tool",
        "--package",
        "bundler",
    ])
    .arg("--target-dir")
    .arg(&target)
    .run()?;
    let mut bundler = cmd(target.join("tool/bundler"))
        .args(["--page", "www/index.html", "--profile", how.profile()])
        .arg("--target-dir")
        .arg(paths::wasm_target())
        .arg("--out")
        .arg(out)
        .envs(&compiler.env());
    match how {
        Build::Quick => {}
        Build::Linted => bundler = bundler.envs(&compiler.lint_env()),
        Build::Release => bundler = bundler.arg("--optimisers").arg(setup::optimisers()),
    }
    bundler.run()
}

/// A hash of the sources and of the compiler.
fn key(compiler: &WasmCompiler) -> Result<String> {
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
    setup::optimisers().hash(&mut hasher);
    match compiler {
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
