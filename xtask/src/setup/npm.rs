//! The browser tests' own packages, at the versions in their lock file.

use std::fs;
use std::path::PathBuf;

use super::Item;
use crate::paths;
use crate::sh::cmd;

/// `npm ci` in `tests/e2e`, when there is a lock file and it changed since the last time.
pub fn items() -> Vec<Item> {
    if !lock_file().exists() {
        return Vec::new();
    }
    vec![Item {
        name: "packages of the browser tests (npm)".into(),
        cost: "10 s",
        ready: Box::new(
            || matches!((fs::read(lock_file()), fs::read(stamp())), (Ok(lock), Ok(stamp)) if lock == stamp),
        ),
        install: Box::new(|| {
            cmd("npm")
                .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
                .dir(&dir())
                // The tests use the Chromium that setup found.
                .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
                .run()?;
            // Last, so that an interrupted installation starts anew.
            fs::copy(lock_file(), stamp())?;
            Ok(())
        }),
    }]
}

fn dir() -> PathBuf {
    paths::root().join("tests/e2e")
}

fn lock_file() -> PathBuf {
    dir().join("package-lock.json")
}

fn stamp() -> PathBuf {
    dir().join("node_modules/.kinora-lock")
}
