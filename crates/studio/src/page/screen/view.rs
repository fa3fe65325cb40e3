//! The screen, the progress of a run, its outcome and the reading of its prompt.

use crate::page::generation::run;
use crate::page::messages;
use crate::page::player::view::Player;
use crate::page::state::{Phase, Studio};
use crate::protocol::{Device, Weights};
use kinora_contract::event::SlotReading;
use leptos::prelude::*;

/// The screen with everything about its clip.
#[component]
pub fn Screen() -> impl IntoView {
    let studio = Studio::get();
    let busy = Memo::new(move |_| studio.phase.with(Phase::is_busy));
    let shape = move || {
        let (width, height) = studio.screen_size.get();
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
            <div class="screen" style=shape class:generating=busy>
                <canvas
                    id="screen"
                    width="128"
                    height="128"
                    role="img"
                    aria-label="Preview of the clip"
                    hidden=move || !busy.get()
                ></canvas>
                <Show when=move || !busy.get()>
                    <Player/>
                </Show>
                <Show when=empty>
                    <Placeholder/>
                </Show>
            </div>
            <ProgressBar/>
            <Outcome/>
            <Reading/>
        </section>
    }
}

#[component]
fn ProgressBar() -> impl IntoView {
    let studio = Studio::get();
    let percent = move || {
        (studio.progress.with(|p| p.fraction) * 100.0)
            .min(100.0)
            .round()
    };
    let weights = move || studio.weights.with(weights_line);
    let line = move || match studio.phase.get() {
        Phase::Waiting => messages::WAITING.to_owned(),
        Phase::Queued => weights().unwrap_or_else(|| "Preparing".to_owned()),
        Phase::Stopping => "Stopping".to_owned(),
        _ => studio.progress.with(messages::progress),
    };
    let device = move || match studio.progress.with(|p| p.device) {
        Device::WebGpu => "WebGPU",
        _ => "CPU",
    };
    view! {
        <Show when=move || studio.phase.with(Phase::is_busy)>
            <div class="progress">
                <div
                    id="progress"
                    class="reel"
                    role="progressbar"
                    aria-label="Progress of the clip"
                    aria-valuemin="0"
                    aria-valuemax="100"
                    aria-valuenow=percent
                    aria-valuetext=line
                >
                    <div class="reel-done" style=move || format!("width: {}%", percent())></div>
                </div>
                <p class="progress-line">
                    <span id="stage-line">{line}</span>
                    <Show when=move || studio.phase.get() == Phase::Working>
                        <span class="tag">{device}</span>
                    </Show>
                </p>
            </div>
        </Show>
    }
}

fn weights_line(weights: &Weights) -> Option<String> {
    match weights {
        Weights::Fetching { received, total } if *total > 0.0 => {
            let (received, total) = (messages::size(*received), messages::size(*total));
            Some(format!(
                "Downloading the model, once: {received} of {total}"
            ))
        }
        Weights::Fetching { received, .. } => Some(format!(
            "Downloading the model, once: {}",
            messages::size(*received)
        )),
        Weights::Unknown => Some("Loading the model".to_owned()),
        _ => None,
    }
}

#[component]
fn Outcome() -> impl IntoView {
    let studio = Studio::get();
    let sentence = move || match studio.phase.get() {
        Phase::Failed(sentence) => Some(sentence),
        Phase::Cancelled => Some("Stopped. Your prompt is unchanged.".to_owned()),
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
fn Reading() -> impl IntoView {
    let studio = Studio::get();
    let chips = move || {
        let reading = studio.reading.get();
        reading.map(|it| it.understood).unwrap_or_default()
    };
    let sentence = move || messages::how_read(studio);
    view! {
        {move || sentence().map(|sentence| view! { <p id="unknown" class="unknown" dir="auto">{sentence}</p> })}
        <Show when=move || !chips().is_empty()>
            <ul class="chips" aria-label="How the model read the prompt">
                {move || chips().into_iter().map(chip).collect_view()}
            </ul>
        </Show>
    }
}

/// A slot that the seed chose has a question mark, so that colour is not the only sign.
fn chip(reading: SlotReading) -> impl IntoView {
    let chosen = reading.is_chosen();
    let SlotReading { slot, value, .. } = reading;
    let suffix = if chosen { ", chosen by the seed" } else { "" };
    let title = format!("{}{suffix}", slot.trim_end_matches(char::is_numeric));
    view! {
        <li class="chip" class:chosen=chosen title=title>
            {value}
            {chosen.then_some("?")}
        </li>
    }
}

/// The drawing of an empty screen: the path of a bouncing ball, a ring for each sound.
#[component]
fn Placeholder() -> impl IntoView {
    view! {
        <svg class="bounce" viewBox="0 0 128 128" aria-hidden="true" focusable="false">
            <line class="floor" x1="8" y1="97" x2="120" y2="97"></line>
            <path class="path" d="M14 34 Q24 34 34 90"></path>
            <path class="path" d="M34 90 Q49 22 64 90"></path>
            <path class="path" d="M64 90 Q76 50 88 90"></path>
            <path class="path" d="M88 90 Q97 68 106 90"></path>
            <ellipse class="ring" cx="34" cy="97" rx="13" ry="4.2"></ellipse>
            <ellipse class="ring" cx="64" cy="97" rx="9.5" ry="3"></ellipse>
            <ellipse class="ring" cx="88" cy="97" rx="6" ry="2"></ellipse>
            <circle class="ball" cx="49" cy="56" r="7"></circle>
        </svg>
    }
}
