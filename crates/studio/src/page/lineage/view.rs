//! The panel under the prompt that names the clip to remix or extend.

use super::actions::explanation;
use super::origin::{Name, Origin};
use crate::page::browser;
use crate::page::messages;
use crate::page::share::relay_client;
use crate::page::state::Studio;
use kinora_contract::share::ClipView;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The origin's name, what the next clip keeps of it, and a button to detach it.
#[component]
pub fn Lineage() -> impl IntoView {
    let studio = Studio::get();
    let form = studio.form;
    // The explanation changes with every key, the origin does not.
    let origin = Memo::new(move |_| form.origin.get());
    let sentence = move || explanation(studio);
    let can_keep = Memo::new(move |_| {
        let checked = studio.model.with(|model| form.check_origin(model.as_ref()));
        let is_remix = form
            .origin
            .with(|origin| origin.as_ref().is_some_and(|o| !o.is_extension()));
        is_remix && matches!(checked, Some((Ok(()), _)))
    });
    view! {
        {move || origin.get().map(|origin| view! {
            <div id="lineage" class="lineage">
                <OriginName origin/>
                <Show when=move || can_keep.get()>
                    <label class="tick">
                        <input
                            id="keep-unchanged"
                            type="checkbox"
                            aria-describedby="lineage-help"
                            prop:checked=form.keep_unchanged
                            on:change=move |event| form.keep_unchanged.set(event_target_checked(&event))
                        />
                        <span>"Keep what I don’t change"</span>
                    </label>
                </Show>
                <p id="lineage-help">{sentence}</p>
            </div>
        })}
    }
}

#[component]
fn OriginName(origin: Origin) -> impl IntoView {
    let studio = Studio::get();
    let shared = RwSignal::new(None::<ClipView>);
    let (relation, button, detached) = if origin.is_extension() {
        (
            "Extends ",
            "Start from scratch",
            "The next clip starts from scratch, with the prompt in the form.",
        )
    } else {
        ("Remix of ", "Not a remix", "The next clip is not a remix.")
    };
    // Visitors from the clip's own page were just served by this relay: the request tells it nothing new.
    if let Name::Shared(id) = &origin.name
        && comes_from(id)
    {
        let id = id.clone();
        spawn_local(async move { shared.set(relay_client::clip(&id).await.ok()) });
    }
    let name = move || match &origin.name {
        Name::Shared(id) => {
            let name = shared.with(|clip| {
                clip.as_ref()
                    .map_or_else(|| "a shared clip".to_owned(), credit)
            });
            let address = browser::site_url(&format!("c/{id}"));
            view! { <a href=address target="_blank" rel="noopener" dir="auto">{name}</a> }
                .into_any()
        }
        Name::File => view! { <span>"the clip file that you opened"</span> }.into_any(),
        Name::Prompt => {
            let prompt = format!("“{}”", messages::shortened(&origin.recipe.prompt));
            view! { <span dir="auto">{prompt}</span> }.into_any()
        }
    };
    view! {
        <p class="origin">
            <span>{relation}{name}"."</span>
            <button id="detach-origin" type="button" class="plain" on:click=move |_| {
                studio.form.detach();
                studio.announce(detached);
                browser::focus_soon("prompt");
            }>{button}</button>
        </p>
    }
}

fn credit(clip: &ClipView) -> String {
    let key = || clip.maker.key.chars().take(8).collect();
    let maker: String = clip.maker.name.clone().unwrap_or_else(key);
    format!("“{}” by {maker}", clip.title)
}

/// Whether the visitor followed a link on the page or in the player of this clip.
fn comes_from(id: &str) -> bool {
    let referrer = document().referrer();
    ["c", "embed"]
        .iter()
        .any(|kind| referrer == browser::site_url(&format!("{kind}/{id}")))
}
