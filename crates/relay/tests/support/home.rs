//! What a server keeps, which may start more than once on it: a folder, or a PostgreSQL database and a bucket.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::Server;
use super::postgres::Database;
use super::s3::S3;

/// Where servers keep everything.
pub struct Home {
    dir: TempDir,
    shared: Option<(Database, S3)>,
}

/// What a database was.
pub struct Backup(Vec<u8>);

impl Home {
    /// A folder with SQLite and files. In memory where there is such a folder: a killed process loses nothing either way, and no
    /// test waits for a disk.
    pub fn new() -> Self {
        Self {
            dir: folder(),
            shared: None,
        }
    }

    /// Where files usually are: for measurements, which a file system in memory would flatter.
    pub fn on_disk() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            shared: None,
        }
    }

    /// A database and a bucket, for one server or several.
    pub fn shared() -> Self {
        Self {
            dir: folder(),
            shared: Some((Database::new(), S3::new(folder()))),
        }
    }

    /// The folder; a server with a database and a bucket leaves it empty.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The bucket's server.
    pub fn s3(&self) -> &S3 {
        &self.shared.as_ref().expect("this home has a bucket").1
    }

    /// The PostgreSQL database.
    pub fn database(&self) -> &Database {
        &self.shared.as_ref().expect("this home has a database").0
    }

    /// Whether several servers may run on it.
    pub fn is_shared(&self) -> bool {
        self.shared.is_some()
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

    /// The program, told where its store is.
    pub fn command(&self, command: &str) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_kinora-relay"));
        program.arg(command);
        self.tell(&mut program);
        program
    }

    /// Tells a program where the store is.
    pub fn tell(&self, program: &mut Command) {
        program.env("KINORA_RELAY_DATA", self.path());
        if let Some((database, s3)) = &self.shared {
            program.env("KINORA_RELAY_DATABASE", database.url());
            program.envs(s3.environment());
        }
    }

    /// Starts a program that becomes a server.
    pub fn launch_as(&self, program: &mut Command) -> Server {
        let mut process = program
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut metrics = None;
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let place = loop {
            let line = lines.next().expect("the server starts").unwrap();
            if let Some(place) = line.strip_prefix("listening on ") {
                break place.to_owned();
            }
            let place = line.strip_prefix("metrics on http://");
            metrics = place
                .and_then(|place| place.strip_suffix("/metrics"))
                .map(str::to_owned);
        };
        Server::new(process, &place, metrics)
    }

    fn launch(&self, args: &[&str]) -> Server {
        self.launch_as(self.command("serve").args(args))
    }

    /// Runs a command for operators on the store: whether it succeeded, and what it said.
    pub fn operate(&self, command: &str, args: &[&str]) -> (bool, String) {
        let output = self.command(command).args(args).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    }

    /// Where objects lie as files, by their names.
    pub fn objects(&self) -> PathBuf {
        match &self.shared {
            Some((_, s3)) => s3.root(),
            None => self.path().to_owned(),
        }
    }

    /// Every file of a kind of object: blobs, uploads or removals.
    pub fn files(&self, folder: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.objects().join(folder)];
        while let Some(folder) = folders.pop() {
            // A bucket has a folder once something was in it.
            for entry in std::fs::read_dir(folder).into_iter().flatten() {
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

    /// What the database is now. With SQLite, the server must have stopped.
    pub fn back_up_database(&self) -> Backup {
        Backup(match &self.shared {
            Some((database, _)) => database.dump(),
            None => std::fs::read(self.path().join("relay.db")).unwrap(),
        })
    }

    /// Makes the database what it was. No server may run.
    pub fn restore_database(&self, backup: &Backup) {
        match &self.shared {
            Some((database, _)) => database.restore(&backup.0),
            None => {
                for name in ["relay.db-wal", "relay.db-shm"] {
                    let _ = std::fs::remove_file(self.path().join(name));
                }
                std::fs::write(self.path().join("relay.db"), &backup.0).unwrap();
            }
        }
    }
}

fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}
