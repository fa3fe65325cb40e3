//! Recipe links: `#r=…` in the address fills the form and offers to generate the clip, as a remix if it names a parent.

use crate::page::browser;
use crate::page::generation::run;
use crate::page::lineage::origin::Origin;
use crate::page::state::{Action, Studio};
use kinora_contract::Recipe;
use leptos::prelude::*;

/// The banner of an opened link. Reads the address now and whenever its fragment changes.
#[component]
pub fn RecipeLink() -> impl IntoView {
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
                    <button id="generate-linked" type="button" class="button" on:click=move |_| {
                        run::generate(studio);
                        linked.set(None);
                    }>"Generate this clip"</button>
                    <button id="edit-linked" type="button" class="button second" on:click=move |_| {
                        linked.set(None);
                        browser::focus_soon("prompt");
                    }>"Edit first"</button>
                </div>
            </div>
        </Show>
    }
}

/// Whether the recipe is the original of a remix to come. A recipe that is a remix already is generated as it is.
fn is_remix(linked: &RwSignal<Option<Recipe>>) -> bool {
    let origin = linked.with(|recipe| recipe.as_ref().and_then(Origin::of));
    origin.is_some_and(|origin| origin.is_original)
}

const PLAIN: &str = "This link contains a recipe. Its prompt and settings are below. Generate the clip on your machine?";
const REMIX: &str = "Remix it: its prompt and settings are below. Change a few words or the style, and generate your own clip on your machine.";
const OTHER_MODEL: &str =
    "It was made with another version of the model. The clip will look different.";

fn open(studio: Studio, linked: RwSignal<Option<Recipe>>) {
    let fragment = window().location().hash().unwrap_or_default();
    if fragment.len() < 2 {
        return;
    }
    match Recipe::from_link_fragment(&fragment) {
        Ok(recipe) => {
            let own = studio.form.prompt.get_untracked();
            if !own.trim().is_empty() && own != recipe.prompt {
                studio.offer("The link replaced your prompt.", Action::RestorePrompt(own));
            }
            studio.form.fill(recipe.clone());
            linked.set(Some(recipe));
            let remix = is_remix(&linked);
            browser::focus_soon(if remix {
                "edit-linked"
            } else {
                "generate-linked"
            });
        }
        Err(error) => {
            let sentence = format!("{error} Your prompt is unchanged.");
            studio.announce(sentence.clone());
            studio.notify(sentence);
        }
    }
}
