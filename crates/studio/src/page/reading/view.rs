//! The reading under the prompt: what is stated, what is approximated, and what has no effect.

use crate::page::messages;
use crate::page::state::Studio;
use crate::protocol::LibraryState;
use crate::reader_protocol::StatedField;
use leptos::prelude::*;

/// Chips of the stated fields, and a sentence about the words without effect.
#[component]
pub fn Preview() -> impl IntoView {
    let studio = Studio::get();
    let fields = move || {
        studio
            .preview
            .with(|it| it.as_ref().map(|it| it.fields.clone()))
            .unwrap_or_default()
    };
    let notes = move || {
        studio
            .preview
            .with(|it| it.as_ref().and_then(messages::preview))
    };
    let shows_pictures = move || {
        let preview = studio.preview.read();
        preview
            .as_ref()
            .is_some_and(|it| !it.scene.libraries.is_empty())
    };
    let is_loading = move || {
        studio
            .library
            .with(|it| matches!(it, LibraryState::Loading { .. }))
    };
    let waits = move || shows_pictures() && is_loading();
    view! {
        <div id="preview" class="preview" aria-live="polite">
            <Show when=move || !fields().is_empty()>
                <ul class="chips" aria-label="Understood from the prompt">
                    {move || fields().into_iter().map(chip).collect_view()}
                </ul>
            </Show>
            {move || notes().map(|sentence| view! { <p class="unknown" dir="auto">{sentence}</p> })}
            <Show when=waits>
                <p class="unknown">
                    "The pictures of this clip are still loading. It waits for them, unless you choose “model alone” in More settings."
                </p>
            </Show>
        </div>
    }
}

fn chip(field: StatedField) -> impl IntoView {
    let name = messages::field_name(&field.name);
    let (text, near) = match &field.instead {
        None => (field.value.clone(), false),
        Some(instead) if instead.is_empty() => (format!("{} ✕", field.value), true),
        Some(instead) => (format!("{} ≈ {instead}", field.value), true),
    };
    let label = messages::field_sentence(&field);
    view! {
        <li class="chip" class:chosen=near title=format!("{name}: {label}") aria-label=format!("{name}: {label}")>
            {text}
        </li>
    }
}
