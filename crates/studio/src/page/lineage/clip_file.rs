//! The recipe inside a clip file.

use kinora_contract::clip_file::{ClipFileError, read_recipe};
use kinora_contract::{Parent, Recipe};

/// Reads the recipe of an MP4 and names the file as its parent. The error is the end of a sentence.
pub fn remix_of(mp4: &[u8]) -> Result<Recipe, String> {
    let recipe = read_recipe(mp4).map_err(|error: ClipFileError| {
        let text = error.to_string();
        text.trim_end_matches('.').to_owned()
    })?;
    let recipe = recipe.ok_or_else(|| "the file has no recipe".to_owned())?;
    let hash = blake3::hash(mp4).to_hex().to_string();
    Ok(recipe.with_parent(&Parent { hash, clip: None }))
}
