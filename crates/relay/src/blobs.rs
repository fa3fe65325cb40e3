//! Files on disk: uploads under way, and blobs that are named by the BLAKE3 of their bytes.
//!
//! A file becomes a blob only after its bytes were made durable and read back. The database decides which blobs count:
//! one without a row is swept away at the next start, so that a crash at any moment leaves nothing half-visible.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The folders of a relay. All calls block; run them where that is allowed.
#[derive(Clone, Debug)]
pub struct Blobs {
    uploads: PathBuf,
    blobs: PathBuf,
}

impl Blobs {
    /// Opens the folders below `data`, making what is missing.
    pub fn open(data: &Path) -> io::Result<Self> {
        let this = Self {
            uploads: data.join("uploads"),
            blobs: data.join("blobs"),
        };
        fs::create_dir_all(&this.uploads)?;
        fs::create_dir_all(&this.blobs)?;
        sync_dir(data)?;
        Ok(this)
    }

    /// Where the bytes of an upload are. The id was checked by [`crate::id::is_id`].
    pub fn upload(&self, id: &str) -> PathBuf {
        self.uploads.join(id)
    }

    /// Where the bytes of a blob are: a folder per first byte, so that none grows too large.
    pub fn blob(&self, hash: &str) -> PathBuf {
        self.blobs.join(&hash[..2]).join(hash)
    }

    /// Begins an upload with no bytes.
    pub fn begin(&self, id: &str) -> io::Result<()> {
        File::create_new(self.upload(id))?.sync_all()?;
        sync_dir(&self.uploads)
    }

    /// Makes a whole upload durable and reads it back.
    pub fn read_back(&self, id: &str) -> io::Result<Vec<u8>> {
        let mut file = File::open(self.upload(id))?;
        file.sync_all()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Gives an upload that was read back its name as a blob. The upload stays until [`Blobs::forget`], so that a failure
    /// after this costs nobody an upload.
    pub fn keep(&self, id: &str, hash: &str) -> io::Result<()> {
        let to = self.blob(hash);
        let folder = self.blobs.join(&hash[..2]);
        if !folder.exists() {
            fs::create_dir_all(&folder)?;
            sync_dir(&self.blobs)?;
        }
        // Over whatever was there: the new bytes were just verified, old ones may have rotted.
        let temporary = folder.join(id);
        remove(&temporary)?;
        fs::hard_link(self.upload(id), &temporary)?;
        fs::rename(&temporary, &to)?;
        // Renaming one name of a file to another name of the same file does nothing.
        remove(&temporary)?;
        sync_dir(&folder)
    }

    /// Ends an upload.
    pub fn forget(&self, id: &str) -> io::Result<()> {
        remove(&self.upload(id))
    }

    /// Deletes a blob.
    pub fn delete(&self, hash: &str) -> io::Result<()> {
        remove(&self.blob(hash))
    }

    /// The names of all uploads.
    pub fn uploads(&self) -> io::Result<Vec<String>> {
        names(&self.uploads)
    }

    /// The names of all files among the blobs, each with its folder.
    pub fn all(&self) -> io::Result<Vec<(String, PathBuf)>> {
        let mut all = Vec::new();
        for folder in names(&self.blobs)? {
            let folder = self.blobs.join(folder);
            all.extend(
                names(&folder)?
                    .into_iter()
                    .map(|name| (name.clone(), folder.join(name))),
            );
        }
        Ok(all)
    }
}

/// Makes the names in a folder durable.
pub fn sync_dir(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = fs::read_dir(folder)?;
    entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect()
}
