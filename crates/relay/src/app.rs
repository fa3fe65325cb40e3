//! The relay as one value: what every handler works with, and what it does before it answers anybody.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::Semaphore;

use crate::config::{Config, Origin, StoreConfig};
use crate::db::Db;
use crate::limits::Limits;
use crate::locks::Locks;
use crate::metrics::Metrics;
use crate::removals::Removals;
use crate::store::Store;
use crate::sweep;

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
    /// Bytes.
    pub store: Store,
    /// Deletions that outlive the database.
    pub removals: Removals,
    /// How often somebody may ask, here: each node counts for itself.
    pub limits: Limits,
    /// What an operator may count.
    pub metrics: Metrics,
    /// Uploads that are being written, here. Between nodes the database decides.
    pub locks: Locks,
    /// Files that are checked at once; each is in memory meanwhile.
    pub checks: Semaphore,
    /// Set when the relay is about to stop.
    pub stopping: Mutex<bool>,
    /// Held for as long as the process lives, where something is in the folder: two relays on one folder would sweep each other's
    /// files away.
    _lock: Option<std::fs::File>,
}

impl Relay {
    /// Opens database and store and puts them in order. `bound` is the address that the relay listens on.
    pub async fn open(mut config: Config, bound: std::net::SocketAddr) -> anyhow::Result<Shared> {
        let own: Origin = format!("http://{bound}")
            .parse()
            .map_err(anyhow::Error::msg)?;
        let origin = config.origin.clone().unwrap_or(own);
        if let Some(dir) = &config.studio_dir {
            let built = dir.join("index.html").is_file();
            anyhow::ensure!(built, "there is no built studio in {}", dir.display());
            config.studio = origin.clone();
        }
        let lock = folder(&config.store)?;
        let (db, store) = open(&config.store).await?;
        let relay = Self {
            media_origin: config
                .media_origin
                .clone()
                .unwrap_or_else(|| origin.clone()),
            origin,
            removals: Removals::new(store.clone(), db.clone()),
            db,
            store,
            limits: Limits::new(&config),
            metrics: Metrics::default(),
            locks: Locks::default(),
            checks: Semaphore::new(2),
            stopping: Mutex::new(false),
            _lock: lock,
            config,
        };
        relay.put_in_order().await?;
        Ok(Arc::new(relay))
    }

    /// Removes a clip for good.
    pub async fn remove(&self, id: &str) -> anyhow::Result<()> {
        self.removals.remove(id).await
    }

    /// Ends what could not be ended before.
    pub async fn catch_up(&self) -> anyhow::Result<()> {
        self.store.delete_leftovers().await;
        self.removals.retry().await
    }

    /// Forgets uploads, nonces and counts whose time is over.
    pub async fn tidy(&self) -> anyhow::Result<()> {
        self.limits.forget_quiet();
        self.db.drop_old_nonces().await?;
        let objects = self.db.drop_expired().await?;
        self.store.discard(objects).await;
        Ok(())
    }

    /// Deletes objects without a row. Every node may do it; together they do no harm.
    pub async fn sweep(&self) -> anyhow::Result<()> {
        let age = self.config.store.sweep_after;
        let swept = sweep::objects(&self.store, &self.db, age).await?;
        tracing::info!("{swept} objects without a row were deleted");
        Ok(())
    }

    /// What must be done before anybody is answered.
    async fn put_in_order(&self) -> anyhow::Result<()> {
        if self.config.store.bucket.is_none() {
            self.removals.import(&self.config.store.data).await?;
        }
        let obeyed = self.removals.obey().await;
        obeyed.context("deletions cannot be repeated")?;
        if self.config.store.bucket.is_none() {
            // Nobody else writes to this folder.
            self.store.sweep_unfinished()?;
            let swept = sweep::objects(&self.store, &self.db, Duration::ZERO).await;
            swept.context("files cannot be put in order")?;
            for hash in sweep::missing(&self.store, &self.db).await? {
                tracing::error!(
                    hash,
                    "a blob is missing: restore the folder of blobs from a backup"
                );
            }
        }
        Ok(())
    }
}

/// Opens what the configuration names.
pub async fn open(config: &StoreConfig) -> anyhow::Result<(Db, Store)> {
    if config.uses_folder() {
        let data = &config.data;
        std::fs::create_dir_all(data)
            .with_context(|| format!("the folder {} cannot be made", data.display()))?;
    }
    let db = Db::open(config).await;
    let db = db.context("the database cannot be opened")?;
    let store = Store::open(config).context("the store of files cannot be opened")?;
    Ok((db, store))
}

/// Takes the folder, where there is something in it.
fn folder(config: &StoreConfig) -> anyhow::Result<Option<std::fs::File>> {
    if !config.uses_folder() {
        return Ok(None);
    }
    let data = &config.data;
    std::fs::create_dir_all(data)
        .with_context(|| format!("the folder {} cannot be made", data.display()))?;
    lock(data).map(Some)
}

fn lock(data: &Path) -> anyhow::Result<std::fs::File> {
    let file = std::fs::File::create(data.join("lock"))?;
    let folder = data.display();
    file.try_lock()
        .with_context(|| format!("another relay uses the folder {folder}"))?;
    Ok(file)
}
