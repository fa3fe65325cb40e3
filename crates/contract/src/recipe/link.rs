//! Recipe links: `#r=` followed by base64url of the canonical bytes and four check bytes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Recipe, RecipeError};

/// Prefix of a recipe fragment.
pub const LINK_PREFIX: &str = "r=";
/// Maximum length of a fragment in characters, without the `#`.
pub const MAX_LINK_CHARS: usize = 8192;
/// Number of leading BLAKE3 bytes of the recipe appended as a checksum. Changing one character of a link often yields
/// another valid recipe; only the checksum detects the damage.
pub const CHECK_BYTES: usize = 4;

impl Recipe {
    /// Encodes the recipe as a link fragment `r=…`, without the `#`.
    ///
    /// # Errors
    ///
    /// Fails if the recipe is invalid or the fragment is longer than [`MAX_LINK_CHARS`].
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

    /// Decodes a link fragment. Accepts a leading `#` and surrounding white space.
    ///
    /// # Errors
    ///
    /// Fails if the fragment has no recipe, is too long, is damaged, or contains an invalid recipe.
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
