//! The state of the share dialog. It outlives the dialog, so that work in progress has a place for its result.

use super::published::{self, Published};
use crate::page::browser;
use crate::protocol::ClipRecord;
use kinora_contract::share::{Licence, RelayView};
use leptos::prelude::*;

/// Setting that stores the maker's name.
pub const MAKER: &str = "kinora.maker";

/// State of the dialog.
#[derive(Clone, Copy)]
pub struct Sharing {
    /// The clip to share; `None` while the dialog is closed.
    pub record: RwSignal<Option<ClipRecord>>,
    /// The dialog's step.
    pub step: RwSignal<Step>,
    /// The last error and what to do, as a sentence.
    pub failure: RwSignal<Option<String>>,
    /// Title of the clip.
    pub title: RwSignal<String>,
    /// Name of the maker.
    pub maker: RwSignal<String>,
    /// Whether the clip will be listed.
    pub listed: RwSignal<bool>,
    /// Whether others may publish remixes.
    pub remix: RwSignal<bool>,
    /// Licence of the clip.
    pub licence: RwSignal<Licence>,
    /// All clips published from this browser.
    pub published: RwSignal<Vec<Published>>,
}

/// Step of the dialog.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Looks for a relay.
    Looking,
    /// There is no relay.
    NoRelay,
    /// The relay does not respond.
    NoResponse,
    /// The user fills in the form.
    Form(RelayView),
    /// Uploads; bytes sent and in total.
    Sending(u32, u32),
    /// The clip is published.
    Published,
}

impl Sharing {
    /// Creates the state of a closed dialog.
    pub fn new() -> Self {
        Self {
            record: RwSignal::new(None),
            step: RwSignal::new(Step::Looking),
            failure: RwSignal::new(None),
            title: RwSignal::new(String::new()),
            maker: RwSignal::new(browser::read_setting(MAKER).unwrap_or_default()),
            listed: RwSignal::new(false),
            remix: RwSignal::new(true),
            licence: RwSignal::new(Licence::CcBy),
            published: RwSignal::new(published::read()),
        }
    }

    /// Whether others can see a clip of the history.
    pub fn is_shared(&self, record: &str) -> bool {
        self.published
            .with(|all| all.iter().any(|one| one.record == record && one.is_open()))
    }

    /// Returns the published version of the dialog's clip.
    pub fn current(&self) -> Option<Published> {
        let record = self.record.get()?.id;
        self.published
            .with(|all| all.iter().find(|one| one.record == record).cloned())
    }
}
