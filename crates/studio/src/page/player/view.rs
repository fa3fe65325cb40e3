//! The video element with its captions.

use super::captions::webvtt;
use crate::page::browser;
use crate::page::messages;
use crate::page::state::Studio;
use leptos::html::Video;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The clip in the player, if there is one.
#[component]
pub fn Player() -> impl IntoView {
    let studio = Studio::get();
    let url = Memo::new(move |_| studio.clip.with(|c| c.as_ref().map(|c| c.url.clone())));
    let video = NodeRef::<Video>::new();
    Effect::new(move |_| {
        let autoplay = studio.clip.with(|c| c.as_ref().is_some_and(|c| c.autoplay));
        if let Some(video) = video
            .get()
            .filter(|_| autoplay && !browser::prefers_reduced_motion())
        {
            studio.clip.update_untracked(|clip| {
                if let Some(clip) = clip {
                    clip.autoplay = false;
                }
            });
            // A browser that forbids autoplay shows its play button instead.
            let _ = video.play().map(|promise| spawn_local(ignore(promise)));
        }
    });
    let label = move || {
        let prompt = studio
            .clip
            .with(|c| c.as_ref().map(|c| messages::shortened(&c.record.prompt)));
        format!("Clip: {}", prompt.unwrap_or_default())
    };
    let track = Memo::new(move |_| {
        let captions = studio
            .clip
            .with(|c| c.as_ref().map(|c| c.record.captions.clone()));
        captions
            .filter(|captions| !captions.is_empty())
            .map(|captions| browser::data_url("text/vtt", &webvtt(&captions)))
    });
    view! {
        {move || url.get().map(|url| view! {
            <video
                id="player"
                node_ref=video
                src=url
                controls
                playsinline
                preload="auto"
                tabindex="0"
                aria-label=label
            >
                {move || track.get().map(|src| view! {
                    <track kind="captions" srclang="en" label="Sounds" src=src/>
                })}
            </video>
            <span class="made-by-ai">"Made by AI"</span>
        })}
    }
}

async fn ignore(promise: js_sys::Promise) {
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}
