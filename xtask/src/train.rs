//! `cargo xtask train`: PyTorch in an environment of its own, fed by the `kinora` that is compiled here.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use pico_args::Arguments;

use crate::paths;
use crate::sh::{cargo, cmd, which};

/// Trains for so many minutes, resuming what lies in the output directory.
pub fn run(mut args: Arguments) -> Result<()> {
    let minutes: f64 = args.opt_value_from_str("--minutes")?.unwrap_or(60.0);
    let default_out = std::env::var_os("HOME")
        .map_or_else(std::env::temp_dir, PathBuf::from)
        .join("kinora-train");
    let out: PathBuf = args.opt_value_from_str("--out")?.unwrap_or(default_out);
    crate::done(args)?;
    let python = environment()?;
    cargo(["build", "--package", "kinora-cli"]).run()?;
    cmd(python)
        .arg("training/run.py")
        .arg("--minutes")
        .arg(minutes.to_string())
        .arg("--out")
        .arg(out)
        .run()
}

/// The environment's Python, with the packages of `training/requirements.txt`.
pub fn environment() -> Result<PathBuf> {
    let wanted = paths::root().join("training/requirements.txt");
    let venv = paths::cache().join("venv");
    let (python, stamp) = (
        venv.join("bin/python"),
        venv.join("kinora-requirements.txt"),
    );
    if python.exists() && fs::read(&stamp).ok() == fs::read(&wanted).ok() {
        return Ok(python);
    }
    eprintln!("train: installing PyTorch and diffusers (several gigabytes, once)");
    if which(&["python3"]).is_none() {
        bail!("there is no python3 on the PATH");
    }
    // Not moved into place afterwards: an environment knows its own path. The stamp, written last, says that it is whole.
    if !python.exists() {
        cmd("python3")
            .args(["-m", "venv"])
            .arg(&venv)
            .run()
            .context("Debian keeps this in the package python3-venv")?;
    }
    cmd(&python)
        .args(["-m", "pip", "install", "--quiet", "--requirement"])
        .arg(&wanted)
        .run()?;
    fs::copy(&wanted, &stamp)?;
    Ok(python)
}
