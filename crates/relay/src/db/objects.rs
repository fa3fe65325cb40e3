//! Which objects of the store count: those that a row names. Everything else is rubbish once it is old enough.

use std::collections::HashSet;

use sqlx::{AssertSqlSafe, Row as _};

use super::Db;

/// The most names in one question; SQLite takes 32,766 parameters, PostgreSQL twice that.
const AT_ONCE: usize = 500;

/// A blob that counts.
#[derive(Clone, Debug)]
pub struct Blob {
    /// BLAKE3 of its bytes.
    pub hash: String,
    /// The object that holds them.
    pub object: String,
}

impl Db {
    /// All blobs that count.
    pub async fn blobs(&self) -> sqlx::Result<Vec<Blob>> {
        let all = sqlx::query("SELECT hash, object FROM blobs ORDER BY hash");
        let rows = all.fetch_all(&self.read).await?;
        let blob = |row: &sqlx::any::AnyRow| Blob {
            hash: row.get(0),
            object: row.get(1),
        };
        Ok(rows.iter().map(blob).collect())
    }

    /// How many blobs count.
    pub async fn count_blobs(&self) -> sqlx::Result<usize> {
        let count = sqlx::query("SELECT count(*) FROM blobs");
        let row = count.fetch_one(&self.read).await?;
        Ok(usize::try_from(row.get::<i64, _>(0)).unwrap_or_default())
    }

    /// Which of these objects a row names, as a blob or as a part of an upload.
    pub async fn known_objects(&self, names: &[String]) -> sqlx::Result<HashSet<String>> {
        let mut known = HashSet::new();
        for names in names.chunks(AT_ONCE) {
            let list = placeholders(names.len());
            let query = format!(
                "SELECT object FROM blobs WHERE object IN ({list}) UNION ALL SELECT object FROM parts WHERE object IN ({list})"
            );
            let query = sqlx::query(AssertSqlSafe(query));
            let query = names.iter().fold(query, |query, name| query.bind(name));
            let rows = query.fetch_all(&self.read).await?;
            known.extend(rows.iter().map(|row| row.get::<String, _>(0)));
        }
        Ok(known)
    }

    /// Which of these clips are there and not removed.
    pub async fn live_among(&self, ids: &[String]) -> sqlx::Result<Vec<String>> {
        let mut live = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            let list = placeholders(ids.len());
            let query =
                format!("SELECT id FROM clips WHERE visibility <> 'removed' AND id IN ({list})");
            let query = sqlx::query(AssertSqlSafe(query));
            let query = ids.iter().fold(query, |query, id| query.bind(id));
            let rows = query.fetch_all(&self.read).await?;
            live.extend(rows.iter().map(|row| row.get::<String, _>(0)));
        }
        Ok(live)
    }
}

/// `$1, $2` and so on.
fn placeholders(count: usize) -> String {
    let names: Vec<String> = (1..=count).map(|n| format!("${n}")).collect();
    names.join(", ")
}
