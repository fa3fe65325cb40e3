//! Two ways to wasm32: the toolchain's own target where rustup can download it, Debian's compiler and sources where it cannot.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::{Item, apt};
use crate::compiler::WasmCompiler;
use crate::paths;
use crate::sh::{cargo, cmd, which};

const TARGET: &str = "wasm32-unknown-unknown";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_SOURCES: &str = "/usr/lib/rustlib/src/rust/library";
const DEBIAN_CLIPPY: &str = "/usr/bin/clippy-driver";
/// Enough for 20 MB on a slow line; a machine that may not download says so at once.
const RUSTUP_PATIENCE: Duration = Duration::from_secs(120);

/// The compiler, and its lints where they are wanted.
pub fn items(with_lints: bool) -> Vec<Item> {
    let mut items = vec![Item {
        name: format!("Rust for {TARGET}"),
        cost: "1 min by rustup, 3 min by way of Debian",
        ready: Box::new(|| compiler().is_some()),
        install: Box::new(install),
    }];
    if with_lints {
        items.push(Item {
            name: "rustfmt and clippy".into(),
            cost: "under a minute",
            ready: Box::new(|| has_native_lints() && has_wasm_lints()),
            install: Box::new(install_lints),
        });
    }
    items
}

/// The way that works here already.
pub fn compiler() -> Option<WasmCompiler> {
    let sysroot = debian_sysroot();
    if !debian_forced() && toolchain_has_target() {
        Some(WasmCompiler::Toolchain)
    } else {
        sysroot
            .filter(|dir| dir.join("bin/rustc").exists())
            .map(|sysroot| WasmCompiler::Debian { sysroot })
    }
}

/// The second way can be tried on a machine where the first works.
fn debian_forced() -> bool {
    std::env::var_os("KINORA_WASM").is_some_and(|way| way == "debian")
}

fn toolchain_has_target() -> bool {
    let Ok(dir) = cmd("rustc")
        .args(["--print", "target-libdir", "--target", TARGET])
        .read()
    else {
        return false;
    };
    paths::files_below(Path::new(&dir)).iter().any(|file| {
        file.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("libstd-"))
    })
}

fn install() -> Result<()> {
    if !debian_forced() && which(&["rustup"]).is_some() {
        eprintln!("$ rustup target add {TARGET}");
        if cmd("rustup")
            .args(["target", "add", TARGET])
            .succeeds_within(RUSTUP_PATIENCE)
            && toolchain_has_target()
        {
            return Ok(());
        }
        eprintln!("rustup cannot download it here; trying Debian's compiler");
    }
    if !Path::new(DEBIAN_RUSTC).exists() || !Path::new(DEBIAN_SOURCES).exists() {
        if !apt::offers("rustc-web") {
            bail!(
                "neither `rustup target add {TARGET}` nor Debian's `rustc-web` works on this machine"
            );
        }
        apt::install(&["rustc-web", "rust-web-src"])?;
    }
    build_debian_sysroot()
}

/// Named after the compiler's version and commit: a package upgrade gets a new one by itself.
fn debian_sysroot() -> Option<PathBuf> {
    let version = cmd(DEBIAN_RUSTC).arg("--version").read().ok()?;
    let name: String = version
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '.' {
                c
            } else {
                '-'
            }
        })
        .collect();
    Some(
        paths::cache()
            .join("sysroots")
            .join(name.trim_end_matches('-')),
    )
}

/// Compiles an empty library with its standard library from source, and keeps what came out as a sysroot.
fn build_debian_sysroot() -> Result<()> {
    let sysroot = debian_sysroot().context("Debian's rustc does not run")?;
    let linker = rust_lld().context("no rust-lld: the toolchain that runs cargo ships none")?;
    paths::install_atomically(&sysroot, |dir| {
        let empty = dir.join("build");
        fs::create_dir_all(empty.join("src"))?;
        fs::write(empty.join("src/lib.rs"), "")?;
        fs::write(
            empty.join("Cargo.toml"),
            "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n",
        )?;
        let target_dir = empty.join("target");
        cargo([
            "build",
            "--release",
            "-Zbuild-std=std,panic_abort",
            "--target",
            TARGET,
        ])
        .dir(&empty)
        .env("RUSTC", DEBIAN_RUSTC)
        .env("RUSTC_BOOTSTRAP", "1")
        // With bitcode, so that the studio can be optimised across crates.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_TARGET_DIR", &target_dir)
        .run()?;
        assemble(dir, &target_dir.join(TARGET).join("release/deps"), &linker)?;
        write_wrapper(dir, &sysroot)?;
        paths::remove(&empty)
    })
}

/// Lays out the libraries as the compiler looks for them; the host's own are linked, not copied.
fn assemble(dir: &Path, built: &Path, linker: &Path) -> Result<()> {
    let rustlib = dir.join("lib/rustlib");
    let host = host()?;
    let wasm = rustlib.join(TARGET).join("lib");
    fs::create_dir_all(&wasm)?;
    fs::create_dir_all(rustlib.join(&host).join("bin"))?;
    for file in paths::files_below(built) {
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            fs::copy(&file, wasm.join(name))?;
        }
    }
    symlink(
        Path::new("/usr/lib/rustlib").join(&host).join("lib"),
        rustlib.join(&host).join("lib"),
    )?;
    symlink(linker, rustlib.join(&host).join("bin/rust-lld"))?;
    Ok(())
}

/// A `rustc` that knows its sysroot, so that cargo and clippy need no flags.
fn write_wrapper(dir: &Path, sysroot: &Path) -> Result<()> {
    let file = dir.join("bin/rustc");
    fs::create_dir_all(dir.join("bin"))?;
    fs::write(
        &file,
        format!(
            "#!/bin/sh\nexec {DEBIAN_RUSTC} --sysroot '{}' \"$@\"\n",
            sysroot.display()
        ),
    )?;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

fn host() -> Result<String> {
    let text = cmd(DEBIAN_RUSTC).arg("-vV").read()?;
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .context("rustc names no host")
}

fn rust_lld() -> Option<PathBuf> {
    let libdir = cmd("rustc")
        .args(["--print", "target-libdir"])
        .read()
        .ok()?;
    let shipped = Path::new(&libdir).parent()?.join("bin/rust-lld");
    shipped
        .exists()
        .then_some(shipped)
        .or_else(|| which(&["rust-lld"]))
}

fn has_native_lints() -> bool {
    let limit = Duration::from_secs(20);
    cargo(["clippy", "--version"]).succeeds_within(limit)
        && cargo(["fmt", "--version"]).succeeds_within(limit)
}

fn has_wasm_lints() -> bool {
    match compiler() {
        None => false,
        Some(WasmCompiler::Toolchain) => true,
        Some(WasmCompiler::Debian { .. }) => Path::new(DEBIAN_CLIPPY).exists(),
    }
}

fn install_lints() -> Result<()> {
    if !has_native_lints() {
        cmd("rustup")
            .args(["component", "add", "rustfmt", "clippy"])
            .run()?;
    }
    if !has_wasm_lints() {
        apt::install(&["rust-web-clippy"])?;
    }
    Ok(())
}
