//! The notice at the bottom of the window and its action.

use super::browser;
use super::generation::run;
use super::generation::worker_client::send;
use super::history::list;
use super::player::actions::copy_link;
use super::state::{Action, Studio};
use crate::protocol::ToWorker;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The notice.
#[component]
pub fn Notices() -> impl IntoView {
    let studio = Studio::get();
    view! {
        <div class="notices" role="region" aria-label="Notice">
            {move || studio.notice.get().map(|notice| view! {
                <div id="notice" class="notice">
                    <p dir="auto">{notice.sentence}</p>
                    {notice.action.map(|action| view! {
                        <button id="notice-action" type="button" class="plain" on:click={
                            let action = action.clone();
                            move |_| act(studio, action.clone())
                        }>{name(&action)}</button>
                    })}
                    <button type="button" class="plain" on:click=move |_| studio.notice.set(None)>"Dismiss"</button>
                </div>
            })}
        </div>
    }
}

fn name(action: &Action) -> &'static str {
    match action {
        Action::Undo(_) => "Undo",
        Action::RestorePrompt(_) => "Restore my prompt",
        Action::SaveAgain => "Save again",
        Action::Copy(_) => "Copy",
        Action::LoadLibrary => "Load the pictures",
    }
}

fn act(studio: Studio, action: Action) {
    studio.notice.set(None);
    match action {
        Action::Undo(id) => spawn_local(list::restore(studio, id)),
        Action::RestorePrompt(prompt) => {
            studio.form.prompt.set(prompt);
            studio.form.detach();
            browser::focus_soon("prompt");
        }
        Action::SaveAgain => run::save_again(studio),
        Action::Copy(link) => spawn_local(copy_link(studio, link)),
        Action::LoadLibrary => send(ToWorker::LoadLibrary, None),
    }
}
