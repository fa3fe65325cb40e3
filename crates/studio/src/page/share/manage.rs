//! The dialog of a published clip: link, embed code, remixes, unpublish, delete.

use super::copy_field::CopyField;
use super::edit;
use super::published::Published;
use crate::page::state::Studio;
use kinora_contract::share::{ClipView, Remixes, Visibility};
use leptos::prelude::*;

/// Choices for remixes by others.
const REMIXES: [(Remixes, &str); 3] = [
    (Remixes::Open, "Anyone may publish remixes"),
    (Remixes::Closed, "No new remixes; existing ones stay"),
    (Remixes::Hidden, "No remixes; existing ones are hidden"),
];

/// The form, rebuilt when the published clip changes.
#[component]
pub fn Manage() -> impl IntoView {
    let sharing = Studio::get().sharing;
    let current = Memo::new(move |_| sharing.current());
    move || current.get().map(|published| view! { <Links published/> })
}

#[component]
fn Links(published: Published) -> impl IntoView {
    let studio = Studio::get();
    let open = published.is_open();
    let clip = published.clip.clone();
    let (page, frame) = (clip.page.clone(), frame(&clip));
    let visibility = match clip.visibility {
        Visibility::Unpublished => {
            "It is hidden: its link shows nothing. Others cannot see it until you publish it again."
        }
        Visibility::Link => "Anyone with the link can watch it.",
        Visibility::Listed => "Anyone can find it in the list of shared clips.",
    };
    let remixes = match clip.remix {
        Remixes::Hidden => "Remixes by others stay hidden.",
        _ => "Remixes by others stay and state that it was removed.",
    };
    let to_show = StoredValue::new(published.clone());
    let to_edit = StoredValue::new(published.clone());
    let to_delete = StoredValue::new(published);
    let confirming = RwSignal::new(false);
    view! {
        <p class="quiet">{visibility}</p>
        {(!clip.stands).then(|| view! {
            <p class="outcome bad">"Others cannot see it: it is a remix, and the maker of an original allows no remixes."</p>
        })}
        {open.then(|| view! {
            <CopyField id="share-link" label="Link" value=page.clone()/>
            <CopyField id="share-embed" label="Embed code" value=frame/>
        })}
        <div class="field">
            <label for="share-remixes">"Remixes by others"</label>
            <select id="share-remixes" on:change=move |event| {
                let chosen = event_target_value(&event);
                if let Some((remix, _)) = REMIXES.into_iter().find(|(_, label)| *label == chosen) {
                    edit::set_remixes(studio, to_edit.get_value(), remix);
                }
            }>
                {REMIXES.into_iter().map(|(remix, label)| view! {
                    <option value=label selected=remix == clip.remix>{label}</option>
                }).collect_view()}
            </select>
        </div>
        <div class="row">
            {if open {
                view! {
                    <a id="share-open" class="button" href=page target="_blank" rel="noopener">"Open page"</a>
                    <button id="share-hide" type="button" class="button second" on:click=move |_| {
                        edit::set_visibility(studio, to_show.get_value(), Visibility::Unpublished);
                    }>"Unpublish"</button>
                }.into_any()
            } else {
                view! {
                    <button id="share-again" type="button" class="button" on:click=move |_| {
                        edit::set_visibility(studio, to_show.get_value(), Visibility::Link);
                    }>"Publish again"</button>
                }.into_any()
            }}
            <button id="share-delete" type="button" class="plain" on:click=move |_| {
                if confirming.get_untracked() {
                    edit::delete(studio, to_delete.get_value());
                } else {
                    confirming.set(true);
                }
            }>{move || if confirming.get() { "Confirm: delete it from the relay" } else { "Delete" }}</button>
        </div>
        <p class="quiet share-small">
            "Deleting removes the clip from the relay immediately and permanently. "{remixes}
            " Only this browser can delete it: the key is stored here and nowhere else."
        </p>
    }
}

/// Builds the embed code, equal to that of the clip's own page.
fn frame(clip: &ClipView) -> String {
    let title = clip.title.replace('&', "&amp;").replace('"', "&quot;");
    let width = 480;
    let bar = 40;
    let height = width * clip.height / clip.width.max(1) + bar;
    format!(
        "<iframe src=\"{}\" width=\"{width}\" height=\"{height}\" title=\"{title}\" loading=\"lazy\" \
         allow=\"fullscreen; picture-in-picture\" referrerpolicy=\"strict-origin-when-cross-origin\" \
         sandbox=\"allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-downloads\"></iframe>",
        clip.embed
    )
}
