//! Seeded Gaussian noise whose bits are the same on every platform.
//!
//! ChaCha is a counter-based generator, so a stream can be started anywhere; Box–Muller through `libm` in f64 keeps the
//! platform's own maths library out of it. Source: Box & Muller 1958.

use core::f64::consts::TAU;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What the noise is drawn for; each purpose has its own stream, so that one never shifts another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The planner's start.
    Plan = 1,
    /// Video latents.
    Video = 2,
    /// Sound tokens.
    Sound = 3,
    /// Layer tokens.
    Layers = 4,
    /// What the noise of all latent frames' video tokens has in common.
    SharedVideo = 5,
    /// What the noise of all latent frames' layer tokens has in common.
    SharedLayers = 6,
    /// What a prompt leaves open.
    Choice = 7,
}

/// Streams that are kept for each window, or each other part of a clip.
const PURPOSES: u64 = 16;

fn stream(seed: u64, purpose: Purpose, part: u32) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(purpose as u64 + PURPOSES * u64::from(part));
    rng
}

/// `len` draws of a standard normal for this seed, purpose and window of the clip.
pub fn standard_normal(seed: u64, purpose: Purpose, window: u32, len: usize) -> Vec<f32> {
    let mut rng = stream(seed, purpose, window);
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

/// `len` draws between 0 and 1, uniform, for this seed, purpose and part of it.
pub fn uniform(seed: u64, purpose: Purpose, part: u32, len: usize) -> Vec<f64> {
    let mut rng = stream(seed, purpose, part);
    (0..len).map(|_| open_unit(rng.next_u64())).collect()
}

/// Noise for `frames` latent frames of `len` values, of whose variance a `share` is the same in every frame and in every window:
/// much of a clip is. Source: Ge et al. 2023, "Preserve Your Own Correlation".
pub fn clip_noise(
    seed: u64,
    (own, shared): (Purpose, Purpose),
    window: u32,
    (frames, len): (usize, usize),
    share: f32,
) -> Vec<f32> {
    let same = standard_normal(seed, shared, 0, len);
    let mut noise = standard_normal(seed, own, window, frames * len);
    let (of_same, of_own) = (share.sqrt(), (1.0 - share).sqrt());
    for (value, same) in noise.iter_mut().zip(same.iter().cycle()) {
        *value = of_same * same + of_own * *value;
    }
    noise
}

/// A number in (0, 1) from 53 random bits; never 0, so that its logarithm is finite.
fn open_unit(bits: u64) -> f64 {
    ((bits >> 11) as f64 + 0.5) / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_are_golden() {
        let bits: Vec<u32> = standard_normal(7, Purpose::Video, 0, 4)
            .iter()
            .map(|v| v.to_bits())
            .collect();
        assert_eq!(bits, GOLDEN_SEED_7);
    }

    #[test]
    fn frames_of_a_clip_share_a_part_of_their_noise() {
        let purposes = (Purpose::Layers, Purpose::SharedLayers);
        let noise = clip_noise(3, purposes, 0, (2, 20_000), 0.75);
        let (first, second) = noise.split_at(20_000);
        let product = |a: &[f32], b: &[f32]| {
            a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>() / a.len() as f32
        };
        assert!((product(first, first) - 1.0).abs() < 0.03);
        assert!((product(first, second) - 0.75).abs() < 0.03);
        let later = clip_noise(3, purposes, 1, (1, 20_000), 0.75);
        assert!((product(first, &later) - 0.75).abs() < 0.03);
    }

    #[test]
    fn mean_and_variance_are_those_of_a_standard_normal() {
        let noise = standard_normal(1, Purpose::Plan, 0, 100_001);
        let n = noise.len() as f32;
        let mean = noise.iter().sum::<f32>() / n;
        let variance = noise.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / n;
        assert!(mean.abs() < 0.02, "mean {mean}");
        assert!((variance - 1.0).abs() < 0.02, "variance {variance}");
    }

    #[test]
    fn seeds_and_purposes_have_their_own_streams() {
        let video = standard_normal(7, Purpose::Video, 0, 16);
        assert_ne!(video, standard_normal(8, Purpose::Video, 0, 16));
        assert_ne!(video, standard_normal(7, Purpose::Sound, 0, 16));
        assert_eq!(video[..8], standard_normal(7, Purpose::Video, 0, 8));
    }

    const GOLDEN_SEED_7: [u32; 4] = [3_213_797_051, 1_066_019_106, 3_207_288_710, 1_069_773_330];
}
