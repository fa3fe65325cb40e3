//! A text field to copy from.

use crate::page::browser;
use leptos::prelude::*;

/// A read-only field with a copy button. Focus selects its text.
#[component]
pub fn CopyField(
    id: &'static str,
    label: &'static str,
    #[prop(into)] value: Signal<String>,
) -> impl IntoView {
    let copied = RwSignal::new(None::<bool>);
    let copy = move |_| {
        leptos::task::spawn_local(async move {
            copied.set(Some(browser::copy(&value.get_untracked()).await));
        })
    };
    let button = move || match copied.get() {
        None => "Copy",
        Some(true) => "Copied",
        Some(false) => "Select and copy it",
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class="share-copy">
                <input id=id type="text" readonly prop:value=value on:focus=move |event| {
                    event_target::<web_sys::HtmlInputElement>(&event).select();
                }/>
                <button type="button" class="button second" on:click=copy>
                    <span aria-live="polite">{button}</span>
                    <span class="hidden">{format!(": {label}")}</span>
                </button>
            </div>
        </div>
    }
}
