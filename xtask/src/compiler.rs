//! The programs that setup found or built, handed to whoever needs them.

use std::path::PathBuf;

use crate::sh::{Cmd, cargo, path_with};

/// How `cargo clippy` tells its driver to fail on a warning.
pub const DENY_WARNINGS: &str = "--deny=warnings__CLIPPY_HACKERY__";

/// The compiler for wasm32 and the programs that bundle the studio.
pub struct Tools {
    /// How wasm32 is compiled here.
    pub wasm: WasmCompiler,
    /// Directories to put before the PATH.
    pub path: Vec<PathBuf>,
}

/// The two ways to wasm32.
#[derive(Clone)]
pub enum WasmCompiler {
    /// The toolchain's own compiler has the target.
    Toolchain,
    /// Debian's compiler with a standard library built from Debian's sources.
    Debian { sysroot: PathBuf },
}

impl WasmCompiler {
    /// The variables that make cargo compile for wasm32.
    pub fn env(&self) -> Vec<(&'static str, String)> {
        let target = (
            "CARGO_TARGET_DIR",
            crate::paths::wasm_target().to_string_lossy().into_owned(),
        );
        match self {
            Self::Toolchain => vec![target],
            Self::Debian { sysroot } => vec![
                target,
                (
                    "RUSTC",
                    sysroot.join("bin/rustc").to_string_lossy().into_owned(),
                ),
            ],
        }
    }

    /// Lints for wasm32, for the compiler in use: clippy reads only libraries that its own version compiled.
    pub fn clippy(&self) -> Cmd {
        let target = ["--release", "--target", "wasm32-unknown-unknown"];
        match self {
            Self::Toolchain => cargo(["clippy"]).args(target).envs(&self.env()),
            // What `cargo clippy` does, with the driver that Debian ships for its compiler.
            Self::Debian { sysroot } => cargo(["check"])
                .args(target)
                .envs(&self.env())
                .env("SYSROOT", sysroot)
                .env("RUSTC_WORKSPACE_WRAPPER", "/usr/bin/clippy-driver")
                .env("CLIPPY_ARGS", DENY_WARNINGS),
        }
    }
}

impl Tools {
    /// Everything a child needs to build the studio.
    pub fn env(&self) -> Vec<(&'static str, String)> {
        let mut env = self.wasm.env();
        env.push(("PATH", path_with(&self.path)));
        env
    }
}
