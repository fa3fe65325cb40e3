//! What was published from this browser, remembered beside the history, so that it can be taken back after a reload.

use super::super::web;
use kinora_contract::share::{ClipView, Visibility};
use serde::{Deserialize, Serialize};

const KEY: &str = "kinora.published";

/// A clip of the history that stands on the relay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Published {
    /// Its id in the history.
    pub record: String,
    /// What the relay says of it.
    pub clip: ClipView,
}

impl Published {
    /// Whether others can see it now.
    pub fn is_open(&self) -> bool {
        self.clip.visibility != Visibility::Unpublished
    }
}

/// All that is remembered.
pub fn recall() -> Vec<Published> {
    let text = web::recall(KEY).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Remembers one, in place of what was known of the same clip. Another tab may have published meanwhile.
pub fn remember(new: Published) -> Vec<Published> {
    change(|all| {
        all.retain(|known| known.record != new.record);
        all.push(new);
    })
}

/// Forgets one.
pub fn forget(record: &str) -> Vec<Published> {
    change(|all| all.retain(|known| known.record != record))
}

fn change(change: impl FnOnce(&mut Vec<Published>)) -> Vec<Published> {
    let mut all = recall();
    change(&mut all);
    if let Ok(text) = serde_json::to_string(&all) {
        web::remember(KEY, &text);
    }
    all
}
