//! Recipe links: `#r=…` in the address fills the form and offers to make the clip here, as a remix where it names a parent.

use super::run;
use super::share;
use super::state::{Action, Studio};
use super::web;
use kinora_contract::share::ClipView;
use kinora_contract::{Parent, Recipe};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Reads the address now and whenever its fragment changes.
#[component]
pub fn Linked() -> impl IntoView {
    let studio = Studio::get();
    let linked = RwSignal::new(None::<Recipe>);
    let read = move || open(studio, linked);
    read();
    let listener = window_event_listener(leptos::ev::hashchange, move |_| read());
    on_cleanup(move || listener.remove());
    let other_model = move || {
        let model = studio.model.get()?;
        linked
            .with(|r| r.as_ref().is_some_and(|r| r.model.hash != model.hash))
            .then_some(OTHER_MODEL)
    };
    view! {
        <Show when=move || linked.with(Option::is_some)>
            <div id="linked" class="linked" role="region" aria-label="Opened recipe link">
                <p>{move || if is_remix(&linked) { REMIX } else { PLAIN }}</p>
                {move || other_model().map(|sentence| view! { <p class="quiet">{sentence}</p> })}
                <div class="row">
                    <button id="make-linked" type="button" class="button" on:click=move |_| {
                        run::generate(studio);
                        linked.set(None);
                    }>"Make this clip"</button>
                    <button id="edit-linked" type="button" class="button second" on:click=move |_| {
                        linked.set(None);
                        web::focus_soon("prompt");
                    }>"Just edit it"</button>
                </div>
            </div>
        </Show>
    }
}

/// Whose clip the next one is a remix of, and the way out of it.
#[component]
pub fn From() -> impl IntoView {
    let studio = Studio::get();
    let parent = Memo::new(move |_| {
        let base = studio.form.base.get();
        base.and_then(|recipe| recipe.parent().ok().flatten().map(Known))
    });
    let named = RwSignal::new(None::<ClipView>);
    Effect::new(move |_| {
        let id = parent.get().and_then(|Known(parent)| parent.clip);
        named.set(None);
        // Whoever comes from the clip's own page was just served by this relay: asking it for the name tells it nothing.
        if let Some(id) = id.filter(|id| comes_from(id)) {
            spawn_local(async move { named.set(share::look_up(&id).await) });
        }
    });
    let words = move |Known(parent): Known| {
        let address = parent.clip.map(|id| web::beside(&format!("c/{id}")));
        let name = match named.get() {
            Some(clip) => {
                let maker = clip
                    .maker
                    .name
                    .unwrap_or_else(|| clip.maker.key.chars().take(8).collect());
                format!("“{}” by {maker}", clip.title)
            }
            None if address.is_some() => "a shared clip".to_owned(),
            None => "the clip file that you opened".to_owned(),
        };
        match address {
            Some(address) => {
                view! { <a href=address target="_blank" rel="noopener" dir="auto">{name}</a> }
                    .into_any()
            }
            None => view! { <span>{name}</span> }.into_any(),
        }
    };
    view! {
        {move || parent.get().map(|known| view! {
            <p id="from" class="from">
                <span>"A remix of "{words(known)}"."</span>
                <button type="button" class="plain" on:click=move |_| {
                    studio.form.base.set(None);
                    studio.say("The next clip is no remix.");
                    web::focus_soon("prompt");
                }>"Not a remix"</button>
            </p>
        })}
    }
}

/// A parent as the page compares it.
#[derive(Clone, PartialEq)]
struct Known(Parent);

/// Whether the visitor followed a link on the page or in the player of this clip.
fn comes_from(id: &str) -> bool {
    let before = document().referrer();
    ["c", "embed"]
        .iter()
        .any(|kind| before == web::beside(&format!("{kind}/{id}")))
}

fn is_remix(linked: &RwSignal<Option<Recipe>>) -> bool {
    linked.with(|recipe| {
        let parent = recipe.as_ref().map(Recipe::parent);
        matches!(parent, Some(Ok(Some(_))))
    })
}

const PLAIN: &str = "This link brought a recipe. Its words and settings are below; make the clip here, on your machine?";
const REMIX: &str = "Remix it: its words and settings are below. Change a few words or the style, and make your own clip here, on your machine.";
const OTHER_MODEL: &str =
    "It was made with another version of the model, so the clip will look different.";

fn open(studio: Studio, linked: RwSignal<Option<Recipe>>) {
    let fragment = window().location().hash().unwrap_or_default();
    if fragment.len() < 2 {
        return;
    }
    match Recipe::from_link_fragment(&fragment) {
        Ok(recipe) => {
            let own = studio.form.prompt.get_untracked();
            if !own.trim().is_empty() && own != recipe.prompt {
                studio.offer(
                    "Your own words were put aside for the link's.",
                    Action::OwnWords(own),
                );
            }
            studio.form.fill(recipe.clone());
            linked.set(Some(recipe));
            let remix = is_remix(&linked);
            web::focus_soon(if remix { "edit-linked" } else { "make-linked" });
        }
        Err(error) => {
            let sentence = format!("{error} Your own words are as you left them.");
            studio.say(sentence.clone());
            studio.note(sentence);
        }
    }
}
