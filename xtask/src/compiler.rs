//! The compiler for wasm32, handed from setup to the commands that need it.

use std::path::PathBuf;

use crate::sh::{Cmd, cargo};

/// How `cargo clippy` makes its driver fail on a warning.
const DENY_WARNINGS: &str = "--deny=warnings__CLIPPY_HACKERY__";

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
        cargo(["check", "--profile", "quick"])
            .args(["--target", "wasm32-unknown-unknown"])
            .envs(&self.env())
            .envs(&self.lint_env())
    }

    /// The variables that make cargo lint the workspace's own crates as it compiles them.
    pub fn lint_env(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Toolchain => lint_while_compiling().into(),
            // Debian ships a driver for its own compiler.
            Self::Debian { sysroot } => vec![
                ("SYSROOT", sysroot.to_string_lossy().into_owned()),
                ("RUSTC_WORKSPACE_WRAPPER", "/usr/bin/clippy-driver".into()),
                ("CLIPPY_ARGS", DENY_WARNINGS.into()),
            ],
        }
    }
}

/// The variables that make cargo compile the workspace's own crates with clippy's compiler: one pass instead of two over
/// all they depend on.
pub fn lint_while_compiling() -> [(&'static str, String); 2] {
    [
        ("RUSTC_WORKSPACE_WRAPPER", "clippy-driver".to_owned()),
        ("CLIPPY_ARGS", DENY_WARNINGS.to_owned()),
    ]
}
