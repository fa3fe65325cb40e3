//! The background: latents → images of the plate by one matrix per patch, and the plate as a camera sees it.
//!
//! The plate is the view in which the background stands still while the camera moves. Plain host code in f32 without the platform's
//! maths library, so that every device gets the same bits. Twin: `BackgroundCodec` in the training package.

use std::sync::Arc;

use kinora_contract::plan::{CameraState, SUBFRAMES};
use kinora_engine::{EngineError, Weights};

use crate::grid::Grid;
use crate::latents::gemv::{dot, host_values};
use crate::networks::refiner::{PIXEL, RGBA, SubframeStack};

/// Channels of a latent.
pub const LATENT_CHANNELS: usize = 48;
/// Pixels along a patch's side.
pub const PATCH: usize = 16;

const RGB: usize = 3;
/// Pixels of a patch in all sub-frames.
const PATCH_PIXELS: usize = SUBFRAMES * PATCH * PATCH;
/// Weight of occluder coverage against a colour when the code was fitted: `FRONT_WEIGHT` of the training package.
const FRONT_WEIGHT: f32 = 2.0;

/// An image of the background plate.
#[derive(Debug, Clone, PartialEq)]
pub struct Background {
    width: usize,
    pixels: Vec<[f32; 4]>,
}

impl Background {
    /// Makes an image from pixels, row-major: colours in about −1..1, and the coverage of occluders, 0..1.
    pub fn new(width: usize, pixels: Vec<[f32; 4]>) -> Self {
        Self { width, pixels }
    }

    /// Takes one sub-frame of a stack that is `width` pixels wide.
    pub fn of_subframe(stack: &SubframeStack, subframe: usize, width: usize) -> Self {
        let pixels = stack.subframe(subframe);
        let limited = pixels.map(|&[r, g, b, front]| [r, g, b, front.clamp(0.0, 1.0)]);
        Self::new(width, limited.collect())
    }

    /// The pixels, as [`Background::new`] has them.
    pub fn pixels(&self) -> &[[f32; 4]] {
        &self.pixels
    }

    /// The pixels, as [`Background::new`] has them.
    pub(crate) fn pixels_mut(&mut self) -> &mut [[f32; 4]] {
        &mut self.pixels
    }

    /// (width, height) in pixels.
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.pixels.len() / self.width.max(1))
    }

    /// Reprojects the plate, seen by the camera `plate`, to `camera`: bilinear, with its border repeated outside.
    pub fn reprojected(&self, plate: &CameraState, camera: &CameraState) -> Self {
        if camera == plate {
            return self.clone();
        }
        let (width, height) = self.size();
        let on_plate = |x, y| {
            let (x, y) = camera.back(x, y);
            plate.project(x, y)
        };
        // No camera rotates: columns depend on x alone, and rows on y.
        let cols = between(width, height, |x| on_plate(x, 0.0).0);
        let rows = between(height, height, |y| on_plate(0.0, y).1);
        let mut pixels = Vec::with_capacity(self.pixels.len());
        let mut line = vec![[0.0; 4]; width];
        for row in rows {
            let [above, below] = [row.first, row.second].map(|row| &self.pixels[row * width..]);
            for ((pixel, above), below) in line.iter_mut().zip(above).zip(below) {
                *pixel = mix(above, below, row.share);
            }
            let sampled = cols.iter();
            pixels.extend(sampled.map(|col| mix(&line[col.first], &line[col.second], col.share)));
        }
        Self { width, pixels }
    }
}

/// The two pixels around a sample, and its share of the second, 0..1.
struct Between {
    first: usize,
    second: usize,
    share: f32,
}

/// Computes where the pixels of an axis are sampled; `moved` maps a screen position to its source, both in screen units.
fn between(pixels: usize, height: usize, moved: impl Fn(f32) -> f32) -> Vec<Between> {
    let (half, middle) = (height as f32 / 2.0, pixels as f32 / 2.0);
    let last = pixels - 1;
    let sample = |at: usize| {
        let screen = (at as f32 + 0.5 - middle) / half;
        let found = moved(screen) * half + middle - 0.5;
        // In this order, which maps NaN to the first pixel.
        let found = found.max(0.0).min(last as f32);
        let first = found as usize;
        Between {
            first,
            second: (first + 1).min(last),
            share: found - first as f32,
        }
    };
    (0..pixels).map(sample).collect()
}

fn mix(a: &[f32; 4], b: &[f32; 4], share: f32) -> [f32; 4] {
    std::array::from_fn(|v| a[v] + (b[v] - a[v]) * share)
}

/// Closed-form codec of the background on the host.
#[derive(Debug, Clone)]
pub struct BackgroundCodec {
    /// `[sub-frames · 16 · 16 · 3, 48]` and `[sub-frames · 16 · 16 · 3]`: latents → colours in −1..1.
    basis: Arc<[f32]>,
    mean: Arc<[f32]>,
    /// `[sub-frames · 16 · 16, 48]` and `[sub-frames · 16 · 16]`: latents → occluder coverage.
    front_basis: Arc<[f32]>,
    front_mean: Arc<[f32]>,
    /// `[48]`.
    std: Arc<[f32]>,
}

