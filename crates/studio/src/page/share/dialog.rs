//! The share dialog: what is sent where, and what others may do with it.

use super::copy_field::CopyField;
use super::manage::Manage;
use super::open::look_for_relay;
use super::publish;
use super::state::Step;
use crate::page::browser;
use crate::page::messages;
use crate::page::state::Studio;
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
                // Fails only for an element that is not in the document.
                let _ = dialog.show_modal();
                browser::focus_soon("share-title");
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let closed = move |_| {
        publish::stop();
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
        Step::Published if sharing.current().is_some_and(|one| !one.is_open()) => {
            "No longer shared"
        }
        Step::Published => "Shared",
        _ => "Share this clip",
    };
    let body = move || {
        // A memo is computed only when it is read.
        kind.get();
        match sharing.step.get_untracked() {
            Step::Looking => view! { <p class="quiet">"Looking for a relay…"</p> }.into_any(),
            Step::NoRelay => view! { <NoRelay/> }.into_any(),
            Step::NoResponse => view! { <NoResponse/> }.into_any(),
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

/// On a static host.
#[component]
fn NoRelay() -> impl IntoView {
    let studio = Studio::get();
    let link = move || {
        let record = studio.sharing.record.get();
        record.map_or_else(String::new, |record| {
            browser::site_url(&format!("r#{}", record.recipe))
        })
    };
    view! {
        <p>
            "This copy of Kinora has no relay, the server for shared clips. "
            "You can download the clip and send the file, or copy its recipe link: anyone who opens it can generate the same clip on their own machine."
        </p>
        <CopyField id="share-recipe" label="Recipe link" value=Signal::derive(link)/>
    }
}

#[component]
fn NoResponse() -> impl IntoView {
    let studio = Studio::get();
    view! {
        <p>"The server did not respond. Nothing was sent. Check the connection and try again; the clip is safe in this browser."</p>
        <div class="row">
            <button type="button" class="button" on:click=move |_| look_for_relay(studio)>"Try again"</button>
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
    let contents = messages::upload_contents(&record);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        publish::publish(studio);
    };
    view! {
        <form class="share-form" novalidate on:submit=submit>
            <div class="field">
                <label for="share-name">"Title"</label>
                <input id="share-name" type="text" dir="auto" maxlength=MAX_TITLE_CHARS autocomplete="off" prop:value=title
                    on:input=move |event| title.set(event_target_value(&event))/>
            </div>
            <div class="field">
                <label for="share-maker">"Your name (optional)"</label>
                <input id="share-maker" type="text" dir="auto" maxlength=MAX_MAKER_CHARS autocomplete="nickname" prop:value=maker
                    on:input=move |event| maker.set(event_target_value(&event))/>
            </div>
            <fieldset class="choice">
                <legend>"Who can find it"</legend>
                <div class="segments">
                    <label>
                        <input type="radio" name="share-listed" prop:checked=move || !listed.get() on:change=move |_| listed.set(false)/>
                        <span>"Anyone with the link"</span>
                    </label>
                    <label>
                        <input type="radio" name="share-listed" prop:checked=listed on:change=move |_| listed.set(true)/>
                        <span>"Listed publicly"</span>
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
                        <option value=licence.words() selected=licence == sharing.licence.get_untracked()>{messages::licence(licence)}</option>
                    }).collect_view()}
                </select>
            </div>
            <label class="share-tick">
                <input type="checkbox" prop:checked=remix on:change=move |event| remix.set(event_target_checked(&event))/>
                <span>"Others may publish remixes here"</span>
            </label>
            <p class="share-leaves">
                {contents}" will be sent to "<b>{host}</b>". Nothing else is sent, and nothing is sent before you press Publish."
            </p>
            <div class="row">
                <button id="share-publish" type="submit" class="button">"Publish"</button>
                <button type="button" class="button second" on:click=move |_| sharing.record.set(None)>"Do not share"</button>
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
            return "Sent. The relay is checking the clip.".to_owned();
        }
        let [sent, total] = [sent, total].map(|bytes| messages::size(bytes.into()));
        format!("{sent} of {total}")
    };
    view! {
        <p class="fetching">
            <label for="share-progress">"Uploading the clip"</label>
            <progress id="share-progress" max=move || sent().1 value=move || sent().0 aria-valuetext=line></progress>
            <span class="quiet">{line}</span>
        </p>
        <div class="row">
            <button id="share-stop" type="button" class="button second" on:click=move |_| publish::stop()>"Cancel"</button>
        </div>
    }
}
