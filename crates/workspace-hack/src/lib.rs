//! Nothing but dependencies: their features are the union over the workspace, so that `--package` and `--workspace` builds share
//! every compiled dependency. `xtask/tests/features.rs` writes and checks the manifest.
