//! Recipe box of a clip file: a top-level `uuid` box with the canonical bytes of the recipe.

pub use kinora_contract::clip_file::RECIPE_UUID;

use kinora_contract::{Recipe, clip_file};
use shiguredo_mp4::boxes::UnknownBox;
use shiguredo_mp4::{BoxSize, BoxType, Encode};

use crate::CodecError;

/// Reads the recipe of an MP4. Returns `None` if the file has no recipe box.
///
/// Reads box headers up to the first recipe box and stops there, so a file truncated after that box is still readable.
///
/// # Errors
///
/// Fails if the bytes are not an MP4, if a box before the recipe is damaged, or if the recipe is invalid.
pub fn read_recipe(mp4: &[u8]) -> Result<Option<Recipe>, CodecError> {
    Ok(clip_file::read_recipe(mp4)?)
}

/// Encodes the recipe box.
pub(crate) fn recipe_box(recipe: &Recipe) -> Result<Vec<u8>, CodecError> {
    let box_type = BoxType::Uuid(RECIPE_UUID);
    let payload = recipe.to_bytes();
    let box_size = BoxSize::with_payload_size(box_type, payload.len() as u64);
    Ok(UnknownBox {
        box_type,
        box_size,
        payload,
    }
    .encode_to_vec()?)
}
