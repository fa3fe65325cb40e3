//! The relay as one value: what every handler works with, and what it does before it answers anybody.

use std::collections::HashSet;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use anyhow::Context as _;
use tokio::sync::Semaphore;

use crate::blobs::Blobs;
use crate::config::{Config, Origin};
use crate::db::Db;
use crate::limits::Limits;
use crate::locks::Locks;
use crate::metrics::{Metrics, Removal};
use crate::removals::Removals;

/// What every handler works with.
pub type Shared = Arc<Relay>;

/// A relay that is open.
#[derive(Debug)]
pub struct Relay {
    /// As configured.
    pub config: Config,
    /// What browsers see.
    pub origin: Origin,
    /// Where videos and stills are.
    pub media_origin: Origin,
    /// Rows.
    pub db: Db,
    /// Files.
    pub blobs: Blobs,
    /// Deletions that outlive the database.
    pub removals: Removals,
    /// How often somebody may ask.
    pub limits: Limits,
    /// What an operator may count.
    pub metrics: Metrics,
    /// Uploads that are being written.
    pub locks: Locks,
    /// Held while blobs and rows change together: a file must not go while a row for it comes.
    pub gate: tokio::sync::Mutex<()>,
    /// Files that are checked at once; each is in memory meanwhile.
    pub checks: Semaphore,
    /// Set when the relay is about to stop.
    pub stopping: Mutex<bool>,
    /// Bytes of the file of removals that were obeyed.
    obeyed: AtomicU64,
    /// Held for as long as the process lives: two relays on one folder would sweep each other's files away.
    _lock: std::fs::File,
}

impl Relay {
    /// Opens the data folder and puts it in order. `bound` is the address that the relay listens on.
    pub async fn open(mut config: Config, bound: std::net::SocketAddr) -> anyhow::Result<Shared> {
        let data = config.data.clone();
        std::fs::create_dir_all(&data)
            .with_context(|| format!("the folder {} cannot be made", data.display()))?;
        let lock = lock(&data)?;
        let own: Origin = format!("http://{bound}")
            .parse()
            .map_err(anyhow::Error::msg)?;
        let origin = config.origin.clone().unwrap_or(own);
        if let Some(dir) = &config.studio_dir {
            let built = dir.join("index.html").is_file();
            anyhow::ensure!(built, "there is no built studio in {}", dir.display());
            config.studio = origin.clone();
        }
        let relay = Self {
            media_origin: config
                .media_origin
                .clone()
                .unwrap_or_else(|| origin.clone()),
            origin,
            db: Db::open(&data)
                .await
                .context("the database cannot be opened")?,
            blobs: Blobs::open(&data)?,
            removals: Removals::open(&data)?,
            limits: Limits::new(&config),
            metrics: Metrics::default(),
            locks: Locks::default(),
            gate: tokio::sync::Mutex::new(()),
            checks: Semaphore::new(2),
            stopping: Mutex::new(false),
            obeyed: AtomicU64::new(0),
            _lock: lock,
            config,
        };
        relay
            .obey_removals()
            .await
            .context("deletions cannot be repeated")?;
        relay
            .sweep()
            .await
            .context("files cannot be put in order")?;
        Ok(Arc::new(relay))
    }

    /// Removes a clip for good: durable in the file of removals, then in the database, then its bytes.
    pub async fn remove(&self, id: &str) -> anyhow::Result<()> {
        let _gate = self.gate.lock().await;
        let (removals, line) = (self.removals.clone(), id.to_owned());
        tokio::task::spawn_blocking(move || removals.add(&line)).await??;
        self.remove_from_database(id).await
    }

    /// Forgets uploads, nonces and counts whose time is over.
    pub async fn tidy(&self) -> anyhow::Result<()> {
        self.limits.forget_quiet();
        self.db.drop_old_nonces().await?;
        for id in self.db.drop_expired().await? {
            self.blobs.forget(&id)?;
        }
        Ok(())
    }

    async fn remove_from_database(&self, id: &str) -> anyhow::Result<()> {
        for hash in self.db.remove_clip(id).await? {
            self.blobs.delete(&hash)?;
        }
        Ok(())
    }

    /// Deletes what the file of removals names: what a database from a backup has forgotten, or an operator added.
    pub async fn obey_removals(&self) -> anyhow::Result<()> {
        let len = self.removals.len()?;
        if self.obeyed.load(Ordering::Relaxed) == len {
            return Ok(());
        }
        for id in self.removals.all()? {
            if let Some(crate::db::State::Live(_)) = self.db.clip(&id).await? {
                let _gate = self.gate.lock().await;
                tracing::warn!(id, "deleted, because the file of removals names it");
                self.remove_from_database(&id).await?;
                let removal = Removal { by: "operator" };
                self.metrics.removals.get_or_create(&removal).inc();
            }
        }
        self.obeyed.store(len, Ordering::Relaxed);
        Ok(())
    }

    /// Deletes files without a row and rows without a file. Only at the start, when nobody is writing.
    async fn sweep(&self) -> anyhow::Result<()> {
        let known: HashSet<String> = self.db.blob_hashes().await?.into_iter().collect();
        let mut found = HashSet::new();
        for (name, path) in self.blobs.all()? {
            if known.contains(&name) {
                found.insert(name);
            } else {
                std::fs::remove_file(path)?;
            }
        }
        for hash in known.difference(&found) {
            tracing::error!(
                hash,
                "a blob is missing: restore the folder of blobs from a backup"
            );
        }
        let files: HashSet<String> = self.blobs.uploads()?.into_iter().collect();
        let rows: HashSet<String> = self.db.upload_ids().await?.into_iter().collect();
        for id in files.difference(&rows) {
            self.blobs.forget(id)?;
        }
        for id in rows.difference(&files) {
            self.db.drop_upload(id).await?;
        }
        Ok(())
    }
}

fn lock(data: &Path) -> anyhow::Result<std::fs::File> {
    let file = std::fs::File::create(data.join("lock"))?;
    let folder = data.display();
    file.try_lock()
        .with_context(|| format!("another relay uses the folder {folder}"))?;
    Ok(file)
}
