//! The store of bytes: objects in local files, or in any S3-compatible store, by names that are used once.
//!
//! | name | what |
//! |---|---|
//! | `blobs/<2 digits>/<blake3>.<random>` | a video or a still |
//! | `uploads/<id>.<offset>.<random>` | a part of an upload |
//! | `removals/<clip id>` | a removal, which outlives every backup of the database |
//!
//! Because a name is never used again, deleting an object can never hit a newer one, on whichever node that came. The database
//! decides which objects count; the others are swept away.

use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use axum::body::{Body, Bytes};
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{
    ClientOptions, Error, GetOptions, GetResultPayload, ObjectStore, ObjectStoreExt as _,
    RetryConfig,
};

use crate::config::{Bucket, StoreConfig};
use crate::id;
use crate::pieces::Section;

/// How long an S3 store may say nothing. There is no limit to a whole answer: a slow viewer may take minutes for a clip.
const SILENCE: Duration = Duration::from_secs(60);
/// How long a failed one is tried again. A caller waits meanwhile.
const RETRY_TIME: Duration = Duration::from_secs(10);
/// Parts of an upload that are read at once.
const READ_AT_ONCE: usize = 4;
/// Where each kind of object is.
const FOLDERS: [&str; 3] = ["blobs", "uploads", "removals"];

/// A handle; clones share the connections and what is left to delete.
#[derive(Clone, Debug)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    /// The data folder, where objects are local files.
    files: Option<PathBuf>,
    leftovers: Arc<Mutex<Vec<String>>>,
}

/// An object of the store.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// Time since it was written.
    pub age: Duration,
}

/// A part of an object.
#[derive(Debug)]
pub enum Content {
    /// In a local file.
    File(Section),
    /// On its way from a bucket.
    Stream(Body),
}

/// Objects that no row names yet. Dropped, they are deleted before long.
#[derive(Debug)]
pub struct Fresh {
    store: Store,
    names: Vec<String>,
}

impl Store {
    /// Opens the store that the configuration names.
    pub fn open(config: &StoreConfig) -> anyhow::Result<Self> {
        match &config.bucket {
            Some(bucket) => Self::bucket(bucket),
            None => Self::files(&config.data),
        }
    }

    /// Objects as files below a data folder; what is missing of it is made.
    pub fn files(data: &FilePath) -> anyhow::Result<Self> {
        for folder in FOLDERS {
            std::fs::create_dir_all(data.join(folder))?;
        }
        std::fs::File::open(data)?.sync_all()?;
        // Without fsync, "written" means given to the operating system, not to the disk.
        let files = LocalFileSystem::new_with_prefix(data)?.with_fsync(true);
        Ok(Self {
            objects: Arc::new(files),
            files: Some(data.to_owned()),
            leftovers: Arc::default(),
        })
    }

