//! The removals: a file of ids beside the database, made durable before a deletion is confirmed.
//!
//! A database restored from a backup may still hold what was deleted since. Before the relay answers anybody it reads
//! this file and deletes all of it again. Keep it out of what a backup overwrites.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::blobs::sync_dir;
use crate::id::is_id;

/// The file of removals. Others than the relay may add to it: a relay that runs reads what was added.
#[derive(Clone, Debug)]
pub struct Removals {
    path: PathBuf,
}

impl Removals {
    /// Opens the file below `data`, making it if it is missing.
    pub fn open(data: &Path) -> io::Result<Self> {
        let path = data.join("removals.log");
        OpenOptions::new()
            .append(true)
            .create(true)
            .open(&path)?
            .sync_all()?;
        sync_dir(data)?;
        Ok(Self { path })
    }

    /// Adds an id. It is durable when this returns.
    pub fn add(&self, id: &str) -> io::Result<()> {
        let mut file = OpenOptions::new().append(true).open(&self.path)?;
        // The line feed before it ends a line that a crash cut short.
        file.write_all(format!("\n{id}\n").as_bytes())?;
        file.sync_all()
    }

    /// Bytes in the file; it only grows.
    pub fn len(&self) -> io::Result<u64> {
        Ok(std::fs::metadata(&self.path)?.len())
    }

    /// Every id in the file. A line that was cut short was never confirmed.
    pub fn all(&self) -> io::Result<Vec<String>> {
        let text = io::read_to_string(File::open(&self.path)?)?;
        Ok(text
            .lines()
            .filter(|line| is_id(line))
            .map(str::to_owned)
            .collect())
    }
}
