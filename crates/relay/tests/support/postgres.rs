//! A real PostgreSQL: one server for a test process, one database for a home.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// A database of its own.
pub struct Database {
    server: &'static Postgres,
    name: String,
    /// Holds the way to the server's socket that its clients use.
    way: tempfile::TempDir,
}

struct Postgres {
    /// Its socket is there.
    dir: PathBuf,
    bin: PathBuf,
    /// The script that stops the server when we end.
    _keeper: Child,
}

impl Database {
    /// A new one; the server starts with the first.
    pub fn new() -> Self {
        static SERVER: OnceLock<Postgres> = OnceLock::new();
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let server = SERVER.get_or_init(Postgres::start);
        let name = format!("relay{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let way = tempfile::tempdir().unwrap();
        let database = Self { server, name, way };
        database.create();
        database.reachable();
        database
    }

    /// Its address.
    pub fn url(&self) -> String {
        let (way, name) = (self.link(), &self.name);
        format!("postgres:///{name}?host={}&user=relay", way.display())
    }

    /// Ends all connections to it; no new one comes through.
    pub fn unreachable(&self) {
        std::fs::remove_file(self.link()).unwrap();
        let name = &self.name;
        self.ask(&format!(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()"
        ));
    }

    /// Lets connections through.
    pub fn reachable(&self) {
        std::os::unix::fs::symlink(&self.server.dir, self.link()).unwrap();
    }

    fn link(&self) -> PathBuf {
        self.way.path().join("way")
    }

    /// Everything in it, as `pg_dump` writes it.
    pub fn dump(&self) -> Vec<u8> {
        self.run("pg_dump", &["--format=custom", "--dbname", &self.name])
    }

    /// Makes it what it was.
    pub fn restore(&self, dump: &[u8]) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), dump).unwrap();
        let path = file.path().to_str().unwrap();
        self.run("dropdb", &["--force", &self.name]);
        self.create();
        self.run(
            "pg_restore",
            &["--exit-on-error", "--dbname", &self.name, path],
        );
    }

    /// Runs a statement and gives what it answers.
    pub fn ask(&self, sql: &str) -> String {
        let answer = self.run("psql", &["-tA", "--dbname", &self.name, "-c", sql]);
        String::from_utf8(answer).unwrap().trim().to_owned()
    }

    fn create(&self) {
        self.run("createdb", &[&self.name]);
    }

    fn run(&self, program: &str, args: &[&str]) -> Vec<u8> {
        let output = Command::new(self.server.bin.join(program))
            .arg("--host")
            .arg(&self.server.dir)
            .args(["--username", "relay"])
            .args(args)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{program}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        output.stdout
    }
}

impl Postgres {
    fn start() -> Self {
        let bin = programs();
        let memory = Path::new("/dev/shm");
        let place = if memory.is_dir() {
            memory
        } else {
            Path::new("/tmp")
        };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/postgres.sh");
        let mut keeper = Command::new("sh")
            .arg(script)
            .arg(place)
            .arg(&bin)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let output = keeper.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut line).unwrap();
        assert!(
            !line.is_empty(),
            "PostgreSQL in {} does not start",
            bin.display()
        );
        Self {
            dir: line.trim().into(),
            bin,
            _keeper: keeper,
        }
    }
}

/// Debian keeps the server's programs beside the path, a folder for each version.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut folders: Vec<PathBuf> = versions
        .map(|entry| entry.unwrap().path().join("bin"))
        .collect();
    folders.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    folders.extend(std::env::split_paths(&path));
    let complete = |folder: &PathBuf| {
        ["initdb", "postgres", "pg_isready", "pg_dump", "psql"]
            .iter()
            .all(|program| folder.join(program).is_file())
    };
    folders.into_iter().find(complete).expect(
        "these tests need PostgreSQL: `cargo xtask setup` installs it, or `apt-get install postgresql`",
    )
}
