//! Recipe links: `#r=…` in the address fills the form and offers to make the clip here, as a remix where it names a parent.

use super::origin::Origin;
use super::run;
use super::state::{Action, Studio};
use super::web;
use kinora_contract::Recipe;
use leptos::prelude::*;

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

/// Whether the recipe is that of another clip, to be made into an own one; a remix that only brings its history along is made as it is.
fn is_remix(linked: &RwSignal<Option<Recipe>>) -> bool {
    let origin = linked.with(|recipe| recipe.as_ref().and_then(Origin::of));
    origin.is_some_and(|origin| origin.at_first_hand)
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
