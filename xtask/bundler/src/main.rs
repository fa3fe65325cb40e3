//! Bundles the studio into a static site, from the directives that `www/index.html` gives trunk.
//!
//! Compiles the programs, generates their glue with the wasm-bindgen library, names files by their hashes, and writes the page with
//! integrity attributes. The layout is that of `trunk build --release`, which still works with `Trunk.toml`.

mod asset;
mod directive;
mod page;
mod program;

use std::path::PathBuf;

use anyhow::{Result, bail};
use pico_args::Arguments;

/// Where to read, how to compile, and where to write.
struct Options {
    /// The page with its directives.
    page: PathBuf,
    /// The cargo profile of the programs.
    profile: String,
    /// Cargo's target directory.
    target_dir: PathBuf,
    /// An existing, empty directory.
    out: PathBuf,
    /// Directory that holds `wasm-opt` and `esbuild`. Without it nothing is minified.
    optimisers: Option<PathBuf>,
}

fn main() {
    if let Err(error) = run() {
        eprintln!("bundler: {error:#}");
        std::process::exit(1);
    }
}

fn run() -> Result<()> {
    let mut args = Arguments::from_env();
    let options = Options {
        page: args.value_from_str("--page")?,
        profile: args.value_from_str("--profile")?,
        target_dir: args.value_from_str("--target-dir")?,
        out: args.value_from_str("--out")?,
        optimisers: args.opt_value_from_str("--optimisers")?,
    };
    if let Some(extra) = args.finish().first() {
        bail!("unexpected argument `{}`", extra.to_string_lossy());
    }
    page::bundle(&options)
}
