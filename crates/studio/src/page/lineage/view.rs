//! From clip to clip: *Remix* and *Go on* fill the form, and a line under the sentence says what the next clip is made from.

use super::drop;
use super::origin::{self, Name, Origin, Unused};
use super::sentences;
use super::share;
use super::state::{Action, Shown, Studio};
use super::web;
use crate::protocol::{ClipRecord, Model};
use kinora_contract::Recipe;
use kinora_contract::share::ClipView;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Fills the form for a remix of the clip in the player.
pub fn remix(studio: Studio, shown: Shown) {
    spawn_local(async move {
        match file_recipe(&shown).await {
            Ok(recipe) => fill(studio, recipe),
            Err(why) => studio.note(format!("The clip cannot be remixed: {why}.")),
        }
    });
}

/// Fills the form for what happens after the clip in the player.
pub fn go_on(studio: Studio, shown: Shown) {
    spawn_local(async move {
        let longer = file_recipe(&shown).await.and_then(|recipe| {
            let hash = recipe.parent().ok().flatten().map(|file| file.hash);
            let longer = origin::go_on(hash.unwrap_or_default(), &recipe);
            longer.map_err(|why| sentences::no_further(why).to_owned())
        });
        match longer {
            Ok(recipe) => fill(studio, recipe),
            Err(why) => studio.note(format!("The clip cannot go on: {why}.")),
        }
    });
}

/// Why no clip can go on from this one; none where one can.
pub fn no_further(record: &ClipRecord, model: Option<&Model>) -> Option<String> {
    let Ok(recipe) = Recipe::from_link_fragment(&record.recipe) else {
        return Some(sentences::no_further(Unused::TooLong).to_owned());
    };
    let other = model.is_some_and(|model| model.hash != recipe.model.hash);
    let why = match origin::go_on(recipe.hash(), &recipe) {
        _ if other => Unused::OtherModel,
        Err(why) => why,
        Ok(_) => return None,
    };
    Some(sentences::no_further(why).to_owned())
}

/// What the next clip is made from, what of it stays, and the way out.
#[component]
pub fn From() -> impl IntoView {
    let studio = Studio::get();
    let form = studio.form;
    // The words change with every key, this does not.
    let origin = Memo::new(move |_| form.origin.get());
    let sentence = move || told(studio);
    let can_keep = Memo::new(move |_| {
        let judged = studio.model.with(|model| form.judge_origin(model.as_ref()));
        let remix = form
            .origin
            .with(|origin| origin.as_ref().is_some_and(|o| !o.goes_on()));
        remix && matches!(judged, Some((Ok(()), _)))
    });
    view! {
        {move || origin.get().map(|origin| view! {
            <div id="from" class="from">
                <Whose origin/>
                <Show when=move || can_keep.get()>
                    <label class="tick">
                        <input
                            id="keep-rest"
                            type="checkbox"
                            aria-describedby="from-help"
                            prop:checked=form.keep
                            on:change=move |event| form.keep.set(event_target_checked(&event))
                        />
                        <span>"Keep what I don’t change"</span>
                    </label>
                </Show>
                <p id="from-help">{sentence}</p>
            </div>
        })}
    }
}

/// The clip by its name, and the way to begin without it.
#[component]
fn Whose(origin: Origin) -> impl IntoView {
    let studio = Studio::get();
    let named = RwSignal::new(None::<ClipView>);
    let goes_on = origin.goes_on();
    let (before, out, left) = if goes_on {
        (
            "Goes on from ",
            "Begin anew",
            "The next clip begins anew, with the words in the form.",
        )
    } else {
        ("A remix of ", "Not a remix", "The next clip is no remix.")
    };
    // Whoever comes from the clip's own page was just served by this relay: asking it for the name tells it nothing.
    if let Name::Shared(id) = &origin.name
        && comes_from(id)
    {
        let id = id.clone();
        spawn_local(async move { named.set(share::look_up(&id).await) });
    }
    let words = move || match &origin.name {
        Name::Shared(id) => {
            let name = named.with(|clip| {
                clip.as_ref()
                    .map_or_else(|| "a shared clip".to_owned(), credit)
            });
            let address = web::beside(&format!("c/{id}"));
            view! { <a href=address target="_blank" rel="noopener" dir="auto">{name}</a> }
                .into_any()
        }
        Name::File => view! { <span>"the clip file that you opened"</span> }.into_any(),
        Name::Words => {
            let words = format!("“{}”", sentences::shortened(&origin.recipe.prompt));
            view! { <span dir="auto">{words}</span> }.into_any()
        }
    };
    view! {
        <p class="whose">
            <span>{before}{words}"."</span>
            <button id="leave-origin" type="button" class="plain" on:click=move |_| {
                studio.form.begin_anew();
                studio.say(left);
                web::focus_soon("prompt");
            }>{out}</button>
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
    let before = document().referrer();
    ["c", "embed"]
        .iter()
        .any(|kind| before == web::beside(&format!("{kind}/{id}")))
}

/// What will happen with the clip that the next one is made from.
fn told(studio: Studio) -> Option<String> {
    let form = studio.form;
    let (judged, reshaped) = studio
        .model
        .with(|model| form.judge_origin(model.as_ref()))?;
    form.origin.with(|origin| {
        let origin = origin.as_ref()?;
        Some(if origin.goes_on() {
            sentences::going_on(judged, origin.recipe.frames)
        } else {
            sentences::remixing(judged, form.keep.get(), reshaped)
        })
    })
}

/// The recipe in the file of a clip, as a remix of it.
async fn file_recipe(shown: &Shown) -> Result<Recipe, String> {
    let unread = || "its file could not be read again".to_owned();
    let mp4 = web::fetch_blob(&shown.url).await.ok_or_else(unread)?;
    drop::remix_of(&mp4.to_vec())
}

/// Fills the form and takes the keyboard to the sentence.
fn fill(studio: Studio, recipe: Recipe) {
    let own = studio.form.prompt.get_untracked();
    let same = own.trim().is_empty() || own == recipe.prompt;
    studio.form.fill(recipe);
    studio.problem.set(None);
    studio.notice.set(None);
    let told = untrack(|| told(studio)).unwrap_or_default();
    if !same {
        let aside = format!("{told} Your own words were put aside.");
        studio.offer(aside, Action::OwnWords(own));
    }
    studio.say(told);
    web::focus_soon("prompt");
}
