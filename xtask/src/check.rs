//! `cargo xtask check`: formatting, lints for both targets, arrows between crates, paths in the docs, and a look at long files.

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::paths;
use crate::sh::{cargo, cmd, time};
use crate::tools::Tools;

/// Lines that a file may have before the report names it; a habit, not a law.
const HABITS: [(&str, usize); 4] = [("rs", 400), ("wgsl", 150), ("py", 400), ("js", 400)];

/// Runs every check, and fails at the end if one did.
pub fn run(tools: &Tools) -> Result<()> {
    let checks: [(&str, &dyn Fn() -> Result<()>); 4] = [
        ("formatting", &|| cargo(["fmt", "--all", "--check"]).run()),
        ("lints, native", &|| {
            cargo([
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "--deny=warnings",
            ])
            .run()
        }),
        ("lints, wasm32", &|| lint_wasm(tools)),
        ("arrows and paths", &|| {
            cargo(["test", "--quiet", "--package", "xtask"]).run()
        }),
    ];
    let mut failed = Vec::new();
    for (name, check) in checks {
        let start = Instant::now();
        eprintln!("\ncheck: {name}");
        if let Err(error) = check() {
            eprintln!("check: {error:#}");
            failed.push(name);
        }
        eprintln!("check: {name} took {}", time(start.elapsed()));
    }
    report_long_files();
    match failed.as_slice() {
        [] => Ok(()),
        names => bail!("check failed: {}", names.join("; ")),
    }
}

/// The studio is the only program for the browser; the rooms below it are linted on the way.
fn lint_wasm(tools: &Tools) -> Result<()> {
    tools
        .wasm
        .clippy()
        .args(["--package", "kinora-studio"])
        .run()
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
