//! The page's end of the line to the worker: sends wishes, hands on news, and starts a new worker when one breaks.

use super::run;
use super::state::{Phase, Studio};
use super::{sentences, web};
use crate::protocol::{self, ToPage, ToWorker, Weights};
use js_sys::Uint8Array;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

const PROGRAM: &str = "kinora-worker_loader.js";

/// How often a worker may break before the page stops starting new ones.
const RESTARTS: u32 = 3;

thread_local! {
    /// The worker; a page has one at a time.
    static LINE: RefCell<Option<Line>> = const { RefCell::new(None) };
    /// Which worker that is, counted; news of an earlier one means nothing.
    static NUMBER: Cell<u32> = const { Cell::new(0) };
    /// Workers that broke since the last clip.
    static BROKEN: Cell<u32> = const { Cell::new(0) };
}

struct Line {
    worker: Worker,
    /// It has said hello; before that messages wait here.
    up: bool,
    waiting: Vec<(ToWorker, Option<Uint8Array>)>,
}

/// Starts a worker, in place of the one before.
pub fn connect(studio: Studio) {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = match Worker::new_with_options(&web::beside(PROGRAM), &options) {
        Ok(worker) => worker,
        Err(error) => return cannot_start(studio, &crate::platform::error_text(&error)),
    };
    let number = NUMBER.get() + 1;
    NUMBER.set(number);
    // Both closures live as long as the page: a worker is replaced at most a few times.
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message = protocol::unpack(event.data()).filter(|_| NUMBER.get() == number);
        if let Some((message, bytes)) = message {
            take(studio, message, bytes);
        }
    });
    worker.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
    let fail = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
        event.prevent_default();
        if NUMBER.get() == number {
            broke(studio, &event.message());
        }
    });
    worker.set_onerror(Some(fail.as_ref().unchecked_ref()));
    fail.forget();
    let before = LINE.with_borrow_mut(|line| {
        line.replace(Line {
            worker,
            up: false,
            waiting: Vec::new(),
        })
    });
    if let Some(before) = before {
        before.worker.terminate();
    }
}

/// Asks for the weights again.
pub fn load_weights(studio: Studio) {
    studio.weights.set(Weights::Unknown);
    send(ToWorker::LoadWeights, None);
}

/// Runs the engine's kernel cases on this device; a notice and a `kinora:selftest` event tell how it went.
pub fn self_test() {
    send(ToWorker::SelfTest, None);
}

/// Sends a message now, or as soon as the worker is up.
pub fn send(message: ToWorker, bytes: Option<Uint8Array>) {
    LINE.with_borrow_mut(|line| match line {
        Some(line) if line.up => post(&line.worker, &message, bytes),
        Some(line) => line.waiting.push((message, bytes)),
        None => {}
    });
}

/// Puts a new worker in the place of this one.
pub fn restart(studio: Studio) {
    studio.weights.set(Weights::Unknown);
    studio.adapter.set(None);
    studio.model.set(None);
    connect(studio);
}

/// Notes that a worker did its work to the end.
pub fn worked() {
    BROKEN.set(0);
}

fn post(worker: &Worker, message: &ToWorker, bytes: Option<Uint8Array>) {
    let (envelope, transfer) = protocol::pack(message, bytes);
    // Fails only for values that cannot be cloned, and plain data always can.
    let _ = worker.post_message_with_transfer(&envelope, &transfer);
}

fn take(studio: Studio, message: ToPage, bytes: Option<Uint8Array>) {
    match message {
        ToPage::Hello { adapter } => {
            studio.adapter.set(Some(adapter));
            came_up();
        }
        ToPage::Weights(weights) => run::weights_are(studio, weights),
        ToPage::Job { job, update } if job == studio.job.get_untracked() => {
            run::on_update(studio, update, bytes)
        }
        ToPage::Job { .. } => {}
        ToPage::Kept { id, refusal } => run::kept(studio, &id, refusal),
        ToPage::SelfTest { outcome } => {
            studio.note(sentences::self_test(&outcome));
            if let Ok(detail) = serde_wasm_bindgen::to_value(&outcome) {
                web::tell("kinora:selftest", &detail);
            }
        }
        ToPage::Broken { message } => broke(studio, &message),
    }
}

fn came_up() {
    let waiting = LINE.with_borrow_mut(|line| {
        let Some(line) = line else { return Vec::new() };
        line.up = true;
        std::mem::take(&mut line.waiting)
    });
    send(ToWorker::LoadWeights, None);
    for (message, bytes) in waiting {
        send(message, bytes);
    }
}

fn broke(studio: Studio, message: &str) {
    leptos::logging::error!("the worker broke: {message}");
    if studio.adapter.with_untracked(Option::is_none) {
        return cannot_start(studio, message);
    }
    BROKEN.set(BROKEN.get() + 1);
    if BROKEN.get() > RESTARTS {
        NUMBER.set(NUMBER.get() + 1);
        return cannot_start(studio, message);
    }
    restart(studio);
    if studio.phase.with_untracked(Phase::is_busy) {
        run::ended(studio, Phase::Failed(BROKE.to_owned()));
    }
}

const BROKE: &str = "Something broke while making this clip. Your words and your history are safe; try again, \
    and if it breaks again, try other words or another seed.";

fn cannot_start(studio: Studio, message: &str) {
    leptos::logging::error!("the worker did not start: {message}");
    let sentence = "The part of Kinora that makes clips could not start in this browser. Reload the page; your history is safe.";
    studio.weights.set(Weights::Failed {
        sentence: sentence.to_owned(),
    });
    if studio.phase.with_untracked(Phase::is_busy) {
        run::ended(studio, Phase::Failed(sentence.to_owned()));
    }
}
