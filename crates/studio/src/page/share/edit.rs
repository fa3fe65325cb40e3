//! Edits and deletes published clips.

use super::device_key::DeviceKey;
use super::published::{self, Published};
use super::relay_client::{self, RelayError};
use crate::page::browser;
use crate::page::state::Studio;
use kinora_contract::share::{ClipEdit, ClipView, Remixes, Visibility};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Changes who can see a published clip.
pub fn set_visibility(studio: Studio, published: Published, visibility: Visibility) {
    let edit = ClipEdit {
        visibility: Some(visibility),
        ..ClipEdit::default()
    };
    apply(studio, published, edit, "share-title");
}

/// Changes whether others may publish remixes.
pub fn set_remixes(studio: Studio, published: Published, remix: Remixes) {
    let edit = ClipEdit {
        remix: Some(remix),
        ..ClipEdit::default()
    };
    apply(studio, published, edit, "share-remixes");
}

/// Sends an edit and moves the focus to `element` on success.
fn apply(studio: Studio, published: Published, edit: ClipEdit, element: &'static str) {
    spawn_local(async move {
        let body = serde_json::to_string(&edit).unwrap_or_default();
        let response = request(&published, "PATCH", &body).await;
        let clip = match response {
            Ok(response) => relay_client::json::<ClipView>(&response).await,
            Err(error) => Err(error),
        };
        match clip {
            Ok(clip) => {
                let record = published.record;
                studio.sharing.failure.set(None);
                let all = published::store(Published { record, clip });
                studio.sharing.published.set(all);
                browser::focus_soon(element);
            }
            Err(error) => on_error(studio, &published, &error),
        }
    });
}

/// Deletes a published clip from the relay, permanently.
pub fn delete(studio: Studio, published: Published) {
    spawn_local(async move {
        match request(&published, "DELETE", "").await {
            Ok(_) => on_deleted(
                studio,
                &published,
                "Deleted from the relay. Your own copy stays in this browser.",
            ),
            Err(error) => on_error(studio, &published, &error),
        }
    });
}

async fn request(
    published: &Published,
    method: &str,
    body: &str,
) -> Result<web_sys::Response, RelayError> {
    let relay = relay_client::find().await?.ok_or(RelayError::NoResponse)?;
    let key = DeviceKey::get().await.map_err(RelayError::Browser)?;
    let path = format!("/api/clips/{}", published.clip.id);
    let json = [("Content-Type", "application/json")];
    let headers = if body.is_empty() { &[] } else { &json[..] };
    relay_client::signed(&relay, &key, method, &path, body, headers).await
}

fn on_error(studio: Studio, published: &Published, error: &RelayError) {
    match error.status() {
        Some(404 | 410) => on_deleted(
            studio,
            published,
            "The relay no longer has this clip.",
        ),
        Some(403) => studio.sharing.failure.set(Some(
            "This browser no longer has the key that published the clip. Ask the operator of the relay to remove it."
                .to_owned(),
        )),
        _ => studio.sharing.failure.set(Some(error.sentence())),
    }
}

fn on_deleted(studio: Studio, published: &Published, sentence: &str) {
    let sharing = studio.sharing;
    sharing.published.set(published::remove(&published.record));
    sharing.record.set(None);
    studio.announce(sentence);
    studio.notify(sentence);
}
