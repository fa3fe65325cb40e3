//! The transparency log: what the operators of this relay did about reports, in a chain of hashes that anybody can check.
//!
//! An entry holds a day, what was done, why, and how many reports it answered; nothing in it names a clip or a person.
//! Each entry's hash covers the hash before it, so that whoever kept one hash sees if anything before it was changed.

use std::time::{Duration, SystemTime};

use axum::Json;
use axum::extract::{Query, State};
use kinora_contract::share::Problem;
use serde::{Deserialize, Serialize};

use crate::app::Shared;
use crate::error::ApiError;

/// What stands before the first entry.
pub const START: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Entries on one page of the list.
const PAGE: i64 = 500;

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Entry {
    /// Its place, from 1 on, without gaps.
    pub seq: i64,
    /// The day in UTC, such as 2026-11-22.
    pub day: String,
    /// `takedown`: a clip was taken down; `dismissal`: a report was closed and nothing was done.
    pub action: String,
    /// The reason of a report, as in `POST /api/clips/{id}/reports`.
    pub reason: String,
    /// Reports that this answered.
    pub reports: i64,
    /// The hash of the entry before it; 64 zeros before the first.
    pub previous: String,
    /// BLAKE3 of seven lines, each ended by a line feed: `Kinora transparency 1`, then the fields above in their order.
    pub hash: String,
}

/// A part of the log, oldest first.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Log {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Whether there are more after the last one.
    pub more: bool,
}

/// Which part of the log is asked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
pub struct After {
    /// Leave out entries up to this place.
    after: Option<i64>,
}

impl Entry {
    /// The entry after one with the hash `previous`.
    pub fn new(
        seq: i64,
        millis: i64,
        action: &str,
        reason: &str,
        reports: i64,
        previous: &str,
    ) -> Self {
        let mut entry = Self {
            seq,
            day: day(millis),
            action: action.to_owned(),
            reason: reason.to_owned(),
            reports,
            previous: previous.to_owned(),
            hash: String::new(),
        };
        entry.hash = entry.computed();
        entry
    }

    /// The hash that the fields must have.
    pub fn computed(&self) -> String {
        let Self {
            seq,
            day,
            action,
            reason,
            reports,
            previous,
            ..
        } = self;
        let text = format!(
            "Kinora transparency 1\n{seq}\n{day}\n{action}\n{reason}\n{reports}\n{previous}\n"
        );
        blake3::hash(text.as_bytes()).to_hex().to_string()
    }
}

/// The place of the first entry that does not fit what stands before it.
pub fn first_wrong(entries: &[Entry]) -> Option<i64> {
    let mut previous = START;
    for (place, entry) in (1..).zip(entries) {
        if entry.seq != place || entry.previous != previous || entry.hash != entry.computed() {
            return Some(place);
        }
        previous = &entry.hash;
    }
    None
}

/// What was done about reports, oldest first, 500 at a time.
#[utoipa::path(get, path = "/api/transparency", tag = "reports", params(After), responses((status = 200, body = Log),
    (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn log(
    State(relay): State<Shared>,
    Query(asked): Query<After>,
) -> Result<Json<Log>, ApiError> {
    let after = asked.after.unwrap_or(0);
    let mut entries = relay.db.log_after(after, PAGE + 1).await?;
    let more = entries.len() as i64 > PAGE;
    entries.truncate(PAGE as usize);
    Ok(Json(Log { entries, more }))
}

fn day(millis: i64) -> String {
    let since = Duration::from_millis(u64::try_from(millis).unwrap_or_default());
    let mut text = humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH + since).to_string();
    text.truncate(10);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_anywhere_is_seen() {
        let mut entries: Vec<Entry> = Vec::new();
        for seq in 1..=5 {
            let previous = entries.last().map_or(START, |entry| &entry.hash).to_owned();
            let entry = Entry::new(seq, 1_790_000_000_000, "takedown", "likeness", 2, &previous);
            entries.push(entry);
        }
        assert_eq!(entries[0].day, "2026-09-21");
        assert_eq!(first_wrong(&entries), None);
        let mut changed = entries.clone();
        changed[2].reports = 1;
        assert_eq!(first_wrong(&changed), Some(3));
        changed[2].hash = changed[2].computed();
        assert_eq!(first_wrong(&changed), Some(4));
        let mut missing = entries;
        missing.remove(1);
        assert_eq!(first_wrong(&missing), Some(2));
    }
}
