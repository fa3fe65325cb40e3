//! Temporal tiling: a clip longer than what a model draws at once is drawn in overlapping tiles of latent frames.

/// Lengths that a model draws at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tiling {
    /// Latent frames of the longest tile.
    pub max_tile: usize,
    /// Latent frames that a later tile takes over from the one before it.
    pub overlap: usize,
}

/// A run of latent frames that is drawn at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    /// Number of the tile, from 0; it selects the noise.
    pub index: u32,
    /// First latent frame in the clip.
    pub first: usize,
    /// Latent frames at the start that are already drawn.
    pub overlap: usize,
    /// Latent frames that belong to the clip; the last tile may reach past its end.
    pub used: usize,
}

impl Tiling {
    /// Returns the latent frames of each tile, and the tiles of a clip of `latent_frames`, of which the first `known` are drawn already.
    ///
    /// All tiles have the same length, so that each network is loaded for one shape.
    pub fn tiles(self, latent_frames: usize, known: usize) -> (usize, Vec<Tile>) {
        let length = latent_frames.min(self.max_tile);
        let (mut tiles, mut end) = (Vec::new(), known);
        while end < latent_frames {
            let overlap = end.min(self.overlap);
            let first = end - overlap;
            tiles.push(Tile {
                index: tiles.len() as u32 + u32::from(known > 0),
                first,
                overlap,
                used: length.min(latent_frames - first),
            });
            end = first + length;
        }
        (length, tiles)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TILING: Tiling = Tiling {
        max_tile: 9,
        overlap: 2,
    };

    #[test]
    fn a_short_clip_is_one_tile() {
        for frames in [1, 3, 9] {
            let (length, tiles) = TILING.tiles(frames, 0);
            assert_eq!((length, tiles.len()), (frames, 1));
            assert_eq!((tiles[0].overlap, tiles[0].used), (0, frames));
        }
    }

    #[test]
    fn tiles_of_a_long_clip_meet_and_end_with_it() {
        for (frames, known) in [(10, 0), (16, 0), (17, 0), (25, 0), (17, 9), (5, 3), (25, 2)] {
            let (length, tiles) = TILING.tiles(frames, known);
            assert_eq!(tiles[0].first + tiles[0].overlap, known);
            for pair in tiles.windows(2) {
                let end = pair[0].first + pair[0].used;
                assert_eq!(
                    (pair[1].first + pair[1].overlap, pair[0].used),
                    (end, length)
                );
            }
            let last = tiles.last().unwrap();
            assert_eq!(last.first + last.used, frames);
            assert!(last.used > last.overlap, "{frames}");
        }
    }
}
