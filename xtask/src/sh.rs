//! Running other programs: a builder that prints what it runs and names it when it fails.

use std::cell::RefCell;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// A program to run in the repository's root.
pub struct Cmd {
    command: Command,
}

/// Starts to describe a call of `program`.
pub fn cmd(program: impl AsRef<OsStr>) -> Cmd {
    let mut command = Command::new(program);
    command.current_dir(crate::paths::root());
    // Set by the `cargo run` that started us; they would leak into other packages' builds.
    command
        .env_remove("CARGO_MANIFEST_DIR")
        .env_remove("CARGO_PKG_NAME")
        .env_remove("CARGO_PKG_VERSION");
    if let Some(dir) = runtime_dir() {
        command.env("XDG_RUNTIME_DIR", dir);
    }
    Cmd { command }
}

/// A private directory for `XDG_RUNTIME_DIR` where no session has set it: graphics drivers print `error:` without one.
fn runtime_dir() -> Option<PathBuf> {
    if std::env::var_os("XDG_RUNTIME_DIR").is_some() {
        return None;
    }
    let dir = crate::paths::cache().join("runtime");
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(&dir).ok()?;
    Some(dir)
}

/// The cargo that started us.
pub fn cargo<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Cmd {
    cmd(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())).args(args)
}

impl Cmd {
    /// Appends one argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// Appends arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    /// Sets a variable.
    pub fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(key, value);
        self
    }

    /// Sets several variables.
    pub fn envs(mut self, pairs: &[(&str, String)]) -> Self {
        self.command
            .envs(pairs.iter().map(|(key, value)| (key, value)));
        self
    }

    /// Runs elsewhere than in the root.
    pub fn dir(mut self, dir: &Path) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// Prints the call, runs it with our own output, and fails unless it exits 0.
    pub fn run(mut self) -> Result<()> {
        let line = self.line();
        eprintln!("$ {line}");
        let status = self
            .command
            .status()
            .with_context(|| format!("cannot start `{line}`"))?;
        if !status.success() {
            bail!("`{line}` failed ({status})");
        }
        Ok(())
    }

    /// Puts the program in our place: it gets the signals that were meant for us. Returns only when it cannot start.
    pub fn become_it(mut self) -> Result<()> {
        let line = self.line();
        let error = std::os::unix::process::CommandExt::exec(&mut self.command);
        Err(error).with_context(|| format!("cannot start `{line}`"))
    }

    /// Runs silently; the standard output when it exits 0.
    pub fn read(mut self) -> Result<String> {
        let line = self.line();
        let output = self
            .command
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("cannot start `{line}`"))?;
        if !output.status.success() {
            bail!(
                "`{line}` failed ({}): {}",
                output.status,
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Runs silently; true when it exits 0 in time. Used to ask whether something works at all.
    pub fn succeeds_within(mut self, limit: Duration) -> bool {
        self.command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let Ok(mut child) = self.command.spawn() else {
            return false;
        };
        let start = Instant::now();
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return status.success(),
                Ok(None) if start.elapsed() < limit => {
                    std::thread::sleep(Duration::from_millis(50))
                }
                _ => {
                    // Already gone is as good as killed.
                    let _ = child.kill();
                    let _ = child.wait();
                    return false;
                }
            }
        }
    }

    fn line(&self) -> String {
        let program = Path::new(self.command.get_program())
            .file_name()
            .unwrap_or_default();
        let words = self.command.get_args().map(OsStr::to_string_lossy);
        std::iter::once(program.to_string_lossy())
            .chain(words)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// A program that runs beside us and writes to a log of its own.
pub struct Background {
    log: PathBuf,
    child: RefCell<Option<Child>>,
}

impl Background {
    /// `log` is a file name in the target directory of xtask.
    pub fn new(log: &str) -> Self {
        Self {
            log: crate::paths::tool_target().join(log),
            child: RefCell::new(None),
        }
    }

    /// Starts it.
    pub fn start(&self, mut cmd: Cmd) -> Result<()> {
        let line = cmd.line();
        fs::create_dir_all(self.log.parent().unwrap_or(Path::new(".")))?;
        let log = File::create(&self.log)?;
        eprintln!("$ {line} &   # writes to {}", self.log.display());
        cmd.command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let child = cmd.command.spawn();
        *self.child.borrow_mut() = Some(child.with_context(|| format!("cannot start `{line}`"))?);
        Ok(())
    }

    /// Waits for it; what it wrote is printed, and is the error when it failed.
    pub fn finish(&self) -> Result<()> {
        let child = self.child.borrow_mut().take();
        let status = child.context("it was not started")?.wait()?;
        eprint!("{}", fs::read_to_string(&self.log)?);
        if !status.success() {
            bail!("it failed ({status}); its output stands above");
        }
        Ok(())
    }
}

impl Drop for Background {
    /// Nothing goes on behind a command that ended early.
    fn drop(&mut self) {
        if let Some(child) = self.child.get_mut() {
            // Already gone is as good as killed.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The first of these programs on the PATH.
pub fn which(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    names.iter().find_map(|name| {
        std::env::split_paths(&path)
            .map(|dir| dir.join(name))
            .find(|file| file.is_file())
    })
}

/// Minutes and seconds, for people.
pub fn time(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..=59 => format!("{seconds} s"),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}
