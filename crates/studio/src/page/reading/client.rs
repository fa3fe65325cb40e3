//! The connection to the reader: requests with their answers, and the preview of the prompt.

use crate::page::browser;
use crate::page::state::Studio;
use crate::platform;
use crate::reader_protocol::{FromReader, ReadReport, ReadRequest};
use js_sys::{Function, Promise};
use kinora_contract::{Recipe, Source};
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

const PROGRAM: &str = "kinora-reader_loader.js";
/// Pause in typing after which the prompt is read.
const PAUSE: Duration = Duration::from_millis(120);
/// Time that a clip waits for a reader that is not ready; then the model's text encoder reads the prompt.
const TIMEOUT: Duration = Duration::from_secs(10);

thread_local! {
    static READER: RefCell<Reader> = RefCell::default();
}

#[derive(Default)]
struct Reader {
    worker: Option<Worker>,
    /// Number of the last request.
    last: u32,
    /// Requests for a scene, each with what ends its wait.
    waiting: BTreeMap<u32, Function>,
    /// Answers that have not been taken yet.
    answers: BTreeMap<u32, ReadReport>,
}

/// Starts the reader, and reads the prompt whenever it has changed.
pub fn connect(studio: Studio) {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = match Worker::new_with_options(&browser::site_url(PROGRAM), &options) {
        Ok(worker) => worker,
        Err(error) => return fail(studio, &platform::error_text(&error)),
    };
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let text = event.data().as_string();
        if let Some(message) = text.and_then(|it| FromReader::from_text(&it)) {
            receive(studio, message);
        }
    });
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
        event.prevent_default();
        fail(studio, &event.message());
    });
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    on_error.forget();
    READER.with_borrow_mut(|reader| reader.worker = Some(worker));
    preview_changes(studio);
}

/// Requests a reading of the form's prompt after each pause in typing.
fn preview_changes(studio: Studio) {
    let timer = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |_| {
        let form = studio.form;
        let recipe = form.preview();
        // The pictures that may be shown change the scene as well.
        studio.library.track();
        form.pictures.track();
        if let Some(before) = timer.get_value() {
            before.clear();
        }
        let read = move || {
            match recipe.prompt.trim().is_empty() {
                true => studio.preview.set(None),
                false => studio.preview_id.set(post(studio, &recipe)),
            };
        };
        timer.set_value(set_timeout_with_handle(read, PAUSE).ok());
    });
}

/// Reads the prompt of a recipe; none if there is no reader.
pub async fn resolve(studio: Studio, recipe: &Recipe) -> Option<ReadReport> {
    let id = post(studio, recipe)?;
    let answered = Promise::new(&mut |done, _| {
        READER.with_borrow_mut(|reader| reader.waiting.insert(id, done.clone()));
        set_timeout(move || end_wait(&done), TIMEOUT);
    });
    // The promise is never rejected.
    let _ = JsFuture::from(answered).await;
    READER.with_borrow_mut(|reader| {
        reader.waiting.remove(&id);
        reader.answers.remove(&id)
    })
}

fn end_wait(done: &Function) {
    // A settled promise stays as it is.
    let _ = done.call0(&JsValue::NULL);
}

/// Sends a request; returns its number, or none if there is no reader.
fn post(studio: Studio, recipe: &Recipe) -> Option<u32> {
    let may_show = studio.form.pictures.get_untracked();
    let hash = studio
        .library
        .with_untracked(|it| it.hash().map(str::to_owned));
    let source = recipe.sources.iter().find(|it| !it.is_picture());
    let source = source.map(Source::recipe).and_then(Result::ok).flatten();
    READER.with_borrow_mut(|reader| {
        let worker = reader.worker.as_ref()?;
        reader.last += 1;
        let request = ReadRequest {
            id: reader.last,
            prompt: recipe.prompt.clone(),
            before: source.as_ref().map(|it| it.prompt.clone()),
            source: source.and_then(|it| it.scene),
            seed: recipe.seed,
            style: recipe.style,
            camera: recipe.camera,
            speaks: !recipe.dialogue.is_empty(),
            things: hash.filter(|_| may_show),
        };
        worker.post_message(&request.to_text().into()).ok()?;
        Some(reader.last)
    })
}

fn receive(studio: Studio, message: FromReader) {
    match message {
        FromReader::Ready => studio.reader.set("ready"),
        FromReader::Failed { error } => fail(studio, &error),
        FromReader::Read(report) => {
            if studio.preview_id.get_untracked() == Some(report.id) {
                studio.preview.set(Some((*report).clone()));
            }
            READER.with_borrow_mut(|reader| {
                if let Some(done) = reader.waiting.get(&report.id) {
                    end_wait(done);
                    reader.answers.insert(report.id, *report);
                }
            });
        }
    }
}

/// Gives the reader up: prompts are then read by the model's text encoder.
fn fail(studio: Studio, error: &str) {
    studio.reader.set("failed");
    leptos::logging::error!("the reader failed: {error}");
    READER.with_borrow_mut(|reader| {
        reader.worker = None;
        std::mem::take(&mut reader.waiting)
            .values()
            .for_each(end_wait);
    });
}
