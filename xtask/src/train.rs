//! `cargo xtask train`: PyTorch in its own environment, with clips from the `kinora` that is compiled here.

use std::path::PathBuf;

use anyhow::Result;
use pico_args::Arguments;

use crate::python;
use crate::sh::{Cmd, cargo, cmd};
use crate::{done, paths};

/// Trains for a number of minutes and resumes the state in the output directory.
pub fn run(mut args: Arguments) -> Result<()> {
    let minutes: f64 = args.opt_value_from_str("--minutes")?.unwrap_or(60.0);
    let default_out = std::env::var_os("HOME")
        .map_or_else(std::env::temp_dir, PathBuf::from)
        .join("kinora-train");
    let out: PathBuf = args.opt_value_from_str("--out")?.unwrap_or(default_out);
    done(args)?;
    script("train")?
        .args(kinora()?)
        .arg("--minutes")
        .arg(minutes.to_string())
        .arg("--out")
        .arg(out)
        .run()
}

/// Compiles `kinora`; returns the arguments that name it to a script.
pub fn kinora() -> Result<[PathBuf; 2]> {
    cargo(["build", "--package", "kinora-cli"]).run()?;
    let built = paths::native_target().join("debug/kinora");
    Ok(["--cli".into(), built])
}

/// A script of `training/scripts` in the training environment.
pub fn script(name: &str) -> Result<Cmd> {
    Ok(python()?.arg("-m").arg(format!("scripts.{name}")))
}

/// The Python that trains and evaluates, with the training packages on its path.
pub fn python() -> Result<Cmd> {
    let what = "PyTorch and diffusers (several gigabytes, once)";
    let python = python::environment("venv", "training/requirements.txt", what)?;
    Ok(cmd(python).env("PYTHONPATH", paths::root().join("training")))
}
