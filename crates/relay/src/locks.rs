//! One writer per upload. A lock ends with its guard, so that none outlives a broken connection.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::ApiError;

/// Ids that somebody works on.
#[derive(Clone, Debug, Default)]
pub struct Locks(Arc<Mutex<HashSet<String>>>);

/// Keeps an id for its holder.
#[derive(Debug)]
pub struct Guard {
    id: String,
    locks: Locks,
}

impl Locks {
    /// Takes an id, unless somebody has it.
    pub fn take(&self, id: &str) -> Result<Guard, ApiError> {
        if !self.ids().insert(id.to_owned()) {
            return Err(ApiError::Locked);
        }
        Ok(Guard {
            id: id.to_owned(),
            locks: self.clone(),
        })
    }

    /// A set is whole after each call, whatever panicked meanwhile.
    fn ids(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.locks.ids().remove(&self.id);
    }
}
