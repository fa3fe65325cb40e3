//! Clips: the rows that pages, media and lists are made from.

use anyhow::Context as _;
use kinora_contract::Recipe;
use kinora_contract::share::{ClipEdit, Licence, Maker, Remixes, Visibility};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{Db, Tx, remixes, uploads};

/// What is stored under an id.
#[derive(Clone, Debug)]
pub enum State {
    /// A clip.
    Live(Box<Clip>),
    /// The tombstone of one.
    Removed,
}

/// A clip.
#[derive(Clone, Debug)]
pub struct Clip {
    /// Its place in the order of publishing.
    pub seq: i64,
    /// Its id.
    pub id: String,
    /// The key that may change it, as text.
    pub key: String,
    /// Who made it.
    pub maker: Maker,
    /// What it is called.
    pub title: String,
    /// Who can find it.
    pub visibility: Visibility,
    /// Whether remixes by others may stand.
    pub remix: Remixes,
    /// Whether it may stand itself. In a new clip it is given by the database.
    pub stands: bool,
    /// What others may do with it.
    pub licence: Licence,
    /// Milliseconds since 1970.
    pub published_at: i64,
    /// BLAKE3 of the video.
    pub video: String,
    /// Bytes of the video.
    pub bytes: u64,
    /// The object that holds the video.
    pub object: String,
    /// The still.
    pub poster: Option<Poster>,
    /// WebVTT.
    pub captions: Option<String>,
    /// What made it.
    pub recipe: Recipe,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Length in milliseconds.
    pub millis: u64,
}

/// The still of a clip.
#[derive(Clone, Debug)]
pub struct Poster {
    /// BLAKE3 of its bytes.
    pub hash: String,
    /// Its number of bytes.
    pub bytes: u64,
    /// The object that holds it.
    pub object: String,
    /// Its media type.
    pub media_type: String,
}

/// A clip to add.
#[derive(Clone, Debug)]
pub struct NewClip {
    /// The clip; `seq` is given by the database.
    pub clip: Clip,
    /// Ids of the clips that it was made from.
    pub parents: Vec<String>,
    /// Uploads that end with it.
    pub uploads: Vec<String>,
}

/// All that a [`Clip`] needs. The recipe is canonical CBOR.
const COLUMNS: &str = "SELECT c.seq, c.id, c.key, c.fingerprint, c.maker, c.title, c.visibility, c.remix, c.licence,
    c.published_at, c.video, v.bytes, c.poster, p.bytes, p.media_type, c.captions, c.recipe, c.width, c.height, c.millis,
    v.object, p.object, c.stands
    FROM clips c LEFT JOIN blobs v ON v.hash = c.video LEFT JOIN blobs p ON p.hash = c.poster ";

