//! What can be done with a published clip: pass its link on, embed it, hide it, delete it.

use super::course;
use super::dialog::CopyField;
use super::kept::Published;
use crate::page::state::Studio;
use kinora_contract::share::{ClipView, Remixes, Visibility};
use leptos::prelude::*;

/// What a maker can want of remixes by others.
const REMIXES: [(Remixes, &str); 3] = [
    (Remixes::Open, "Anybody may publish them"),
    (Remixes::Closed, "No new ones; those that stand remain"),
    (Remixes::Hidden, "None: those of others are hidden"),
];

/// The links, and the way back.
#[component]
pub fn Manage() -> impl IntoView {
    let sharing = Studio::get().sharing;
    let now = Memo::new(move |_| sharing.now());
    move || now.get().map(|published| view! { <Links published/> })
}

#[component]
fn Links(published: Published) -> impl IntoView {
    let studio = Studio::get();
    let open = published.is_open();
    let clip = published.clip.clone();
    let (page, frame) = (clip.page.clone(), frame(&clip));
    let found = match clip.visibility {
        Visibility::Unpublished => {
            "It is hidden: its link says that there is nothing. Nobody else can see it until you publish it again."
        }
        Visibility::Link => "Whoever has the link can watch it.",
        Visibility::Listed => "Everybody can find it in the list of shared clips.",
    };
    let after = match clip.remix {
        Remixes::Hidden => "Remixes by others stay hidden.",
        _ => "Remixes by others stay and say that it was removed.",
    };
    let again = StoredValue::new(published.clone());
    let wished = StoredValue::new(published.clone());
    let kept = StoredValue::new(published);
    let sure = RwSignal::new(false);
    view! {
        <p class="quiet">{found}</p>
        {(!clip.stands).then(|| view! {
            <p class="outcome bad">"Nobody can see it now: it is a remix, and the maker of a clip that it came from lets no remixes stand."</p>
        })}
        {open.then(|| view! {
            <CopyField id="share-link" label="Link" value=page.clone()/>
            <CopyField id="share-embed" label="Embed code" value=frame/>
        })}
        <div class="field">
            <label for="share-remixes">"Remixes by others"</label>
            <select id="share-remixes" on:change=move |event| {
                let chosen = event_target_value(&event);
                if let Some((remix, _)) = REMIXES.into_iter().find(|(_, words)| *words == chosen) {
                    course::let_remixes(studio, wished.get_value(), remix);
                }
            }>
                {REMIXES.into_iter().map(|(remix, words)| view! {
                    <option value=words selected=remix == clip.remix>{words}</option>
                }).collect_view()}
            </select>
        </div>
        <div class="row">
            {if open {
                view! {
                    <a id="share-open" class="button" href=page target="_blank" rel="noopener">"Open page"</a>
                    <button id="share-hide" type="button" class="button second" on:click=move |_| {
                        course::show(studio, again.get_value(), Visibility::Unpublished);
                    }>"Unpublish"</button>
                }.into_any()
            } else {
                view! {
                    <button id="share-again" type="button" class="button" on:click=move |_| {
                        course::show(studio, again.get_value(), Visibility::Link);
                    }>"Publish again"</button>
                }.into_any()
            }}
            <button id="share-delete" type="button" class="plain" on:click=move |_| {
                if sure.get_untracked() {
                    course::delete(studio, kept.get_value());
                } else {
                    sure.set(true);
                }
            }>{move || if sure.get() { "Really delete it from the relay?" } else { "Delete" }}</button>
        </div>
        <p class="quiet share-small">
            "Deleting takes the clip off the relay at once and for good. "{after}
            " Only this browser can do it: its key is here and nowhere else."
        </p>
    }
}

/// The tag for another page, as the clip's own page gives it.
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
