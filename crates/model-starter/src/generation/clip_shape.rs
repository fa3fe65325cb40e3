//! The shape of a clip in latents: its grid, tiles, guidance and rate.

use kinora_contract::Recipe;
use kinora_contract::plan::latent_frames;
use kinora_model::sampling::temporal_tiling::{Tile, Tiling};

use crate::conditioning::initial_state::source_latent_frames;
use crate::grid::Grid;
use crate::networks::dit::Guidance;

/// Latent frames that the networks were trained on, and those that a later tile takes over.
const TILING: Tiling = Tiling {
    max_tile: 9,
    overlap: 2,
};

/// Shape of a clip and of its tiles.
#[derive(Debug, Clone)]
pub(crate) struct ClipShape {
    /// Grid of a tile.
    pub grid: Grid,
    /// Latent frames of the whole clip.
    pub latent_frames: usize,
    pub tiles: Vec<Tile>,
    pub guidance: Guidance,
    /// Width over height.
    pub aspect: f32,
    /// Frames per second.
    pub fps: f32,
}

impl ClipShape {
    /// Returns the shape of a recipe's clip.
    pub fn of(recipe: &Recipe) -> Self {
        let frames = latent_frames(recipe.frames as usize);
        let (length, tiles) = TILING.tiles(frames, source_latent_frames(recipe));
        let [width, height] = [recipe.width, recipe.height].map(|n| n as usize);
        Self {
            grid: Grid {
                latent_frames: length,
                ..Grid::of_clip(width, height, recipe.frames as usize)
            },
            latent_frames: frames,
            tiles,
            guidance: match recipe.guidance_scale == 1.0 {
                true => Guidance::None,
                false => Guidance::ClassifierFree,
            },
            aspect: width as f32 / height as f32,
            fps: recipe.fps as f32,
        }
    }
}
