//! The resolved scene of a recipe: what the prompt was read to say, with everything that it left open decided.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Extra;

/// A resolved scene. A recipe that has one is rendered from it; the prompt is then kept for people, and never read again.
///
/// Names of fields and their words are those of the model (`object1`, `colour1`, `place`, …), so that a change of the reader or of its
/// lexicon does not change a clip.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scene {
    /// English sentence for the text encoder.
    pub caption: String,
    /// Values by field.
    pub fields: BTreeMap<String, String>,
    /// Spoken lines, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub speech: Vec<String>,
    /// Fields that the prompt left open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chosen: Vec<String>,
    /// BLAKE3 of the libraries that the scene shows, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub libraries: BTreeMap<String, String>,
    /// Unknown fields, preserved unchanged.
    #[serde(default, skip_serializing_if = "Extra::is_empty")]
    pub extra: Extra,
}

impl Scene {
    /// Returns the value of a field.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str)
    }

    /// Whether the prompt left a field open.
    pub fn is_chosen(&self, field: &str) -> bool {
        self.chosen.iter().any(|it| it == field)
    }
}
