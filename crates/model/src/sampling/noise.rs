//! Seeded Gaussian noise whose bits are the same on every platform.
//!
//! ChaCha is a counter-based generator, so a stream can be started anywhere; Box–Muller through `libm` in f64 keeps the
//! platform's own maths library out of it. Source: Box & Muller 1958.

use core::f64::consts::TAU;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Independent streams of one seed: drawing more from one never shifts another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoiseStream {
    /// Initial plan of the planner.
    Plan = 1,
    /// Video latents.
    Video = 2,
    /// Sound tokens.
    Sound = 3,
    /// Layer tokens.
    Layers = 4,
    /// Component that the video noise of all latent frames shares.
    SharedVideo = 5,
    /// Component that the layer noise of all latent frames shares.
    SharedLayers = 6,
    /// Values of fields that the prompt leaves open.
    Choice = 7,
}

/// Streams reserved for each tile of a clip.
const STREAMS: u64 = 16;

fn generator(seed: u64, stream: NoiseStream, part: u32) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(stream as u64 + STREAMS * u64::from(part));
    rng
}

/// Draws `len` standard normals for a seed, a stream and a tile of the clip.
pub fn standard_normal(seed: u64, stream: NoiseStream, tile: u32, len: usize) -> Vec<f32> {
    let mut rng = generator(seed, stream, tile);
    let mut noise = Vec::with_capacity(len + 1);
    while noise.len() < len {
        let radius = libm::sqrt(-2.0 * libm::log(open_unit(rng.next_u64())));
        let angle = TAU * open_unit(rng.next_u64());
        noise.push((radius * libm::cos(angle)) as f32);
        noise.push((radius * libm::sin(angle)) as f32);
    }
    noise.truncate(len);
    noise
}

/// Draws `len` uniform numbers in (0, 1) for a seed, a stream and a part of it.
pub fn uniform(seed: u64, stream: NoiseStream, part: u32, len: usize) -> Vec<f64> {
    let mut rng = generator(seed, stream, part);
    (0..len).map(|_| open_unit(rng.next_u64())).collect()
}

/// Draws noise `[frames, len]` with unit variance, of which `share` is common to all latent frames and tiles.
///
/// Source: mixed noise of Ge et al. 2023, "Preserve Your Own Correlation".
pub fn mixed_noise(
    seed: u64,
    (own, shared): (NoiseStream, NoiseStream),
    tile: u32,
    (frames, len): (usize, usize),
    share: f32,
) -> Vec<f32> {
    let same = standard_normal(seed, shared, 0, len);
    let mut noise = standard_normal(seed, own, tile, frames * len);
    let (of_same, of_own) = (share.sqrt(), (1.0 - share).sqrt());
    for (value, same) in noise.iter_mut().zip(same.iter().cycle()) {
        *value = of_same * same + of_own * *value;
    }
    noise
}

/// Maps 53 random bits to (0, 1). Never 0, so that the logarithm is finite.
fn open_unit(bits: u64) -> f64 {
    ((bits >> 11) as f64 + 0.5) / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_are_golden() {
        let bits: Vec<u32> = standard_normal(7, NoiseStream::Video, 0, 4)
            .iter()
            .map(|v| v.to_bits())
            .collect();
        assert_eq!(bits, GOLDEN_SEED_7);
    }

    #[test]
    fn frames_of_a_clip_share_a_part_of_their_noise() {
        let streams = (NoiseStream::Layers, NoiseStream::SharedLayers);
        let noise = mixed_noise(3, streams, 0, (2, 20_000), 0.75);
        let (first, second) = noise.split_at(20_000);
        let product = |a: &[f32], b: &[f32]| {
            a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>() / a.len() as f32
        };
        assert!((product(first, first) - 1.0).abs() < 0.03);
        assert!((product(first, second) - 0.75).abs() < 0.03);
        let later = mixed_noise(3, streams, 1, (1, 20_000), 0.75);
        assert!((product(first, &later) - 0.75).abs() < 0.03);
    }

    #[test]
    fn mean_and_variance_are_those_of_a_standard_normal() {
        let noise = standard_normal(1, NoiseStream::Plan, 0, 100_001);
        let n = noise.len() as f32;
        let mean = noise.iter().sum::<f32>() / n;
        let variance = noise.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / n;
        assert!(mean.abs() < 0.02, "mean {mean}");
        assert!((variance - 1.0).abs() < 0.02, "variance {variance}");
    }

    #[test]
    fn seeds_and_streams_have_their_own_streams() {
        let video = standard_normal(7, NoiseStream::Video, 0, 16);
        assert_ne!(video, standard_normal(8, NoiseStream::Video, 0, 16));
        assert_ne!(video, standard_normal(7, NoiseStream::Sound, 0, 16));
        assert_eq!(video[..8], standard_normal(7, NoiseStream::Video, 0, 8));
    }

    const GOLDEN_SEED_7: [u32; 4] = [3_213_797_051, 1_066_019_106, 3_207_288_710, 1_069_773_330];
}
