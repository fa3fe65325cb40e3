//! Opens files that are dropped on the page or chosen by a button. A clip fills the form with its recipe; an image becomes
//! a reference image.

use crate::page::browser;
use crate::page::lineage::clip_file::remix_of;
use crate::page::lineage::origin::Name;
use crate::page::reference_images::prepare;
use crate::page::state::{Action, Studio};
use js_sys::Uint8Array;
use kinora_contract::Recipe;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, File, HtmlInputElement};

/// The largest clip file that is read, bytes. Kinora's clips are far smaller.
const MAX_BYTES: f64 = 64.0 * 1024.0 * 1024.0;

/// Starts to open dropped files.
pub fn listen(studio: Studio) {
    // Otherwise the browser leaves the page to show the file.
    let over = window_event_listener(leptos::ev::dragover, |event| event.prevent_default());
    let dropped = window_event_listener(leptos::ev::drop, move |event: DragEvent| {
        let files = event.data_transfer().and_then(|data| data.files());
        if let Some(file) = files.and_then(|files| files.get(0)) {
            event.prevent_default();
            if prepare::is_image(&file) {
                spawn_local(prepare::add(studio, file));
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

/// The buttons to choose a file.
#[component]
pub fn OpenFiles() -> impl IntoView {
    view! {
        <OpenFile
            id="open-picture"
            accept="image/*"
            label="Add a reference image: a photo becomes the background, a cut-out the first subject"
            chosen=|studio, file| spawn_local(prepare::add(studio, file))
        />
        <OpenFile
            id="open-file"
            accept="video/mp4,.mp4"
            label="Open a clip file and use its recipe"
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
            let prompt = recipe.prompt.clone();
            studio.form.fill(recipe);
            studio.form.origin.update(|origin| {
                if let Some(origin) = origin {
                    origin.name = Name::File;
                }
            });
            let filled = "The form now has the clip's prompt, settings and seed.";
            studio.announce(filled);
            if own.trim().is_empty() || own == prompt {
                studio.notify(filled);
            } else {
                studio.offer(
                    "The clip's recipe replaced your prompt.",
                    Action::RestorePrompt(own),
                );
            }
            browser::focus_soon("prompt");
        }
        Err(why) => {
            let sentence = format!(
                "“{name}” has no usable recipe: {why}. Open an MP4 made by Kinora. Your prompt is unchanged."
            );
            studio.announce(sentence.clone());
            studio.notify(sentence);
        }
    }
}

async fn read(file: &File) -> Result<Recipe, String> {
    if file.size() > MAX_BYTES {
        return Err("it is too large".to_owned());
    }
    let buffer = JsFuture::from(file.array_buffer()).await;
    let buffer = buffer.map_err(|_| "the browser could not read it".to_owned())?;
    remix_of(&Uint8Array::new(&buffer).to_vec())
}
