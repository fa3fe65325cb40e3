//! Sweeping: objects without a row go, rows without an object are told.

use std::time::Duration;

use crate::db::Db;
use crate::store::Store;

/// Objects that are asked about at once.
const AT_ONCE: usize = 500;

/// Deletes the objects that no row names and that are at least `age` old; gives their number. An object is written before its
/// row, so others than a relay that is alone must leave time between the two.
pub async fn objects(store: &Store, db: &Db, age: Duration) -> anyhow::Result<usize> {
    let mut swept = 0;
    for folder in ["blobs", "uploads"] {
        let found = store.list(folder).await?;
        let old = found.into_iter().filter(|found| found.age >= age);
        let names: Vec<String> = old.map(|found| found.name).collect();
        for names in names.chunks(AT_ONCE) {
            let known = db.known_objects(names).await?;
            let unknown = names.iter().filter(|name| !known.contains(*name));
            let unknown: Vec<String> = unknown.cloned().collect();
            swept += unknown.len();
            store.discard(unknown).await;
        }
    }
    Ok(swept)
}

/// Blobs whose objects are not there.
pub async fn missing(store: &Store, db: &Db) -> anyhow::Result<Vec<String>> {
    let found = store.list("blobs").await?;
    let names: std::collections::HashSet<String> =
        found.into_iter().map(|found| found.name).collect();
    let blobs = db.blobs().await?;
    let lost = blobs
        .into_iter()
        .filter(|blob| !names.contains(&blob.object));
    Ok(lost.map(|blob| blob.hash).collect())
}
