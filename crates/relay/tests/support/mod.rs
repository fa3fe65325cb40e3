//! The real server on loopback with a store of its own, and a plain client that can also say what no client should.
//!
//! A test that holds on every store is a function of a [`Home`], listed in `on_every_store!`.

#![allow(dead_code, unused_imports, unused_macros)] // Each test uses a part.
#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

pub mod clip;
pub mod home;
pub mod http;
pub mod maker;
pub mod postgres;
pub mod s3;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command};

pub use home::{Backup, Home};
pub use http::{Answer, Request};
pub use maker::Maker;

/// Makes two tests of each function: one on SQLite and files, one on PostgreSQL and S3.
macro_rules! on_every_store {
    ($($test:ident),+ $(,)?) => {
        mod on_sqlite_and_files {
            $(#[test]
            fn $test() {
                super::$test(&super::support::Home::new());
            })+
        }
        mod on_postgres_and_s3 {
            $(#[test]
            fn $test() {
                super::$test(&super::support::Home::shared());
            })+
        }
    };
}

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

impl Server {
    /// One that runs and has said where: its origin, or its address and for which origin.
    fn new(process: Child, place: &str, metrics: Option<String>) -> Self {
        let (address, origin) = place.split_once(" for ").unwrap_or((place, place));
        Self {
            process,
            address: address.trim_start_matches("http://").to_owned(),
            origin: origin.to_owned(),
            metrics,
        }
    }

    pub fn get(&self, path: &str) -> Answer {
        Request::new("GET", path).send(&self.address)
    }

    /// Sends bytes as they are and gives what comes back.
    pub fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        // A server that refuses early may close before it has read everything.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Its number.
    pub fn process_id(&self) -> u32 {
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
