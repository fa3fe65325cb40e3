//! Opens the share dialog and looks for a relay.

use super::published;
use super::relay_client;
use super::state::Step;
use crate::page::browser;
use crate::page::messages;
use crate::page::state::Studio;
use crate::protocol::ClipRecord;
use kinora_contract::share::MAX_TITLE_CHARS;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Opens the dialog for a clip. The page contacts the relay only now.
pub fn open(studio: Studio, record: ClipRecord) {
    let sharing = studio.sharing;
    if sharing.record.with_untracked(Option::is_some) {
        return;
    }
    sharing.failure.set(None);
    sharing.published.set(published::read());
    sharing.title.set(title(&record.prompt));
    sharing.record.set(Some(record));
    look_for_relay(studio);
}

/// Whether this page may share. In a frame, another page could trick the user into a click.
pub fn is_available() -> bool {
    window().top().ok().flatten().as_ref() == Some(&window())
}

/// Looks for the relay unless the clip is already published.
pub fn look_for_relay(studio: Studio) {
    let sharing = studio.sharing;
    let first = match untrack(|| sharing.current()) {
        Some(_) => Step::Published,
        None => Step::Looking,
    };
    sharing.step.set(first.clone());
    if first == Step::Published {
        return;
    }
    spawn_local(async move {
        let found = relay_client::find().await;
        if sharing.step.get_untracked() != Step::Looking {
            return;
        }
        sharing.step.set(match found {
            Ok(Some(relay)) => Step::Form(relay),
            Ok(None) => Step::NoRelay,
            Err(_) => Step::NoResponse,
        });
        browser::focus_soon(match sharing.step.get_untracked() {
            Step::Form(_) => "share-name",
            _ => "share-title",
        });
    });
}

/// Shortens a prompt to a title of one line.
fn title(prompt: &str) -> String {
    let line: String = messages::shortened(prompt)
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    line.chars().take(MAX_TITLE_CHARS).collect()
}
