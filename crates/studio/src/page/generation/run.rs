//! The course of a run as the page sees it: begun, heard of, ended, kept.

use super::client::{self, send};
use super::state::{Action, Phase, Progress, Shown, Studio};
use super::{clips, screen, sentences, web};
use crate::protocol::{ClipRecord, Device, Model, ToWorker, Update, Weights};
use crate::shelf;
use js_sys::{Date, Uint8Array};
use kinora_contract::Recipe;
use kinora_contract::event::Event;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long a worker may take to answer a wish to stop before it is replaced.
const PATIENCE: Duration = Duration::from_millis(1500);

/// What a run says that waits for another tab.
pub const WAITING: &str = "Another tab is making a clip. This one starts by itself when that one is done, or press Cancel.";

/// Starts a run with what the form holds. Problems appear at their fields.
pub fn generate(studio: Studio) {
    if studio.phase.with_untracked(Phase::is_busy) {
        return;
    }
    if !studio.form.keep_seed.get_untracked() {
        studio.form.roll();
    }
    studio.problem.set(None);
    studio.notice.set(None);
    // Before the model is ready its name is not known; every other rule can already be checked.
    let ready = studio.model.get_untracked();
    let known = ready.clone().unwrap_or_else(|| unnamed_model(studio));
    match studio.form.recipe(&known) {
        Err(problem) => {
            studio.problem.set(Some(problem.clone()));
            screen::focus_problem(&problem);
        }
        Ok(recipe) => {
            begin(studio, &recipe);
            match (ready, studio.weights.get_untracked()) {
                (Some(_), _) => post_recipe(studio, &recipe),
                (None, Weights::Failed { .. }) => client::load_weights(studio),
                // The run starts when the model is ready.
                _ => {}
            }
        }
    }
}

/// Stops the run, for certain: a worker that does not answer is replaced.
pub fn cancel(studio: Studio) {
    if !studio.phase.with_untracked(Phase::is_busy)
        || studio.phase.get_untracked() == Phase::Stopping
    {
        return;
    }
    let job = studio.job.get_untracked();
    if studio.model.with_untracked(Option::is_none) {
        return ended(studio, Phase::Cancelled);
    }
    studio.phase.set(Phase::Stopping);
    send(ToWorker::Cancel { job }, None);
    let late = move || {
        if studio.job.get_untracked() == job && studio.phase.get_untracked() == Phase::Stopping {
            client::restart(studio);
            ended(studio, Phase::Cancelled);
        }
    };
    set_timeout(late, PATIENCE);
}

/// Tries to store the clip in the player again.
pub fn keep_again(studio: Studio) {
    let Some(shown) = studio.clip.get_untracked() else {
        return;
    };
    spawn_local(async move {
        match web::fetch_blob(&shown.url).await {
            Some(mp4) => send(
                ToWorker::Keep {
                    record: shown.record,
                },
                Some(mp4),
            ),
            None => studio.note("The clip could not be read again; download it to keep it."),
        }
    });
}

/// Opens a clip of the history in the player.
pub async fn open(studio: Studio, record: ClipRecord) {
    match shelf::video(&record.id).await {
        Ok(file) => match web::blob_url(&file) {
            Some(url) => screen::present(
                studio,
                Shown {
                    record,
                    url,
                    fresh: false,
                    unkept: None,
                },
            ),
            None => studio.note("This browser could not open the clip."),
        },
        Err(error) => studio.note(format!("The clip could not be opened: {error}.")),
    }
}

/// Takes in how far the weights are; a run that waited for them starts.
pub fn weights_are(studio: Studio, weights: Weights) {
    let queued = studio.phase.get_untracked() == Phase::Queued;
    match &weights {
        Weights::Ready { model, unkept, .. } => {
            studio.model.set(Some(model.clone()));
            if let Some(sentence) = unkept {
                studio.note(sentence.clone());
            }
            match studio.form.recipe(model) {
                Ok(recipe) if queued => post_recipe(studio, &recipe),
                Err(problem) if queued => ended(studio, Phase::Failed(problem.sentence)),
                _ => {}
            }
        }
        Weights::Failed { sentence } => {
            studio.say(sentence.clone());
            if queued {
                ended(
                    studio,
                    Phase::Failed(
                        "The clip was not started: the model is not there yet.".to_owned(),
                    ),
                );
            }
        }
        _ => {}
    }
    studio.weights.set(weights);
}

/// Shows an update of the current run.
pub fn on_update(studio: Studio, update: Update, bytes: Option<Uint8Array>) {
    let stopping = studio.phase.get_untracked() == Phase::Stopping;
    match update {
        Update::Made { record, heap } => {
            studio.progress.update(|p| p.heap = heap);
            done(studio, record, bytes);
        }
        Update::Cancelled => ended(studio, Phase::Cancelled),
        Update::Failed { sentence } => ended(studio, Phase::Failed(sentence)),
        _ if stopping => {}
        Update::Waiting => {
            studio.phase.set(Phase::Waiting);
            studio.say(WAITING);
        }
        Update::Started { device } => {
            studio.phase.set(Phase::Working);
            studio
                .progress
                .update(|p| (p.device, p.began) = (device, Date::now()));
        }
        Update::Event(event) => on_event(studio, event, bytes),
    }
}

