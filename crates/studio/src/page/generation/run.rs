//! Starts, cancels and ends runs.

use super::worker_client::{self, send};
use crate::page::browser;
use crate::page::reading;
use crate::page::screen::canvas;
use crate::page::state::{Phase, Progress, Studio};
use crate::protocol::{Model, ToWorker, Weights};
use js_sys::{Date, Uint8Array};
use kinora_contract::Recipe;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// Time for a worker to stop a run; after it, the worker is replaced.
const CANCEL_TIMEOUT: Duration = Duration::from_millis(1500);

/// Starts a run with the form's recipe, or shows the form's first problem.
pub fn generate(studio: Studio) {
    if studio.phase.with_untracked(Phase::is_busy) {
        return;
    }
    if !studio.form.keep_seed.get_untracked() {
        studio.form.roll_seed();
    }
    studio.problem.set(None);
    studio.notice.set(None);
    // All rules but the model's name can be checked before the model is ready.
    let ready = studio.model.get_untracked();
    let model = ready.clone().unwrap_or_else(|| placeholder_model(studio));
    match studio.form.recipe(&model) {
        Err(problem) => {
            browser::focus_soon(problem.element());
            studio.problem.set(Some(problem));
        }
        Ok(recipe) => {
            begin(studio, &recipe);
            match (ready, studio.weights.get_untracked()) {
                (Some(_), _) => post_recipe(studio, &recipe),
                (None, Weights::Failed { .. }) => worker_client::reload_model(studio),
                // The run starts when the model is ready.
                _ => {}
            }
        }
    }
}

/// Stops the run. A worker that does not respond is replaced.
pub fn cancel(studio: Studio) {
    if !studio.phase.with_untracked(Phase::is_busy)
        || studio.phase.get_untracked() == Phase::Stopping
    {
        return;
    }
    let job = studio.job.get_untracked();
    if studio.model.with_untracked(Option::is_none) {
        return end(studio, Phase::Cancelled);
    }
    studio.phase.set(Phase::Stopping);
    send(ToWorker::Cancel { job }, None);
    let on_timeout = move || {
        if studio.job.get_untracked() == job && studio.phase.get_untracked() == Phase::Stopping {
            worker_client::restart(studio);
            end(studio, Phase::Cancelled);
        }
    };
    set_timeout(on_timeout, CANCEL_TIMEOUT);
}

/// Tries again to save the clip in the player.
pub fn save_again(studio: Studio) {
    let Some(clip) = studio.clip.get_untracked() else {
        return;
    };
    spawn_local(async move {
        let record = clip.record;
        match browser::fetch_blob(&clip.url).await {
            Some(mp4) => send(ToWorker::Save { record }, Some(mp4)),
            None => studio.notify("The clip could not be read again. Download it to keep it."),
        }
    });
}

/// Lets the prompt of a recipe be read, and sends the recipe to the worker.
pub fn post_recipe(studio: Studio, recipe: &Recipe) {
    let job = studio.job.get_untracked();
    let device = studio.form.device.get_untracked();
    let mut recipe = recipe.clone();
    spawn_local(async move {
        if !studio.form.keeps_scene(&recipe) {
            let report = reading::resolve(studio, &recipe).await;
            recipe.scene = report.as_ref().map(|it| it.scene.clone());
            studio.report.set(report);
        }
        // Stopped meanwhile.
        let is_current = studio.job.get_untracked() == job;
        if !is_current || studio.phase.get_untracked() != Phase::Queued {
            return;
        }
        send(
            ToWorker::Generate { job, device },
            Some(Uint8Array::from(recipe.to_bytes().as_slice())),
        );
    });
}

/// Ends the run in a final phase.
pub fn end(studio: Studio, phase: Phase) {
    let from_cancel = browser::has_focus("cancel");
    match &phase {
        Phase::Cancelled => studio.announce("Stopped. Nothing was lost."),
        Phase::Failed(sentence) => studio.announce(sentence.clone()),
        _ => {}
    }
    let done = phase == Phase::Done;
    studio.phase.set(phase);
    if from_cancel {
        browser::focus_soon(if done { "player" } else { "generate" });
    }
}

/// A model to check the form with while the real one loads. It has the hash of the origin's model, so that the origin stays
/// usable, and valid sampler settings.
fn placeholder_model(studio: Studio) -> Model {
    let origin = studio.form.origin.get_untracked();
    let hash = origin.map(|origin| origin.recipe.model.hash);
    Model {
        id: "starter".to_owned(),
        hash: hash.unwrap_or_else(|| "0".repeat(64)),
        steps: 1,
        guidance_scale: 1.0,
        limits: studio.form.limits.get_untracked(),
    }
}

fn begin(studio: Studio, recipe: &Recipe) {
    studio.job.update(|job| *job += 1);
    studio.reading.set(None);
    studio.report.set(None);
    studio.screen_size.set((recipe.width, recipe.height));
    studio.progress.set(Progress {
        began: Date::now(),
        ..Progress::default()
    });
    let at_button = browser::has_focus("generate") || browser::has_focus("generate-linked");
    studio.phase.set(Phase::Queued);
    canvas::clear();
    studio.announce("Generating the clip.");
    browser::reveal("stage");
    if at_button {
        browser::focus_soon("cancel");
    }
}
