//! The clips of the history, as tiles.

use super::list;
use crate::history_store;
use crate::page::browser;
use crate::page::messages;
use crate::page::share::open as share;
use crate::page::state::{HistoryEntry, Studio};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The history.
#[component]
pub fn History() -> impl IntoView {
    let studio = Studio::get();
    spawn_local(async move {
        // A folder that cannot be removed is removed on a later visit.
        let _ = history_store::sweep_old().await;
        list::refresh(studio).await;
    });
    view! {
        <Show when=move || !studio.history.with(Vec::is_empty)>
            <section id="clips" class="clips" aria-labelledby="clips-title">
                <h2 id="clips-title">"Your clips"</h2>
                <p class="quiet">"Stored in this browser, on this machine. Others see only what you share."</p>
                <ul>
                    <For
                        each=move || studio.history.get()
                        key=|entry| entry.record.id.clone()
                        children=move |entry| view! { <Tile entry/> }
                    />
                </ul>
            </section>
        </Show>
    }
}

#[component]
fn Tile(entry: HistoryEntry) -> impl IntoView {
    let studio = Studio::get();
    let record = StoredValue::new(entry.record.clone());
    let prompt = messages::shortened(&entry.record.prompt);
    let shape = format!("--w: {}; --h: {}", entry.record.width, entry.record.height);
    let open = move |_| {
        spawn_local(async move {
            list::open(studio, record.get_value()).await;
            browser::reveal("stage");
            browser::focus_soon("player");
        });
    };
    let delete = move |_| spawn_local(list::delete(studio, record.get_value().id));
    let share = move |_| share::open(studio, record.get_value());
    let id = entry.record.id.clone();
    let is_shared = move || studio.sharing.is_shared(&id);
    view! {
        <li class="tile" data-clip=entry.record.id.clone()>
            <button type="button" class="tile-open" on:click=open>
                <span class="tile-poster" style=shape>
                    {entry.poster.map(|url| view! { <img src=url alt=""/> })}
                    <Show when=is_shared.clone()>
                        <span class="tile-shared">"Shared"</span>
                    </Show>
                </span>
                <span class="tile-prompt" dir="auto"><span class="hidden">"Open: "</span>{prompt.clone()}</span>
            </button>
            {share::is_available().then(|| view! {
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
