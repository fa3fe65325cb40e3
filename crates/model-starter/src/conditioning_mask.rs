//! The conditioning mask: tokens that are known, and that denoising must not change.
//!
//! Extensions, remixes and reference images all enter the video model this way. It sees of each token whether it is known, and its
//! step leaves known tokens as they are. Twin: `conditioning_mask.py` in the training package.

use kinora_contract::plan::SUBJECTS;

use crate::dit::{SOUND_DIM, TOKEN_DIM};
use crate::grid::Grid;

/// Known tokens of each part of the sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditioningMask {
    /// `[video tokens]`.
    pub video: Vec<bool>,
    /// `[latent frames]`.
    pub sound: Vec<bool>,
    /// `[layer tokens]`; the first [`SUBJECTS`] are references.
    pub layers: Vec<bool>,
}

/// The tokens of a clip, part by part: noise, partly denoised, or clean.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tokens {
    /// `[latent frames · rows · cols, TOKEN_DIM]`.
    pub video: Vec<f32>,
    /// `[latent frames, SOUND_DIM]`.
    pub sound: Vec<f32>,
    /// `[(latent frames + 1) · SUBJECTS, layer_dim]`, ordered by latent frame, then subject; references first.
    pub layers: Vec<f32>,
}

impl ConditioningMask {
    /// Marks no token as known.
    pub fn none(grid: Grid) -> Self {
        Self {
            video: vec![false; grid.video_tokens()],
            sound: vec![false; grid.latent_frames],
            layers: vec![false; grid.layer_tokens()],
        }
    }

    /// Marks the first latent frames as known.
    pub fn prefix(grid: Grid, latent_frames: usize) -> Self {
        let mut mask = Self::none(grid);
        mask.video[..latent_frames * grid.tokens_per_frame()].fill(true);
        mask.sound[..latent_frames].fill(true);
        mask.layers[SUBJECTS..][..latent_frames * SUBJECTS].fill(true);
        mask
    }

    /// Tokens that no step changes: known ones, and all references, present or not.
    fn fixed(&self) -> [Vec<bool>; 3] {
        let mut layers = self.layers.clone();
        layers[..SUBJECTS].fill(true);
        [self.video.clone(), self.sound.clone(), layers]
    }

    /// Lists the states of the video model and the inputs of [`ConditioningMask::masks`], by their names in its graph.
    pub fn inputs(&self, tokens: &Tokens) -> Vec<(&'static str, Vec<f32>)> {
        let [video, sound, layers] = self.masks(tokens);
        vec![
            ("video", tokens.video.clone()),
            ("sound", tokens.sound.clone()),
            ("layers", tokens.layers.clone()),
            ("video.unknown", video.0),
            ("video.known", video.1),
            ("sound.unknown", sound.0),
            ("sound.known", sound.1),
            ("layers.unknown", layers.0),
            ("layers.known", layers.1),
        ]
    }

    /// Computes [`split_by_mask`] of each part: video, sound, layers.
    pub fn masks(&self, tokens: &Tokens) -> [(Vec<f32>, Vec<f32>); 3] {
        let [video, sound, layers] = self.fixed();
        [
            split_by_mask(&video, &tokens.video),
            split_by_mask(&sound, &tokens.sound),
            split_by_mask(&layers, &tokens.layers),
        ]
    }
}

impl Tokens {
    /// Makes tokens of zeros.
    pub fn zeros(grid: Grid, layer_dim: usize) -> Self {
        Self {
            video: vec![0.0; grid.video_tokens() * TOKEN_DIM],
            sound: vec![0.0; grid.latent_frames * SOUND_DIM],
            layers: vec![0.0; grid.layer_tokens() * layer_dim],
        }
    }

    /// Returns the video and layer tokens of one of `latent_frames`.
    pub fn of_latent_frame(&self, index: usize, latent_frames: usize) -> (&[f32], &[f32]) {
        let video = self.video.len() / latent_frames;
        let layers = self.layers.len() / (latent_frames + 1);
        (
            &self.video[index * video..(index + 1) * video],
            &self.layers[(index + 1) * layers..(index + 2) * layers],
        )
    }
}

/// Splits values `[rows, width]` by which rows are fixed: `unknown` is 1 where a step may change a value, else 0; `known` is the value
/// where it may not, else 0.
pub fn split_by_mask(fixed: &[bool], values: &[f32]) -> (Vec<f32>, Vec<f32>) {
    let width = values.len() / fixed.len();
    let per_value = || {
        fixed
            .iter()
            .flat_map(|fixed| std::iter::repeat_n(*fixed, width))
    };
    let unknown = per_value().map(|fixed| f32::from(!fixed)).collect();
    let known = per_value().zip(values);
    let known = known.map(|(fixed, value)| if fixed { *value } else { 0.0 });
    (unknown, known.collect())
}

/// Writes the `at`-th run of `count` tokens and marks it as known.
pub fn write_known(tokens: &mut [f32], mask: &mut [bool], run: &[f32], at: usize, count: usize) {
    tokens[at * run.len()..(at + 1) * run.len()].copy_from_slice(run);
    mask[at * count..(at + 1) * count].fill(true);
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: Grid = Grid {
        latent_frames: 3,
        rows: 1,
        cols: 2,
    };

    #[test]
    fn a_prefix_is_known_and_the_rest_is_not() {
        let mut tokens = Tokens::zeros(GRID, 2);
        tokens.sound.iter_mut().for_each(|v| *v = 5.0);
        tokens.layers.iter_mut().for_each(|v| *v = 7.0);
        let mask = ConditioningMask::prefix(GRID, 1);
        assert_eq!(mask.video, [true, true, false, false, false, false]);
        let [_, (unknown, known), (unknown_layers, known_layers)] = mask.masks(&tokens);
        assert!(unknown[..SOUND_DIM].iter().all(|v| *v == 0.0));
        assert!(known[..SOUND_DIM].iter().all(|v| *v == 5.0));
        assert!(unknown[SOUND_DIM..].iter().all(|v| *v == 1.0));
        assert!(known[SOUND_DIM..].iter().all(|v| *v == 0.0));
        // References and the first latent frame, two subjects' values each.
        let held = 2 * SUBJECTS * 2;
        assert!(unknown_layers[..held].iter().all(|v| *v == 0.0));
        assert!(known_layers[..held].iter().all(|v| *v == 7.0));
        assert!(unknown_layers[held..].iter().all(|v| *v == 1.0));
    }

    #[test]
    fn layers_of_a_latent_frame_come_after_the_references() {
        let mut tokens = Tokens::zeros(GRID, 1);
        tokens.layers = (0..GRID.layer_tokens()).map(|i| i as f32).collect();
        assert_eq!(tokens.of_latent_frame(0, 3).1, [3.0, 4.0, 5.0]);
        assert_eq!(tokens.of_latent_frame(2, 3).1, [9.0, 10.0, 11.0]);
    }
}
