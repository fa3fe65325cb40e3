//! The history: one folder per clip with `clip.mp4`, `poster.png` and, written last, `clip.json`.
//!
//! A folder without `clip.json` is an interrupted save and is ignored. Deleting a clip creates an empty `deleted` file;
//! undo removes it. A sweep removes the folder once the time for undo has passed.

use crate::opfs::{Folder, StorageError};
use crate::protocol::ClipRecord;
use js_sys::{Date, Uint8Array};
use web_sys::File;

/// Milliseconds during which a deleted clip can be restored.
const UNDO_MS: f64 = 10.0 * 60_000.0;
const VIDEO: &str = "clip.mp4";
const POSTER: &str = "poster.png";
const RECORD: &str = "clip.json";
const DELETED: &str = "deleted";

/// A clip of the history with its poster.
#[derive(Clone, Debug)]
pub struct StoredClip {
    /// Its history entry.
    pub record: ClipRecord,
    /// A PNG; `None` when the browser could not make one.
    pub poster: Option<File>,
}

/// Lists all clips, newest first.
pub async fn list() -> Result<Vec<StoredClip>, StorageError> {
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
        all.push(StoredClip {
            record: ClipRecord { id, ..record },
            poster: folder.file(POSTER).await.ok(),
        });
    }
    all.sort_by(|a, b| b.record.made_at.total_cmp(&a.record.made_at));
    Ok(all)
}

/// Opens the MP4 of a clip.
pub async fn video(id: &str) -> Result<File, StorageError> {
    clips().await?.open(id).await?.file(VIDEO).await
}

/// Opens the poster of a clip, a PNG.
pub async fn poster(id: &str) -> Result<File, StorageError> {
    clips().await?.open(id).await?.file(POSTER).await
}

/// Saves a clip, in a worker only. If the storage is full, sweeps deleted clips and tries again.
pub async fn save(
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

/// Deletes a clip; [`restore`] reverts it.
pub async fn delete(id: &str) -> Result<(), StorageError> {
    clips().await?.open(id).await?.touch(DELETED).await
}

/// Restores a deleted clip.
pub async fn restore(id: &str) -> Result<(), StorageError> {
    clips().await?.open(id).await?.remove(DELETED).await
}

/// Removes the folders of clips whose time for undo has passed.
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
    let outcome = write_into(&clips.create(&record.id).await?, record, mp4, poster).await;
    if outcome.is_err() {
        // A folder without a record is ignored; removing it only frees its space.
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
    Folder::home().await?.create("clips").await
}
