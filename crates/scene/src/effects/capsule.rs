//! Round lines that are thinner than what a latent keeps, drawn where they are known to be.

use std::ops::Range;

use kinora_contract::plan::CameraState;

/// A line between two points of the world; `radius` is half its width, world units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stroke {
    pub ends: [[f32; 2]; 2],
    pub radius: f32,
    /// How much of what is behind it it hides, 0..1.
    pub cover: f32,
}

impl Stroke {
    /// Draws it into an image of pixels in −1..1, so many wide, as a camera sees it. `colour`, 0..1, is asked for with how far a point is
    /// from the middle of the line, in radii.
    pub fn draw<const N: usize>(
        &self,
        pixels: &mut [[f32; N]],
        width: usize,
        camera: &CameraState,
        colour: impl Fn(f32) -> [f32; 3],
    ) {
        let height = pixels.len() / width.max(1);
        let (half, middle) = (height as f32 / 2.0, width as f32 / 2.0);
        let [(ax, ay), (bx, by)] = self.ends.map(|[x, y]| camera.project(x, y));
        let (dx, dy, radius, soft) = (bx - ax, by - ay, self.radius * camera.zoom, 1.0 / half);
        let range =
            |a: f32, b: f32, pixels| around(a.min(b) - radius, a.max(b) + radius, pixels, half);
        for row in range(ay, by, height) {
            for col in range(ax, bx, width) {
                let x = (col as f32 + 0.5 - middle) / half - ax;
                let y = (row as f32 + 0.5 - half) / half - ay;
                let t = ((x * dx + y * dy) / (dx * dx + dy * dy).max(1e-9)).clamp(0.0, 1.0);
                let (x, y) = (x - dx * t, y - dy * t);
                let off = (x * x + y * y).sqrt();
                let cover = ((radius - off) / soft + 0.5).clamp(0.0, 1.0) * self.cover;
                let values = pixels[row * width + col].iter_mut();
                for (value, colour) in values.zip(colour(off / radius)) {
                    *value += (2.0 * colour - 1.0 - *value) * cover;
                }
            }
        }
    }
}

/// The pixels of an axis that a stretch of it, in screen units, touches, and one more at either end. `half` is half the image's height.
pub(crate) fn around(from: f32, to: f32, pixels: usize, half: f32) -> Range<usize> {
    let at = |edge: f32| edge * half + pixels as f32 / 2.0;
    let first = ((at(from) - 1.0).max(0.0) as usize).min(pixels);
    first..((at(to) + 2.0).max(0.0) as usize).clamp(first, pixels)
}