impl Db {
    /// What is stored under an id.
    pub async fn clip(&self, id: &str) -> anyhow::Result<Option<State>> {
        let query = format!("{COLUMNS} WHERE c.id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(query)).bind(id);
        let row = row.fetch_optional(&self.read).await?;
        row.map(|row| state(&row)).transpose()
    }

    /// Live clips with this video, the oldest first.
    pub async fn clips_of_video(&self, hash: &str) -> anyhow::Result<Vec<Clip>> {
        let query = format!("{COLUMNS} WHERE c.video = $1 ORDER BY c.seq LIMIT 8");
        let rows = sqlx::query(sqlx::AssertSqlSafe(query)).bind(hash);
        let rows = rows.fetch_all(&self.read).await?;
        live(&rows)
    }

    /// Listed clips before a place in the order, newest first.
    pub async fn listed(&self, before: i64, limit: i64) -> anyhow::Result<Vec<Clip>> {
        let query = format!(
            "{COLUMNS} WHERE c.visibility = 'listed' AND c.stands = 1 AND c.seq < $1 ORDER BY c.seq DESC LIMIT $2"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(before)
            .bind(limit);
        live(&rows.fetch_all(&self.read).await?)
    }

    /// Adds a clip with its blobs and edges, and ends its uploads: all of it or nothing. Gives the objects that nobody needs any
    /// more, or none if one of the uploads was not there: somebody else has published it.
    pub async fn add_clip(&self, new: &NewClip) -> anyhow::Result<Option<Vec<String>>> {
        let clip = &new.clip;
        let mut tx = self.begin().await?;
        let mut unused = Vec::new();
        for upload in &new.uploads {
            match uploads::end(&mut tx, upload, true).await? {
                Some(parts) => unused.extend(parts),
                None => return Ok(None),
            }
        }
        // The video before the still, here and in a removal: then none waits for another in a circle.
        let video = (clip.video.as_str(), clip.bytes, "video/mp4", &clip.object);
        unused.extend(add_blob(&mut tx, video).await?);
        if let Some(poster) = &clip.poster {
            let still = (
                poster.hash.as_str(),
                poster.bytes,
                poster.media_type.as_str(),
                &poster.object,
            );
            unused.extend(add_blob(&mut tx, still).await?);
        }
        let parents = remixes::hold_parents(&mut tx, &clip.key, &new.parents).await?;
        add_row(&mut tx, clip, parents.iter().all(|parent| parent.bears)).await?;
        remixes::add_edges(&mut tx, &clip.id, &parents).await?;
        tx.commit().await?;
        Ok(Some(unused))
    }

    /// Changes what the edit names, of a clip of this key.
    pub async fn edit_clip(&self, id: &str, key: &str, edit: &ClipEdit) -> anyhow::Result<()> {
        let mut tx = self.begin().await?;
        let query = "UPDATE clips SET title = coalesce($1, title), visibility = coalesce($2, visibility),
            remix = coalesce($3, remix), licence = coalesce($4, licence) WHERE id = $5 AND key = $6 AND visibility <> 'removed'";
        let changed = sqlx::query(query)
            .bind(&edit.title)
            .bind(edit.visibility.map(word).transpose()?)
            .bind(edit.remix.map(remixes::number))
            .bind(edit.licence.map(word).transpose()?)
            .bind(id)
            .bind(key)
            .execute(&mut *tx)
            .await?;
        if let Some(remix) = edit.remix.filter(|_| changed.rows_affected() > 0) {
            remixes::obey(&mut tx, id, key, remix).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Leaves a tombstone, and gives the objects that nobody needs any more.
    pub async fn remove_clip(&self, id: &str) -> sqlx::Result<Vec<String>> {
        let mut tx = self.begin().await?;
        let find = "SELECT video, poster FROM clips WHERE id = $1 AND visibility <> 'removed'";
        let found = sqlx::query(find).bind(id).fetch_optional(&mut *tx);
        let Some(row) = found.await? else {
            return Ok(Vec::new());
        };
        let hashes: [Option<String>; 2] = [row.get(0), row.get(1)];
        for hash in hashes.iter().flatten() {
            // Held until the end: a clip with the same bytes comes before this removal or after it, not in the middle.
            let hold = sqlx::query("UPDATE blobs SET bytes = bytes WHERE hash = $1").bind(hash);
            hold.execute(&mut *tx).await?;
        }
        let query = "UPDATE clips SET visibility = 'removed', key = '', fingerprint = '', maker = NULL, title = '',
            video = NULL, poster = NULL, captions = NULL, recipe = NULL WHERE id = $1 AND visibility <> 'removed'";
        sqlx::query(query).bind(id).execute(&mut *tx).await?;
        let mut unused = Vec::new();
        for hash in hashes.iter().flatten() {
            let drop = "DELETE FROM blobs WHERE hash = $1 AND NOT EXISTS (SELECT 1 FROM clips WHERE video = $1)
                AND NOT EXISTS (SELECT 1 FROM clips WHERE poster = $1) RETURNING object";
            let dropped = sqlx::query(drop).bind(hash).fetch_all(&mut *tx).await?;
            unused.extend(dropped.iter().map(|row| row.get::<String, _>(0)));
        }
        tx.commit().await?;
        Ok(unused)
    }
}

/// Hash, number of bytes, media type and object of a blob; its bytes were just verified. Gives the object that held them before,
/// whose bytes may have rotted.
async fn add_blob(
    tx: &mut Tx,
    (hash, bytes, media_type, object): (&str, u64, &str, &String),
) -> sqlx::Result<Option<String>> {
    // The update changes nothing and holds the row.
    let add = "INSERT INTO blobs (hash, bytes, media_type, object) VALUES ($1, $2, $3, $4)
        ON CONFLICT (hash) DO UPDATE SET bytes = excluded.bytes RETURNING object";
    let row = sqlx::query(add)
        .bind(hash)
        .bind(bytes.cast_signed())
        .bind(media_type)
        .bind(object)
        .fetch_one(&mut **tx)
        .await?;
    let before: String = row.get(0);
    if before == *object {
        return Ok(None);
    }
    let replace = sqlx::query("UPDATE blobs SET object = $1 WHERE hash = $2");
    let replace = replace.bind(object).bind(hash);
    replace.execute(&mut **tx).await?;
    Ok(Some(before))
}

async fn add_row(tx: &mut Tx, clip: &Clip, stands: bool) -> anyhow::Result<()> {
    let add = "INSERT INTO clips (id, key, fingerprint, maker, title, visibility, remix, licence, published_at, video,
        poster, captions, recipe, width, height, millis, stands) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    sqlx::query(add)
        .bind(&clip.id)
        .bind(&clip.key)
        .bind(&clip.maker.key)
        .bind(&clip.maker.name)
        .bind(&clip.title)
        .bind(word(clip.visibility)?)
        .bind(remixes::number(clip.remix))
        .bind(word(clip.licence)?)
        .bind(clip.published_at)
        .bind(&clip.video)
        .bind(clip.poster.as_ref().map(|poster| &poster.hash))
        .bind(&clip.captions)
        .bind(clip.recipe.to_bytes())
        .bind(i64::from(clip.width))
        .bind(i64::from(clip.height))
        .bind(clip.millis.cast_signed())
        .bind(i64::from(stands))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(super) fn state(row: &AnyRow) -> anyhow::Result<State> {
    if row.get::<&str, _>(6) == "removed" {
        return Ok(State::Removed);
    }
    let recipe: Vec<u8> = row.get(16);
    let poster = row.get::<Option<String>, _>(12).map(|hash| Poster {
        hash,
        bytes: row.get::<i64, _>(13).cast_unsigned(),
        object: row.get(21),
        media_type: row.get(14),
    });
    Ok(State::Live(Box::new(Clip {
        seq: row.get(0),
        id: row.get(1),
        key: row.get(2),
        maker: Maker {
            key: row.get(3),
            name: row.get(4),
        },
        title: row.get(5),
        visibility: from_word(row.get(6))?,
        remix: remixes::from_number(row.get(7))?,
        stands: row.get::<i64, _>(22) != 0,
        licence: from_word(row.get(8))?,
        published_at: row.get(9),
        video: row.get(10),
        bytes: row.get::<i64, _>(11).cast_unsigned(),
        object: row.get(20),
        poster,
        captions: row.get(15),
        recipe: Recipe::from_bytes(&recipe).context("a stored recipe")?,
        width: u32::try_from(row.get::<i64, _>(17))?,
        height: u32::try_from(row.get::<i64, _>(18))?,
        millis: row.get::<i64, _>(19).cast_unsigned(),
    })))
}

fn live(rows: &[AnyRow]) -> anyhow::Result<Vec<Clip>> {
    let mut clips = Vec::new();
    for row in rows {
        if let State::Live(clip) = state(row)? {
            clips.push(*clip);
        }
    }
    Ok(clips)
}

/// The database holds the same words as the JSON.
fn word(value: impl Serialize) -> anyhow::Result<String> {
    match serde_json::to_value(value)? {
        serde_json::Value::String(word) => Ok(word),
        other => anyhow::bail!("{other} is not a word"),
    }
}

fn from_word<T: DeserializeOwned>(word: &str) -> anyhow::Result<T> {
    Ok(serde_json::from_value(word.into())?)
}
