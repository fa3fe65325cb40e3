//! `cargo xtask test`: the rings, from quick to slow. All of them run; one failure fails the whole.

use std::time::Instant;

use anyhow::{Result, bail};
use pico_args::Arguments;

use crate::sh::{cargo, cmd, time, which};
use crate::tools::Tools;
use crate::{check, done, paths, setup, studio};

/// A name and what to run.
type Ring<'a> = (&'static str, Box<dyn Fn() -> Result<()> + 'a>);

/// Sets up and runs every ring. The runners' own summaries stand last.
pub fn run(mut args: Arguments) -> Result<()> {
    let skip_browser = args.contains("--skip-browser");
    done(args)?;
    let tools = if skip_browser {
        setup::for_check()?
    } else {
        setup::for_tests()?
    };
    let mut rings: Vec<Ring> = Vec::new();
    let checked = &tools;
    rings.push(("checks", Box::new(move || check::run(checked))));
    rings.push((
        "tests of the crates",
        Box::new(|| {
            cargo([
                "test",
                "--workspace",
                "--exclude",
                "xtask",
                "--no-fail-fast",
            ])
            .run()
        }),
    ));
    if skip_browser {
        eprintln!("test: --skip-browser: the studio is not built and no browser is started");
    } else {
        rings.push(("tests in a browser", Box::new(move || browser(checked))));
    }
    let mut failed = Vec::new();
    for (name, ring) in &rings {
        let start = Instant::now();
        eprintln!("\ntest: {name}");
        if let Err(error) = ring() {
            eprintln!("test: {name} failed: {error:#}");
            failed.push(*name);
        }
        eprintln!("test: {name} took {}", time(start.elapsed()));
    }
    match failed.as_slice() {
        [] => Ok(()),
        names => bail!("failed: {}", names.join("; ")),
    }
}

/// Builds the studio and drives it in a real Chromium.
fn browser(tools: &Tools) -> Result<()> {
    studio::build(tools)?;
    cargo(["build", "--package", "kinora-cli"]).run()?;
    let Some(chromium) = which(&setup::CHROMIUM) else {
        bail!("there is no Chromium")
    };
    cmd("npm")
        .args(["test", "--silent"])
        .dir(&paths::root().join("tests/e2e"))
        .env("CHROMIUM", chromium)
        .env("KINORA_DIST", studio::dist())
        .run()
}
