//! Reads the history, opens, deletes and restores its clips.

use crate::history_store::{self, StoredClip};
use crate::opfs::StorageError;
use crate::page::browser;
use crate::page::state::{Action, HistoryEntry, OpenClip, Studio};
use crate::protocol::ClipRecord;
use leptos::prelude::*;

/// Reads the history again.
pub async fn refresh(studio: Studio) {
    match history_store::list().await {
        Ok(stored) => {
            let old = studio.history.get_untracked();
            let entries = stored.into_iter().map(|clip| entry(&old, clip));
            studio.history.set(entries.collect());
        }
        // A private window has no storage; the worker reports it when a clip is saved.
        Err(StorageError::Unavailable) => {}
        Err(error) => studio.notify(format!("The history could not be read: {error}.")),
    }
}

/// Opens a clip in the player.
pub async fn open(studio: Studio, record: ClipRecord) {
    match history_store::video(&record.id).await {
        Ok(file) => match browser::blob_url(&file) {
            Some(url) => studio.open_clip(OpenClip {
                record,
                url,
                autoplay: false,
                unsaved: None,
            }),
            None => studio.notify("This browser could not open the clip."),
        },
        Err(error) => studio.notify(format!("The clip could not be opened: {error}.")),
    }
}

/// Deletes a clip and offers to undo that.
pub async fn delete(studio: Studio, id: String) {
    match history_store::delete(&id).await {
        Ok(()) => {
            refresh(studio).await;
            studio.announce("Deleted. Undo is at the bottom of the page.");
            let sentence = if studio.sharing.is_shared(&id) {
                "Deleted here, but still shared. To delete it from the relay too, undo this and press Share."
            } else {
                "Deleted."
            };
            studio.offer(sentence, Action::Undo(id));
            browser::focus_soon("notice-action");
        }
        Err(error) => studio.notify(format!("The clip could not be deleted: {error}.")),
    }
}

/// Restores a deleted clip.
pub async fn restore(studio: Studio, id: String) {
    match history_store::restore(&id).await {
        Ok(()) => {
            refresh(studio).await;
            studio.announce("The clip is restored.");
        }
        Err(error) => studio.notify(format!("The clip could not be restored: {error}.")),
    }
}

/// Converts a stored clip; a poster that already has a URL keeps it.
fn entry(old: &[HistoryEntry], clip: StoredClip) -> HistoryEntry {
    let known = old
        .iter()
        .find(|entry| entry.record.id == clip.record.id)
        .and_then(|entry| entry.poster.clone());
    let poster = known.or_else(|| clip.poster.and_then(|file| browser::blob_url(&file)));
    HistoryEntry {
        record: clip.record,
        poster,
    }
}
