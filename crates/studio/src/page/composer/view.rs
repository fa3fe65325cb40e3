//! The form: prompt, lineage, reference images, examples, options and buttons.

use super::open_files::OpenFiles;
use super::options::Options;
use super::problem::Field;
use crate::page::browser;
use crate::page::generation::run;
use crate::page::lineage::view::Lineage;
use crate::page::messages::EXAMPLES;
use crate::page::reading::view::Preview;
use crate::page::reference_images::view::ReferenceImages;
use crate::page::state::{Phase, Studio};
use kinora_contract::recipe::MAX_PROMPT_CHARS;
use leptos::prelude::*;

/// The form.
#[component]
pub fn Composer() -> impl IntoView {
    let studio = Studio::get();
    let busy = move || studio.phase.with(Phase::is_busy);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        run::generate(studio);
    };
    view! {
        <form class="composer" novalidate on:submit=submit>
            <Prompt/>
            <Preview/>
            <Lineage/>
            <ReferenceImages/>
            <Examples/>
            <Options/>
            <OtherProblem/>
            <div class="row submit">
                <button id="generate" type="submit" class="button" aria-disabled=move || busy().to_string()>
                    "Generate"
                </button>
                <Show when=busy>
                    <button id="cancel" type="button" class="button second" on:click=move |_| run::cancel(studio)>
                        "Cancel"
                    </button>
                </Show>
                <p class="keys">
                    <Show when=busy fallback=|| view! { <kbd>"Ctrl"</kbd>" + "<kbd>"Enter"</kbd> }>
                        <kbd>"Esc"</kbd>
                    </Show>
                </p>
            </div>
            <OpenFiles/>
        </form>
    }
}

#[component]
fn Prompt() -> impl IntoView {
    let studio = Studio::get();
    let prompt = studio.form.prompt;
    let problem = move || studio.problem.get().filter(|p| p.field == Field::Prompt);
    let count = move || prompt.with(|p| p.chars().count());
    let near = move || count() > MAX_PROMPT_CHARS * 4 / 5;
    view! {
        <div class="prompt">
            <label for="prompt">"What happens in the clip?"</label>
            <textarea
                id="prompt"
                dir="auto"
                rows="3"
                spellcheck="true"
                placeholder=EXAMPLES[0]
                aria-describedby="prompt-problem"
                aria-invalid=move || problem().is_some().to_string()
                prop:value=prompt
                on:input=move |event| {
                    prompt.set(event_target_value(&event));
                    studio.problem.set(None);
                }
            ></textarea>
            <p id="prompt-problem" class="bad">{move || problem().map(|p| p.sentence)}</p>
            <Show when=near>
                <p class="count">{move || format!("{} of {MAX_PROMPT_CHARS} characters", count())}</p>
            </Show>
        </div>
    }
}

#[component]
fn Examples() -> impl IntoView {
    let studio = Studio::get();
    let choose = move |example: &'static str| {
        studio.form.prompt.set(example.to_owned());
        studio.form.detach();
        studio.problem.set(None);
        browser::focus_soon("prompt");
    };
    let example = move |text: &'static str| {
        view! { <li><button type="button" class="example" on:click=move |_| choose(text)>{text}</button></li> }
    };
    // A remix or an extension already has a prompt.
    view! {
        <Show when=move || studio.form.origin.with(Option::is_none)>
            <div class="examples">
                <p id="examples-title">"Try an example"</p>
                <ul aria-labelledby="examples-title">{EXAMPLES.into_iter().map(example).collect_view()}</ul>
            </div>
        </Show>
    }
}

#[component]
fn OtherProblem() -> impl IntoView {
    let studio = Studio::get();
    let problem = move || studio.problem.get().filter(|p| p.field == Field::Other);
    view! { {move || problem().map(|p| view! { <p id="problem" class="bad" role="alert">{p.sentence}</p> })} }
}
