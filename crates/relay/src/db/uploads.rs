//! Uploads under way. How far one has come is its row's word: bytes count once their part is in an object and in the row.

use sqlx::Row as _;

use super::{Db, Tx, now_millis};

/// An upload under way.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its id.
    pub id: String,
    /// The key that began it, as text.
    pub key: String,
    /// Bytes in all.
    pub length: u64,
    /// Bytes that have come.
    pub came: u64,
    /// How many parts they came in.
    pub parts: u64,
    /// Milliseconds since 1970.
    pub expires_at: i64,
}

/// Bytes that have come and are durable as an object.
#[derive(Clone, Debug)]
pub struct NewPart {
    /// The object.
    pub object: String,
    /// Their number.
    pub bytes: u64,
}

impl Db {
    /// Adds an upload without bytes.
    pub async fn add_upload(&self, upload: &Upload) -> sqlx::Result<()> {
        let add = "INSERT INTO uploads (id, key, length, expires_at) VALUES ($1, $2, $3, $4)";
        sqlx::query(add)
            .bind(&upload.id)
            .bind(&upload.key)
            .bind(upload.length.cast_signed())
            .bind(upload.expires_at)
            .execute(&self.write)
            .await
            .map(drop)
    }

    /// An upload that has not expired.
    pub async fn upload(&self, id: &str) -> sqlx::Result<Option<Upload>> {
        let find = "SELECT id, key, length, came, parts, expires_at FROM uploads WHERE id = $1 AND expires_at > $2";
        let row = sqlx::query(find).bind(id).bind(now_millis());
        let row = row.fetch_optional(&self.read).await?;
        let count = |row: &sqlx::any::AnyRow, column| row.get::<i64, _>(column).cast_unsigned();
        Ok(row.map(|row| Upload {
            id: row.get(0),
            key: row.get(1),
            length: count(&row, 2),
            came: count(&row, 3),
            parts: count(&row, 4),
            expires_at: row.get(5),
        }))
    }

    /// Lets parts count that follow each other from byte `at`. False, and nothing has changed, if the upload does not stand there
    /// any more: whoever came first has won, on whichever node.
    pub async fn add_parts(&self, id: &str, at: u64, parts: &[NewPart]) -> sqlx::Result<bool> {
        let bytes: u64 = parts.iter().map(|part| part.bytes).sum();
        let mut tx = self.begin().await?;
        let advance = "UPDATE uploads SET came = came + $1, parts = parts + $2
            WHERE id = $3 AND came = $4 AND came + $1 <= length AND expires_at > $5";
        let advanced = sqlx::query(advance)
            .bind(bytes.cast_signed())
            .bind(parts.len() as i64)
            .bind(id)
            .bind(at.cast_signed())
            .bind(now_millis())
            .execute(&mut *tx)
            .await?;
        if advanced.rows_affected() == 0 {
            tx.rollback().await?;
            return Ok(false);
        }
        let mut place = at;
        for part in parts {
            let add = "INSERT INTO parts (upload, place, bytes, object) VALUES ($1, $2, $3, $4)";
            let add = sqlx::query(add).bind(id).bind(place.cast_signed());
            let add = add.bind(part.bytes.cast_signed()).bind(&part.object);
            add.execute(&mut *tx).await?;
            place += part.bytes;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The objects of an upload, in the order of their bytes.
    pub async fn parts(&self, id: &str) -> sqlx::Result<Vec<String>> {
        let all = sqlx::query("SELECT object FROM parts WHERE upload = $1 ORDER BY place").bind(id);
        let rows = all.fetch_all(&self.read).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Forgets an upload and gives its objects; none if it was not there.
    pub async fn drop_upload(&self, id: &str) -> sqlx::Result<Option<Vec<String>>> {
        let mut tx = self.begin().await?;
        let objects = end(&mut tx, id, false).await?;
        tx.commit().await?;
        Ok(objects)
    }

    /// Forgets uploads whose time is over and gives their objects.
    pub async fn drop_expired(&self) -> sqlx::Result<Vec<String>> {
        let find = sqlx::query("SELECT id FROM uploads WHERE expires_at <= $1").bind(now_millis());
        let expired = find.fetch_all(&self.read).await?;
        let mut objects = Vec::new();
        for row in expired {
            let dropped = self.drop_upload(row.get(0)).await?;
            objects.extend(dropped.unwrap_or_default());
        }
        Ok(objects)
    }

    /// Bytes that a key has published and is uploading, by the lengths it announced.
    pub async fn bytes_of(&self, key: &str) -> sqlx::Result<u64> {
        let sum = "SELECT CAST(
              (SELECT coalesce(sum(bytes), 0) FROM clips JOIN blobs ON blobs.hash IN (clips.video, clips.poster) WHERE key = $1)
            + (SELECT coalesce(sum(length), 0) FROM uploads WHERE key = $1) AS BIGINT)";
        let row = sqlx::query(sum).bind(key).fetch_one(&self.read).await?;
        Ok(row.get::<i64, _>(0).cast_unsigned())
    }
}

/// Ends an upload, if it is there and, where that is asked for, complete; gives its objects. Its row goes first: from then on no
/// other node can add a part.
pub(super) async fn end(
    tx: &mut Tx,
    id: &str,
    complete: bool,
) -> sqlx::Result<Option<Vec<String>>> {
    let whole = if complete { " AND came = length" } else { "" };
    let query = format!("DELETE FROM uploads WHERE id = $1{whole}");
    let gone = sqlx::query(sqlx::AssertSqlSafe(query)).bind(id);
    if gone.execute(&mut **tx).await?.rows_affected() == 0 {
        return Ok(None);
    }
    let parts = sqlx::query("DELETE FROM parts WHERE upload = $1 RETURNING object").bind(id);
    let rows = parts.fetch_all(&mut **tx).await?;
    Ok(Some(rows.iter().map(|row| row.get(0)).collect()))
}
