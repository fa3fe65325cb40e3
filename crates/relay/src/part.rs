//! One stretch of bytes on its way into an upload's file.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use sha1::{Digest as _, Sha1};

use crate::error::ApiError;
use crate::locks::Guard;

/// What the sender promised about a stretch of bytes.
#[derive(Clone, Debug)]
pub enum Checksum {
    /// SHA-1, which tus asks every server for.
    Sha1([u8; 20]),
    /// BLAKE3.
    Blake3([u8; 32]),
}

/// A stretch that is being written. Dropped before it is closed, it keeps what was written, unless a checksum was
/// promised: then the file is as it was before.
#[derive(Debug)]
pub struct Part {
    file: File,
    start: u64,
    checksum: Option<Checksum>,
    sha1: Sha1,
    blake3: blake3::Hasher,
    _guard: Guard,
}

impl Checksum {
    /// A checksum by the name of its algorithm; none for an unknown one or a wrong length.
    pub fn new(name: &str, digest: &[u8]) -> Option<Self> {
        match name {
            "sha1" => digest.try_into().ok().map(Self::Sha1),
            "blake3" => digest.try_into().ok().map(Self::Blake3),
            _ => None,
        }
    }
}

impl Part {
    /// Goes on at the end of a file, `start` bytes from its beginning.
    pub fn open(
        path: &Path,
        start: u64,
        checksum: Option<Checksum>,
        guard: Guard,
    ) -> io::Result<Self> {
        Ok(Self {
            file: OpenOptions::new().append(true).open(path)?,
            start,
            checksum,
            sha1: Sha1::new(),
            blake3: blake3::Hasher::new(),
            _guard: guard,
        })
    }

    /// Writes more.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.checksum {
            Some(Checksum::Sha1(_)) => self.sha1.update(bytes),
            Some(Checksum::Blake3(_)) => drop(self.blake3.update(bytes)),
            None => {}
        }
        self.file.write_all(bytes)
    }

    /// Ends the stretch. It stays, durable, if it is `whole` and fits its checksum, or if it is `useful` and none was promised.
    pub fn close(mut self, whole: bool, useful: bool) -> Result<(), ApiError> {
        let fits = match self.checksum.take() {
            None => true,
            Some(Checksum::Sha1(digest)) => self.sha1.finalize_reset()[..] == digest[..],
            Some(Checksum::Blake3(digest)) => *self.blake3.finalize().as_bytes() == digest,
        };
        let stays = useful && fits;
        if !stays {
            self.file.set_len(self.start)?;
        }
        self.file.sync_all()?;
        if whole && !fits {
            Err(ApiError::Checksum)
        } else {
            Ok(())
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if self.checksum.is_some() {
            // Nobody is left to tell; the hash of the whole file is checked before it is published.
            let _ = self.file.set_len(self.start);
        }
    }
}
