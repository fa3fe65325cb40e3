//! The dialog: what will leave this browser, where it goes, and what others may do with it.

use super::course;
use super::manage::Manage;
use super::{Step, look};
use crate::page::sentences;
use crate::page::state::Studio;
use crate::page::web;
use kinora_contract::share::{Licence, MAX_MAKER_CHARS, MAX_TITLE_CHARS};
use leptos::html::Dialog;
use leptos::prelude::*;

const LICENCES: [Licence; 4] = [
    Licence::CcBy,
    Licence::CcBySa,
    Licence::Cc0,
    Licence::AllRightsReserved,
];

/// The dialog, open while there is a clip to share.
#[component]
pub fn ShareDialog() -> impl IntoView {
    let studio = Studio::get();
    let sharing = studio.sharing;
    let dialog = NodeRef::<Dialog>::new();
    let is_open = Memo::new(move |_| sharing.record.with(Option::is_some));
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (is_open.get(), dialog.open()) {
            (true, false) => {
                // Fails only for an element that is not on the page, and this one is.
                let _ = dialog.show_modal();
                web::focus_soon("share-title");
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let closed = move |_| {
        course::stop();
        sharing.record.set(None);
    };
    view! {
        <dialog id="share" class="share" node_ref=dialog aria-labelledby="share-title" on:close=closed>
            <Show when=move || is_open.get()>
                <Sheet/>
            </Show>
        </dialog>
    }
}

#[component]
fn Sheet() -> impl IntoView {
    let studio = Studio::get();
    let sharing = studio.sharing;
    let kind = Memo::new(move |_| sharing.step.with(std::mem::discriminant));
    let title = move || match sharing.step.get() {
        Step::Published if sharing.now().is_some_and(|one| !one.is_open()) => "Not shared now",
        Step::Published => "Shared",
        _ => "Share this clip",
    };
    let body = move || {
        // A memo that is only tracked is never worked out.
        kind.get();
        match sharing.step.get_untracked() {
            Step::Looking => {
                view! { <p class="quiet">"Asking where clips can be shared…"</p> }.into_any()
            }
            Step::Nowhere => view! { <Nowhere/> }.into_any(),
            Step::Silent => view! { <Silent/> }.into_any(),
            Step::Form(relay) => view! { <Form origin=relay.origin/> }.into_any(),
            Step::Sending(..) => view! { <Sending/> }.into_any(),
            Step::Published => view! { <Manage/> }.into_any(),
        }
    };
    view! {
        <div class="share-head">
            <h2 id="share-title" tabindex="-1">{title}</h2>
            <button type="button" class="share-close" aria-label="Close" on:click=move |_| sharing.record.set(None)>
                <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="M4 4 L12 12 M12 4 L4 12"></path></svg>
            </button>
        </div>
        <div role="status">
            {move || sharing.failure.get().map(|sentence| view! { <p id="share-failure" class="outcome bad" dir="auto">{sentence}</p> })}
        </div>
        {body}
    }
}

/// For a studio that is served by a host of files.
#[component]
fn Nowhere() -> impl IntoView {
    let studio = Studio::get();
    let link = move || {
        let record = studio.sharing.record.get();
        record.map_or_else(String::new, |record| {
            web::beside(&format!("r#{}", record.recipe))
        })
    };
    view! {
        <p>
            "This copy of Kinora has no relay, the server that keeps shared clips, so the clip stays here. "
            "You can download it and send the file, or copy its recipe link: whoever opens it makes the same clip on their own machine."
        </p>
        <CopyField id="share-recipe" label="Recipe link" value=Signal::derive(link)/>
    }
}

#[component]
fn Silent() -> impl IntoView {
    let studio = Studio::get();
    view! {
        <p>"The server did not answer. Nothing was sent. Check the connection and try again; the clip is safe in this browser."</p>
        <div class="row">
            <button type="button" class="button" on:click=move |_| look(studio)>"Try again"</button>
        </div>
    }
}

#[component]
fn Form(origin: String) -> impl IntoView {
    let studio = Studio::get();
    let sharing = studio.sharing;
    let (title, maker, listed, remix) =
        (sharing.title, sharing.maker, sharing.listed, sharing.remix);
    let host = origin
        .split_once("://")
        .map_or(origin.clone(), |(_, host)| host.to_owned());
    let record = sharing.record.get_untracked().unwrap_or_default();
    let leaving = sentences::leaving(&record);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        course::publish(studio);
    };
    view! {
        <form class="share-form" novalidate on:submit=submit>
            <div class="field">
                <label for="share-name">"Title"</label>
                <input id="share-name" type="text" dir="auto" maxlength=MAX_TITLE_CHARS autocomplete="off" prop:value=title
                    on:input=move |event| title.set(event_target_value(&event))/>
            </div>
            <div class="field">
                <label for="share-maker">"Your name, if you like"</label>
                <input id="share-maker" type="text" dir="auto" maxlength=MAX_MAKER_CHARS autocomplete="nickname" prop:value=maker
                    on:input=move |event| maker.set(event_target_value(&event))/>
            </div>
            <fieldset class="choice">
                <legend>"Who can find it"</legend>
                <div class="segments">
                    <label>
                        <input type="radio" name="share-listed" prop:checked=move || !listed.get() on:change=move |_| listed.set(false)/>
                        <span>"Only by its link"</span>
                    </label>
                    <label>
                        <input type="radio" name="share-listed" prop:checked=listed on:change=move |_| listed.set(true)/>
                        <span>"Listed for all"</span>
                    </label>
                </div>
            </fieldset>
            <div class="field">
                <label for="share-licence">"What others may do with it"</label>
                <select id="share-licence" on:change=move |event| {
                    let chosen = event_target_value(&event);
                    sharing.licence.set(LICENCES.into_iter().find(|l| l.words() == chosen).unwrap_or(Licence::AllRightsReserved));
                }>
                    {LICENCES.into_iter().map(|licence| view! {
                        <option value=licence.words() selected=licence == sharing.licence.get_untracked()>{sentences::licence(licence)}</option>
                    }).collect_view()}
                </select>
            </div>
            <label class="share-tick">
                <input type="checkbox" prop:checked=remix on:change=move |event| remix.set(event_target_checked(&event))/>
                <span>"Others may publish remixes of it here"</span>
            </label>
            <p class="share-leaves">
                {leaving}" will be sent to "<b>{host}</b>". Nothing else leaves this browser, and nothing leaves before you press Publish."
            </p>
            <div class="row">
                <button id="share-publish" type="submit" class="button">"Publish"</button>
                <button type="button" class="button second" on:click=move |_| sharing.record.set(None)>"Keep it here"</button>
            </div>
        </form>
    }
}

#[component]
fn Sending() -> impl IntoView {
    let sharing = Studio::get().sharing;
    let sent = move || match sharing.step.get() {
        Step::Sending(sent, total) => (sent, total.max(1)),
        _ => (0, 1),
    };
    let line = move || {
        let (sent, total) = sent();
        if sent >= total {
            return "Sent. The relay checks the clip.".to_owned();
        }
        let [sent, total] = [sent, total].map(|bytes| sentences::size(bytes.into()));
        format!("{sent} of {total}")
    };
    view! {
        <p class="fetching">
            <label for="share-progress">"Sending the clip"</label>
            <progress id="share-progress" max=move || sent().1 value=move || sent().0 aria-valuetext=line></progress>
            <span class="quiet">{line}</span>
        </p>
        <div class="row">
            <button id="share-stop" type="button" class="button second" on:click=move |_| course::stop()>"Cancel"</button>
        </div>
    }
}

/// A text to copy: selected at a touch, copied by a button that says so.
#[component]
pub fn CopyField(
    id: &'static str,
    label: &'static str,
    #[prop(into)] value: Signal<String>,
) -> impl IntoView {
    let copied = RwSignal::new(None::<bool>);
    let copy = move |_| {
        leptos::task::spawn_local(async move {
            copied.set(Some(web::copy(&value.get_untracked()).await));
        })
    };
    let name = move || match copied.get() {
        None => "Copy",
        Some(true) => "Copied",
        Some(false) => "Copy it by hand",
    };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class="share-copy">
                <input id=id type="text" readonly prop:value=value on:focus=move |event| {
                    event_target::<web_sys::HtmlInputElement>(&event).select();
                }/>
                <button type="button" class="button second" on:click=copy>
                    <span aria-live="polite">{name}</span>
                    <span class="hidden">{format!(": {label}")}</span>
                </button>
            </div>
        </div>
    }
}
