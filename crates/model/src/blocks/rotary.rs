//! Rotary position tables for (time, row, column) positions, as Wan splits them.
//!
//! Source: Wan2.1 `wan/modules/model.py` (rope_apply) and diffusers' `WanRotaryPosEmbed`.

use kinora_contract::plan::SUBJECTS;

use crate::dit::Grid;

/// Base of the rotary frequencies.
const THETA: f64 = 10_000.0;

/// Position of a token: latent frame, token row, token column.
pub type Position = [i32; 3];

/// Cosine and sine tables, each `[tokens, head_dim / 2]`, row-major.
#[derive(Debug, Clone, PartialEq)]
pub struct RopeTables {
    /// cos(angle) of each token and channel pair.
    pub cos: Vec<f32>,
    /// sin(angle) of each token and channel pair.
    pub sin: Vec<f32>,
}

/// Number of rotated pairs for time, row and column: rows and columns take a third each (rounded down), time the rest.
pub fn axis_pairs(head_dim: usize) -> [usize; 3] {
    let pairs = head_dim / 2;
    let spatial = pairs / 3;
    [pairs - 2 * spatial, spatial, spatial]
}

/// Tables for tokens at the given positions. Angles are computed in f64 and rounded once.
pub fn rope_tables(positions: &[Position], head_dim: usize) -> RopeTables {
    let axes = axis_pairs(head_dim);
    let size = positions.len() * head_dim / 2;
    let mut tables = RopeTables {
        cos: Vec::with_capacity(size),
        sin: Vec::with_capacity(size),
    };
    for position in positions {
        for (&at, &pairs) in position.iter().zip(&axes) {
            for pair in 0..pairs {
                let frequency = libm::pow(THETA, -(pair as f64) / pairs as f64);
                let angle = f64::from(at) * frequency;
                tables.cos.push(libm::cos(angle) as f32);
                tables.sin.push(libm::sin(angle) as f32);
            }
        }
    }
    tables
}

/// Row and column of subject 0's layer tokens, the next subject one further on both: past the grid of any clip.
const LAYERS_AT: i32 = 16;

/// Positions of the DiT's sequence: video tokens by frame, row and column, then one sound token per latent frame, then
/// one layer token per latent frame and subject, the references before the first frame.
pub fn dit_positions(grid: Grid) -> Vec<Position> {
    let video = (0..grid.latent_frames).flat_map(move |t| {
        (0..grid.rows)
            .flat_map(move |r| (0..grid.cols).map(move |c| [t as i32, r as i32, c as i32]))
    });
    let layers = (-1..grid.latent_frames as i32)
        .flat_map(|t| (LAYERS_AT..).take(SUBJECTS).map(move |at| [t, at, at]));
    video
        .chain(time_positions(grid.latent_frames))
        .chain(layers)
        .collect()
}

/// Positions of a sequence that has only a time axis: the planner's rows, the sound tokens.
pub fn time_positions(latent_frames: usize) -> impl Iterator<Item = Position> {
    (0..latent_frames).map(|t| [t as i32, 0, 0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_64_and_128_split_as_in_wan() {
        assert_eq!(axis_pairs(64), [12, 10, 10]);
        assert_eq!(axis_pairs(128), [22, 21, 21]);
    }

    #[test]
    fn the_first_pair_of_an_axis_turns_by_one_radian_a_step() {
        let tables = rope_tables(&[[3, 1, 2]], 64);
        assert!((tables.cos[0] - 3f32.cos()).abs() < 1e-6);
        assert!((tables.sin[12] - 1f32.sin()).abs() < 1e-6);
        assert!((tables.sin[22] - 2f32.sin()).abs() < 1e-6);
    }

    #[test]
    fn sound_and_layers_follow_the_video() {
        let positions = dit_positions(Grid {
            latent_frames: 9,
            rows: 4,
            cols: 4,
        });
        assert_eq!(positions.len(), 183);
        assert_eq!(positions[143], [8, 3, 3]);
        assert_eq!(positions[144..146], [[0, 0, 0], [1, 0, 0]]);
        assert_eq!(
            positions[153..157],
            [[-1, 16, 16], [-1, 17, 17], [-1, 18, 18], [0, 16, 16]]
        );
    }
}
