//! What it takes to send the bytes of a clip, and no more: each range that a player asks for begins here.

use sqlx::Row as _;

use super::{Db, Poster};

/// The files of a clip.
#[derive(Clone, Debug)]
pub enum Files {
    /// They may be sent to whoever has the id.
    Open {
        /// BLAKE3 of the video.
        video: String,
        /// The object that holds it.
        object: String,
        /// Bytes of the video.
        bytes: u64,
        /// The still.
        poster: Option<Poster>,
    },
    /// Its maker keeps it back.
    Unpublished,
    /// The maker of a clip that it came from lets no remixes stand.
    Hidden,
    /// It was removed.
    Removed,
}

impl Db {
    /// The files of a clip.
    pub async fn files_of(&self, id: &str) -> sqlx::Result<Option<Files>> {
        let find = "SELECT c.visibility, c.video, v.bytes, c.poster, p.bytes, p.media_type, v.object, p.object, c.stands FROM clips c
            LEFT JOIN blobs v ON v.hash = c.video LEFT JOIN blobs p ON p.hash = c.poster WHERE c.id = $1";
        let row = sqlx::query(find)
            .bind(id)
            .fetch_optional(&self.read)
            .await?;
        Ok(row.map(|row| match row.get::<&str, _>(0) {
            "removed" => Files::Removed,
            "unpublished" => Files::Unpublished,
            _ if row.get::<i64, _>(8) == 0 => Files::Hidden,
            _ => Files::Open {
                video: row.get(1),
                object: row.get(6),
                bytes: row.get::<i64, _>(2).cast_unsigned(),
                poster: row.get::<Option<String>, _>(3).map(|hash| Poster {
                    hash,
                    bytes: row.get::<i64, _>(4).cast_unsigned(),
                    media_type: row.get(5),
                    object: row.get(7),
                }),
            },
        }))
    }
}
