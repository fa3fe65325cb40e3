//! The real server on loopback with a folder of its own, and a plain client that can also say what no client should.

#![allow(dead_code, unused_imports)] // Each test uses a part.
#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

pub mod clip;
pub mod http;
pub mod maker;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

pub use http::{Answer, Request};
pub use maker::Maker;
use tempfile::TempDir;

/// A folder for a server, which may start more than once on it.
pub struct Home(TempDir);

/// A server that runs.
pub struct Server {
    process: Child,
    /// Where it listens: host and port.
    pub address: String,
    /// Its public origin.
    pub origin: String,
    /// Where its metrics are: host and port, if they were asked for.
    pub metrics: Option<String>,
}

impl Home {
    /// In memory where there is such a folder: a killed process loses nothing either way, and no test waits for a disk.
    pub fn new() -> Self {
        let memory = Path::new("/dev/shm");
        Self(if memory.is_dir() {
            tempfile::tempdir_in(memory).unwrap()
        } else {
            tempfile::tempdir().unwrap()
        })
    }

    /// Where files usually are: for measurements, which a file system in memory would flatter.
    pub fn on_disk() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Starts a server with generous limits, so that tests are not slowed down.
    pub fn start(&self) -> Server {
        self.start_with(&[
            "--writes-per-second",
            "100000",
            "--reads-per-second",
            "100000",
            "--reports-per-hour",
            "100000",
        ])
    }

    pub fn start_with(&self, args: &[&str]) -> Server {
        self.launch(&[&["--listen", "127.0.0.1:0"], args].concat())
    }

    /// Starts where another one listened before.
    pub fn start_at(&self, address: &str) -> Server {
        self.launch(&["--listen", address])
    }

    fn launch(&self, args: &[&str]) -> Server {
        let mut process = Command::new(env!("CARGO_BIN_EXE_kinora-relay"))
            .args(["serve", "--data"])
            .arg(self.path())
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut metrics = None;
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let origin = loop {
            let line = lines.next().expect("the server starts").unwrap();
            if let Some(origin) = line.strip_prefix("listening on ") {
                break origin.to_owned();
            }
            let place = line.strip_prefix("metrics on http://");
            metrics = place
                .and_then(|place| place.strip_suffix("/metrics"))
                .map(str::to_owned);
        };
        let address = origin.strip_prefix("http://").unwrap().to_owned();
        Server {
            process,
            address,
            origin,
            metrics,
        }
    }

    /// Runs a command for operators on the folder: whether it succeeded, and what it said.
    pub fn operate(&self, command: &str, args: &[&str]) -> (bool, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_kinora-relay"))
            .args([command, "--data"])
            .arg(self.path())
            .args(args)
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    }

    /// Every file below a folder of the data.
    pub fn files(&self, folder: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.path().join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path)
                } else {
                    found.push(path)
                }
            }
        }
        found
    }
}

impl Server {
    pub fn get(&self, path: &str) -> Answer {
        Request::new("GET", path).send(&self.address)
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// SIGKILL: nothing is flushed, nothing is said.
    pub fn kill(&mut self) {
        let _ = self.process.kill();
        self.process.wait().unwrap();
    }

    /// SIGKILL while others still use the server.
    pub fn kill_beside(&self) {
        let id = self.process.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-KILL", &id])
                .status()
                .unwrap()
                .success()
        );
    }

    /// SIGTERM, and whether it ended well.
    pub fn stop(mut self) -> bool {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
        self.process.wait().unwrap().success()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
