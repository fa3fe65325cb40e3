//! The whole page: its frame, its keys and the line to the worker.

use super::client;
use super::clips::Clips;
use super::composer::Composer;
use super::drop;
use super::link::Linked;
use super::player::{self, ClipActions};
use super::run;
use super::screen::Screen;
use super::sentences;
use super::share::ShareDialog;
use super::state::{Action, Phase, Studio};
use super::web;
use crate::protocol::Weights;
use leptos::prelude::*;

/// The page.
#[component]
pub fn App() -> impl IntoView {
    let studio = Studio::new();
    provide_context(studio);
    studio.form.keep_changes();
    keep_the_empty_screen_in_shape(studio);
    client::connect(studio);
    drop::listen(studio);
    if web::query("selftest").is_some() {
        client::self_test();
    }
    let keys = window_event_listener(leptos::ev::keydown, move |event| press(studio, &event));
    on_cleanup(move || keys.remove());
    view! {
        <header class="top">
            <h1><Mark/>"Kinora"</h1>
            <p>"A sentence becomes a short clip with sound, on your own machine."</p>
        </header>
        <main
            data-weights=move || studio.weights.with(weights_name)
            data-weights-downloaded=move || studio.weights.with(downloaded)
            data-heap=move || studio.progress.with(|p| p.heap)
        >
            <Linked/>
            <div class="desk">
                <div class="say">
                    <Composer/>
                    <Standing/>
                </div>
                <div class="see">
                    <Screen/>
                    <ClipActions/>
                </div>
            </div>
            <Clips/>
        </main>
        <footer class="foot">
            <p>"Your words and clips leave this browser only when you share them. Everything Kinora makes is marked as made by AI."</p>
        </footer>
        <ShareDialog/>
        <Notices/>
        <p id="said" class="hidden" role="status" aria-live="polite">{studio.said}</p>
    }
}

/// Where clips are made and how far the model is.
#[component]
fn Standing() -> impl IntoView {
    let studio = Studio::get();
    let device = move || {
        let wish = studio.form.device.get();
        studio
            .adapter
            .with(|adapter| adapter.as_ref().map(|a| sentences::device(a, wish)))
    };
    let fetching = move || match studio.weights.get() {
        Weights::Fetching { received, total } if total > 0.0 => Some((received, total)),
        _ => None,
    };
    let failed = move || match studio.weights.get() {
        Weights::Failed { sentence } => Some(sentence),
        _ => None,
    };
    view! {
        <div class="standing">
            <p id="device">{device}</p>
            {move || fetching().map(|(received, total)| view! {
                <p class="fetching">
                    <label for="fetching">"Fetching the model, once: " {sentences::size(received)} " of " {sentences::size(total)}</label>
                    <progress id="fetching" max=total value=received></progress>
                </p>
            })}
            {move || failed().map(|sentence| view! {
                <div id="weights-failed" class="outcome bad" role="alert">
                    <p>{sentence}</p>
                    <button id="retry" type="button" class="button second" on:click=move |_| client::load_weights(studio)>
                        "Try again"
                    </button>
                </div>
            })}
        </div>
    }
}

/// The one notice at the bottom of the window.
#[component]
fn Notices() -> impl IntoView {
    let studio = Studio::get();
    view! {
        <div class="notices" role="region" aria-label="Notice">
            {move || studio.notice.get().map(|notice| view! {
                <div id="notice" class="notice">
                    <p dir="auto">{notice.sentence}</p>
                    {notice.action.map(|action| view! {
                        <button id="notice-action" type="button" class="plain" on:click={
                            let action = action.clone();
                            move |_| player::act(studio, action.clone())
                        }>{action_name(&action)}</button>
                    })}
                    <button type="button" class="plain" on:click=move |_| studio.notice.set(None)>"Dismiss"</button>
                </div>
            })}
        </div>
    }
}

/// The mark: a reel of picture cards, as in the first home cinema that gave Kinora its name.
#[component]
fn Mark() -> impl IntoView {
    let card = |i: i32| view! { <rect x="15" y="2" width="2" height="9" rx="1" transform=format!("rotate({} 16 16)", i * 30)></rect> };
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            {(0..12).map(card).collect_view()}
            <circle cx="16" cy="16" r="2.4"></circle>
        </svg>
    }
}

fn press(studio: Studio, event: &web_sys::KeyboardEvent) {
    // The keys belong to the dialog while it is open.
    if studio.sharing.record.with_untracked(Option::is_some) {
        return;
    }
    match event.key().as_str() {
        "Enter" if event.ctrl_key() || event.meta_key() => {
            event.prevent_default();
            run::generate(studio);
        }
        "Escape" if studio.phase.with_untracked(Phase::is_busy) => {
            event.prevent_default();
            run::cancel(studio);
        }
        _ => {}
    }
}

/// An empty screen already has the shape of the clip to come.
fn keep_the_empty_screen_in_shape(studio: Studio) {
    Effect::new(move |_| {
        let size = studio.form.size.get();
        let empty = studio.clip.with_untracked(Option::is_none);
        if empty && !studio.phase.with_untracked(Phase::is_busy) {
            studio.picture.set(size);
        }
    });
}

fn action_name(action: &Action) -> &'static str {
    match action {
        Action::Undo(_) => "Undo",
        Action::OwnWords(_) => "Bring mine back",
        Action::KeepAgain => "Keep it again",
        Action::Copy(_) => "Copy",
    }
}

fn weights_name(weights: &Weights) -> &'static str {
    match weights {
        Weights::Unknown => "unknown",
        Weights::Fetching { .. } => "fetching",
        Weights::Ready { .. } => "ready",
        Weights::Failed { .. } => "failed",
    }
}

fn downloaded(weights: &Weights) -> Option<String> {
    match weights {
        Weights::Ready { downloaded, .. } => Some(downloaded.to_string()),
        _ => None,
    }
}