    /// Objects in a bucket. Keys, region and endpoint come from the usual `AWS_` variables.
    fn bucket(bucket: &Bucket) -> anyhow::Result<Self> {
        // Fails where one is installed already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let retries = RetryConfig {
            max_retries: 5,
            retry_timeout: RETRY_TIME,
            ..RetryConfig::default()
        };
        let http = std::env::var("AWS_ALLOW_HTTP").is_ok_and(|allow| allow == "true");
        let client = ClientOptions::new()
            .with_allow_http(http)
            .with_timeout_disabled()
            .with_read_timeout(SILENCE)
            .with_connect_timeout(Duration::from_secs(5));
        let s3 = AmazonS3Builder::from_env()
            .with_bucket_name(&bucket.name)
            .with_retry(retries)
            .with_client_options(client)
            .build()
            .with_context(|| format!("the bucket {} cannot be used", bucket.name))?;
        let objects: Arc<dyn ObjectStore> = if bucket.prefix.is_empty() {
            Arc::new(s3)
        } else {
            Arc::new(PrefixStore::new(s3, bucket.prefix.as_str()))
        };
        Ok(Self {
            objects,
            files: None,
            leftovers: Arc::default(),
        })
    }

    /// Writes an object. It is durable when this returns.
    pub async fn put(&self, name: &str, bytes: Bytes) -> Result<(), Error> {
        let name = Path::from(name);
        self.objects.put(&name, bytes.into()).await.map(drop)
    }

    /// Writes an object that a row will name.
    pub async fn put_fresh(&self, name: String, bytes: Bytes) -> Result<Fresh, Error> {
        let fresh = Fresh {
            store: self.clone(),
            names: vec![name],
        };
        self.put(&fresh.names[0], bytes).await.map(|()| fresh)
    }

    /// No objects yet.
    pub fn nothing_fresh(&self) -> Fresh {
        Fresh {
            store: self.clone(),
            names: Vec::new(),
        }
    }

    /// The bytes of objects, one after the other; `length` is how many to expect.
    pub async fn read_all(&self, names: Vec<String>, length: u64) -> Result<Vec<u8>, Error> {
        let mut all = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        let read = |name: String| async move {
            let found = self.objects.get(&Path::from(name)).await?;
            found.bytes().await
        };
        let mut parts = futures_util::stream::iter(names)
            .map(read)
            .buffered(READ_AT_ONCE);
        while let Some(part) = parts.try_next().await? {
            all.extend_from_slice(&part);
        }
        Ok(all)
    }

    /// BLAKE3 of an object's bytes, read anew.
    pub async fn hash(&self, name: &str) -> Result<String, Error> {
        let found = self.objects.get(&Path::from(name)).await?;
        let mut bytes = found.into_stream();
        let mut hasher = blake3::Hasher::new();
        while let Some(bytes) = bytes.try_next().await? {
            hasher.update(&bytes);
        }
        Ok(hasher.finalize().to_hex().to_string())
    }

    /// A part of an object, to be sent.
    pub async fn content(&self, name: &str, part: Range<u64>) -> Result<Content, Error> {
        let length = part.end - part.start;
        if let Some(file) = self.open_cached(name, part.end) {
            return Ok(Content::File(Section { file, bytes: part }));
        }
        let options = GetOptions::new().with_range(Some(part));
        let found = self.objects.get_opts(&Path::from(name), options).await?;
        let range = found.range.clone();
        if range.end - range.start != length {
            let error = std::io::Error::other("the object is shorter than its row says");
            return Err(wrap(error));
        }
        match found.payload {
            GetResultPayload::File(file, _) => Ok(Content::File(Section {
                file: Arc::new(file),
                bytes: range,
            })),
            GetResultPayload::Stream(stream) => Ok(Content::Stream(Body::from_stream(stream))),
        }
    }

    /// A local file of at least so many bytes, if the system knows where it is without asking the disk. Then no other thread is
    /// needed to open it.
    #[cfg(target_os = "linux")]
    fn open_cached(&self, name: &str, end: u64) -> Option<Arc<std::fs::File>> {
        use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat2};
        let path = self.files.as_ref()?.join(name);
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        let file = openat2(CWD, path, flags, Mode::empty(), ResolveFlags::CACHED).ok()?;
        let file = std::fs::File::from(file);
        let found = file.metadata().ok()?;
        (found.is_file() && found.len() >= end).then(|| Arc::new(file))
    }

    #[cfg(not(target_os = "linux"))]
    fn open_cached(&self, _: &str, _: u64) -> Option<Arc<std::fs::File>> {
        None
    }

    /// Deletes objects. What cannot be deleted now is tried again by [`Store::delete_leftovers`].
    pub async fn discard(&self, names: Vec<String>) {
        for name in names {
            match self.objects.delete(&Path::from(name.as_str())).await {
                Ok(()) | Err(Error::NotFound { .. }) => {}
                Err(error) => {
                    tracing::warn!(name, "an object stays behind for now: {error}");
                    self.leftovers().push(name);
                }
            }
        }
    }

    /// Deletes what could not be deleted before, and what was dropped as [`Fresh`].
    pub async fn delete_leftovers(&self) {
        let names = std::mem::take(&mut *self.leftovers());
        self.discard(names).await;
    }

    /// All objects in a folder.
    pub async fn list(&self, folder: &str) -> Result<Vec<Found>, Error> {
        let now = SystemTime::now();
        let found = self.objects.list(Some(&Path::from(folder)));
        let found = found.map_ok(|found| Found {
            age: now
                .duration_since(found.last_modified.into())
                .unwrap_or_default(),
            name: found.location.to_string(),
        });
        found.try_collect().await
    }

    /// Deletes what a killed process left of files that it had not written to their end. Only where nobody writes.
    pub fn sweep_unfinished(&self) -> std::io::Result<()> {
        let Some(data) = &self.files else {
            return Ok(());
        };
        let mut folders: Vec<PathBuf> = FOLDERS.iter().map(|folder| data.join(folder)).collect();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                if entry.file_type()?.is_dir() {
                    folders.push(entry.path());
                } else if entry.file_name().to_string_lossy().contains('#') {
                    // The library writes `name#1` and renames it to `name`; it never shows such files.
                    std::fs::remove_file(entry.path())?;
                }
            }
        }
        Ok(())
    }

    /// A list is whole after each call, whatever panicked meanwhile.
    fn leftovers(&self) -> MutexGuard<'_, Vec<String>> {
        self.leftovers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Fresh {
    /// Adds others.
    pub fn add(&mut self, mut other: Self) {
        self.names.append(&mut other.names);
    }

    /// A row names them now, or may do so: whether a commit came through whose connection broke is not known. If it did not, they
    /// are swept away later.
    pub fn leave_to_rows(&mut self) {
        self.names.clear();
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let names = std::mem::take(&mut self.names);
        self.store.leftovers().extend(names);
    }
}

/// A new name for a blob. The hash is one: 64 hexadecimal digits.
pub fn blob_name(hash: &str) -> anyhow::Result<String> {
    Ok(format!("blobs/{}/{hash}.{}", &hash[..2], id::new()?))
}

/// A new name for a part of an upload.
pub fn part_name(upload: &str, offset: u64) -> anyhow::Result<String> {
    Ok(format!("uploads/{upload}.{offset}.{}", id::new()?))
}

fn wrap(error: std::io::Error) -> Error {
    Error::Generic {
        store: "LocalFileSystem",
        source: error.into(),
    }
}