/// Shows an event of the generation. `pixels` are the RGB bytes of a frame.
fn on_event(studio: Studio, event: Event, pixels: Option<Uint8Array>) {
    match event {
        Event::Stage { stage } => {
            studio.say(sentences::stage(stage));
            studio
                .progress
                .update(|p| (p.stage, p.steps) = (Some(stage), None));
        }
        Event::PromptRead(mut reading) => {
            reading.understood.retain(|it| it.value != "none");
            reading
                .understood
                .sort_by_key(|it| sentences::reading_order(&it.slot));
            if let Some(sentence) = sentences::reading(&reading) {
                studio.say(sentence);
            }
            studio.reading.set(Some(reading));
        }
        Event::Step { index, total } => stepped(studio, index, total),
        Event::Estimate { seconds_left } => studio.progress.update(|p| {
            let elapsed = ((Date::now() - p.began) / 1000.0) as f32;
            p.seconds_left = Some(seconds_left);
            p.share = p.share.max(elapsed / (elapsed + seconds_left).max(0.1));
        }),
        Event::Preview {
            width,
            height,
            frame,
            ..
        } => screen::show(width, height, frame, pixels, "kinora:preview"),
        Event::Frame { index, .. } => {
            let (width, height) = studio.picture.get_untracked();
            screen::show(width, height, index, pixels, "kinora:frame");
        }
        Event::Resumed { device, reason } => {
            leptos::logging::warn!("the graphics card failed: {reason}");
            let device = Device::of_executor(&device);
            studio.progress.update(|p| p.device = device);
            studio.note(match device {
                Device::WebGpu => "The graphics card was lost for a moment; the clip goes on where it was.",
                _ => "The graphics card could not go on with this clip, so your processor does the rest.",
            });
        }
        // The worker keeps these for the file and its captions.
        Event::Plan { .. } | Event::Speech { .. } | Event::Sound { .. } | Event::Done { .. } => {}
    }
}

/// Ends the run on the page.
pub fn ended(studio: Studio, phase: Phase) {
    let from_cancel = web::has_focus("cancel");
    match &phase {
        Phase::Cancelled => studio.say("Stopped. Nothing was lost."),
        Phase::Failed(sentence) => studio.say(sentence.clone()),
        _ => {}
    }
    let done = phase == Phase::Done;
    studio.phase.set(phase);
    if from_cancel {
        web::focus_soon(if done { "player" } else { "generate" });
    }
}

/// Takes in whether a clip is in the history.
pub fn kept(studio: Studio, id: &str, refusal: Option<String>) {
    let shown_is_it = studio
        .clip
        .with_untracked(|c| c.as_ref().is_some_and(|c| c.record.id == id));
    match refusal {
        None => {
            spawn_local(clips::refresh(studio));
            if shown_is_it {
                studio.clip.update(|clip| {
                    if let Some(clip) = clip {
                        clip.unkept = None;
                    }
                });
            }
        }
        Some(sentence) => {
            studio.clip.update(|clip| {
                if let Some(clip) = clip.as_mut().filter(|c| c.record.id == id) {
                    clip.unkept = Some(sentence.clone());
                }
            });
            studio.say(sentence.clone());
            studio.offer(sentence, Action::KeepAgain);
        }
    }
}

/// Stands in while the real model is on its way, so that a form can be checked; until then it may be the one that made the
/// clip that the next one comes from.
fn unnamed_model(studio: Studio) -> Model {
    let origin = studio.form.origin.get_untracked();
    let made_by = origin.map(|origin| origin.recipe.model.hash);
    Model {
        id: "starter".to_owned(),
        hash: made_by.unwrap_or_else(|| "0".repeat(64)),
        steps: 8,
        guidance_scale: 1.0,
    }
}

fn begin(studio: Studio, recipe: &Recipe) {
    studio.job.update(|job| *job += 1);
    studio.reading.set(None);
    studio.picture.set((recipe.width, recipe.height));
    studio.progress.set(Progress {
        began: Date::now(),
        ..Progress::default()
    });
    let at_button = web::has_focus("generate") || web::has_focus("make-linked");
    studio.phase.set(Phase::Queued);
    screen::clear();
    studio.say("Making the clip.");
    web::reveal("stage");
    if at_button {
        web::focus_soon("cancel");
    }
}

fn post_recipe(studio: Studio, recipe: &Recipe) {
    let job = studio.job.get_untracked();
    let device = studio.form.device.get_untracked();
    send(
        ToWorker::Generate { job, device },
        Some(Uint8Array::from(recipe.to_bytes().as_slice())),
    );
}

fn stepped(studio: Studio, index: u32, total: u32) {
    studio.progress.update(|p| p.steps = Some((index, total)));
    // A screen reader hears the halfway mark and can ask the progress bar for the rest.
    if total > 1 && index * 2 / total > (index.saturating_sub(1)) * 2 / total && index < total {
        studio.say(studio.progress.with_untracked(sentences::progress));
    }
}

fn done(studio: Studio, record: ClipRecord, mp4: Option<Uint8Array>) {
    let Some(url) = mp4.and_then(|mp4| web::object_url(&mp4, "video/mp4")) else {
        return ended(
            studio,
            Phase::Failed("The finished file did not arrive. Please try again.".to_owned()),
        );
    };
    web::tell_of(
        "kinora:clip",
        &[
            ("framesHash", record.frames_hash.as_str().into()),
            ("url", url.as_str().into()),
        ],
    );
    client::worked();
    studio.say(format!(
        "The clip is ready: {}",
        sentences::shortened(&record.prompt)
    ));
    screen::present(
        studio,
        Shown {
            record,
            url,
            fresh: true,
            unkept: None,
        },
    );
    ended(studio, Phase::Done);
}
