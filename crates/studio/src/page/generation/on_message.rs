//! Handles the worker's messages: model, run, history and failures.

use super::run;
use super::worker_client::{self, Handlers};
use crate::page::browser;
use crate::page::history::list;
use crate::page::messages;
use crate::page::screen::canvas;
use crate::page::state::{Action, OpenClip, Phase, Studio};
use crate::protocol::{ClipRecord, Device, LibraryState, RunUpdate, ToPage, Weights};
use js_sys::{Date, Uint8Array};
use kinora_contract::event::Event;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::Cell;

/// Number of failures of the worker since the last clip after which the page stops to restart it.
const MAX_RESTARTS: u32 = 3;

const PANICKED: &str = "An internal error stopped this clip. Your prompt and your history are safe. Try again; \
    if it happens again, try another prompt or another seed.";
const CANNOT_START: &str =
    "The worker of Kinora could not start in this browser. Reload the page; your history is safe.";

thread_local! {
    /// Failures of the worker since the last clip.
    static FAILURES: Cell<u32> = const { Cell::new(0) };
}

/// The receivers for [`worker_client::connect`].
pub const HANDLERS: Handlers = Handlers {
    on_message,
    on_error,
};

fn on_message(studio: Studio, message: ToPage, bytes: Option<Uint8Array>) {
    match message {
        ToPage::Hello { adapter } => {
            studio.adapter.set(Some(adapter));
            worker_client::came_up(studio);
        }
        ToPage::Weights(weights) => on_weights(studio, weights),
        ToPage::Library(state) => {
            if let LibraryState::Failed { reason } = &state {
                leptos::logging::error!("the library of things is not here: {reason}");
            }
            studio.library.set(state);
        }
        ToPage::Job { job, update } if job == studio.job.get_untracked() => {
            on_update(studio, update, bytes)
        }
        ToPage::Job { .. } => {}
        ToPage::Saved { id, refusal } => on_saved(studio, &id, refusal),
        ToPage::SelfTest { outcome } => {
            studio.notify(messages::self_test(&outcome));
            if let Ok(detail) = serde_wasm_bindgen::to_value(&outcome) {
                browser::dispatch("kinora:selftest", &detail);
            }
        }
        ToPage::Panicked { message } => on_error(studio, &message),
    }
}

/// Restarts a worker that failed and ends its run.
fn on_error(studio: Studio, message: &str) {
    leptos::logging::error!("the worker failed: {message}");
    let was_up = studio.adapter.with_untracked(Option::is_some);
    FAILURES.set(FAILURES.get() + u32::from(was_up));
    let sentence = if !was_up || FAILURES.get() > MAX_RESTARTS {
        if was_up {
            worker_client::disconnect();
        }
        let sentence = CANNOT_START.to_owned();
        studio.weights.set(Weights::Failed { sentence });
        CANNOT_START
    } else {
        worker_client::restart(studio);
        PANICKED
    };
    if studio.phase.with_untracked(Phase::is_busy) {
        run::end(studio, Phase::Failed(sentence.to_owned()));
    }
}

/// Shows the state of the weights. Starts a run that waited for them.
fn on_weights(studio: Studio, weights: Weights) {
    let queued = studio.phase.get_untracked() == Phase::Queued;
    match &weights {
        Weights::Ready {
            model, not_cached, ..
        } => {
            studio.form.set_limits(model.limits.clone());
            studio.model.set(Some(model.clone()));
            if let Some(sentence) = not_cached {
                studio.notify(sentence.clone());
            }
            match studio.form.recipe(model) {
                Ok(recipe) if queued => run::post_recipe(studio, &recipe),
                Err(problem) if queued => run::end(studio, Phase::Failed(problem.sentence)),
                _ => {}
            }
        }
        Weights::Failed { sentence } => {
            studio.announce(sentence.clone());
            if queued {
                let sentence = "The clip was not started: the model is not loaded.".to_owned();
                run::end(studio, Phase::Failed(sentence));
            }
        }
        _ => {}
    }
    studio.weights.set(weights);
}

