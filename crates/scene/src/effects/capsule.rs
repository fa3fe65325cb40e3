//! Antialiased capsules: line segments with round ends, in world space.

use std::ops::Range;

use kinora_contract::plan::CameraState;

use crate::pixel_range;

/// A capsule in world space.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Capsule {
    /// End points of the axis.
    pub ends: [[f32; 2]; 2],
    /// Half the width.
    pub radius: f32,
    /// Coverage where a pixel lies inside, 0 ..= 1.
    pub opacity: f32,
}

/// A capsule in screen space.
#[derive(Debug, Clone, Copy)]
pub struct ScreenCapsule {
    from: (f32, f32),
    to: (f32, f32),
    radius: f32,
    opacity: f32,
}

impl Capsule {
    /// Projects the capsule to the screen of `camera`.
    pub fn project(&self, camera: &CameraState) -> ScreenCapsule {
        let [from, to] = self.ends.map(|[x, y]| camera.project(x, y));
        ScreenCapsule {
            from,
            to,
            radius: self.radius * camera.zoom,
            opacity: self.opacity,
        }
    }

    /// Blends the capsule into pixels `[height * width]`, channels 0..3 in −1 ..= 1; further channels stay.
    ///
    /// `colour` maps the distance from the axis, in radii, to RGB in 0 ..= 1.
    pub fn draw<const N: usize>(
        &self,
        pixels: &mut [[f32; N]],
        width: usize,
        camera: &CameraState,
        colour: impl Fn(f32) -> [f32; 3],
    ) {
        let height = pixels.len() / width.max(1);
        let (half, middle) = (height as f32 / 2.0, width as f32 / 2.0);
        let capsule = self.project(camera);
        let (rows, cols) = capsule.pixels(width, height);
        for row in rows {
            for col in cols.clone() {
                let x = (col as f32 + 0.5 - middle) / half;
                let y = (row as f32 + 0.5 - half) / half;
                let (coverage, offset) = capsule.coverage(x, y, 1.0 / half);
                let values = pixels[row * width + col].iter_mut();
                for (value, colour) in values.zip(colour(offset)) {
                    *value += (2.0 * colour - 1.0 - *value) * coverage;
                }
            }
        }
    }
}

impl ScreenCapsule {
    /// Rows and columns of the bounding box in an image of `width` by `height` pixels.
    pub fn pixels(&self, width: usize, height: usize) -> (Range<usize>, Range<usize>) {
        let half = height as f32 / 2.0;
        let range = |a: f32, b: f32, pixels| {
            pixel_range(a.min(b) - self.radius, a.max(b) + self.radius, pixels, half)
        };
        (
            range(self.from.1, self.to.1, height),
            range(self.from.0, self.to.0, width),
        )
    }

    /// Computes the coverage of a pixel at a screen point, and the point's distance from the axis in radii.
    ///
    /// `pixel_size` is the side of a pixel in screen units: the edge falls off over one pixel.
    pub fn coverage(&self, x: f32, y: f32, pixel_size: f32) -> (f32, f32) {
        let (dx, dy) = (self.to.0 - self.from.0, self.to.1 - self.from.1);
        let (x, y) = (x - self.from.0, y - self.from.1);
        let t = ((x * dx + y * dy) / (dx * dx + dy * dy).max(1e-9)).clamp(0.0, 1.0);
        let (x, y) = (x - dx * t, y - dy * t);
        let distance = (x * x + y * y).sqrt();
        let coverage = ((self.radius - distance) / pixel_size + 0.5).clamp(0.0, 1.0);
        (coverage * self.opacity, distance / self.radius)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zoomed_camera_draws_a_wider_capsule() {
        let capsule = Capsule {
            ends: [[-0.5, 0.0], [0.5, 0.0]],
            radius: 0.1,
            opacity: 0.5,
        };
        let drawn = |zoom: f32| {
            let camera = CameraState {
                zoom,
                ..CameraState::AT_REST
            };
            let mut pixels = vec![[-1.0, -1.0, -1.0, 0.25]; 40 * 20];
            capsule.draw(&mut pixels, 40, &camera, |_| [1.0; 3]);
            assert!(
                pixels
                    .iter()
                    .all(|pixel| pixel[3] == 0.25 && pixel[0] <= 0.0)
            );
            (0..20)
                .filter(|row| pixels[row * 40 + 20][0] > -0.5)
                .count()
        };
        assert_eq!((drawn(1.0), drawn(2.0)), (2, 4));
    }

    #[test]
    fn distance_is_in_radii() {
        let capsule = Capsule {
            ends: [[0.0, 0.0], [0.0, 1.0]],
            radius: 0.2,
            opacity: 1.0,
        };
        let screen = capsule.project(&CameraState::AT_REST);
        for (at, radii) in [((0.1, 0.5), 0.5), ((0.0, 1.4), 2.0), ((-0.2, 0.0), 1.0)] {
            let (_, offset) = screen.coverage(at.0, at.1, 0.01);
            assert!((offset - radii).abs() < 1e-6, "{at:?}: {offset}");
        }
    }
}
