//! The reader: a worker of its own, so that reading never delays the page and its lexicon is a file that browsers cache.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{JsString, global};
use kinora_reading::{
    Compromise, FILES, Lexicon, List, Outcome, SceneReading, Settings, read, read_after, resolve,
};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Response};

use crate::platform;
use crate::reader_protocol::{FromReader, ReadReport, ReadRequest, StatedField};

/// Folder of the lexicon beside the program.
const FOLDER: &str = "lexicon";

/// State of the lexicon.
enum State {
    /// Requests wait.
    Loading(Vec<ReadRequest>),
    /// Requests are answered at once.
    Ready(Lexicon),
    /// Requests are not answered; the page knows.
    Failed,
}

/// Loads the lexicon and answers the page's requests.
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        let error = panic.to_string();
        post(&FromReader::Failed { error });
    }));
    let state = Rc::new(RefCell::new(State::Loading(Vec::new())));
    let shared = Rc::clone(&state);
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(text) = event.data().as_string() {
            let request = ReadRequest::from_text(&text);
            match &mut *shared.borrow_mut() {
                State::Loading(waiting) => waiting.push(request),
                State::Ready(lexicon) => answer(lexicon, &request),
                State::Failed => {}
            }
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The handler lives as long as the worker.
    on_message.forget();
    spawn_local(async move {
        let loaded = load().await;
        let (next, message) = match loaded {
            Ok(lexicon) => (State::Ready(lexicon), FromReader::Ready),
            Err(error) => (State::Failed, FromReader::Failed { error }),
        };
        post(&message);
        let before = state.replace(next);
        if let (State::Loading(waiting), State::Ready(lexicon)) = (before, &*state.borrow()) {
            waiting.iter().for_each(|request| answer(lexicon, request));
        }
    });
}

async fn load() -> Result<Lexicon, String> {
    let mut texts = Vec::new();
    for &(file, list) in FILES {
        let text = fetch(&format!("{FOLDER}/{file}"))
            .await
            .map_err(|error| format!("{file}: {error}"))?;
        texts.push((list, text));
    }
    let lists: Vec<(List, &str)> = texts
        .iter()
        .map(|(list, text)| (*list, text.as_str()))
        .collect();
    Lexicon::open(&lists).map_err(|error| error.to_string())
}

async fn fetch(url: &str) -> Result<String, String> {
    let text = |error: JsValue| platform::error_text(&error);
    let response = JsFuture::from(scope().fetch_with_str(url))
        .await
        .map_err(text)?;
    let response: Response = response.dyn_into().map_err(text)?;
    if !response.ok() {
        return Err(format!("status {}", response.status()));
    }
    let body = response.text().map_err(text)?;
    let body: JsString = JsFuture::from(body).await.map_err(text)?.unchecked_into();
    Ok(body.into())
}

fn answer(lexicon: &Lexicon, request: &ReadRequest) {
    post(&FromReader::Read(Box::new(report(lexicon, request))));
}

/// Reads and resolves a prompt.
fn report(lexicon: &Lexicon, request: &ReadRequest) -> ReadReport {
    let reading = match &request.before {
        Some(before) => read_after(lexicon, before, &request.prompt),
        None => read(lexicon, &request.prompt),
    };
    let resolution = resolve(
        &reading,
        Settings {
            seed: request.seed,
            style: request.style,
            camera: request.camera,
            source: request.source.as_ref(),
            speaks: request.speaks,
            things: request.things.as_deref().map(|hash| (lexicon, hash)),
        },
    );
    let text = |span: &std::ops::Range<usize>| {
        request
            .prompt
            .get(span.clone())
            .unwrap_or_default()
            .to_owned()
    };
    let unused = reading
        .words
        .iter()
        .filter(|it| matches!(it.outcome, Outcome::NotUsed(_)));
    let corrected = reading
        .words
        .iter()
        .filter_map(|it| Some((text(&it.span), it.corrected.clone()?)));
    ReadReport {
        id: request.id,
        fields: fields(&reading, &resolution.compromises),
        unused: unused
            .map(|it| text(&it.span))
            .filter(|it| !it.is_empty())
            .collect(),
        corrected: corrected.collect(),
        scene: resolution.scene,
    }
}

fn fields(reading: &SceneReading, compromises: &[Compromise]) -> Vec<StatedField> {
    let field = |(field, value, _): (kinora_reading::Field, String, bool)| {
        let compromise = compromises.iter().find(|it| it.field == field);
        StatedField {
            name: field.to_string(),
            value,
            instead: compromise.map(|it| it.instead.clone().unwrap_or_default()),
        }
    };
    reading.fields().into_iter().map(field).collect()
}

fn post(message: &FromReader) {
    // Fails only for values that cannot be cloned, and text always can.
    let _ = scope().post_message(&message.to_text().into());
}

fn scope() -> DedicatedWorkerGlobalScope {
    global().unchecked_into()
}