/// Shows an update of the current run.
fn on_update(studio: Studio, update: RunUpdate, bytes: Option<Uint8Array>) {
    let stopping = studio.phase.get_untracked() == Phase::Stopping;
    match update {
        RunUpdate::Made { record, heap } => {
            studio.progress.update(|p| p.heap = heap);
            on_made(studio, record, bytes);
        }
        RunUpdate::Cancelled => run::end(studio, Phase::Cancelled),
        RunUpdate::Failed { sentence } => run::end(studio, Phase::Failed(sentence)),
        _ if stopping => {}
        RunUpdate::Waiting => {
            studio.phase.set(Phase::Waiting);
            studio.announce(messages::WAITING);
        }
        RunUpdate::Started { device } => {
            studio.phase.set(Phase::Working);
            studio
                .progress
                .update(|p| (p.device, p.began) = (device, Date::now()));
        }
        RunUpdate::Event(event) => on_event(studio, event, bytes),
    }
}

/// Shows an event of the generation. `pixels` are the RGB bytes of a frame.
fn on_event(studio: Studio, event: Event, pixels: Option<Uint8Array>) {
    match event {
        Event::Stage { stage } => {
            studio.announce(messages::stage(stage));
            studio
                .progress
                .update(|p| (p.stage, p.steps) = (Some(stage), None));
        }
        Event::PromptRead(mut reading) => {
            reading.understood.retain(|it| it.value != "none");
            reading
                .understood
                .sort_by_key(|it| messages::reading_order(&it.slot));
            studio.reading.set(Some(reading));
            if let Some(sentence) = messages::how_read(studio) {
                studio.announce(sentence);
            }
        }
        Event::Step { index, total } => on_step(studio, index, total),
        Event::Estimate { seconds_left } => studio.progress.update(|p| {
            let elapsed = ((Date::now() - p.began) / 1000.0) as f32;
            p.seconds_left = Some(seconds_left);
            p.fraction = p.fraction.max(elapsed / (elapsed + seconds_left).max(0.1));
        }),
        Event::Preview {
            width,
            height,
            frame,
            ..
        } => canvas::show((width, height), frame, pixels, "kinora:preview"),
        Event::Frame { index, .. } => {
            let size = studio.screen_size.get_untracked();
            canvas::show(size, index, pixels, "kinora:frame");
        }
        Event::Resumed { device, reason } => {
            leptos::logging::warn!("the device failed: {reason}");
            let device = Device::of_executor(&device);
            studio.progress.update(|p| p.device = device);
            studio.notify(match device {
                Device::WebGpu => {
                    "The graphics card was lost for a moment. The clip continues where it was."
                }
                _ => "The graphics card failed. The clip continues on the CPU.",
            });
        }
        // The worker uses these for the file and its captions.
        Event::Plan { .. } | Event::Speech { .. } | Event::Sound { .. } | Event::Done { .. } => {}
    }
}

fn on_step(studio: Studio, index: u32, total: u32) {
    studio.progress.update(|p| p.steps = Some((index, total)));
    // Announces half-way only; the progress bar has the rest.
    if total > 1 && index * 2 / total > (index.saturating_sub(1)) * 2 / total && index < total {
        studio.announce(studio.progress.with_untracked(messages::progress));
    }
}

/// Opens a finished clip in the player.
fn on_made(studio: Studio, record: ClipRecord, mp4: Option<Uint8Array>) {
    let Some(url) = mp4.and_then(|mp4| browser::object_url(&mp4, "video/mp4")) else {
        let sentence = "The finished file did not arrive. Try again.".to_owned();
        return run::end(studio, Phase::Failed(sentence));
    };
    browser::dispatch_with(
        "kinora:clip",
        &[
            ("framesHash", record.frames_hash.as_str().into()),
            ("url", url.as_str().into()),
        ],
    );
    FAILURES.set(0);
    studio.announce(format!(
        "The clip is ready: {}",
        messages::shortened(&record.prompt)
    ));
    studio.open_clip(OpenClip {
        record,
        url,
        autoplay: true,
        unsaved: None,
    });
    run::end(studio, Phase::Done);
}

/// Shows whether a clip was saved to the history.
fn on_saved(studio: Studio, id: &str, refusal: Option<String>) {
    studio.clip.maybe_update(|clip| {
        let clip = clip.as_mut().filter(|clip| clip.record.id == id);
        let is_open = clip.is_some();
        if let Some(clip) = clip {
            clip.unsaved = refusal.clone();
        }
        is_open
    });
    match refusal {
        None => spawn_local(list::refresh(studio)),
        Some(sentence) => {
            studio.announce(sentence.clone());
            studio.offer(sentence, Action::SaveAgain);
        }
    }
}
