//! What can be done with the clip in the player: download, share, copy its link, remix, extend.

use super::facts::facts;
use crate::page::browser;
use crate::page::lineage::actions;
use crate::page::messages;
use crate::page::share::open as share;
use crate::page::state::{Action, OpenClip, Studio};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A recipe that does not fit into a link.
const NO_LINK: &str = "The recipe of this clip is too long for a link. The downloaded file contains it: drop the file on the studio to use it.";

/// The buttons and facts of the clip in the player.
#[component]
pub fn ClipActions() -> impl IntoView {
    let studio = Studio::get();
    let busy = move || studio.phase.with(|p| p.is_busy());
    view! {
        <Show when=move || !busy()>
            {move || studio.clip.get().map(|clip| view! { <Actions clip/> })}
        </Show>
    }
}

#[component]
fn Actions(clip: OpenClip) -> impl IntoView {
    let studio = Studio::get();
    let record = clip.record.clone();
    let fragment = Some(&record.recipe).filter(|recipe| !recipe.is_empty());
    let link = fragment.map(|recipe| browser::site_url(&format!("r#{recipe}")));
    let facts = facts(&record);
    let unsaved = clip.unsaved.clone();
    let sharing = studio.sharing;
    let (id, to_share) = (record.id.clone(), record.clone());
    let share_name = move || {
        if sharing.is_shared(&id) {
            "Shared"
        } else {
            "Share"
        }
    };
    let to_remix = clip.clone();
    let to_extend = clip.clone();
    let cannot_extend = Memo::new({
        let (record, form) = (record.clone(), studio.form);
        move |_| {
            studio.model.with(|model| {
                form.limits
                    .with(|limits| actions::cannot_extend(&record, model.as_ref(), limits))
            })
        }
    });
    let extend = move |_| match cannot_extend.get_untracked() {
        None => actions::extend(studio, to_extend.clone()),
        Some(why) => studio.announce(format!("The clip cannot be extended: {why}.")),
    };
    view! {
        <div class="clip-about">
            <p class="clip-prompt" dir="auto">{messages::shortened(&record.prompt)}</p>
            <div class="row">
                <a id="download" class="button ink" href=clip.url.clone() download=messages::file_name(&record.prompt)>
                    "Download MP4"
                </a>
                {share::is_available().then(|| view! {
                    <button id="share-clip" type="button" class="button second" aria-haspopup="dialog" on:click=move |_| {
                        share::open(studio, to_share.clone());
                    }>{share_name}</button>
                })}
                <button id="copy-link" type="button" class="button second" on:click=move |_| {
                    match link.clone() {
                        Some(link) => spawn_local(copy_link(studio, link)),
                        None => studio.notify(NO_LINK),
                    }
                }>"Copy recipe link"</button>
            </div>
            <div class="row">
                <button id="remix" type="button" class="button second" on:click=move |_| actions::remix(studio, to_remix.clone())>
                    "Remix"
                </button>
                <button
                    id="extend"
                    type="button"
                    class="button second"
                    aria-disabled=move || cannot_extend.get().is_some().to_string()
                    aria-describedby="cannot-extend"
                    on:click=extend
                >"Extend"</button>
                <p id="cannot-extend" class="quiet">
                    {move || cannot_extend.get().map(|why| format!("Cannot be extended: {why}."))}
                </p>
            </div>
            {unsaved.map(|sentence| view! { <p id="unsaved" class="outcome bad">{sentence}</p> })}
            <details class="facts">
                <summary>"About this clip"</summary>
                <dl>
                    {facts.into_iter().map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> }).collect_view()}
                </dl>
            </details>
        </div>
    }
}

/// Copies a recipe link, or shows it where the browser forbids that.
pub async fn copy_link(studio: Studio, link: String) {
    if browser::copy(&link).await {
        studio.notify(
            "Copied. Anyone who opens the link can generate this clip on their own machine.",
        );
    } else {
        studio.offer(
            format!("This browser does not allow copying. The link is: {link}"),
            Action::Copy(link),
        );
    }
}
