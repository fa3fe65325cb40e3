//! The nonces of signed requests: one that was used once is refused on every node.

use super::{Db, now_millis};

impl Db {
    /// Remembers a nonce; false if the key used it before.
    pub async fn use_nonce(&self, key: &str, nonce: &[u8], expires_at: i64) -> sqlx::Result<bool> {
        let add = "INSERT INTO nonces (key, nonce, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let add = sqlx::query(add).bind(key).bind(nonce.to_vec());
        let add = add.bind(expires_at).execute(&self.write).await?;
        Ok(add.rows_affected() > 0)
    }

    /// Forgets nonces whose requests would be refused for their time alone.
    pub async fn drop_old_nonces(&self) -> sqlx::Result<()> {
        let gone = sqlx::query("DELETE FROM nonces WHERE expires_at <= $1").bind(now_millis());
        gone.execute(&self.write).await.map(drop)
    }
}
