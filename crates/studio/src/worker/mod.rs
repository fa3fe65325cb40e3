//! The worker: it owns the model, the executor and the encoder, and answers the page.

mod adapter;
mod breath;
mod captions;
mod job;
mod line;
mod maker;
mod poster;
mod selftest;
mod starter;
mod turn;

use crate::protocol::{self, Adapter, ClipRecord, Device, ToPage, ToWorker, Update, Weights};
use crate::shelf;
use job::Job;
use js_sys::Uint8Array;
use maker::Maker;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::MessageEvent;

/// Listens to the page from now on.
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        line::send(
            &ToPage::Broken {
                message: panic.to_string(),
            },
            None,
        );
    }));
    let worker = Shared::default();
    let found = worker.clone();
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some((message, bytes)) = protocol::unpack(event.data()) {
            take(&worker, message, bytes);
        }
    });
    line::scope().set_onmessage(Some(hear.as_ref().unchecked_ref()));
    // The worker listens as long as it lives.
    hear.forget();
    spawn_local(async move {
        let adapter = adapter::find().await;
        found.borrow_mut().adapter = adapter.clone();
        line::send(&ToPage::Hello { adapter }, None);
    });
}

#[derive(Default)]
struct State {
    /// What the browser offers.
    adapter: Adapter,
    /// The model; taken by the run that uses it.
    maker: Option<Maker>,
    /// Whether the weights are on their way.
    loading: bool,
    /// The run under way.
    job: Option<Rc<Job>>,
}

type Shared = Rc<RefCell<State>>;

fn take(state: &Shared, message: ToWorker, bytes: Option<Uint8Array>) {
    match message {
        ToWorker::LoadWeights => spawn_local(load(state.clone())),
        ToWorker::Generate { job, device } => {
            let recipe = bytes.map(|b| b.to_vec()).unwrap_or_default();
            spawn_local(generate(state.clone(), job, device, recipe));
        }
        ToWorker::Cancel { job } => match &state.borrow().job {
            Some(running) if running.number == job => running.cancel(),
            _ => line::update(job, Update::Cancelled, None),
        },
        ToWorker::SelfTest => spawn_local(async {
            let outcome = selftest::run().await;
            line::send(&ToPage::SelfTest { outcome }, None);
        }),
        ToWorker::Keep { record } => {
            if let Some(mp4) = bytes {
                spawn_local(keep(record, mp4, None));
            }
        }
    }
}

async fn load(state: Shared) {
    if std::mem::replace(&mut state.borrow_mut().loading, true) {
        return;
    }
    let outcome = starter::load(&|received, total| {
        line::send(
            &ToPage::Weights(Weights::Fetching { received, total }),
            None,
        );
    })
    .await;
    state.borrow_mut().loading = false;
    let weights = match outcome {
        Ok(loaded) => {
            let maker = Maker::new(loaded.starter, state.borrow().adapter.clone());
            let model = maker.model();
            state.borrow_mut().maker = Some(maker);
            Weights::Ready {
                downloaded: loaded.downloaded,
                model,
                unkept: loaded.unkept,
            }
        }
        Err(sentence) => Weights::Failed { sentence },
    };
    line::send(&ToPage::Weights(weights), None);
}

async fn generate(state: Shared, number: u32, device: Device, recipe: Vec<u8>) {
    let Some(mut maker) = state.borrow_mut().maker.take() else {
        return line::update(
            number,
            Update::Failed {
                sentence: NOT_READY.to_owned(),
            },
            None,
        );
    };
    let job = Rc::new(Job::new(number));
    state.borrow_mut().job = Some(job.clone());
    let outcome = job::run(&job, &mut maker, device, &recipe).await;
    {
        let mut state = state.borrow_mut();
        state.maker = Some(maker);
        state.job = None;
    }
    match outcome {
        Ok(made) => {
            // The page shows the clip before the store has it: a full store must never cost a clip.
            let copy = Uint8Array::new(&made.mp4.slice(0, made.mp4.length()).buffer());
            let update = Update::Made {
                record: made.record.clone(),
                heap: line::heap_bytes(),
            };
            line::update(number, update, Some(copy));
            keep(made.record, made.mp4, made.poster).await;
        }
        Err(update) => line::update(number, update, None),
    }
}

const NOT_READY: &str = "The model is not ready yet; please try again in a moment.";

async fn keep(record: ClipRecord, mp4: Uint8Array, poster: Option<Uint8Array>) {
    let refusal = shelf::keep(&record, &mp4, poster.as_ref()).await.err().map(|error| {
        format!("The clip is finished but not in your history, because {error}. Download it, or delete clips and keep it again.")
    });
    line::send(
        &ToPage::Kept {
            id: record.id,
            refusal,
        },
        None,
    );
}
