//! Commands for operators. All of them may run beside a relay that serves.

mod reports;

use std::path::Path;

use anyhow::{Context as _, bail};

use crate::blobs::{Blobs, sync_dir};
use crate::db::Db;
use crate::id::is_id;
use crate::removals::Removals;

pub use reports::{Reports, run as reports};

/// Removes clips for good. A relay that runs obeys within seconds; one that does not, before it answers anybody.
pub fn remove(data: &Path, ids: &[String]) -> anyhow::Result<()> {
    let removals =
        Removals::open(data).with_context(|| format!("no data in {}", data.display()))?;
    for id in ids {
        if !is_id(id) {
            bail!("\"{id}\" is not the id of a clip; it is the last part of its address");
        }
        removals.add(id)?;
    }
    Ok(())
}

/// Copies the database as it is now, then the blobs that it needs, then the removals. Gives the number of blobs.
pub async fn backup(data: &Path, to: &Path) -> anyhow::Result<usize> {
    std::fs::create_dir_all(to)?;
    let copy = to.join("relay.db");
    if copy.exists() {
        bail!("{} exists; a backup goes into a new folder", copy.display());
    }
    open(data)
        .await?
        .copy_to(&copy)
        .await
        .context("the database cannot be copied")?;
    let (from, into) = (Blobs::open(data)?, Blobs::open(to)?);
    let mut copied = 0;
    for hash in open(to).await?.blob_hashes().await? {
        let target = into.blob(&hash);
        let folder = target.parent().context("a blob lies in a folder")?;
        std::fs::create_dir_all(folder)?;
        // What was deleted since the copy of the database is not missed.
        if from.blob(&hash).exists() {
            std::fs::copy(from.blob(&hash), &target)?;
            std::fs::File::open(&target)?.sync_all()?;
            sync_dir(folder)?;
            copied += 1;
        }
    }
    std::fs::copy(data.join("removals.log"), to.join("removals.log"))?;
    sync_dir(to)?;
    Ok(copied)
}

/// Reads every blob and compares it with its name. Gives the number read and the hashes of those that are wrong or missing.
pub async fn scrub(data: &Path) -> anyhow::Result<(usize, Vec<String>)> {
    let (db, blobs) = (open(data).await?, Blobs::open(data)?);
    let hashes = db.blob_hashes().await?;
    let mut wrong = Vec::new();
    for hash in &hashes {
        let mut hasher = blake3::Hasher::new();
        let read = std::fs::File::open(blobs.blob(hash))
            .and_then(|mut file| std::io::copy(&mut file, &mut hasher));
        if read.is_err() || *hasher.finalize().to_hex() != **hash {
            wrong.push(hash.clone());
        }
    }
    // What was deleted while we read is gone by right.
    let still = db.blob_hashes().await?;
    wrong.retain(|hash| still.contains(hash));
    Ok((hashes.len(), wrong))
}

async fn open(data: &Path) -> anyhow::Result<Db> {
    if !data.join("relay.db").exists() {
        bail!("there is no relay.db in {}", data.display());
    }
    Db::open(data).await
}
