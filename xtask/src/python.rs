//! Environments for programs in Python: made once in the cache, and again when their lists of packages change.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::paths;
use crate::sh::{cmd, which};

/// The Python of the environment `name` with the packages of a file; `what` says what is installed and how long it takes.
pub fn environment(name: &str, requirements: &str, what: &str) -> Result<PathBuf> {
    let wanted = paths::root().join(requirements);
    let venv = paths::cache().join(name);
    let (python, stamp) = (
        venv.join("bin/python"),
        venv.join("kinora-requirements.txt"),
    );
    if python.exists() && fs::read(&stamp).ok() == fs::read(&wanted).ok() {
        return Ok(python);
    }
    eprintln!("setup: installing {what}");
    if which(&["python3"]).is_none() {
        bail!("there is no python3 on the PATH");
    }
    // Not moved into place afterwards: an environment knows its own path. The stamp, written last, says that it is whole.
    if !python.exists() {
        cmd("python3")
            .args(["-m", "venv"])
            .arg(&venv)
            .run()
            .context("Debian keeps this in the package python3-venv")?;
    }
    cmd(&python)
        .args(["-m", "pip", "install", "--quiet", "--requirement"])
        .arg(&wanted)
        .run()?;
    fs::copy(&wanted, &stamp)?;
    Ok(python)
}
