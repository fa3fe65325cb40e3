//! Everything the page knows, as signals that its parts share.

use super::form::Form;
use super::share::Sharing;
use crate::protocol::{Adapter, ClipRecord, Device, Model, Weights};
use kinora_contract::event::{PromptReading, Stage};
use leptos::prelude::*;

/// The page's state. Copies are cheap and mean the same state.
#[derive(Clone, Copy)]
pub struct Studio {
    /// What the person has chosen.
    pub form: Form,
    /// The graphics adapter that the worker found; `None` before it is up.
    pub adapter: RwSignal<Option<Adapter>>,
    /// The model that can run; `None` before it is ready.
    pub model: RwSignal<Option<Model>>,
    /// How far the weights are.
    pub weights: RwSignal<Weights>,
    /// The number of the current or last run.
    pub job: RwSignal<u32>,
    /// Where that run is.
    pub phase: RwSignal<Phase>,
    /// How far it is.
    pub progress: RwSignal<Progress>,
    /// How its prompt was read.
    pub reading: RwSignal<Option<PromptReading>>,
    /// The clip in the player.
    pub clip: RwSignal<Option<Shown>>,
    /// The history, newest first.
    pub clips: RwSignal<Vec<Entry>>,
    /// A problem with the form, shown at the field.
    pub problem: RwSignal<Option<Problem>>,
    /// One thing to know, at the bottom of the window.
    pub notice: RwSignal<Option<Notice>>,
    /// What is being shared, and what was.
    pub sharing: Sharing,
    /// What the screen reader says next.
    pub said: RwSignal<String>,
    /// Width and height of the picture on the screen, pixels.
    pub picture: RwSignal<(u32, u32)>,
}

/// Where a run is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// None yet.
    #[default]
    Idle,
    /// Asked for; the worker or its weights are still on their way.
    Queued,
    /// Another tab is generating.
    Waiting,
    /// Generating.
    Working,
    /// Asked to stop.
    Stopping,
    /// The clip is in the player.
    Done,
    /// Stopped by the person.
    Cancelled,
    /// Stopped by a problem, told as a sentence.
    Failed(String),
}

impl Phase {
    /// The name that the page carries as `data-state`.
    pub fn name(&self) -> &'static str {
        match self {
            Phase::Idle => "idle",
            Phase::Queued => "queued",
            Phase::Waiting => "waiting",
            Phase::Working => "working",
            Phase::Stopping => "stopping",
            Phase::Done => "done",
            Phase::Cancelled => "cancelled",
            Phase::Failed(_) => "failed",
        }
    }

    /// Whether a run is under way.
    pub fn is_busy(&self) -> bool {
        matches!(
            self,
            Phase::Queued | Phase::Waiting | Phase::Working | Phase::Stopping
        )
    }
}

/// How far a run is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// The stage; none before the first.
    pub stage: Option<Stage>,
    /// Steps done and steps in all, while there are steps.
    pub steps: Option<(u32, u32)>,
    /// Share done, 0 to 1; never falls.
    pub share: f32,
    /// Seconds left, once measured.
    pub seconds_left: Option<f32>,
    /// When the run began, milliseconds.
    pub began: f64,
    /// Where it runs.
    pub device: Device,
    /// Bytes of the worker's memory after the run.
    pub heap: f64,
}

/// The clip in the player.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// What is known about it.
    pub record: ClipRecord,
    /// Where the page finds its MP4.
    pub url: String,
    /// Made just now, so it starts by itself.
    pub fresh: bool,
    /// Why the history does not have it, when it does not.
    pub unkept: Option<String>,
}

/// A clip of the history.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What is known about it.
    pub record: ClipRecord,
    /// Where the page finds its poster.
    pub poster: Option<String>,
}

/// A problem with the form.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Which field it is about.
    pub field: Field,
    /// The sentence.
    pub sentence: String,
}

/// The fields that can have a problem of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The prompt.
    Prompt,
    /// The seed.
    Seed,
    /// Any other.
    Other,
}

/// One thing to know, with at most one thing to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// The sentence.
    pub sentence: String,
    /// What can be done about it.
    pub action: Option<Action>,
}

/// What a notice offers.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Bring back a deleted clip.
    Undo(String),
    /// Bring back the prompt that a link replaced.
    OwnWords(String),
    /// Try to store the shown clip again.
    KeepAgain,
    /// A link that the person may copy by hand.
    Copy(String),
}

impl Studio {
    /// The state of a page just opened.
    pub fn new() -> Self {
        Self {
            form: Form::recall(),
            adapter: RwSignal::new(None),
            model: RwSignal::new(None),
            weights: RwSignal::new(Weights::Unknown),
            job: RwSignal::new(0),
            phase: RwSignal::new(Phase::Idle),
            progress: RwSignal::new(Progress::default()),
            reading: RwSignal::new(None),
            clip: RwSignal::new(None),
            clips: RwSignal::new(Vec::new()),
            problem: RwSignal::new(None),
            notice: RwSignal::new(None),
            sharing: Sharing::new(),
            said: RwSignal::new(String::new()),
            picture: RwSignal::new((128, 128)),
        }
    }

    /// The state of this page.
    pub fn get() -> Self {
        expect_context()
    }

    /// Says a sentence to screen readers.
    pub fn say(&self, sentence: impl Into<String>) {
        self.said.set(sentence.into());
    }

    /// Shows a notice without anything to do.
    pub fn note(&self, sentence: impl Into<String>) {
        self.notice.set(Some(Notice {
            sentence: sentence.into(),
            action: None,
        }));
    }

    /// Shows a notice with something to do.
    pub fn offer(&self, sentence: impl Into<String>, action: Action) {
        self.notice.set(Some(Notice {
            sentence: sentence.into(),
            action: Some(action),
        }));
    }
}
