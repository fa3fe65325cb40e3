//! A list of steps, all of which run: one failure fails the whole, at the end.

use std::time::Instant;

use anyhow::{Result, bail};

use crate::sh::time;

/// A name and what to run.
pub type Step<'a> = (&'static str, Box<dyn Fn() -> Result<()> + 'a>);

/// Pairs a name with what to run.
pub fn step<'a>(name: &'static str, run: impl Fn() -> Result<()> + 'a) -> Step<'a> {
    (name, Box::new(run))
}

/// Runs the steps of a command and tells what each took.
pub fn run_all(command: &str, steps: &[Step]) -> Result<()> {
    let mut failed = Vec::new();
    for (name, run) in steps {
        let start = Instant::now();
        eprintln!("\n{command}: {name}");
        if let Err(error) = run() {
            eprintln!("{command}: {name} failed: {error:#}");
            failed.push(*name);
        }
        eprintln!("{command}: {name} took {}", time(start.elapsed()));
    }
    match failed.as_slice() {
        [] => Ok(()),
        names => bail!("{command} failed: {}", names.join("; ")),
    }
}
