//! `cargo xtask test`: the rings, from quick to slow. All of them run; one failure fails the whole.

use anyhow::{Context, Result, bail};
use pico_args::Arguments;

use crate::sh::{Background, cargo, cmd, which};
use crate::steps::{run_all, step};
use crate::tools::Tools;
use crate::{check, done, paths, setup, studio, training};

/// Sets up and runs every ring. The runners' own summaries stand last.
pub fn run(mut args: Arguments) -> Result<()> {
    let skip_browser = args.contains("--skip-browser");
    let training_alone = args.contains("--training");
    done(args)?;
    if training_alone {
        return training::run();
    }
    let tools = if skip_browser {
        setup::for_crate_tests()?
    } else {
        setup::for_tests()?
    };
    let site = Background::new("site.log");
    if !skip_browser {
        // Beside the rest: half of it is one thread's work, the optimisers'.
        site.start(cmd(std::env::current_exe()?).arg("build"))?;
    }
    let mut rings = check::quick();
    rings.push(step("lints and tests of the crates", crates));
    // After the crates: it would wait for the site, whose directory it shares.
    rings.push(check::wasm_lints(&tools));
    if skip_browser {
        eprintln!("test: --skip-browser: the studio is not built and no browser is started");
    } else {
        rings.push(step("the world in wasm", || world(&tools)));
        rings.push(step("tests in a browser", || browser(&site)));
    }
    run_all("test", &rings)
}

/// Unit, property and parity tests, linted as they compile.
fn crates() -> Result<()> {
    cargo([
        "test",
        "--workspace",
        "--exclude",
        "xtask",
        "--no-fail-fast",
    ])
    .envs(&check::lint_while_compiling())
    .run()
}

/// Renders the world in wasm: every seed must give the bytes that it gives natively.
fn world(tools: &Tools) -> Result<()> {
    let target = ["--target", "wasm32-unknown-unknown"];
    cargo([
        "build",
        "--package",
        "kinora-world",
        "--example",
        "fingerprint",
    ])
    .args(target)
    .envs(&tools.env())
    .run()?;
    let example = "wasm32-unknown-unknown/debug/examples/fingerprint.wasm";
    cmd("node")
        .arg("crates/world/tests/wasm.mjs")
        .arg(paths::wasm_target().join(example))
        .run()
}

/// Drives the built studio in a real Chromium.
fn browser(site: &Background) -> Result<()> {
    site.finish().context("the studio was not built")?;
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
