//! `cargo xtask evaluate`: the ruler of `training/ruler`, beside the `kinora` and the voice that are compiled here.

use anyhow::Result;
use pico_args::Arguments;

use crate::paths;
use crate::sh::{cargo, cmd};
use crate::train::{environment, voice};

/// Measures the starter in the training folder, or the ruler itself with `--ground-truth`; arguments go to `python -m ruler`.
pub fn run(args: Arguments) -> Result<()> {
    let python = environment()?;
    cargo(["build", "--package", "kinora-cli"]).run()?;
    voice()?;
    let built = paths::native_target().join("debug");
    cmd(python)
        .env("PYTHONPATH", paths::root().join("training"))
        .args(["-m", "ruler", "--cli"])
        .arg(built.join("kinora"))
        .arg("--voice")
        .arg(built.join("examples/voice_tokens"))
        .args(args.finish())
        .run()
}
