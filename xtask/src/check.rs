//! `cargo xtask check`: formatting, lints for both targets, arrows between crates, paths in the docs, and a look at long files.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::compiler::{WasmCompiler, lint_while_compiling};
use crate::paths;
use crate::sh::{cargo, cmd};
use crate::steps::{Step, run_all, step};

/// Lines that a file may have before the report names it; a habit, not a law.
const HABITS: [(&str, usize); 4] = [("rs", 400), ("wgsl", 150), ("py", 400), ("js", 400)];

/// Runs every check.
pub fn run(compiler: &WasmCompiler) -> Result<()> {
    let native = step("lints, native", || {
        cargo([
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "--deny=warnings",
        ])
        .run()
    });
    let steps: Vec<_> = quick()
        .into_iter()
        .chain([native, wasm_lints(compiler)])
        .collect();
    let outcome = run_all("check", &steps);
    report_long_files();
    outcome
}

/// The checks that compile next to nothing.
pub fn quick() -> Vec<Step<'static>> {
    vec![
        step("formatting", || cargo(["fmt", "--all", "--check"]).run()),
        step("arrows and paths", || {
            // Where `cargo xtask` and the bundler are compiled already.
            cargo(["test", "--quiet", "--profile", "tool", "--target-dir"])
                .arg(paths::tool_target())
                .args(["--package", "xtask", "--package", "bundler"])
                .args(["--package", "baker"])
                .envs(&lint_while_compiling())
                .run()
        }),
    ]
}

/// The studio is the only program for the browser; the rooms below it are linted on the way.
pub fn wasm_lints(compiler: &WasmCompiler) -> Step<'_> {
    step("lints, wasm32", || {
        compiler.clippy().args(["--package", "kinora-studio"]).run()
    })
}

fn report_long_files() {
    let listed = cmd("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .read()
        .unwrap_or_default();
    for name in listed.lines() {
        let extension = Path::new(name)
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let Some((_, habit)) = HABITS.iter().find(|(kind, _)| *kind == extension) else {
            continue;
        };
        let lines =
            fs::read_to_string(paths::root().join(name)).map_or(0, |text| text.lines().count());
        if lines > *habit {
            eprintln!("check: note: {name} has {lines} lines (habit: {habit})");
        }
    }
}
