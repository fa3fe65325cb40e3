//! Debian packages: a browser, ffmpeg, a database and a software Vulkan for the tests, Debian's Rust where rustup cannot download.

use std::path::Path;

use anyhow::{Context, Result, bail};

use super::Item;
use crate::sh::{Cmd, cmd, which};

/// Names under which a Chromium is found.
pub const CHROMIUM: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// What only the tests need.
pub fn test_items() -> Vec<Item> {
    vec![
        item("Chromium (tests in a real browser)", "chromium", || {
            which(&CHROMIUM).is_some()
        }),
        item("ffmpeg (tests check the saved file)", "ffmpeg", || {
            which(&["ffmpeg"]).is_some() && which(&["ffprobe"]).is_some()
        }),
        item(
            "Mesa's software Vulkan (kernel tests without a GPU)",
            "mesa-vulkan-drivers",
            has_vulkan,
        ),
        postgres(),
    ]
}

/// PostgreSQL, which the relay's tests start for themselves, as no service.
pub fn postgres() -> Item {
    item(
        "PostgreSQL (tests of the relay on several machines)",
        "postgresql",
        has_postgres,
    )
}

fn item(name: &str, package: &'static str, ready: fn() -> bool) -> Item {
    Item {
        name: name.into(),
        cost: "under a minute",
        ready: Box::new(ready),
        install: Box::new(move || {
            install(&[package])?;
            if !ready() {
                bail!("apt installed `{package}`, but it does not do what it is needed for");
            }
            Ok(())
        }),
    }
}

/// Where Debian keeps the server's programs: beside the path, a folder for each version.
fn has_postgres() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql");
    let mut folders = versions.into_iter().flatten().flatten();
    folders.any(|version| version.path().join("bin/initdb").exists())
        || which(&["initdb"]).is_some()
}

fn has_vulkan() -> bool {
    ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"]
        .iter()
        .flat_map(|dir| std::fs::read_dir(dir).into_iter().flatten().flatten())
        .any(|entry| {
            entry
                .path()
                .extension()
                .is_some_and(|extension| extension == "json")
        })
}

/// Installs packages, after refreshing the lists only when the first attempt fails.
pub fn install(packages: &[&str]) -> Result<()> {
    let wanted = packages.join(" ");
    if which(&["apt-get"]).is_none() {
        bail!("this machine has no apt-get; please install by hand what Debian calls: {wanted}");
    }
    let attempt = || {
        as_root()?
            .args(["install", "--yes", "--no-install-recommends"])
            .args(packages)
            .run()
    };
    attempt().or_else(|_| {
        as_root()?.arg("update").run()?;
        attempt().with_context(|| format!("apt cannot install: {wanted}"))
    })
}

fn as_root() -> Result<Cmd> {
    let options = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"];
    if cmd("id").arg("-u").read()? == "0" {
        return Ok(cmd(options[0])
            .args(&options[1..])
            .env("DEBIAN_FRONTEND", "noninteractive"));
    }
    if which(&["sudo"]).is_none() {
        bail!(
            "installing packages needs root, and there is no sudo: run `cargo xtask setup` as root once"
        );
    }
    Ok(cmd("sudo")
        .arg("DEBIAN_FRONTEND=noninteractive")
        .args(options))
}

/// True when apt has a version of `package` to offer.
pub fn offers(package: &str) -> bool {
    Path::new("/usr/bin/apt-cache").exists()
        && cmd("apt-cache")
            .args(["policy", package])
            .read()
            .is_ok_and(|text| text.contains("Candidate:") && !text.contains("Candidate: (none)"))
}
