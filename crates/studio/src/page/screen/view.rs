//! The screen: the picture taking shape while a clip is made, the player when it is done, a drawing before.

use super::player::Player;
use super::run::{self, WAITING};
use super::sentences;
use super::state::{Field, Phase, Problem, Shown, Studio};
use super::web;
use crate::protocol::{Device, Weights};
use js_sys::Uint8Array;
use kinora_contract::event::SlotReading;
use leptos::prelude::*;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// The screen with its progress and what the model made of the words.
#[component]
pub fn Screen() -> impl IntoView {
    let studio = Studio::get();
    let busy = Memo::new(move |_| studio.phase.with(Phase::is_busy));
    let shape = move || {
        let (width, height) = studio.picture.get();
        format!("--w: {width}; --h: {height}")
    };
    let empty = move || !busy.get() && studio.clip.with(Option::is_none);
    view! {
        <section
            id="stage"
            class="stage"
            aria-label="The clip"
            data-state=move || studio.phase.with(Phase::name)
            data-device=move || studio.progress.with(|p| p.device.name())
            data-frames-hash=move || studio.clip.with(|c| c.as_ref().map(|c| c.record.frames_hash.clone()))
        >
            <div class="screen" style=shape class:taking-shape=busy>
                <canvas
                    id="screen"
                    width="128"
                    height="128"
                    role="img"
                    aria-label="The clip taking shape"
                    hidden=move || !busy.get()
                ></canvas>
                <Show when=move || !busy.get()>
                    <Player/>
                </Show>
                <Show when=empty>
                    <Bounce/>
                </Show>
            </div>
            <Making/>
            <Outcome/>
            <Understood/>
        </section>
    }
}

/// Draws a picture, RGB bytes row after row, and tells listeners about it.
pub fn show(width: u32, height: u32, frame: u32, rgb: Option<Uint8Array>, event: &str) {
    let Some(rgb) = rgb.filter(|rgb| rgb.length() == width * height * 3) else {
        return;
    };
    if let Some((canvas, context)) = canvas() {
        if (canvas.width(), canvas.height()) != (width, height) {
            canvas.set_width(width);
            canvas.set_height(height);
        }
        let rgba: Vec<u8> = rgb
            .to_vec()
            .chunks_exact(3)
            .flat_map(|p| [p[0], p[1], p[2], 255])
            .collect();
        if let Ok(image) = ImageData::new_with_u8_clamped_array(Clamped(&rgba), width) {
            // A picture that cannot be drawn leaves the one before.
            let _ = context.put_image_data(&image, 0.0, 0.0);
        }
    }
    web::tell_of(event, &[("index", frame.into()), ("rgb", rgb.into())]);
}

/// Empties the canvas for a new clip.
pub fn clear() {
    if let Some((canvas, context)) = canvas() {
        context.clear_rect(0.0, 0.0, canvas.width().into(), canvas.height().into());
    }
}

/// Puts a clip into the player and lets go of the one before.
pub fn present(studio: Studio, shown: Shown) {
    let before = studio
        .clip
        .with_untracked(|clip| clip.as_ref().map(|c| c.url.clone()));
    if !studio.phase.with_untracked(Phase::is_busy) {
        studio
            .picture
            .set((shown.record.width, shown.record.height));
    }
    studio.clip.set(Some(shown));
    if let Some(url) = before {
        web::revoke(&url);
    }
}

/// Takes the keyboard to the field that a problem is about.
pub fn focus_problem(problem: &Problem) {
    web::focus_soon(match problem.field {
        Field::Prompt => "prompt",
        Field::Seed => "seed",
        Field::Other => "generate",
    });
}

#[component]
fn Making() -> impl IntoView {
    let studio = Studio::get();
    let percent = move || {
        (studio.progress.with(|p| p.share) * 100.0)
            .min(100.0)
            .round()
    };
    let weights = move || studio.weights.with(weights_line);
    let line = move || match studio.phase.get() {
        Phase::Waiting => WAITING.to_owned(),
        Phase::Queued => weights().unwrap_or_else(|| "Getting ready".to_owned()),
        Phase::Stopping => "Stopping".to_owned(),
        _ => studio.progress.with(sentences::progress),
    };
    let place = move || match studio.progress.with(|p| p.device) {
        Device::WebGpu => "WebGPU",
        _ => "processor",
    };
    view! {
        <Show when=move || studio.phase.with(Phase::is_busy)>
            <div class="making">
                <div
                    id="progress"
                    class="reel"
                    role="progressbar"
                    aria-label="Making the clip"
                    aria-valuemin="0"
                    aria-valuemax="100"
                    aria-valuenow=percent
                    aria-valuetext=line
                >
                    <div class="reel-done" style=move || format!("width: {}%", percent())></div>
                </div>
                <p class="making-line">
                    <span id="stage-line">{line}</span>
                    <Show when=move || studio.phase.get() == Phase::Working>
                        <span class="tag">{place}</span>
                    </Show>
                </p>
            </div>
        </Show>
    }
}

