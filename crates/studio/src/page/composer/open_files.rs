//! A file that is dropped anywhere on the page, or a clip that is chosen by a button: a clip fills the form with its recipe, a picture goes into
//! the next clip.

use super::origin::Name;
use super::pictures;
use super::state::{Action, Studio};
use super::web;
use js_sys::Uint8Array;
use kinora_contract::clip_file::{ClipFileError, read_recipe};
use kinora_contract::{Parent, Recipe};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, File, HtmlInputElement};

/// The largest file that is read, in bytes; clips of ours are far smaller.
const MAX_BYTES: f64 = 64.0 * 1024.0 * 1024.0;

/// Takes files that are dropped, from now on.
pub fn listen(studio: Studio) {
    // Without this the browser would leave the page to show the file.
    let over = window_event_listener(leptos::ev::dragover, |event| event.prevent_default());
    let dropped = window_event_listener(leptos::ev::drop, move |event: DragEvent| {
        let files = event.data_transfer().and_then(|data| data.files());
        if let Some(file) = files.and_then(|files| files.get(0)) {
            event.prevent_default();
            if pictures::is_picture(&file) {
                spawn_local(pictures::take(studio, file));
            } else {
                spawn_local(open(studio, file));
            }
        }
    });
    on_cleanup(move || {
        over.remove();
        dropped.remove();
    });
}

/// The buttons for those who cannot drop.
#[component]
pub fn OpenFiles() -> impl IntoView {
    view! {
        <OpenFile
            id="open-picture"
            accept="image/*"
            label="Put in a picture: a photo becomes the place, a cut-out the first thing"
            chosen=|studio, file| spawn_local(pictures::take(studio, file))
        />
        <OpenFile
            id="open-file"
            accept="video/mp4,.mp4"
            label="Open a clip file and start from its recipe"
            chosen=|studio, file| spawn_local(open(studio, file))
        />
    }
}

#[component]
fn OpenFile(
    id: &'static str,
    accept: &'static str,
    label: &'static str,
    chosen: fn(Studio, File),
) -> impl IntoView {
    let studio = Studio::get();
    let change = move |event| {
        let input: HtmlInputElement = event_target(&event);
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            chosen(studio, file);
        }
        // The same file can be chosen again.
        input.set_value("");
    };
    view! {
        <p class="open-file">
            <input id=id class="hidden" type="file" accept=accept on:change=change/>
            <label for=id>{label}</label>
        </p>
    }
}

async fn open(studio: Studio, file: File) {
    let name = file.name();
    match read(&file).await {
        Ok(recipe) => {
            let own = studio.form.prompt.get_untracked();
            let words = recipe.prompt.clone();
            studio.form.fill(recipe);
            studio.form.origin.update(|origin| {
                if let Some(origin) = origin {
                    origin.name = Name::File;
                }
            });
            let told =
                "The recipe of the clip is in the form: its words, its settings and its seed.";
            studio.say(told);
            if own.trim().is_empty() || own == words {
                studio.note(told);
            } else {
                studio.offer(
                    "The recipe of the clip is in the form; your own words were put aside.",
                    Action::OwnWords(own),
                );
            }
            web::focus_soon("prompt");
        }
        Err(why) => {
            let sentence = format!(
                "“{name}” gives no recipe: {why}. Drop an MP4 that Kinora made; your own words are as you left them."
            );
            studio.say(sentence.clone());
            studio.note(sentence);
        }
    }
}

/// The recipe in the bytes of a file, as a remix of that file; else why there is none.
pub fn remix_of(mp4: &[u8]) -> Result<Recipe, String> {
    let recipe = read_recipe(mp4).map_err(|error: ClipFileError| {
        let words = error.to_string();
        words.trim_end_matches('.').to_owned()
    })?;
    let recipe = recipe.ok_or_else(|| "there is none inside".to_owned())?;
    let hash = blake3::hash(mp4).to_hex().to_string();
    Ok(recipe.with_parent(&Parent { hash, clip: None }))
}

async fn read(file: &File) -> Result<Recipe, String> {
    if file.size() > MAX_BYTES {
        return Err("it is too large".to_owned());
    }
    let buffer = JsFuture::from(file.array_buffer()).await;
    let buffer = buffer.map_err(|_| "the browser could not read it".to_owned())?;
    remix_of(&Uint8Array::new(&buffer).to_vec())
}
