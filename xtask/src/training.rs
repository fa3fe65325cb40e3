//! `cargo xtask test --training`: the Python tests, and every golden computed again.

use anyhow::Result;

use crate::steps::{run_all, step};
use crate::train::{python, script};

/// Runs the Python ring.
pub fn run() -> Result<()> {
    let tests = step("tests of the training code", || {
        let discover = [
            "-m",
            "unittest",
            "discover",
            "--start-directory",
            "training/tests",
        ];
        python()?
            .args(discover)
            .args(["--top-level-directory", "training"])
            .run()
    });
    let goldens = step("goldens computed again", || {
        script("goldens")?.arg("--check").run()
    });
    run_all("test", &[tests, goldens])
}