fn weights_line(weights: &Weights) -> Option<String> {
    match weights {
        Weights::Fetching { received, total } if *total > 0.0 => {
            let (received, total) = (sentences::size(*received), sentences::size(*total));
            Some(format!("Fetching the model, once: {received} of {total}"))
        }
        Weights::Fetching { received, .. } => Some(format!(
            "Fetching the model, once: {}",
            sentences::size(*received)
        )),
        Weights::Unknown => Some("Starting the model".to_owned()),
        _ => None,
    }
}

#[component]
fn Outcome() -> impl IntoView {
    let studio = Studio::get();
    let sentence = move || match studio.phase.get() {
        Phase::Failed(sentence) => Some(sentence),
        Phase::Cancelled => Some("Stopped. Your words are as you left them.".to_owned()),
        _ => None,
    };
    let failed = move || matches!(studio.phase.get(), Phase::Failed(_));
    view! {
        {move || sentence().map(|sentence| view! {
            <p id="outcome" class="outcome" class:bad=failed>
                {sentence}
                <Show when=failed>
                    <button type="button" class="plain" on:click=move |_| run::generate(studio)>"Try again"</button>
                </Show>
            </p>
        })}
    }
}

#[component]
fn Understood() -> impl IntoView {
    let studio = Studio::get();
    let chips = move || {
        let reading = studio.reading.get();
        reading.map(|it| it.understood).unwrap_or_default()
    };
    let unknown = move || {
        studio
            .reading
            .with(|it| it.as_ref().and_then(sentences::reading))
    };
    view! {
        {move || unknown().map(|sentence| view! { <p id="unknown" class="unknown" dir="auto">{sentence}</p> })}
        <Show when=move || !chips().is_empty()>
            <ul class="chips" aria-label="What the model understood">
                {move || chips().into_iter().map(chip).collect_view()}
            </ul>
        </Show>
    }
}

/// What the words left open was chosen; it carries a question mark, so that it is not told by colour alone.
fn chip(reading: SlotReading) -> impl IntoView {
    let chosen = reading.is_chosen();
    let SlotReading { slot, value, .. } = reading;
    let left = if chosen { ", left open" } else { "" };
    let title = format!("{}{left}", slot.trim_end_matches(char::is_numeric));
    view! {
        <li class="chip" class:chosen=chosen title=title>
            {value}
            {chosen.then_some("?")}
        </li>
    }
}

/// The drawing of an empty screen: a ball's way over a floor, a ring for each sound.
#[component]
fn Bounce() -> impl IntoView {
    view! {
        <svg class="bounce" viewBox="0 0 128 128" aria-hidden="true" focusable="false">
            <line class="floor" x1="8" y1="97" x2="120" y2="97"></line>
            <path class="way" d="M14 34 Q24 34 34 90"></path>
            <path class="way" d="M34 90 Q49 22 64 90"></path>
            <path class="way" d="M64 90 Q76 50 88 90"></path>
            <path class="way" d="M88 90 Q97 68 106 90"></path>
            <ellipse class="ring" cx="34" cy="97" rx="13" ry="4.2"></ellipse>
            <ellipse class="ring" cx="64" cy="97" rx="9.5" ry="3"></ellipse>
            <ellipse class="ring" cx="88" cy="97" rx="6" ry="2"></ellipse>
            <circle class="ball" cx="49" cy="56" r="7"></circle>
        </svg>
    }
}

fn canvas() -> Option<(HtmlCanvasElement, CanvasRenderingContext2d)> {
    let canvas: HtmlCanvasElement = document().get_element_by_id("screen")?.dyn_into().ok()?;
    let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    Some((canvas, context))
}
