//! `cargo xtask train`: PyTorch in an environment of its own, fed by the `kinora` that is compiled here.

use std::path::PathBuf;

use anyhow::Result;
use pico_args::Arguments;

use crate::python;
use crate::sh::{cargo, cmd};

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
    voice()?;
    cmd(python)
        .arg("training/run.py")
        .arg("--minutes")
        .arg(minutes.to_string())
        .arg("--out")
        .arg(out)
        .run()
}

/// What turns sound tokens into samples, for the ruler.
pub fn voice() -> Result<()> {
    let example = ["--package", "kinora-sound", "--example", "voice_tokens"];
    cargo(["build"]).args(example).run()
}

/// The Python that trains and measures.
pub fn environment() -> Result<PathBuf> {
    let what = "PyTorch and diffusers (several gigabytes, once)";
    python::environment("venv", "training/requirements.txt", what)
}