impl BackgroundCodec {
    /// Reads the weights `decoder.*`.
    pub fn new(weights: &Weights) -> Result<Self, EngineError> {
        let weight = |name: &str, shape: &[usize]| host_values(weights, name, shape);
        let values = PATCH_PIXELS * RGB;
        Ok(Self {
            basis: weight("decoder.basis", &[values, LATENT_CHANNELS])?,
            mean: weight("decoder.mean", &[values])?,
            front_basis: weight("decoder.front_basis", &[PATCH_PIXELS, LATENT_CHANNELS])?,
            front_mean: weight("decoder.front_mean", &[PATCH_PIXELS])?,
            std: weight("decoder.std", &[LATENT_CHANNELS])?,
        })
    }

    /// Decodes the tokens `[rows · cols, 192]` of a latent frame; 13 million multiplications for 128 × 128 pixels.
    ///
    /// Latent frame 0 holds pixel frame 0 four times, and so does the result.
    pub fn decode(&self, tokens: &[f32], grid: Grid, index: usize) -> SubframeStack {
        let (width, height) = (grid.pixel_width(), grid.pixel_height());
        let mut values = vec![0.0; width * height * PIXEL];
        let pixels = values.as_chunks_mut::<RGBA>().0;
        for (patch, latent) in tokens.as_chunks::<LATENT_CHANNELS>().0.iter().enumerate() {
            let (top, left) = corner(patch, grid);
            let z = std::array::from_fn(|c| latent[c] * self.std[c]);
            for at in 0..PATCH_PIXELS {
                let (subframe, y, x) = (at / (PATCH * PATCH), at / PATCH % PATCH, at % PATCH);
                let pixel = (top + y) * width + left + x;
                pixels[pixel * SUBFRAMES + subframe] = self.pixel(at, &z);
            }
        }
        if index == 0 {
            values.as_chunks_mut::<PIXEL>().0.iter_mut().for_each(still);
        }
        SubframeStack(values)
    }

    /// Encodes a still image of the grid's size without occluders; returns tokens `[rows · cols, 192]` of a latent frame.
    ///
    /// The code represents images of the procedural world; details of other images are lost.
    pub fn encode(&self, image: &Background, grid: Grid) -> Vec<f32> {
        let mut tokens = Vec::with_capacity(grid.tokens_per_frame() * 4 * LATENT_CHANNELS);
        for patch in 0..grid.tokens_per_frame() * 4 {
            let (top, left) = corner(patch, grid);
            let mut z = [0.0; LATENT_CHANNELS];
            let mut add = |basis: &[f32], mean: &[f32], at: usize, value: f32| {
                let row = &basis[at * LATENT_CHANNELS..][..LATENT_CHANNELS];
                let x = value - mean[at];
                z.iter_mut().zip(row).for_each(|(z, b)| *z += x * b);
            };
            for at in 0..PATCH_PIXELS {
                let (y, x) = (at / PATCH % PATCH, at % PATCH);
                let pixel = &image.pixels[(top + y) * image.width + left + x];
                for (channel, &colour) in pixel[..RGB].iter().enumerate() {
                    add(&self.basis, &self.mean, at * RGB + channel, colour);
                }
                // The stored matrix and mean are those of the code divided by the weight.
                let weight = FRONT_WEIGHT * FRONT_WEIGHT;
                let mean = self.front_mean[at];
                add(
                    &self.front_basis,
                    &self.front_mean,
                    at,
                    mean - mean * weight,
                );
            }
            tokens.extend(z.iter().zip(&*self.std).map(|(z, std)| z / std));
        }
        tokens
    }

    /// Decodes one of the [`PATCH_PIXELS`] of a patch.
    fn pixel(&self, at: usize, z: &[f32; LATENT_CHANNELS]) -> [f32; RGBA] {
        let value = |basis: &[f32], mean: &[f32], at: usize| {
            dot(&basis[at * LATENT_CHANNELS..][..LATENT_CHANNELS], z) + mean[at]
        };
        let colour = |channel| value(&self.basis, &self.mean, at * RGB + channel);
        let front = value(&self.front_basis, &self.front_mean, at);
        [colour(0), colour(1), colour(2), front]
    }
}

/// Returns row and column of the first pixel of a patch; a token is 2 × 2 patches.
fn corner(patch: usize, grid: Grid) -> (usize, usize) {
    let (token, part) = (patch / 4, patch % 4);
    let top = (token / grid.cols * 2 + part / 2) * PATCH;
    let left = (token % grid.cols * 2 + part % 2) * PATCH;
    (top, left)
}

/// Replaces the sub-frames of a pixel by their mean.
fn still(pixel: &mut [f32; PIXEL]) {
    let subframes = pixel.as_chunks_mut::<RGBA>().0;
    let sum = |v: usize| subframes.iter().map(|values| values[v]).sum::<f32>();
    let mean: [f32; RGBA] = std::array::from_fn(|v| sum(v) / SUBFRAMES as f32);
    subframes.fill(mean);
}

#[cfg(test)]
mod tests;
