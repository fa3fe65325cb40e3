//! Publishes a clip: reads its files, uploads them and requests the publication.

use super::device_key::DeviceKey;
use super::published::{self, Published};
use super::relay_client::{self, RelayError};
use super::state::{MAKER, Step};
use super::upload::Upload;
use crate::history_store;
use crate::page::browser;
use crate::page::player::captions::webvtt;
use crate::page::state::Studio;
use crate::protocol::ClipRecord;
use js_sys::Uint8Array;
use kinora_contract::share::{
    ClipView, PublishRequest, RelayView, Remixes, ShareError, Uploaded, Visibility,
};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, File};

thread_local! {
    /// Aborts the current upload.
    static ABORT: RefCell<Option<AbortController>> = const { RefCell::new(None) };
    /// Interrupted uploads to resume: the clip's id in the history, its video and its poster.
    static INTERRUPTED: RefCell<Option<(String, Vec<Upload>)>> = const { RefCell::new(None) };
}

/// Publishes the dialog's clip.
pub fn publish(studio: Studio) {
    let sharing = studio.sharing;
    let Step::Form(relay) = sharing.step.get_untracked() else {
        return;
    };
    let Some(record) = sharing.record.get_untracked() else {
        return;
    };
    sharing.failure.set(None);
    let request = match request(studio, &record) {
        Ok(request) => request,
        Err(error) => {
            sharing.failure.set(Some(error.to_string()));
            let field = match error {
                ShareError::Length { field: "title", .. } | ShareError::Character("title") => {
                    "share-name"
                }
                _ => "share-maker",
            };
            return browser::focus_soon(field);
        }
    };
    browser::write_setting(MAKER, request.maker.as_deref().unwrap_or_default());
    let Ok(abort) = AbortController::new() else {
        return;
    };
    let signal = abort.signal();
    ABORT.set(Some(abort));
    sharing.step.set(Step::Sending(0, 1));
    browser::focus_soon("share-stop");
    spawn_local(async move {
        let outcome = run(studio, &relay, &record, request, &signal).await;
        ABORT.set(None);
        on_outcome(studio, relay, record, outcome);
    });
}

/// Aborts the current upload.
pub fn stop() {
    ABORT.with_borrow(|abort| {
        if let Some(abort) = abort {
            abort.abort();
        }
    });
}

/// Builds the request from the form, before attachments.
fn request(studio: Studio, record: &ClipRecord) -> Result<PublishRequest, ShareError> {
    let sharing = studio.sharing;
    let maker = sharing.maker.get_untracked().trim().to_owned();
    let listed = sharing.listed.get_untracked();
    let video = Uploaded {
        upload: String::new(),
        blake3: String::new(),
    };
    let captions = &record.captions;
    PublishRequest {
        video,
        poster: None,
        captions: (!captions.is_empty()).then(|| webvtt(captions)),
        title: sharing.title.get_untracked(),
        maker: (!maker.is_empty()).then_some(maker),
        visibility: if listed {
            Visibility::Listed
        } else {
            Visibility::Link
        },
        remix: if sharing.remix.get_untracked() {
            Remixes::Open
        } else {
            Remixes::Closed
        },
        licence: sharing.licence.get_untracked(),
    }
    .checked()
}

async fn run(
    studio: Studio,
    relay: &RelayView,
    record: &ClipRecord,
    mut request: PublishRequest,
    abort: &AbortSignal,
) -> Result<ClipView, RelayError> {
    let key = DeviceKey::get().await.map_err(RelayError::Browser)?;
    let interrupted = INTERRUPTED.take().filter(|(id, _)| *id == record.id);
    let mut uploads = match interrupted {
        Some((_, uploads)) => uploads,
        None => files(studio, record).await?,
    };
    let outcome = send(studio, relay, &key, &mut uploads, &mut request, abort).await;
    match &outcome {
        // The relay has taken the files over.
        Ok(_) => {}
        Err(RelayError::Cancelled) => {
            for upload in &mut uploads {
                upload.terminate().await;
            }
        }
        Err(_) => INTERRUPTED.set(Some((record.id.clone(), uploads))),
    }
    outcome
}

async fn send(
    studio: Studio,
    relay: &RelayView,
    key: &DeviceKey,
    uploads: &mut [Upload],
    request: &mut PublishRequest,
    abort: &AbortSignal,
) -> Result<ClipView, RelayError> {
    let total = uploads.iter().map(Upload::length).sum();
    let mut before = 0;
    let mut uploaded = Vec::new();
    for upload in uploads {
        let on_progress = |sent| {
            let step = Step::Sending(before + sent, total);
            studio.sharing.step.set(step);
        };
        uploaded.push(upload.send(relay, key, abort, on_progress).await?);
        before += upload.length();
    }
    let mut uploaded = uploaded.into_iter();
    request.video = uploaded.next().ok_or(RelayError::NoResponse)?;
    request.poster = uploaded.next();
    let body = serde_json::to_string(request).unwrap_or_default();
    let json = [("Content-Type", "application/json")];
    let response = relay_client::signed(relay, key, "POST", "/api/clips", &body, &json).await?;
    relay_client::json(&response).await
}

/// Reads the video and, if there is one, the poster.
async fn files(studio: Studio, record: &ClipRecord) -> Result<Vec<Upload>, RelayError> {
    let missing = |why: String| {
        RelayError::Browser(format!(
            "The clip could not be read ({why}). Download it if you can, or generate it again."
        ))
    };
    let video = match history_store::video(&record.id).await {
        Ok(file) => bytes(&file).await,
        // A clip that could not be saved is still in the player.
        Err(error) => {
            let open = studio.clip.get_untracked();
            match open.filter(|clip| clip.record.id == record.id) {
                Some(clip) => browser::fetch_blob(&clip.url).await,
                None => return Err(missing(error.to_string())),
            }
        }
    };
    let video = video.ok_or_else(|| missing("the browser refused".to_owned()))?;
    let poster = match history_store::poster(&record.id).await {
        Ok(file) => bytes(&file).await,
        Err(_) => None,
    };
    let all = std::iter::once(video).chain(poster);
    Ok(all.map(Upload::new).collect())
}

async fn bytes(file: &File) -> Option<Uint8Array> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer))
}

fn on_outcome(
    studio: Studio,
    relay: RelayView,
    record: ClipRecord,
    outcome: Result<ClipView, RelayError>,
) {
    let sharing = studio.sharing;
    match outcome {
        Ok(clip) => {
            let sentence = format!("Published. The link is {}", clip.page);
            let record = record.id;
            sharing
                .published
                .set(published::store(Published { record, clip }));
            sharing.step.set(Step::Published);
            if sharing.record.with_untracked(Option::is_none) {
                studio.notify(sentence);
            }
            browser::focus_soon("share-title");
        }
        Err(error) => {
            sharing.failure.set(Some(error.sentence()));
            sharing.step.set(Step::Form(relay));
            browser::focus_soon("share-publish");
        }
    }
}
