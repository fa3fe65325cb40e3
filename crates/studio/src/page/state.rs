//! The state of the page, as signals that its parts share.

use super::composer::form::Form;
use super::composer::problem::Problem;
use super::share::Sharing;
use crate::protocol::{Adapter, ClipRecord, Device, LibraryState, Model, Weights};
use crate::reader_protocol::ReadReport;
use kinora_contract::event::{PromptReading, Stage};
use leptos::prelude::*;

/// The page's state. Copies refer to the same signals.
#[derive(Clone, Copy)]
pub struct Studio {
    /// The composer's fields.
    pub form: Form,
    /// The graphics adapter; `None` until the worker is up.
    pub adapter: RwSignal<Option<Adapter>>,
    /// The loaded model; `None` until it is ready.
    pub model: RwSignal<Option<Model>>,
    /// State of the model's weights.
    pub weights: RwSignal<Weights>,
    /// State of the library of things.
    pub library: RwSignal<LibraryState>,
    /// Number of the current or last run.
    pub job: RwSignal<u32>,
    /// Phase of that run.
    pub phase: RwSignal<Phase>,
    /// Progress of that run.
    pub progress: RwSignal<Progress>,
    /// How its prompt was read.
    pub reading: RwSignal<Option<PromptReading>>,
    /// State of the reader: `loading`, `ready` or `failed`.
    pub reader: RwSignal<&'static str>,
    /// How the reader read that prompt.
    pub report: RwSignal<Option<ReadReport>>,
    /// How the prompt in the form is read.
    pub preview: RwSignal<Option<ReadReport>>,
    /// Number of the last request for [`Self::preview`].
    pub preview_id: RwSignal<Option<u32>>,
    /// The clip in the player.
    pub clip: RwSignal<Option<OpenClip>>,
    /// The history, newest first.
    pub history: RwSignal<Vec<HistoryEntry>>,
    /// The first problem of the form.
    pub problem: RwSignal<Option<Problem>>,
    /// The notice at the bottom of the window.
    pub notice: RwSignal<Option<Notice>>,
    /// State of the share dialog.
    pub sharing: Sharing,
    /// The last announcement to screen readers.
    pub announcement: RwSignal<String>,
    /// Width and height of the screen, pixels of the clip.
    pub screen_size: RwSignal<(u32, u32)>,
}

/// Phase of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// No run yet.
    #[default]
    Idle,
    /// Requested; waits for the worker or the model.
    Queued,
    /// Waits for another tab.
    Waiting,
    /// Generating.
    Working,
    /// Asked to stop.
    Stopping,
    /// The clip is in the player.
    Done,
    /// Stopped by the user.
    Cancelled,
    /// Stopped by an error, described in a sentence.
    Failed(String),
}

impl Phase {
    /// Returns the value of the page's `data-state`.
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

    /// Whether a run is in progress.
    pub fn is_busy(&self) -> bool {
        matches!(
            self,
            Phase::Queued | Phase::Waiting | Phase::Working | Phase::Stopping
        )
    }
}

/// Progress of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// The stage; `None` before the first.
    pub stage: Option<Stage>,
    /// Finished steps and their number, in a stage with steps.
    pub steps: Option<(u32, u32)>,
    /// Fraction done, 0 ..= 1; never falls.
    pub fraction: f32,
    /// Seconds left, once measured.
    pub seconds_left: Option<f32>,
    /// Start of the run, milliseconds since 1970.
    pub began: f64,
    /// The executor's device.
    pub device: Device,
    /// Bytes of the worker's memory after the run.
    pub heap: f64,
}

/// The clip in the player.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenClip {
    /// Its history entry.
    pub record: ClipRecord,
    /// Object URL of its MP4.
    pub url: String,
    /// Whether it was just generated and starts to play.
    pub autoplay: bool,
    /// Why it is not saved in the history, as a sentence.
    pub unsaved: Option<String>,
}

/// A clip of the history.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryEntry {
    /// Its stored entry.
    pub record: ClipRecord,
    /// Object URL of its poster.
    pub poster: Option<String>,
}

/// A notice with at most one action.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// The sentence.
    pub sentence: String,
    /// The action of its button.
    pub action: Option<Action>,
}

/// The action of a notice.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Restores a deleted clip.
    Undo(String),
    /// Restores the prompt that a link or a clip replaced.
    RestorePrompt(String),
    /// Tries again to save the clip in the player.
    SaveAgain,
    /// Copies a link.
    Copy(String),
    /// Loads the library of things.
    LoadLibrary,
}

impl Studio {
    /// Creates the state of a page that was just opened.
    pub fn new() -> Self {
        Self {
            form: Form::restore(),
            adapter: RwSignal::new(None),
            model: RwSignal::new(None),
            weights: RwSignal::new(Weights::Unknown),
            library: RwSignal::new(LibraryState::Absent),
            job: RwSignal::new(0),
            phase: RwSignal::new(Phase::Idle),
            progress: RwSignal::new(Progress::default()),
            reading: RwSignal::new(None),
            reader: RwSignal::new("loading"),
            report: RwSignal::new(None),
            preview: RwSignal::new(None),
            preview_id: RwSignal::new(None),
            clip: RwSignal::new(None),
            history: RwSignal::new(Vec::new()),
            problem: RwSignal::new(None),
            notice: RwSignal::new(None),
            sharing: Sharing::new(),
            announcement: RwSignal::new(String::new()),
            screen_size: RwSignal::new((128, 128)),
        }
    }

    /// Returns the state of this page.
    pub fn get() -> Self {
        expect_context()
    }

    /// Announces a sentence to screen readers.
    pub fn announce(&self, sentence: impl Into<String>) {
        self.announcement.set(sentence.into());
    }

    /// Shows a notice without an action.
    pub fn notify(&self, sentence: impl Into<String>) {
        self.notice.set(Some(Notice {
            sentence: sentence.into(),
            action: None,
        }));
    }

    /// Shows a notice with an action.
    pub fn offer(&self, sentence: impl Into<String>, action: Action) {
        self.notice.set(Some(Notice {
            sentence: sentence.into(),
            action: Some(action),
        }));
    }

    /// Opens a clip in the player and revokes the URL of the one before.
    pub fn open_clip(&self, clip: OpenClip) {
        let before = self
            .clip
            .with_untracked(|clip| clip.as_ref().map(|c| c.url.clone()));
        if !self.phase.with_untracked(Phase::is_busy) {
            self.screen_size
                .set((clip.record.width, clip.record.height));
        }
        self.clip.set(Some(clip));
        if let Some(url) = before {
            super::browser::revoke(&url);
        }
    }
}
