//! Uploads under way, and the nonces of signed requests.

use sqlx::Row as _;

use super::{Db, now_millis};

/// An upload under way. How many bytes have come is told by its file.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its id.
    pub id: String,
    /// The key that began it, as text.
    pub key: String,
    /// Bytes in all.
    pub length: u64,
    /// Milliseconds since 1970.
    pub expires_at: i64,
}

impl Db {
    /// Adds an upload.
    pub async fn add_upload(&self, upload: &Upload) -> sqlx::Result<()> {
        let add = "INSERT INTO uploads (id, key, length, expires_at) VALUES (?, ?, ?, ?)";
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
        let find =
            "SELECT id, key, length, expires_at FROM uploads WHERE id = ? AND expires_at > ?";
        let row = sqlx::query(find).bind(id).bind(now_millis());
        let row = row.fetch_optional(&self.read).await?;
        Ok(row.map(|row| Upload {
            id: row.get(0),
            key: row.get(1),
            length: row.get::<i64, _>(2).cast_unsigned(),
            expires_at: row.get(3),
        }))
    }

    /// Forgets an upload; false if it was not there.
    pub async fn drop_upload(&self, id: &str) -> sqlx::Result<bool> {
        let gone = sqlx::query("DELETE FROM uploads WHERE id = ?").bind(id);
        Ok(gone.execute(&self.write).await?.rows_affected() > 0)
    }

    /// Forgets uploads whose time is over and gives their ids.
    pub async fn drop_expired(&self) -> sqlx::Result<Vec<String>> {
        let gone = sqlx::query("DELETE FROM uploads WHERE expires_at <= ? RETURNING id");
        let rows = gone.bind(now_millis()).fetch_all(&self.write).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Ids of all uploads.
    pub async fn upload_ids(&self) -> sqlx::Result<Vec<String>> {
        let rows = sqlx::query("SELECT id FROM uploads")
            .fetch_all(&self.read)
            .await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Bytes that a key has published and is uploading, by the lengths it announced.
    pub async fn bytes_of(&self, key: &str) -> sqlx::Result<u64> {
        let sum = "SELECT
              (SELECT coalesce(sum(bytes), 0) FROM clips JOIN blobs ON blobs.hash IN (clips.video, clips.poster) WHERE key = ?1)
            + (SELECT coalesce(sum(length), 0) FROM uploads WHERE key = ?1)";
        let row = sqlx::query(sum).bind(key).fetch_one(&self.read).await?;
        Ok(row.get::<i64, _>(0).cast_unsigned())
    }

    /// Remembers a nonce; false if the key used it before.
    pub async fn use_nonce(&self, key: &str, nonce: &[u8], expires_at: i64) -> sqlx::Result<bool> {
        let add =
            "INSERT INTO nonces (key, nonce, expires_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
        let add = sqlx::query(add).bind(key).bind(nonce).bind(expires_at);
        Ok(add.execute(&self.write).await?.rows_affected() > 0)
    }

    /// Forgets nonces whose requests would be refused for their time alone.
    pub async fn drop_old_nonces(&self) -> sqlx::Result<()> {
        let gone = sqlx::query("DELETE FROM nonces WHERE expires_at <= ?").bind(now_millis());
        gone.execute(&self.write).await.map(drop)
    }
}
