//! The course of publishing: read the files, send them, ask for the clip; and of taking a clip back.

use super::kept::{self, Published};
use super::key::DeviceKey;
use super::relay::{self, Trouble, Upload};
use super::{NAME, Step};
use crate::page::player::webvtt;
use crate::page::state::Studio;
use crate::page::web;
use crate::protocol::ClipRecord;
use crate::shelf;
use js_sys::Uint8Array;
use kinora_contract::share::{
    ClipEdit, ClipView, PublishRequest, RelayView, Remixes, ShareError, Uploaded, Visibility,
};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, File};

thread_local! {
    /// Ends what is being sent.
    static STOP: RefCell<Option<AbortController>> = const { RefCell::new(None) };
    /// What did not arrive whole, to go on with: the clip's id in the history, its video and its poster.
    static HELD: RefCell<Option<(String, Vec<Upload>)>> = const { RefCell::new(None) };
}

/// Publishes the clip that the dialog is about.
pub fn publish(studio: Studio) {
    let sharing = studio.sharing;
    let Step::Form(relay) = sharing.step.get_untracked() else {
        return;
    };
    let Some(record) = sharing.record.get_untracked() else {
        return;
    };
    sharing.failure.set(None);
    let wish = match wish(studio, &record) {
        Ok(wish) => wish,
        Err(error) => {
            sharing.failure.set(Some(error.to_string()));
            let field = match error {
                ShareError::Length { field: "title", .. } | ShareError::Character("title") => {
                    "share-name"
                }
                _ => "share-maker",
            };
            return web::focus_soon(field);
        }
    };
    web::remember(NAME, wish.maker.as_deref().unwrap_or_default());
    let Ok(stop) = AbortController::new() else {
        return;
    };
    let signal = stop.signal();
    STOP.set(Some(stop));
    sharing.step.set(Step::Sending(0, 1));
    web::focus_soon("share-stop");
    spawn_local(async move {
        let outcome = run(studio, &relay, &record, wish, &signal).await;
        STOP.set(None);
        ended(studio, relay, record, outcome);
    });
}

/// Stops what is being sent.
pub fn stop() {
    STOP.with_borrow(|stop| {
        if let Some(stop) = stop {
            stop.abort();
        }
    });
}

/// Lets others see a published clip, or hides it from them.
pub fn show(studio: Studio, published: Published, visibility: Visibility) {
    let edit = ClipEdit {
        visibility: Some(visibility),
        ..ClipEdit::default()
    };
    ask(studio, published, edit, "share-title");
}

/// Says whether remixes by others may stand.
pub fn let_remixes(studio: Studio, published: Published, remix: Remixes) {
    let edit = ClipEdit {
        remix: Some(remix),
        ..ClipEdit::default()
    };
    ask(studio, published, edit, "share-remixes");
}

/// Asks the relay for a change; afterwards the keyboard is at `place`.
fn ask(studio: Studio, published: Published, edit: ClipEdit, place: &'static str) {
    spawn_local(async move {
        let body = serde_json::to_string(&edit).unwrap_or_default();
        let answer = change(&published, "PATCH", &body).await;
        let clip = match answer {
            Ok(answer) => relay::json::<ClipView>(&answer).await,
            Err(trouble) => Err(trouble),
        };
        match clip {
            Ok(clip) => {
                let record = published.record;
                studio.sharing.failure.set(None);
                let all = kept::remember(Published { record, clip });
                studio.sharing.published.set(all);
                web::focus_soon(place);
            }
            Err(trouble) => not_changed(studio, &published, &trouble),
        }
    });
}

/// Deletes a published clip from the relay, for good.
pub fn delete(studio: Studio, published: Published) {
    spawn_local(async move {
        match change(&published, "DELETE", "").await {
            Ok(_) => gone(
                studio,
                &published,
                "Deleted from the relay. Your own copy stays in this browser.",
            ),
            Err(trouble) => not_changed(studio, &published, &trouble),
        }
    });
}

async fn change(
    published: &Published,
    method: &str,
    body: &str,
) -> Result<web_sys::Response, Trouble> {
    let relay = relay::find().await?.ok_or(Trouble::Lost)?;
    let key = DeviceKey::get().await.map_err(Trouble::Browser)?;
    let path = format!("/api/clips/{}", published.clip.id);
    let json = [("Content-Type", "application/json")];
    let headers = if body.is_empty() { &[] } else { &json[..] };
    relay::signed(&relay, &key, method, &path, body, headers).await
}

