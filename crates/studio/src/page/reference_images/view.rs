//! The reference images in the form.

use crate::page::browser;
use crate::page::messages;
use crate::page::state::Studio;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kinora_contract::Source;
use kinora_contract::recipe::Picture;
use leptos::prelude::*;

/// The reference images, each with a button to remove it.
#[component]
pub fn ReferenceImages() -> impl IntoView {
    let form = Studio::get().form;
    let images = Memo::new(move |_| form.reference_images.get());
    let any = Memo::new(move |_| !form.reference_images.with(Vec::is_empty));
    view! {
        <Show when=move || any.get()>
            <div class="reference-images">{move || images.get().iter().filter_map(row).collect_view()}</div>
        </Show>
    }
}

fn row(source: &Source) -> Option<impl IntoView + use<>> {
    let studio = Studio::get();
    let Picture { used, jpeg } = source.picture().ok().flatten()?;
    let url = jpeg.map(|jpeg| format!("data:image/jpeg;base64,{}", STANDARD.encode(jpeg)));
    let (meaning, hash) = (messages::reference_image(used), source.hash.clone());
    let remove = move |_| {
        studio
            .form
            .reference_images
            .update(|all| all.retain(|it| it.hash != hash));
        studio.announce("The reference image was removed.");
        browser::focus_soon("open-picture");
    };
    Some(view! {
        <p class="reference-image" data-use=format!("{used:?}").to_lowercase()>
            <img src=url alt="" width="48" height="48" class:cut-out=used.is_cut_out()/>
            <span>{meaning}</span>
            <button type="button" class="plain" on:click=remove>"Remove"</button>
        </p>
    })
}
