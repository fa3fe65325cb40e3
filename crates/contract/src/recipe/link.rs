//! The recipe in a link: `#r=` and base64url of the canonical bytes and four check bytes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Recipe, RecipeError};

/// What a recipe's fragment begins with.
pub const LINK_PREFIX: &str = "r=";
/// The longest fragment, in characters, without the `#`.
pub const MAX_LINK_CHARS: usize = 8192;

/// The first bytes of BLAKE3 of the recipe. A recipe with a changed letter is still a recipe, so only a check tells
/// that somebody's link was damaged on its way.
const CHECK_BYTES: usize = 4;

impl Recipe {
    /// The fragment of a link to this recipe, `r=…`, without the `#`. At most [`MAX_LINK_CHARS`] characters.
    pub fn to_link_fragment(&self) -> Result<String, RecipeError> {
        self.validate()?;
        let mut bytes = self.to_bytes();
        bytes.extend(check(&bytes));
        let fragment = format!("{LINK_PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
        match fragment.len() {
            chars if chars > MAX_LINK_CHARS => Err(RecipeError::LinkTooLong { chars }),
            _ => Ok(fragment),
        }
    }

    /// Reads the fragment of a link; a leading `#` and spaces around it are allowed.
    pub fn from_link_fragment(fragment: &str) -> Result<Self, RecipeError> {
        let fragment = fragment.trim();
        let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
        let text = fragment
            .strip_prefix(LINK_PREFIX)
            .ok_or(RecipeError::NotARecipeLink)?;
        if text.is_empty() {
            return Err(RecipeError::NotARecipeLink);
        }
        if fragment.len() > MAX_LINK_CHARS {
            return Err(RecipeError::LinkTooLong {
                chars: fragment.chars().count(),
            });
        }
        let bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| RecipeError::LinkDamaged)?;
        let (recipe, found) = bytes
            .split_last_chunk::<CHECK_BYTES>()
            .ok_or(RecipeError::LinkDamaged)?;
        if *found != check(recipe) {
            return Err(RecipeError::LinkDamaged);
        }
        Self::from_bytes(recipe)
    }
}

fn check(bytes: &[u8]) -> [u8; CHECK_BYTES] {
    let hash = blake3::hash(bytes);
    let mut check = [0; CHECK_BYTES];
    check.copy_from_slice(&hash.as_bytes()[..CHECK_BYTES]);
    check
}
