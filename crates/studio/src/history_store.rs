//! The history: one folder per clip with `clip.mp4`, `poster.png` and, written last, `clip.json`.
//!
//! A folder without `clip.json` is a save that was interrupted and does not count. Deleting leaves an empty `deleted`
//! file, so that undoing is a removal of that file; the folder goes for good some minutes later.

use crate::opfs::{Folder, StorageError};
use crate::protocol::ClipRecord;
use js_sys::{Date, Uint8Array};
use web_sys::File;

/// How long a deleted clip can come back.
const UNDO_MS: f64 = 10.0 * 60_000.0;
const VIDEO: &str = "clip.mp4";
const POSTER: &str = "poster.png";
const RECORD: &str = "clip.json";
const DELETED: &str = "deleted";

/// A clip of the history and its first picture.
#[derive(Clone, Debug)]
pub struct Kept {
    /// What is known about it.
    pub record: ClipRecord,
    /// A PNG; `None` when the browser could not make one.
    pub poster: Option<File>,
}

/// All clips, newest first.
pub async fn list() -> Result<Vec<Kept>, StorageError> {
    let clips = clips().await?;
    let mut all = Vec::new();
    for id in clips.names().await? {
        let Ok(folder) = clips.open(&id).await else {
            continue;
        };
        if folder.file(DELETED).await.is_ok() {
            continue;
        }
        let Ok(json) = folder.text(RECORD).await else {
            continue;
        };
        let Ok(record) = serde_json::from_str::<ClipRecord>(&json) else {
            continue;
        };
        all.push(Kept {
            record: ClipRecord { id, ..record },
            poster: folder.file(POSTER).await.ok(),
        });
    }
    all.sort_by(|a, b| b.record.made_at.total_cmp(&a.record.made_at));
    Ok(all)
}

/// The MP4 of a clip.
pub async fn video(id: &str) -> Result<File, StorageError> {
    clips().await?.open(id).await?.file(VIDEO).await
}

/// The first picture of a clip, a PNG.
pub async fn poster(id: &str) -> Result<File, StorageError> {
    clips().await?.open(id).await?.file(POSTER).await
}

/// Stores a clip, in a worker only. When the store is full, clips already deleted make room first.
pub async fn keep(
    record: &ClipRecord,
    mp4: &Uint8Array,
    poster: Option<&Uint8Array>,
) -> Result<(), StorageError> {
    match write(record, mp4, poster).await {
        Err(StorageError::Full) => {
            sweep(0.0).await?;
            write(record, mp4, poster).await
        }
        outcome => outcome,
    }
}

/// Takes a clip out of the history; [`restore`] brings it back.
pub async fn delete(id: &str) -> Result<(), StorageError> {
    clips().await?.open(id).await?.touch(DELETED).await
}

/// Brings a deleted clip back.
pub async fn restore(id: &str) -> Result<(), StorageError> {
    clips().await?.open(id).await?.remove(DELETED).await
}

/// Frees what was deleted long ago.
pub async fn sweep_old() -> Result<(), StorageError> {
    sweep(UNDO_MS).await
}

async fn sweep(older_than_ms: f64) -> Result<(), StorageError> {
    let clips = clips().await?;
    for id in clips.names().await? {
        let Ok(folder) = clips.open(&id).await else {
            continue;
        };
        let Ok(marker) = folder.file(DELETED).await else {
            continue;
        };
        if Date::now() - marker.last_modified() >= older_than_ms {
            clips.remove(&id).await?;
        }
    }
    Ok(())
}

async fn write(
    record: &ClipRecord,
    mp4: &Uint8Array,
    poster: Option<&Uint8Array>,
) -> Result<(), StorageError> {
    let clips = clips().await?;
    let outcome = write_into(&clips.make(&record.id).await?, record, mp4, poster).await;
    if outcome.is_err() {
        // A folder without a record is invisible; removing it gives the space back, and failing at that loses nothing.
        let _ = clips.remove(&record.id).await;
    }
    outcome
}

async fn write_into(
    folder: &Folder,
    record: &ClipRecord,
    mp4: &Uint8Array,
    poster: Option<&Uint8Array>,
) -> Result<(), StorageError> {
    folder.write(VIDEO, mp4).await?;
    if let Some(poster) = poster {
        folder.write(POSTER, poster).await?;
    }
    let json = serde_json::to_vec(record).map_err(|e| StorageError::Other(e.to_string()))?;
    folder
        .write(RECORD, &Uint8Array::from(json.as_slice()))
        .await
}

async fn clips() -> Result<Folder, StorageError> {
    Folder::home().await?.make("clips").await
}
