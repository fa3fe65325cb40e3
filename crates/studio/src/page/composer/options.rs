//! The options: style, length, shape, seed and advanced settings.

use super::limits;
use super::problem::Field;
use crate::page::messages;
use crate::page::state::Studio;
use crate::protocol::Device;
use kinora_contract::recipe::{MAX_GUIDANCE_SCALE, MAX_STEPS};
use kinora_contract::{Camera, Style};
use leptos::prelude::*;

/// All options.
#[component]
pub fn Options() -> impl IntoView {
    let form = Studio::get().form;
    // An extension is longer than its clip and has the same shape.
    let extended = Memo::new(move |_| {
        form.origin.with(|origin| {
            let origin = origin.as_ref().filter(|origin| origin.is_extension())?;
            Some((
                origin.recipe.frames,
                (origin.recipe.width, origin.recipe.height),
            ))
        })
    });
    let frames = move || {
        let shortest = extended.get().map_or(0, |(frames, _)| frames + 1);
        form.limits.with(|limits| {
            let lengths = limits::lengths(limits, form.frames.get(), shortest).into_iter();
            let named = |frames| (frames, messages::length(frames, limits.fps));
            lengths.map(named).collect::<Vec<_>>()
        })
    };
    let sizes = move || {
        let mut all = form.limits.with(limits::sizes);
        if let Some((_, shape)) = extended.get() {
            all.retain(|(size, _)| *size == shape);
        }
        all
    };
    view! {
        <div class="options">
            <Choice legend="Style" name="style" value=form.style options=styles/>
            <Choice legend="Length" name="frames" value=form.frames options=frames/>
            <Choice legend="Shape" name="size" value=form.size options=sizes/>
            <Seed/>
            <details class="advanced">
                <summary>"More settings"</summary>
                <div class="advanced-body">
                    <Choice legend="Camera" name="camera" value=form.camera options=cameras/>
                    <Number id="steps" label="Steps" help=format!("1 to {MAX_STEPS}; more is slower and more detailed") value=form.steps/>
                    <Number
                        id="guidance"
                        label="Guidance"
                        help=format!("0 to {MAX_GUIDANCE_SCALE}; 1 is off, more follows the prompt more closely")
                        value=form.guidance
                    />
                    <Choice legend="Things" name="pictures" value=form.pictures options=pictures/>
                    <Choice legend="Device" name="device" value=form.device options=devices/>
                </div>
            </details>
        </div>
    }
}

/// A group of radio buttons, styled as one control.
#[component]
fn Choice<T, F>(
    legend: &'static str,
    name: &'static str,
    value: RwSignal<T>,
    options: F,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
    F: Fn() -> Vec<(T, String)> + Send + 'static,
{
    let option = move |(this, label): (T, String)| {
        view! {
            <label>
                <input
                    type="radio"
                    name=name
                    prop:checked=move || value.get() == this
                    on:change=move |_| value.set(this)
                />
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <fieldset class="choice">
            <legend>{legend}</legend>
            <div class="segments">{move || options().into_iter().map(option).collect_view()}</div>
        </fieldset>
    }
}

#[component]
fn Seed() -> impl IntoView {
    let studio = Studio::get();
    let form = studio.form;
    let problem = move || studio.problem.get().filter(|p| p.field == Field::Seed);
    view! {
        <div class="field">
            <label for="seed">"Seed"</label>
            <div class="seed">
                <input
                    id="seed"
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    aria-describedby="seed-help"
                    aria-invalid=move || problem().is_some().to_string()
                    prop:value=form.seed
                    on:input=move |event| {
                        form.seed.set(event_target_value(&event));
                        form.keep_seed.set(true);
                    }
                />
                <button type="button" class="icon" id="dice" aria-label="New seed" title="New seed"
                    on:click=move |_| form.roll_seed()>
                    <svg viewBox="0 0 20 20" aria-hidden="true" focusable="false">
                        <rect x="3" y="3" width="14" height="14" rx="3.5"></rect>
                        <circle cx="7" cy="7" r="1.3"></circle>
                        <circle cx="13" cy="13" r="1.3"></circle>
                        <circle cx="10" cy="10" r="1.3"></circle>
                    </svg>
                </button>
                <button type="button" class="icon" id="keep-seed" aria-label="Keep this seed" title="Keep this seed"
                    aria-pressed=move || form.keep_seed.get().to_string()
                    on:click=move |_| form.keep_seed.update(|keep| *keep = !*keep)>
                    <svg viewBox="0 0 20 20" aria-hidden="true" focusable="false">
                        <rect x="4.5" y="9" width="11" height="8" rx="2"></rect>
                        <path d="M7 9 V6.5 a3 3 0 0 1 6 0 V9"></path>
                    </svg>
                </button>
            </div>
            <p id="seed-help" class:bad=move || problem().is_some()>
                {move || problem().map_or_else(|| seed_help(form.keep_seed.get()).to_owned(), |p| p.sentence)}
            </p>
        </div>
    }
}

fn seed_help(kept: bool) -> &'static str {
    if kept {
        "Fixed: the same prompt gives the same clip."
    } else {
        "New for every clip."
    }
}

#[component]
fn Number(
    id: &'static str,
    label: &'static str,
    help: String,
    value: RwSignal<String>,
) -> impl IntoView {
    let help_id = format!("{id}-help");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                id=id
                type="text"
                inputmode="decimal"
                autocomplete="off"
                placeholder="auto"
                aria-describedby=help_id.clone()
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
            />
            <p id=help_id>{help}</p>
        </div>
    }
}

fn styles() -> Vec<(Option<Style>, String)> {
    or_auto(&Style::ALL)
}

fn cameras() -> Vec<(Option<Camera>, String)> {
    or_auto(&Camera::ALL)
}

/// Lists the choices after “auto”, which lets the prompt decide.
fn or_auto<T: Copy + ToString>(words: &[T]) -> Vec<(Option<T>, String)> {
    let named = words.iter().map(|&word| (Some(word), word.to_string()));
    std::iter::once((None, "auto".to_owned()))
        .chain(named)
        .collect()
}

fn pictures() -> Vec<(bool, String)> {
    vec![
        (true, "pictures and model".to_owned()),
        (false, "model alone".to_owned()),
    ]
}

fn devices() -> Vec<(Device, String)> {
    let named = |device, name: &str| (device, name.to_owned());
    vec![
        named(Device::Auto, "auto"),
        named(Device::WebGpu, "WebGPU"),
        named(Device::Cpu, "CPU"),
    ]
}
