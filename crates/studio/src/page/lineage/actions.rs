//! Remix and extend: fill the form from the clip in the player.

use super::clip_file::remix_of;
use super::origin::{self, Unusable};
use crate::page::browser;
use crate::page::messages;
use crate::page::state::{Action, OpenClip, Studio};
use crate::protocol::{ClipRecord, Model};
use kinora_contract::Recipe;
use kinora_contract::manifest::Limits;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Fills the form for a remix of the clip in the player.
pub fn remix(studio: Studio, clip: OpenClip) {
    spawn_local(async move {
        match file_recipe(&clip).await {
            Ok(recipe) => fill(studio, recipe),
            Err(why) => studio.notify(format!("The clip cannot be remixed: {why}.")),
        }
    });
}

/// Fills the form for an extension of the clip in the player.
pub fn extend(studio: Studio, clip: OpenClip) {
    spawn_local(async move {
        let longer = file_recipe(&clip).await.and_then(|recipe| {
            let hash = recipe.parent().ok().flatten().map(|file| file.hash);
            let longer = origin::extend(
                hash.unwrap_or_default(),
                &recipe,
                &studio.form.limits.get_untracked(),
            );
            longer.map_err(|why| messages::cannot_extend(why).to_owned())
        });
        match longer {
            Ok(recipe) => fill(studio, recipe),
            Err(why) => studio.notify(format!("The clip cannot be extended: {why}.")),
        }
    });
}

/// Returns why a clip cannot be extended, as the end of a sentence; `None` if it can.
pub fn cannot_extend(
    record: &ClipRecord,
    model: Option<&Model>,
    limits: &Limits,
) -> Option<&'static str> {
    let Ok(recipe) = Recipe::from_link_fragment(&record.recipe) else {
        return Some(messages::cannot_extend(Unusable::TooLong));
    };
    let other = model.is_some_and(|model| model.hash != recipe.model.hash);
    let why = match origin::extend(recipe.hash(), &recipe, limits) {
        _ if other => Unusable::OtherModel,
        Err(why) => why,
        Ok(_) => return None,
    };
    Some(messages::cannot_extend(why))
}

/// Explains what the next clip keeps of its origin; `None` without one.
pub fn explanation(studio: Studio) -> Option<String> {
    let form = studio.form;
    let (usable, reshaped) = studio
        .model
        .with(|model| form.check_origin(model.as_ref()))?;
    form.origin.with(|origin| {
        let origin = origin.as_ref()?;
        Some(if origin.is_extension() {
            messages::extension(usable, (origin.recipe.frames, origin.recipe.fps))
        } else {
            messages::remix(usable, form.keep_unchanged.get(), reshaped)
        })
    })
}

/// Reads the recipe in the file of a clip, as a remix of it.
async fn file_recipe(clip: &OpenClip) -> Result<Recipe, String> {
    let unread = || "its file could not be read".to_owned();
    let mp4 = browser::fetch_blob(&clip.url).await.ok_or_else(unread)?;
    remix_of(&mp4.to_vec())
}

/// Fills the form and focuses the prompt.
fn fill(studio: Studio, recipe: Recipe) {
    let own = studio.form.prompt.get_untracked();
    let same = own.trim().is_empty() || own == recipe.prompt;
    studio.form.fill(recipe);
    studio.problem.set(None);
    studio.notice.set(None);
    let explanation = untrack(|| explanation(studio)).unwrap_or_default();
    if !same {
        let replaced = format!("{explanation} The clip's prompt replaced yours.");
        studio.offer(replaced, Action::RestorePrompt(own));
    }
    studio.announce(explanation);
    browser::focus_soon("prompt");
}
