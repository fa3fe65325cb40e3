//! Clips published from this browser, stored so that they can be edited and deleted later.

use crate::page::browser;
use kinora_contract::share::{ClipView, Visibility};
use serde::{Deserialize, Serialize};

const KEY: &str = "kinora.published";

/// A clip of the history that is on the relay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Published {
    /// Its id in the history.
    pub record: String,
    /// The relay's view of it.
    pub clip: ClipView,
}

impl Published {
    /// Whether others can see it.
    pub fn is_open(&self) -> bool {
        self.clip.visibility != Visibility::Unpublished
    }
}

/// Reads all.
pub fn read() -> Vec<Published> {
    let text = browser::read_setting(KEY).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Stores one and replaces the entry of the same clip. Returns all, including those of other tabs.
pub fn store(new: Published) -> Vec<Published> {
    change(|all| {
        all.retain(|known| known.record != new.record);
        all.push(new);
    })
}

/// Removes one. Returns the rest.
pub fn remove(record: &str) -> Vec<Published> {
    change(|all| all.retain(|known| known.record != record))
}

fn change(change: impl FnOnce(&mut Vec<Published>)) -> Vec<Published> {
    let mut all = read();
    change(&mut all);
    if let Ok(text) = serde_json::to_string(&all) {
        browser::write_setting(KEY, &text);
    }
    all
}
