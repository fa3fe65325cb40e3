//! The history: every clip made in this browser, opened, deleted and brought back here.

use super::run;
use super::sentences;
use super::share;
use super::state::{Action, Entry, Studio};
use super::web;
use crate::opfs::StorageError;
use crate::shelf;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The clips made so far.
#[component]
pub fn Clips() -> impl IntoView {
    let studio = Studio::get();
    spawn_local(async move {
        // What could not be swept is swept another day.
        let _ = shelf::sweep_old().await;
        refresh(studio).await;
    });
    view! {
        <Show when=move || !studio.clips.with(Vec::is_empty)>
            <section id="clips" class="clips" aria-labelledby="clips-title">
                <h2 id="clips-title">"Your clips"</h2>
                <p class="quiet">"Kept in this browser, on this machine. Others see only what you share."</p>
                <ul>
                    <For
                        each=move || studio.clips.get()
                        key=|entry| entry.record.id.clone()
                        children=move |entry| view! { <Tile entry/> }
                    />
                </ul>
            </section>
        </Show>
    }
}

/// Reads the history again.
pub async fn refresh(studio: Studio) {
    match shelf::list().await {
        Ok(kept) => {
            let old = studio.clips.get_untracked();
            let entries = kept
                .into_iter()
                .map(|kept| entry(&old, kept))
                .collect::<Vec<_>>();
            studio.clips.set(entries);
        }
        // A private window has no store; the worker says so when there is a clip to keep.
        Err(StorageError::Unavailable) => {}
        Err(error) => studio.note(format!("The history could not be read: {error}.")),
    }
}

/// Brings a deleted clip back.
pub async fn undo(studio: Studio, id: String) {
    match shelf::restore(&id).await {
        Ok(()) => {
            refresh(studio).await;
            studio.say("The clip is back.");
        }
        Err(error) => studio.note(format!("The clip could not be brought back: {error}.")),
    }
}

#[component]
fn Tile(entry: Entry) -> impl IntoView {
    let studio = Studio::get();
    let record = StoredValue::new(entry.record.clone());
    let prompt = sentences::shortened(&entry.record.prompt);
    let shape = format!("--w: {}; --h: {}", entry.record.width, entry.record.height);
    let open = move |_| {
        spawn_local(async move {
            run::open(studio, record.get_value()).await;
            web::reveal("stage");
            web::focus_soon("player");
        });
    };
    let delete = move |_| spawn_local(delete(studio, record.get_value().id));
    let share = move |_| share::open(studio, record.get_value());
    let id = entry.record.id.clone();
    let is_shared = move || studio.sharing.is_shared(&id);
    view! {
        <li class="tile" data-clip=entry.record.id.clone()>
            <button type="button" class="tile-open" on:click=open>
                <span class="tile-picture" style=shape>
                    {entry.poster.map(|url| view! { <img src=url alt=""/> })}
                    <Show when=is_shared.clone()>
                        <span class="tile-shared">"Shared"</span>
                    </Show>
                </span>
                <span class="tile-prompt" dir="auto"><span class="hidden">"Open: "</span>{prompt.clone()}</span>
            </button>
            {share::is_offered().then(|| view! {
                <button type="button" class="tile-act tile-share" aria-haspopup="dialog" aria-label=format!("Share: {prompt}") on:click=share>
                    <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="M8 10 L8 2.5 M5 5 L8 2 L11 5 M3 8 L3 13.5 L13 13.5 L13 8"></path></svg>
                </button>
            })}
            <button type="button" class="tile-act tile-delete" aria-label=format!("Delete: {prompt}") on:click=delete>
                <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="M4 4 L12 12 M12 4 L4 12"></path></svg>
            </button>
        </li>
    }
}

async fn delete(studio: Studio, id: String) {
    match shelf::delete(&id).await {
        Ok(()) => {
            refresh(studio).await;
            studio.say("Deleted. Undo is at the bottom of the page.");
            let sentence = if studio.sharing.is_shared(&id) {
                "Deleted here, and still shared. Undo, then press Share to take it off the relay too."
            } else {
                "Deleted."
            };
            studio.offer(sentence, Action::Undo(id));
            web::focus_soon("notice-action");
        }
        Err(error) => studio.note(format!("The clip could not be deleted: {error}.")),
    }
}

/// A poster already on the page keeps its address.
fn entry(old: &[Entry], kept: shelf::Kept) -> Entry {
    let known = old
        .iter()
        .find(|e| e.record.id == kept.record.id)
        .and_then(|e| e.poster.clone());
    let poster = known.or_else(|| kept.poster.and_then(|file| web::blob_url(&file)));
    Entry {
        record: kept.record,
        poster,
    }
}
