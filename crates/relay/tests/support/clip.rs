//! Clips to publish. All begin as one that `kinora generate` made; another recipe takes the place of its own.

use kinora_contract::clip_file::{RECIPE_UUID, read_recipe};
use kinora_contract::{Parent, Recipe};

/// 9 frames of 128×128 with sound, by the CLI.
pub const CLIP: &[u8] = include_bytes!("../fixtures/clip.mp4");

/// The recipe of [`CLIP`].
pub fn recipe() -> Recipe {
    read_recipe(CLIP).unwrap().unwrap()
}

/// [`CLIP`] with another recipe. The old one becomes free space, so that no sample moves.
pub fn with_recipe(recipe: &Recipe) -> Vec<u8> {
    let mut mp4 = CLIP.to_vec();
    let at = mp4.windows(4).position(|name| name == b"uuid").unwrap();
    mp4[at..at + 4].copy_from_slice(b"free");
    let bytes = recipe.to_bytes();
    mp4.extend((24 + bytes.len() as u32).to_be_bytes());
    mp4.extend(b"uuid");
    mp4.extend(RECIPE_UUID);
    mp4.extend(bytes);
    mp4
}

/// A clip like no other.
pub fn numbered(seed: u64) -> Vec<u8> {
    let mut recipe = recipe();
    recipe.seed = seed;
    with_recipe(&recipe)
}

/// A remix of a clip: other words, and a parent.
pub fn remix(of: &[u8], clip: Option<&str>, words: &str) -> Vec<u8> {
    let mut recipe = read_recipe(of).unwrap().unwrap();
    recipe.prompt = words.to_owned();
    with_recipe(&recipe.with_parent(&Parent {
        hash: hash(of),
        clip: clip.map(str::to_owned),
    }))
}

pub fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
