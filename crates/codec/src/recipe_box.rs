//! The recipe inside the file: a top-level `uuid` box whose content is the recipe's canonical bytes.

pub use kinora_contract::clip_file::RECIPE_UUID;

use kinora_contract::{Recipe, clip_file};
use shiguredo_mp4::boxes::UnknownBox;
use shiguredo_mp4::{BoxSize, BoxType, Encode};

use crate::CodecError;

/// The recipe of an MP4; none where the file has none.
///
/// Reads box headers only, and no further than the recipe: a file that is cut after it still gives it. The first
/// recipe counts.
pub fn read_recipe(mp4: &[u8]) -> Result<Option<Recipe>, CodecError> {
    Ok(clip_file::read_recipe(mp4)?)
}

/// The bytes of the box with a recipe.
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
