//! The look of a style per pixel: grade, lens, grain, and the bytes of a frame.

use super::canvas::Canvas;
use crate::places::saturated;
use crate::spec::{SceneSpec, Style};
use crate::vector::{V3, smoothstep};

/// Rows above and below this distance from the middle are black in the cinematic style.
const BARS: f32 = 0.86;
/// Steps of 255 by which grain moves a pixel at most.
const GRAIN: f32 = 1.4;

/// What the lens and the film do to a frame.
pub struct Lens {
    /// Dark corners and bars, as a factor per pixel.
    factors: Vec<f32>,
    /// Stream of the grain, if there is any.
    grain: Option<u32>,
}

impl Lens {
    /// The lens of a scene's style.
    pub fn new(spec: &SceneSpec, width: usize, height: usize) -> Self {
        let scale = 2.0 / height as f32;
        let (middle_x, middle_y) = (width as f32 * 0.5, height as f32 * 0.5);
        let factor = |row: usize, column: usize| {
            let y = (row as f32 + 0.5 - middle_y) * scale;
            let x = (column as f32 + 0.5 - middle_x) / middle_x;
            let_through(spec.style, x, y)
        };
        let factors = (0..height).flat_map(|row| (0..width).map(move |column| (row, column)));
        Self {
            factors: factors.map(|(row, column)| factor(row, column)).collect(),
            grain: (spec.style == Style::Realistic).then_some(spec.seed as u32),
        }
    }

    /// Appends the finished frame as bytes.
    pub fn develop(&self, canvas: &Canvas, frame: usize, out: &mut Vec<u8>) {
        let start = out.len();
        out.resize(start + canvas.pixels.len() * 3, 0);
        let bytes = out[start..].chunks_exact_mut(3);
        let mut noise = self.grain.map(|seed| Grain::new(seed, frame));
        for ((pixel, factor), rgb) in canvas.pixels.iter().zip(&self.factors).zip(bytes) {
            let factor = factor * 255.0;
            let speck = noise
                .as_mut()
                .map_or(0.5, |noise| 0.5 + noise.next() * GRAIN);
            // Casts saturate, so that no clamp is needed.
            rgb[0] = (pixel.0 * factor + speck) as u8;
            rgb[1] = (pixel.1 * factor + speck) as u8;
            rgb[2] = (pixel.2 * factor + speck) as u8;
        }
    }
}

/// How much light reaches the film at a point of the frame, of 1: dark corners and black bars. Both axes reach 1 at the edge.
pub fn let_through(style: Style, x: f32, y: f32) -> f32 {
    if style == Style::Cinematic && y.abs() > BARS {
        return 0.0;
    }
    vignette(style, x, y)
}

fn vignette(style: Style, x: f32, y: f32) -> f32 {
    match style {
        Style::Cinematic => 1.0 - 0.48 * smoothstep(0.35, 1.7, x * x + y * y),
        Style::Realistic => 1.0 - 0.10 * smoothstep(0.6, 2.0, x * x + y * y),
        Style::Animated => 1.0,
    }
}

/// Even noise between -1 and 1, another in each frame.
struct Grain(u32);

impl Grain {
    fn new(seed: u32, frame: usize) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B1) ^ (frame as u32).wrapping_mul(0x85EB_CA77) | 1)
    }

    /// Marsaglia's xorshift.
    fn next(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        (self.0 >> 8) as f32 / 8_388_608.0 - 1.0
    }
}

/// The look of a style, per colour.
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
