//! Rotary position embedding (RoPE) tables for (time, row, column) positions, split among the axes as in Wan.
//!
//! Source: Wan2.1 `wan/modules/model.py` (rope_apply) and diffusers' `WanRotaryPosEmbed`.

/// Base of the rotary frequencies.
const THETA: f64 = 10_000.0;

/// Position of a token: latent frame, token row, token column.
pub type Position = [i32; 3];

/// Cosine and sine tables, each `[tokens, head_dim / 2]`, row-major.
#[derive(Debug, Clone, PartialEq)]
pub struct RotaryTables {
    /// cos(angle) of each token and channel pair.
    pub cos: Vec<f32>,
    /// sin(angle) of each token and channel pair.
    pub sin: Vec<f32>,
}

/// Returns the rotated channel pairs per axis (time, row, column): rows and columns take a third each, rounded down, and time the rest.
pub fn axis_pairs(head_dim: usize) -> [usize; 3] {
    let pairs = head_dim / 2;
    let spatial = pairs / 3;
    [pairs - 2 * spatial, spatial, spatial]
}

/// Computes the tables of tokens at `positions`. Angles are computed in f64 and rounded once.
pub fn rotary_tables(positions: &[Position], head_dim: usize) -> RotaryTables {
    let axes = axis_pairs(head_dim);
    let size = positions.len() * head_dim / 2;
    let mut tables = RotaryTables {
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

/// Lists the positions of a sequence with a time axis only, such as plan rows or sound tokens.
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
    fn the_first_pair_of_an_axis_rotates_by_one_radian_per_step() {
        let tables = rotary_tables(&[[3, 1, 2]], 64);
        assert!((tables.cos[0] - 3f32.cos()).abs() < 1e-6);
        assert!((tables.sin[12] - 1f32.sin()).abs() < 1e-6);
        assert!((tables.sin[22] - 2f32.sin()).abs() < 1e-6);
    }
}
