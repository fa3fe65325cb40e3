//! Film stage: colour grade, lens, grain, and quantisation to bytes.

use kinora_scene::effects::Lens;
use kinora_scene::smoothstep;
use kinora_scene::vocabulary::Style;

use super::canvas::Canvas;
use crate::geometry::vector::V3;
use crate::render::backgrounds::saturated;
use crate::spec::SceneSpec;

/// Amplitude of the grain in 8-bit steps.
const GRAIN: f32 = 1.4;

/// Lens transmittance and grain of a scene.
pub struct Film {
    /// Per pixel, `[height, width]`.
    transmittance: Vec<f32>,
    /// Seed of the grain, if the style has any.
    grain: Option<u32>,
}

impl Film {
    /// Prepares frames of `width` by `height` pixels.
    pub fn new(spec: &SceneSpec, width: usize, height: usize) -> Self {
        Self {
            transmittance: Lens::of_style(spec.style).transmittance(width, height),
            grain: (spec.style == Style::Realistic).then_some(spec.seed as u32),
        }
    }

    /// Appends the finished frame, `[height, width, 3]` bytes.
    pub fn develop(&self, canvas: &Canvas, frame: usize, out: &mut Vec<u8>) {
        let start = out.len();
        out.resize(start + canvas.pixels.len() * 3, 0);
        let bytes = out[start..].chunks_exact_mut(3);
        let mut noise = self.grain.map(|seed| Grain::new(seed, frame));
        for ((pixel, factor), rgb) in canvas.pixels.iter().zip(&self.transmittance).zip(bytes) {
            let factor = factor * 255.0;
            let speck = noise
                .as_mut()
                .map_or(0.5, |noise| 0.5 + noise.next() * GRAIN);
            // Casts saturate; no clamp is needed.
            rgb[0] = (pixel.0 * factor + speck) as u8;
            rgb[1] = (pixel.1 * factor + speck) as u8;
            rgb[2] = (pixel.2 * factor + speck) as u8;
        }
    }
}

/// Uniform noise in −1 .. 1, reseeded per frame.
struct Grain(u32);

impl Grain {
    fn new(seed: u32, frame: usize) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B1) ^ (frame as u32).wrapping_mul(0x85EB_CA77) | 1)
    }

    /// Xorshift generator (Marsaglia 2003).
    fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        (self.0 >> 8) as f32 / 8_388_608.0 - 1.0
    }
}

/// Applies the colour grade of a style.
pub fn grade(colour: V3, style: Style) -> V3 {
    match style {
        Style::Realistic | Style::Animated => colour,
        Style::Cinematic => {
            let dark = colour * 0.86;
            let luma = dark.luma().clamp(0.0, 1.0);
            let curve = luma * luma * (3.0 - 2.0 * luma);
            let contrast = dark * ((0.35 * luma + 0.65 * curve + 0.02) / (luma + 0.02));
            let tint = V3(-0.045, 0.012, 0.055)
                .mix(V3(0.075, 0.012, -0.065), smoothstep(0.12, 0.62, luma));
            saturated(contrast + tint, 1.08)
        }
    }
}
