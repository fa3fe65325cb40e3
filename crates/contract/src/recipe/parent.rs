//! Parent of a remix, stored under the optional key `parent`.

use ciborium::Value;

use super::{Recipe, RecipeError, SourceRole};

const PARENT: &str = "parent";
const HASH: &str = "hash";
const CLIP: &str = "clip";
/// Maximum length of a clip id on a relay, in characters.
pub const MAX_CLIP_CHARS: usize = 64;

/// Parent of a remix: the origin of its prompt. Reused frames and latents are listed in `sources` as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// BLAKE3 of the parent's file, 64 lower-case hexadecimal digits.
    pub hash: String,
    /// Id of the parent on a relay, ASCII letters and digits; `None` for a clip that was not shared.
    pub clip: Option<String>,
}

impl Recipe {
    /// Returns the parent, or `None` for the root of a lineage.
    ///
    /// # Errors
    ///
    /// Fails if `parent` is not a map, its hash is malformed, or its clip id is not 1 to 64 letters and digits.
    pub fn parent(&self) -> Result<Option<Parent>, RecipeError> {
        let Some(value) = self.extra.get(PARENT) else {
            return Ok(None);
        };
        let entries = value.as_map().ok_or_else(|| bad("it is not a map"))?;
        let text = |name: &str| {
            let found = entries.iter().find(|(key, _)| key.as_text() == Some(name));
            found.map(|(_, value)| value.as_text())
        };
        let hash = text(HASH).flatten().unwrap_or_default().to_owned();
        if !is_hash(&hash) {
            return Err(RecipeError::BadHash {
                field: "parent's hash",
            });
        }
        let clip = match text(CLIP) {
            None => None,
            Some(Some(id)) if is_clip_id(id) => Some(id.to_owned()),
            Some(_) => return Err(bad("its id is not 1 to 64 letters and digits")),
        };
        Ok(Some(Parent { hash, clip }))
    }

    /// Sets the parent, replacing any previous one.
    pub fn with_parent(mut self, parent: &Parent) -> Self {
        let mut entries = vec![(Value::from(HASH), Value::from(parent.hash.as_str()))];
        if let Some(clip) = &parent.clip {
            entries.push((Value::from(CLIP), Value::from(clip.as_str())));
        }
        self.extra.insert(PARENT, Value::Map(entries));
        self
    }

    /// Lists the distinct clips that this clip is derived from: the parent, then the remixed and extended sources.
    ///
    /// # Errors
    ///
    /// Fails as [`Recipe::parent`].
    pub fn ancestors(&self) -> Result<Vec<Parent>, RecipeError> {
        let mut all: Vec<Parent> = self.parent()?.into_iter().collect();
        for source in &self.sources {
            let made_from = matches!(source.role, SourceRole::Remix | SourceRole::Extend);
            if made_from && all.iter().all(|known| known.hash != source.hash) {
                all.push(Parent {
                    hash: source.hash.clone(),
                    clip: None,
                });
            }
        }
        Ok(all)
    }
}

fn is_hash(text: &str) -> bool {
    let digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    text.len() == 64 && text.bytes().all(digit)
}

fn is_clip_id(text: &str) -> bool {
    (1..=MAX_CLIP_CHARS).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn bad(detail: &str) -> RecipeError {
    RecipeError::BadField {
        detail: format!("the parent is invalid, because {detail}"),
    }
}
