//! The worker: it owns the model, the executor and the encoder, and handles the page's messages.

mod adapter;
mod captions;
mod job;
mod library;
mod model_files;
mod model_host;
mod port;
mod poster;
mod self_test;
mod tab_lock;
mod yield_now;

use crate::history_store;
use crate::protocol::{
    self, Adapter, ClipRecord, Device, LibraryState, RunUpdate, ToPage, ToWorker, Weights,
};
use futures_channel::oneshot;
use job::Job;
use js_sys::Uint8Array;
use kinora_contract::Recipe;
use kinora_library::Library;
use model_host::ModelHost;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::MessageEvent;

/// Starts to handle messages of the page.
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        let message = panic.to_string();
        port::send(&ToPage::Panicked { message }, None);
    }));
    let worker = Shared::default();
    let state = worker.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some((message, bytes)) = protocol::unpack(event.data()) {
            handle(&worker, message, bytes);
        }
    });
    port::scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The handler lives as long as the worker.
    on_message.forget();
    spawn_local(async move {
        let adapter = adapter::find().await;
        state.borrow_mut().adapter = adapter.clone();
        port::send(&ToPage::Hello { adapter }, None);
    });
}

#[derive(Default)]
struct State {
    /// The adapter that the browser offers.
    adapter: Adapter,
    /// The model; a run takes it out while it lasts.
    model: Option<ModelHost>,
    /// Whether the model is being loaded.
    loading: bool,
    /// The library of things, once it is loaded.
    library: Option<Arc<Library>>,
    /// Whether it is being loaded, and the runs that wait for it.
    library_loading: Option<Vec<oneshot::Sender<()>>>,
    /// The current run.
    job: Option<Rc<Job>>,
}

type Shared = Rc<RefCell<State>>;

fn handle(state: &Shared, message: ToWorker, bytes: Option<Uint8Array>) {
    match message {
        ToWorker::LoadModel { manifest } => spawn_local(load(state.clone(), manifest)),
        ToWorker::LoadLibrary => spawn_local(load_library(state.clone())),
        ToWorker::Generate { job, device } => {
            let recipe = bytes.map(|b| b.to_vec()).unwrap_or_default();
            spawn_local(generate(state.clone(), job, device, recipe));
        }
        ToWorker::Cancel { job } => match &state.borrow().job {
            Some(running) if running.number == job => running.cancel(),
            _ => port::update(job, RunUpdate::Cancelled, None),
        },
        ToWorker::SelfTest => spawn_local(async {
            let outcome = self_test::run().await;
            port::send(&ToPage::SelfTest { outcome }, None);
        }),
        ToWorker::Save { record } => {
            if let Some(mp4) = bytes {
                spawn_local(save(record, mp4, None));
            }
        }
    }
}

async fn load(state: Shared, manifest: String) {
    if std::mem::replace(&mut state.borrow_mut().loading, true) {
        return;
    }
    let adapter = state.borrow().adapter.clone();
    let outcome = ModelHost::load(&manifest, adapter, &|received, total| {
        let weights = Weights::Fetching { received, total };
        port::send(&ToPage::Weights(weights), None);
    })
    .await;
    state.borrow_mut().loading = false;
    let weights = match outcome {
        Ok((model, ready)) => {
            state.borrow_mut().model = Some(model);
            ready
        }
        Err(sentence) => Weights::Failed { sentence },
    };
    port::send(&ToPage::Weights(weights), None);
}

async fn load_library(state: Shared) {
    {
        let mut state = state.borrow_mut();
        if state.library_loading.is_some() || state.library.is_some() {
            return;
        }
        state.library_loading = Some(Vec::new());
    }
    let loaded = match library::manifest() {
        Ok(manifest) => {
            let hash = manifest.hash.clone();
            port::send(&ToPage::Library(LibraryState::Loading { hash }), None);
            library::load(manifest).await
        }
        Err(error) => Err(error),
    };
    let outcome = match &loaded {
        Ok(library) => LibraryState::Ready {
            hash: library.hash().to_owned(),
        },
        Err(reason) => LibraryState::Failed {
            reason: reason.clone(),
        },
    };
    let waiting = {
        let mut state = state.borrow_mut();
        state.library = loaded.ok();
        state.library_loading.take().unwrap_or_default()
    };
    for run in waiting {
        // A run that was stopped does not wait any more.
        let _ = run.send(());
    }
    port::send(&ToPage::Library(outcome), None);
}

/// Waits for the library if a recipe shows its pictures and it is on its way.
async fn await_library(state: &Shared, recipe: &[u8]) {
    let shows_pictures = Recipe::from_bytes(recipe)
        .ok()
        .and_then(|it| it.scene)
        .is_some_and(|scene| !scene.libraries.is_empty());
    let loaded = match &mut state.borrow_mut().library_loading {
        Some(waiting) if shows_pictures => {
            let (done, loaded) = oneshot::channel();
            waiting.push(done);
            loaded
        }
        _ => return,
    };
    // A loader that is gone leaves nothing to wait for.
    let _ = loaded.await;
}

async fn generate(state: Shared, number: u32, device: Device, recipe: Vec<u8>) {
    await_library(&state, &recipe).await;
    let Some(mut model) = state.borrow_mut().model.take() else {
        let sentence = "The model is not ready yet. Try again in a moment.".to_owned();
        return port::update(number, RunUpdate::Failed { sentence }, None);
    };
    let job = Rc::new(Job::new(number));
    {
        let mut state = state.borrow_mut();
        state.job = Some(job.clone());
        model.set_library(state.library.clone());
    }
    let outcome = job::run(&job, &mut model, device, &recipe).await;
    {
        let mut state = state.borrow_mut();
        state.model = Some(model);
        state.job = None;
    }
    match outcome {
        Ok(clip) => {
            // The page shows the clip before it is stored: a full disk must never cost a clip.
            let copy = Uint8Array::new(&clip.mp4.slice(0, clip.mp4.length()).buffer());
            let update = RunUpdate::Made {
                record: clip.record.clone(),
                heap: port::heap_bytes(),
            };
            port::update(number, update, Some(copy));
            save(clip.record, clip.mp4, clip.poster).await;
        }
        Err(update) => port::update(number, update, None),
    }
}

async fn save(record: ClipRecord, mp4: Uint8Array, poster: Option<Uint8Array>) {
    let saved = history_store::save(&record, &mp4, poster.as_ref()).await;
    let refusal = saved.err().map(|error| {
        format!(
            "The clip is finished but not saved in your history, because {error}. Download it, or delete clips and save it again."
        )
    });
    let id = record.id;
    port::send(&ToPage::Saved { id, refusal }, None);
}