fn not_changed(studio: Studio, published: &Published, trouble: &Trouble) {
    match trouble.status() {
        Some(404 | 410) => gone(
            studio,
            published,
            "The relay does not have this clip any more.",
        ),
        Some(403) => studio.sharing.failure.set(Some(
            "This browser no longer has the key that published the clip. Ask whoever runs the relay to remove it."
                .to_owned(),
        )),
        _ => studio.sharing.failure.set(Some(trouble.sentence())),
    }
}

fn gone(studio: Studio, published: &Published, sentence: &str) {
    let sharing = studio.sharing;
    sharing.published.set(kept::forget(&published.record));
    sharing.record.set(None);
    studio.say(sentence);
    studio.note(sentence);
}

/// What the form asks for; the files follow.
fn wish(studio: Studio, record: &ClipRecord) -> Result<PublishRequest, ShareError> {
    let sharing = studio.sharing;
    let maker = sharing.maker.get_untracked().trim().to_owned();
    let listed = sharing.listed.get_untracked();
    let nothing = Uploaded {
        upload: String::new(),
        blake3: String::new(),
    };
    let captions = &record.captions;
    PublishRequest {
        video: nothing,
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
    mut wish: PublishRequest,
    stop: &AbortSignal,
) -> Result<ClipView, Trouble> {
    let key = DeviceKey::get().await.map_err(Trouble::Browser)?;
    let held = HELD.take().filter(|(id, _)| *id == record.id);
    let mut uploads = match held {
        Some((_, uploads)) => uploads,
        None => files(studio, record).await?,
    };
    let outcome = send(studio, relay, &key, &mut uploads, &mut wish, stop).await;
    match &outcome {
        // Once published, or refused as it is, the files have no more use.
        Ok(_) => {}
        Err(Trouble::Cancelled) => {
            for upload in &mut uploads {
                upload.give_up().await;
            }
        }
        Err(_) => HELD.set(Some((record.id.clone(), uploads))),
    }
    outcome
}

async fn send(
    studio: Studio,
    relay: &RelayView,
    key: &DeviceKey,
    uploads: &mut [Upload],
    wish: &mut PublishRequest,
    stop: &AbortSignal,
) -> Result<ClipView, Trouble> {
    let total = uploads.iter().map(Upload::length).sum();
    let mut before = 0;
    let mut there = Vec::new();
    for upload in uploads {
        let told = |sent| {
            let step = Step::Sending(before + sent, total);
            studio.sharing.step.set(step);
        };
        there.push(upload.send(relay, key, stop, told).await?);
        before += upload.length();
    }
    let mut there = there.into_iter();
    wish.video = there.next().ok_or(Trouble::Lost)?;
    wish.poster = there.next();
    let body = serde_json::to_string(wish).unwrap_or_default();
    let json = [("Content-Type", "application/json")];
    let answer = relay::signed(relay, key, "POST", "/api/clips", &body, &json).await?;
    relay::json(&answer).await
}

/// The video and, where there is one, the poster.
async fn files(studio: Studio, record: &ClipRecord) -> Result<Vec<Upload>, Trouble> {
    let missing = |why: String| {
        Trouble::Browser(format!(
            "The clip could not be read ({why}). Download it if you can, or make it again."
        ))
    };
    let video = match shelf::video(&record.id).await {
        Ok(file) => bytes(&file).await,
        // A clip that the history has no room for is still in the player.
        Err(error) => {
            let shown = studio.clip.get_untracked();
            match shown.filter(|shown| shown.record.id == record.id) {
                Some(shown) => web::fetch_blob(&shown.url).await,
                None => return Err(missing(error.to_string())),
            }
        }
    };
    let video = video.ok_or_else(|| missing("the browser refused".to_owned()))?;
    let poster = match shelf::poster(&record.id).await {
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

fn ended(studio: Studio, relay: RelayView, record: ClipRecord, outcome: Result<ClipView, Trouble>) {
    let sharing = studio.sharing;
    match outcome {
        Ok(clip) => {
            let sentence = format!("Published. The link is {}", clip.page);
            let record = record.id;
            sharing
                .published
                .set(kept::remember(Published { record, clip }));
            sharing.step.set(Step::Published);
            if sharing.record.with_untracked(Option::is_none) {
                studio.note(sentence);
            }
            web::focus_soon("share-title");
        }
        Err(trouble) => {
            sharing.failure.set(Some(trouble.sentence()));
            sharing.step.set(Step::Form(relay));
            web::focus_soon("share-publish");
        }
    }
}
