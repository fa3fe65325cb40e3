//! `cargo xtask evaluate`: measures the shipped model with the `kinora` that is compiled here.

use anyhow::Result;
use pico_args::Arguments;

use crate::train::{kinora, script};

/// Runs `training/scripts/evaluate.py`; arguments go to it.
pub fn run(args: Arguments) -> Result<()> {
    script("evaluate")?
        .args(kinora()?)
        .args(args.finish())
        .run()
}
