//! Removals: an object for each removed clip, made durable before a deletion is confirmed, in the store and not in the database.
//!
//! A database restored from a backup may still hold what was deleted since. Before the relay answers anybody it reads the
//! removals and deletes all of it again. Keep them out of what a backup overwrites.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;

use crate::db::{Db, now_millis};
use crate::id::is_id;
use crate::store::Store;

/// What removes clips: the store, the database, and what was begun and not ended.
#[derive(Debug)]
pub struct Removals {
    store: Store,
    db: Db,
    unfinished: Mutex<BTreeSet<String>>,
}

impl Removals {
    /// On these two.
    pub fn new(store: Store, db: Db) -> Self {
        Self {
            store,
            db,
            unfinished: Mutex::default(),
        }
    }

    /// Removes a clip for good: durable as an object, then in the database, then its bytes.
    pub async fn remove(&self, id: &str) -> anyhow::Result<()> {
        let when = Bytes::from(now_millis().to_string());
        self.store.put(&format!("removals/{id}"), when).await?;
        let removed = self.finish(id).await;
        if removed.is_err() {
            self.unfinished().insert(id.to_owned());
        }
        removed
    }

    /// Ends what was begun while the database did not answer.
    pub async fn retry(&self) -> anyhow::Result<()> {
        let ids = std::mem::take(&mut *self.unfinished());
        for id in &ids {
            if let Err(error) = self.finish(id).await {
                self.unfinished().extend(ids);
                return Err(error);
            }
        }
        Ok(())
    }

    /// Deletes what the removals name and the database still has: it came from a backup.
    pub async fn obey(&self) -> anyhow::Result<()> {
        let found = self.store.list("removals").await?;
        let ids: Vec<String> = found
            .iter()
            .filter_map(|found| found.name.rsplit('/').next())
            .filter(|id| is_id(id))
            .map(str::to_owned)
            .collect();
        for id in self.db.live_among(&ids).await? {
            tracing::warn!(id, "deleted, because a removal names it");
            self.finish(&id).await?;
        }
        Ok(())
    }

    /// Turns the lines of `removals.log`, which held the removals of a data folder before, into objects.
    pub async fn import(&self, data: &Path) -> anyhow::Result<()> {
        let log = data.join("removals.log");
        if !log.exists() {
            return Ok(());
        }
        let text = std::fs::read_to_string(&log)?;
        for id in text.lines().filter(|line| is_id(line)) {
            let when = Bytes::from(now_millis().to_string());
            self.store.put(&format!("removals/{id}"), when).await?;
        }
        std::fs::rename(&log, data.join("removals.log.imported"))?;
        Ok(())
    }

    async fn finish(&self, id: &str) -> anyhow::Result<()> {
        let unused = self.db.remove_clip(id).await?;
        self.store.discard(unused).await;
        Ok(())
    }

    /// A set is whole after each call, whatever panicked meanwhile.
    fn unfinished(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.unfinished
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
