//! `cargo xtask test`: the rings, from quick to slow. All of them run; one failure fails the whole.

use anyhow::{Context, Result, bail};
use pico_args::Arguments;

use crate::compiler::{WasmCompiler, lint_while_compiling};
use crate::sh::{Background, cargo, cmd, which};
use crate::steps::{run_all, step};
use crate::{check, done, paths, setup, studio, training};

/// Sets up and runs every ring. The runners' own summaries stand last.
pub fn run(mut args: Arguments) -> Result<()> {
    let skip_browser = args.contains("--skip-browser");
    let training_alone = args.contains("--training");
    done(args)?;
    if training_alone {
        return training::run();
    }
    let compiler = if skip_browser {
        setup::for_crate_tests()?
    } else {
        setup::for_tests()?
    };
    let site = Background::new("site.log");
    if !skip_browser {
        // Beside the rest. It lints for wasm32 on the way.
        site.start(cmd(std::env::current_exe()?).args(["build", "--quick", "--lint"]))?;
    }
    let mut rings = check::quick();
    rings.push(step("lints and tests of the crates", crates));
    if skip_browser {
        eprintln!("test: --skip-browser: the studio is not built and no browser is started");
        rings.push(check::wasm_lints(&compiler));
    } else {
        rings.push(step("the world in wasm", || world(&compiler)));
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
        "--exclude",
        "bundler",
        "--exclude",
        "baker",
        "--no-fail-fast",
    ])
    .envs(&lint_while_compiling())
    .run()
}

/// Renders the world in wasm: every seed must give the bytes that it gives natively.
fn world(compiler: &WasmCompiler) -> Result<()> {
    let target = ["--target", "wasm32-unknown-unknown"];
    cargo([
        "build",
        "--package",
        "kinora-world",
        "--example",
        "fingerprint",
    ])
    .args(target)
    .envs(&compiler.env())
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
