//! Which tokens of a clip are already clean: what is extended, kept or shown, in one mechanism.
//!
//! The video model is told of each token whether it is given, and leaves it as it is. Twin: `training/given.py`.

use kinora_contract::plan::SUBJECTS;

use crate::dit::{Grid, SOUND_DIM, TOKEN_DIM};

/// Per token of each part of the sequence, whether it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// `[video tokens]`.
    pub video: Vec<bool>,
    /// `[latent frames]`.
    pub sound: Vec<bool>,
    /// `[layer tokens]`; the first [`SUBJECTS`] are references.
    pub layers: Vec<bool>,
}

/// The parts of a clip in tokens: noise, between two steps, or as the video model predicts them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tokens {
    /// `[latent frames · rows · cols, TOKEN_DIM]`.
    pub video: Vec<f32>,
    /// `[latent frames, SOUND_DIM]`.
    pub sound: Vec<f32>,
    /// `[(latent frames + 1) · SUBJECTS, layer_dim]`, ordered by latent frame, then subject; references first.
    pub layers: Vec<f32>,
}

impl Given {
    /// Nothing is known but what the text and the plan say.
    pub fn nothing(grid: Grid) -> Self {
        Self {
            video: vec![false; grid.video_tokens()],
            sound: vec![false; grid.latent_frames],
            layers: vec![false; grid.layer_tokens()],
        }
    }

    /// The first latent frames are known: a clip goes on.
    pub fn start(grid: Grid, latent_frames: usize) -> Self {
        let mut given = Self::nothing(grid);
        given.video[..latent_frames * grid.tokens_per_frame()].fill(true);
        given.sound[..latent_frames].fill(true);
        given.layers[SUBJECTS..][..latent_frames * SUBJECTS].fill(true);
        given
    }

    /// What no step changes: what is given, and references that are not there.
    fn fixed(&self) -> [Vec<bool>; 3] {
        let mut layers = self.layers.clone();
        layers[..SUBJECTS].fill(true);
        [self.video.clone(), self.sound.clone(), layers]
    }

    /// The states of the video model and the inputs that hold them ([`Given::holds`]), by their names in its graph.
    pub fn inputs(&self, tokens: &Tokens) -> Vec<(&'static str, Vec<f32>)> {
        let [video, sound, layers] = self.holds(tokens);
        vec![
            ("video", tokens.video.clone()),
            ("sound", tokens.sound.clone()),
            ("layers", tokens.layers.clone()),
            ("video.free", video.0),
            ("video.held", video.1),
            ("sound.free", sound.0),
            ("sound.held", sound.1),
            ("layers.free", layers.0),
            ("layers.held", layers.1),
        ]
    }

    /// The inputs of the video model that keep what is fixed as it stands in `tokens`, per part: `free` is 1 where a step
    /// may change a value, else 0; `held` is what stands where it may not, else 0.
    pub fn holds(&self, tokens: &Tokens) -> [(Vec<f32>, Vec<f32>); 3] {
        let parts = [&tokens.video, &tokens.sound, &tokens.layers];
        let [video, sound, layers] = self.fixed();
        [video, sound, layers]
            .into_iter()
            .zip(parts)
            .map(|(fixed, values)| hold(&fixed, values))
            .collect::<Vec<_>>()
            .try_into()
            // Three went in.
            .unwrap_or_else(|_| unreachable!())
    }
}

impl Tokens {
    /// Zeros for a grid.
    pub fn zeros(grid: Grid, layer_dim: usize) -> Self {
        Self {
            video: vec![0.0; grid.video_tokens() * TOKEN_DIM],
            sound: vec![0.0; grid.latent_frames * SOUND_DIM],
            layers: vec![0.0; grid.layer_tokens() * layer_dim],
        }
    }

    /// The video and layer tokens of one of `latent_frames`.
    pub fn of_latent_frame(&self, index: usize, latent_frames: usize) -> (&[f32], &[f32]) {
        let video = self.video.len() / latent_frames;
        let layers = self.layers.len() / (latent_frames + 1);
        (
            &self.video[index * video..(index + 1) * video],
            &self.layers[(index + 1) * layers..(index + 2) * layers],
        )
    }
}

/// `free` and `held` of values in rows, as [`Given::holds`] has them; `fixed` says which rows.
pub fn hold(fixed: &[bool], values: &[f32]) -> (Vec<f32>, Vec<f32>) {
    let width = values.len() / fixed.len();
    let per_value = || {
        fixed
            .iter()
            .flat_map(|fixed| std::iter::repeat_n(*fixed, width))
    };
    let free = per_value().map(|fixed| f32::from(!fixed)).collect();
    let held = per_value().zip(values);
    let held = held.map(|(fixed, value)| if fixed { *value } else { 0.0 });
    (free, held.collect())
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
    fn a_start_is_held_and_the_rest_is_free() {
        let mut tokens = Tokens::zeros(GRID, 2);
        tokens.sound.iter_mut().for_each(|v| *v = 5.0);
        tokens.layers.iter_mut().for_each(|v| *v = 7.0);
        let given = Given::start(GRID, 1);
        assert_eq!(given.video, [true, true, false, false, false, false]);
        let [_, (free, held), (free_layers, held_layers)] = given.holds(&tokens);
        assert!(free[..SOUND_DIM].iter().all(|v| *v == 0.0));
        assert!(held[..SOUND_DIM].iter().all(|v| *v == 5.0));
        assert!(free[SOUND_DIM..].iter().all(|v| *v == 1.0));
        assert!(held[SOUND_DIM..].iter().all(|v| *v == 0.0));
        // References and the first latent frame, two subjects' values each.
        let held = 2 * SUBJECTS * 2;
        assert!(free_layers[..held].iter().all(|v| *v == 0.0));
        assert!(held_layers[..held].iter().all(|v| *v == 7.0));
        assert!(free_layers[held..].iter().all(|v| *v == 1.0));
    }

    #[test]
    fn layers_of_a_latent_frame_come_after_the_references() {
        let mut tokens = Tokens::zeros(GRID, 1);
        tokens.layers = (0..GRID.layer_tokens()).map(|i| i as f32).collect();
        assert_eq!(tokens.of_latent_frame(0, 3).1, [3.0, 4.0, 5.0]);
        assert_eq!(tokens.of_latent_frame(2, 3).1, [9.0, 10.0, 11.0]);
    }
}
