//! Failures that are nobody's fault here: no room left, or a store that does not answer. A caller is told to come back.

use std::error::Error;
use std::io::ErrorKind;

/// What is out of order below the relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// No room is left.
    Full,
    /// The database or the store of bytes does not answer, or answers with a failure of its own.
    Unavailable,
}

/// What an error comes from, if it is such a failure. The whole chain of causes counts: libraries wrap what the disk said.
pub fn of(error: &(dyn Error + 'static)) -> Option<Outage> {
    let mut found = None;
    let mut next = Some(error);
    while let Some(error) = next {
        match one(error) {
            Some(Outage::Full) => return Some(Outage::Full),
            Some(Outage::Unavailable) => found = Some(Outage::Unavailable),
            None => {}
        }
        next = error.source();
    }
    found
}

fn one(error: &(dyn Error + 'static)) -> Option<Outage> {
    if let Some(error) = error.downcast_ref::<std::io::Error>() {
        let full = matches!(
            error.kind(),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge
        );
        return full.then_some(Outage::Full);
    }
    if let Some(error) = error.downcast_ref::<object_store::Error>() {
        return match error {
            // A row without its object: not an outage, but something that an operator must repair.
            object_store::Error::NotFound { .. } => None,
            other if says_full(&other.to_string()) => Some(Outage::Full),
            _ => Some(Outage::Unavailable),
        };
    }
    match error.downcast_ref::<sqlx::Error>()? {
        sqlx::Error::Database(error) => database(&error.code()?),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Some(Outage::Unavailable),
        _ => None,
    }
}

/// The library hands on what an S3 store answered as text alone.
fn says_full(text: &str) -> bool {
    ["507 Insufficient Storage", "StorageFull", "QuotaExceeded"]
        .iter()
        .any(|word| text.contains(word))
}

/// PostgreSQL's codes have five characters (its manual, appendix A), SQLite's fewer digits (sqlite.org/rescode.html).
fn database(code: &str) -> Option<Outage> {
    if code.len() == 5 {
        return match code {
            "53100" => Some(Outage::Full),
            // Deadlock, lock not to be had, read-only after a switch of servers.
            "40001" | "40P01" | "55P03" | "25006" => Some(Outage::Unavailable),
            // Connection, resources, the operator's intervention, the system.
            _ if ["08", "53", "57", "58"].contains(&&code[..2]) => Some(Outage::Unavailable),
            _ => None,
        };
    }
    match code.parse::<u32>().ok()? & 0xff {
        13 => Some(Outage::Full),
        // Busy, locked, read-only, I/O error, cannot be opened.
        5 | 6 | 8 | 10 | 14 => Some(Outage::Unavailable),
        _ => None,
    }
}
