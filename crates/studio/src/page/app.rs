//! The layout of the page, its keyboard shortcuts and its start.

use super::browser;
use super::composer::open_files;
use super::composer::recipe_link::RecipeLink;
use super::composer::view::Composer;
use super::generation::on_message::HANDLERS;
use super::generation::{run, worker_client};
use super::history::view::History;
use super::messages;
use super::notices::Notices;
use super::player::actions::ClipActions;
use super::reading;
use super::screen::view::Screen;
use super::share::dialog::ShareDialog;
use super::state::{Phase, Studio};
use crate::protocol::{LibraryState, ToWorker, Weights};
use leptos::prelude::*;

/// The page.
#[component]
pub fn App() -> impl IntoView {
    let studio = Studio::new();
    provide_context(studio);
    studio.form.store_changes();
    shape_empty_screen(studio);
    worker_client::connect(studio, HANDLERS);
    reading::connect(studio);
    open_files::listen(studio);
    if browser::query("selftest").is_some() {
        // A notice and a `kinora:selftest` event report the outcome.
        worker_client::send(ToWorker::SelfTest, None);
    }
    let keys = window_event_listener(leptos::ev::keydown, move |event| on_key(studio, &event));
    on_cleanup(move || keys.remove());
    view! {
        <header class="top">
            <h1><Logo/>"Kinora"</h1>
            <p>"A sentence becomes a short clip with sound, on your own machine."</p>
        </header>
        <main
            data-library=move || studio.library.with(LibraryState::name)
            data-reader=move || studio.reader.get()
            data-weights=move || studio.weights.with(weights_name)
            data-weights-downloaded=move || studio.weights.with(downloaded)
            data-heap=move || studio.progress.with(|p| p.heap)
        >
            <RecipeLink/>
            <div class="workspace">
                <div class="compose-column">
                    <Composer/>
                    <Status/>
                </div>
                <div class="screen-column">
                    <Screen/>
                    <ClipActions/>
                </div>
            </div>
            <History/>
        </main>
        <footer class="foot">
            <p>"Your prompts and clips leave this browser only when you share them. All clips are marked as made by AI. "<a href="licences/index.html" target="_blank" rel="noopener">"Licences"</a></p>
        </footer>
        <ShareDialog/>
        <Notices/>
        <p id="announcement" class="hidden" role="status" aria-live="polite">{studio.announcement}</p>
    }
}

/// The device and the state of the model.
#[component]
fn Status() -> impl IntoView {
    let studio = Studio::get();
    let device = move || {
        let requested = studio.form.device.get();
        studio
            .adapter
            .with(|adapter| adapter.as_ref().map(|a| messages::device(a, requested)))
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
        <div class="status">
            <p id="device">{device}</p>
            {move || fetching().map(|(received, total)| view! {
                <p class="fetching">
                    <label for="fetching">"Downloading the model, once: " {messages::size(received)} " of " {messages::size(total)}</label>
                    <progress id="fetching" max=total value=received></progress>
                </p>
            })}
            {move || failed().map(|sentence| view! {
                <div id="weights-failed" class="outcome bad" role="alert">
                    <p>{sentence}</p>
                    <button id="retry" type="button" class="button second" on:click=move |_| worker_client::reload_model(studio)>
                        "Try again"
                    </button>
                </div>
            })}
        </div>
    }
}

/// The logo: the reel of picture cards of the Kinora, an early home cinema.
#[component]
fn Logo() -> impl IntoView {
    let card = |i: i32| view! { <rect x="15" y="2" width="2" height="9" rx="1" transform=format!("rotate({} 16 16)", i * 30)></rect> };
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            {(0..12).map(card).collect_view()}
            <circle cx="16" cy="16" r="2.4"></circle>
        </svg>
    }
}

fn on_key(studio: Studio, event: &web_sys::KeyboardEvent) {
    // An open dialog takes the keys.
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

/// Gives an empty screen the shape of the next clip.
fn shape_empty_screen(studio: Studio) {
    Effect::new(move |_| {
        let size = studio.form.size.get();
        let empty = studio.clip.with_untracked(Option::is_none);
        if empty && !studio.phase.with_untracked(Phase::is_busy) {
            studio.screen_size.set(size);
        }
    });
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
