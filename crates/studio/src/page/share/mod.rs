//! Sharing: a clip leaves the browser here, when its maker says so, and can be taken back.

mod course;
mod dialog;
mod kept;
mod key;
mod manage;
mod relay;

use super::sentences;
use super::state::Studio;
use super::web;
use crate::protocol::ClipRecord;
use kept::Published;
use kinora_contract::share::{ClipView, Licence, MAX_TITLE_CHARS, RelayView};
use leptos::prelude::*;
use leptos::task::spawn_local;

pub use dialog::ShareDialog;

const NAME: &str = "kinora.maker";

/// What the dialog knows. It outlives the dialog, so that work under way always has a place for its result.
#[derive(Clone, Copy)]
pub struct Sharing {
    /// The clip that the dialog is about; none while it is closed.
    pub record: RwSignal<Option<ClipRecord>>,
    step: RwSignal<Step>,
    /// What went wrong last and what to do.
    failure: RwSignal<Option<String>>,
    title: RwSignal<String>,
    maker: RwSignal<String>,
    listed: RwSignal<bool>,
    remix: RwSignal<bool>,
    licence: RwSignal<Licence>,
    /// Everything that was published from this browser.
    published: RwSignal<Vec<Published>>,
}

/// Where the dialog is.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    /// It asks whether there is a relay.
    Looking,
    /// There is none.
    Nowhere,
    /// The relay did not answer.
    Silent,
    /// The person fills in the form.
    Form(RelayView),
    /// Bytes sent and bytes in all.
    Sending(u32, u32),
    /// It is published, and this is what can be done with it.
    Published,
}

impl Sharing {
    /// Nothing is being shared.
    pub fn new() -> Self {
        Self {
            record: RwSignal::new(None),
            step: RwSignal::new(Step::Looking),
            failure: RwSignal::new(None),
            title: RwSignal::new(String::new()),
            maker: RwSignal::new(web::recall(NAME).unwrap_or_default()),
            listed: RwSignal::new(false),
            remix: RwSignal::new(true),
            licence: RwSignal::new(Licence::CcBy),
            published: RwSignal::new(kept::recall()),
        }
    }

    /// Whether others can see a clip of the history now.
    pub fn is_shared(&self, record: &str) -> bool {
        self.published
            .with(|all| all.iter().any(|one| one.record == record && one.is_open()))
    }

    fn now(&self) -> Option<Published> {
        let record = self.record.get()?.id;
        self.published
            .with(|all| all.iter().find(|one| one.record == record).cloned())
    }
}

/// Opens the dialog for a clip. Only now the page asks whether there is a relay.
pub fn open(studio: Studio, record: ClipRecord) {
    let sharing = studio.sharing;
    if sharing.record.with_untracked(Option::is_some) {
        return;
    }
    sharing.failure.set(None);
    sharing.published.set(kept::recall());
    sharing.title.set(title(&record.prompt));
    sharing.record.set(Some(record));
    look(studio);
}

/// Whether this page may share: in a frame of another page a press could be somebody else's trick.
pub fn is_offered() -> bool {
    window().top().ok().flatten().as_ref() == Some(&window())
}

/// A shared clip, asked of the relay; none where it cannot be seen.
pub async fn look_up(id: &str) -> Option<ClipView> {
    relay::clip(id).await.ok()
}

/// Asks for the relay.
fn look(studio: Studio) {
    let sharing = studio.sharing;
    let first = match untrack(|| sharing.now()) {
        Some(_) => Step::Published,
        None => Step::Looking,
    };
    sharing.step.set(first.clone());
    if first == Step::Published {
        return;
    }
    spawn_local(async move {
        let found = relay::find().await;
        if sharing.step.get_untracked() != Step::Looking {
            return;
        }
        sharing.step.set(match found {
            Ok(Some(relay)) => Step::Form(relay),
            Ok(None) => Step::Nowhere,
            Err(_) => Step::Silent,
        });
        web::focus_soon(match sharing.step.get_untracked() {
            Step::Form(_) => "share-name",
            _ => "share-title",
        });
    });
}

/// The prompt as a title: one line, not too long.
fn title(prompt: &str) -> String {
    let line: String = sentences::shortened(prompt)
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    line.chars().take(MAX_TITLE_CHARS).collect()
}
