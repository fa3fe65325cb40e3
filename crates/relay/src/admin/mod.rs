//! Commands for operators. All of them may run beside relays that serve.

mod reports;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::app;
use crate::config::StoreConfig;
use crate::db::Db;
use crate::id::is_id;
use crate::removals::Removals;
use crate::store::Store;
use crate::sweep;

pub use reports::{Reports, run as reports};

/// Removes clips for good, at once for every relay.
pub async fn remove(config: &StoreConfig, ids: &[String]) -> anyhow::Result<()> {
    let (db, store) = open(config).await?;
    let removals = Removals::new(store, db);
    for id in ids {
        if !is_id(id) {
            bail!("\"{id}\" is not the id of a clip; it is the last part of its address");
        }
        removals.remove(id).await?;
    }
    Ok(())
}

/// Copies a data folder: the database as it is now, then the objects that it needs, then the removals. Gives the number of
/// blobs.
pub async fn backup(config: &StoreConfig, to: &Path) -> anyhow::Result<usize> {
    if config.database.is_some() || config.bucket.is_some() {
        bail!(
            "this copies a data folder. A database server has its own backups, and so has a bucket: see docs/relay.md"
        );
    }
    std::fs::create_dir_all(to)?;
    let copy = to.join("relay.db");
    if copy.exists() {
        bail!("{} exists; a backup goes into a new folder", copy.display());
    }
    let (db, _) = open(config).await?;
    let copied = db.copy_to(&copy).await;
    copied.context("the database cannot be copied")?;
    let (copy, into) = (Db::file(to).await?, Store::files(to)?);
    let mut copied = 0;
    for blob in copy.blobs().await? {
        let bytes = match std::fs::read(config.data.join(&blob.object)) {
            Ok(bytes) => bytes,
            // What was deleted since the copy of the database is not missed.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => {
                return Err(error).with_context(|| format!("{} cannot be read", blob.object));
            }
        };
        into.put(&blob.object, bytes.into()).await?;
        copied += 1;
    }
    copy.close().await;
    let removals = Store::files(&config.data)?.list("removals").await?;
    for found in removals {
        let bytes = std::fs::read(config.data.join(&found.name))?;
        into.put(&found.name, bytes.into()).await?;
    }
    Ok(copied)
}

/// Reads every blob and compares it with its hash. Gives the number read and the hashes of those that are wrong or missing.
pub async fn scrub(config: &StoreConfig) -> anyhow::Result<(usize, Vec<String>)> {
    let (db, store) = open(config).await?;
    let blobs = db.blobs().await?;
    let mut wrong = Vec::new();
    for blob in &blobs {
        let found = store.hash(&blob.object).await;
        if found.ok().as_ref() != Some(&blob.hash) {
            wrong.push(blob.clone());
        }
    }
    // What was deleted or replaced while we read is gone by right.
    let still = db.blobs().await?;
    wrong.retain(|blob| still.iter().any(|known| known.object == blob.object));
    let wrong = wrong.into_iter().map(|blob| blob.hash).collect();
    Ok((blobs.len(), wrong))
}

/// Deletes objects without a row that are at least `age` old; gives their number.
pub async fn sweep(config: &StoreConfig, age: Duration) -> anyhow::Result<usize> {
    let (db, store) = open(config).await?;
    sweep::objects(&store, &db, age).await
}

async fn open(config: &StoreConfig) -> anyhow::Result<(Db, Store)> {
    let data = &config.data;
    if config.database.is_none() && !data.join("relay.db").exists() {
        bail!("there is no relay.db in {}", data.display());
    }
    app::open(config).await
}
