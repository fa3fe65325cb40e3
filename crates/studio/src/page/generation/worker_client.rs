//! The connection to the worker: starts it, restarts it, and queues messages until it is up.

use crate::page::browser;
use crate::page::state::{Action, Studio};
use crate::platform;
use crate::protocol::{self, LibraryState, ToPage, ToWorker, Weights};
use js_sys::Uint8Array;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

const PROGRAM: &str = "kinora-worker_loader.js";
/// The manifest of the model to load, unless `?model=` names another one of this site.
const MODEL: &str = "models/starter/model.json";

thread_local! {
    /// The current worker.
    static CONNECTION: RefCell<Option<Connection>> = const { RefCell::new(None) };
    /// Generation counter of the worker. Messages from earlier generations are dropped.
    static GENERATION: Cell<u32> = const { Cell::new(0) };
}

struct Connection {
    worker: Worker,
    handlers: Handlers,
    /// Whether the worker has sent [`ToPage::Hello`]; until then messages are queued.
    up: bool,
    queue: Vec<(ToWorker, Option<Uint8Array>)>,
}

/// Receivers of what the worker sends.
#[derive(Clone, Copy)]
pub struct Handlers {
    /// Receives a message and its bytes.
    pub on_message: fn(Studio, ToPage, Option<Uint8Array>),
    /// Receives the error of a worker that failed.
    pub on_error: fn(Studio, &str),
}

/// Starts a worker and terminates the one before.
pub fn connect(studio: Studio, handlers: Handlers) {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = match Worker::new_with_options(&browser::site_url(PROGRAM), &options) {
        Ok(worker) => worker,
        Err(error) => return (handlers.on_error)(studio, &platform::error_text(&error)),
    };
    let generation = GENERATION.get() + 1;
    GENERATION.set(generation);
    // Both closures live as long as the page: a worker is replaced at most a few times.
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message = protocol::unpack(event.data()).filter(|_| GENERATION.get() == generation);
        if let Some((message, bytes)) = message {
            (handlers.on_message)(studio, message, bytes);
        }
    });
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
        event.prevent_default();
        if GENERATION.get() == generation {
            (handlers.on_error)(studio, &event.message());
        }
    });
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    on_error.forget();
    let before = CONNECTION.with_borrow_mut(|connection| {
        connection.replace(Connection {
            worker,
            handlers,
            up: false,
            queue: Vec::new(),
        })
    });
    if let Some(before) = before {
        before.worker.terminate();
    }
}

/// Replaces the worker by a new one.
pub fn restart(studio: Studio) {
    studio.weights.set(Weights::Unknown);
    studio.library.set(LibraryState::Absent);
    studio.adapter.set(None);
    studio.model.set(None);
    let handlers = CONNECTION.with_borrow(|it| it.as_ref().map(|it| it.handlers));
    if let Some(handlers) = handlers {
        connect(studio, handlers);
    }
}

/// Drops all further messages of the current worker.
pub fn disconnect() {
    GENERATION.set(GENERATION.get() + 1);
}

/// Sends a message now, or as soon as the worker is up.
pub fn send(message: ToWorker, bytes: Option<Uint8Array>) {
    CONNECTION.with_borrow_mut(|connection| match connection {
        Some(connection) if connection.up => post(&connection.worker, &message, bytes),
        Some(connection) => connection.queue.push((message, bytes)),
        None => {}
    });
}

/// Requests the model, then sends the queued messages. Called when the worker is up.
pub fn came_up(studio: Studio) {
    let queue = CONNECTION.with_borrow_mut(|connection| {
        let Some(connection) = connection else {
            return Vec::new();
        };
        connection.up = true;
        std::mem::take(&mut connection.queue)
    });
    request_library(studio);
    request_model();
    for (message, bytes) in queue {
        send(message, bytes);
    }
}

/// Requests the model again after a failure.
pub fn reload_model(studio: Studio) {
    studio.weights.set(Weights::Unknown);
    request_model();
}

/// Requests the library of things, before the model, so that nothing is requested once a clip can be made. Asks a visitor who saves data.
fn request_library(studio: Studio) {
    if browser::saves_data() {
        let sentence = "The library of things has pictures of 800 things (4 MB). Without it the model draws everything itself.";
        studio.offer(sentence, Action::LoadLibrary);
    } else {
        send(ToWorker::LoadLibrary, None);
    }
}

fn request_model() {
    let manifest = browser::query("model").unwrap_or_else(|| MODEL.to_owned());
    send(ToWorker::LoadModel { manifest }, None);
}

fn post(worker: &Worker, message: &ToWorker, bytes: Option<Uint8Array>) {
    let (envelope, transfer) = protocol::pack(message, bytes);
    // Fails only for values that cannot be cloned, and plain data always can.
    let _ = worker.post_message_with_transfer(&envelope, &transfer);
}
