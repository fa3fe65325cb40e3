//! The canvas: all subjects of one frame, painted far to near where the plan has them.

use kinora_contract::plan::{SUBJECTS, Subframe, Subject};
use kinora_scene::dynamics::motion::Pose;

use super::image::PaddedImage;

/// Depths are compared in steps of this; within one step the first subject is in front.
const DEPTH_STEP: f64 = 0.02;
/// A rotation vector shorter than this counts as none: the planner is undecided.
const MIN_ROTATION: f32 = 1e-3;
/// Most samples along a pixel's side, for subjects that are small on the screen.
const MAX_SAMPLES: f32 = 4.0;

/// The subjects in one frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Canvas {
    width: usize,
    pixels: Vec<[f32; 4]>,
}

impl Canvas {
    /// Paints the images where `state` has their subjects, far to near, deformed by their poses. `extent` is half an image's side
    /// in radii.
    pub fn painted(
        images: &[Option<PaddedImage>; SUBJECTS],
        (state, poses): (&Subframe, &[Pose; SUBJECTS]),
        extent: f32,
        (width, height): (usize, usize),
    ) -> Self {
        let mut canvas = Self {
            width,
            pixels: vec![[0.0; 4]; width * height],
        };
        for s in far_to_near(state) {
            if let Some(image) = &images[s] {
                paint(&mut canvas, image, (&state.subjects[s], poses[s]), extent);
            }
        }
        canvas
    }

    /// Pixels, row-major: colour premultiplied by coverage, and coverage, each 0..1.
    pub fn pixels(&self) -> &[[f32; 4]] {
        &self.pixels
    }
}

/// Lists the present subjects, far to near.
fn far_to_near(state: &Subframe) -> Vec<usize> {
    let depth = |s: usize| libm::rint(f64::from(state.subjects[s].depth) / DEPTH_STEP) as i64;
    let mut order: Vec<usize> = (0..SUBJECTS).rev().collect();
    order.retain(|&s| state.subjects[s].is_present());
    // Stable, so that of two at one depth the first subject is painted last.
    order.sort_by_key(|&s| std::cmp::Reverse(depth(s)));
    order
}

/// Composites an image over the canvas where its subject is.
fn paint(canvas: &mut Canvas, image: &PaddedImage, (subject, pose): (&Subject, Pose), extent: f32) {
    let (width, height) = (canvas.width, canvas.pixels.len() / canvas.width);
    let pixel = 2.0 / height as f32;
    let size = image.size() as f32;
    let samples = (size * pixel / (2.0 * extent * subject.r)).clamp(1.0, MAX_SAMPLES);
    let samples = libm::ceilf(samples) as usize;
    let (cos, sin) = rotation(subject);
    // From the middle to the image's corner, and the pixel beyond into which it fades.
    let stretch = pose.width.abs().max(pose.height).max(1.0);
    let reach =
        extent * subject.r * core::f32::consts::SQRT_2 * stretch * (1.0 + 1.0 / size) + pixel;
    let span = |centre: f32, pixels: usize| {
        let at = |edge: f32| edge / pixel + pixels as f32 / 2.0;
        // Casts saturate: an image outside of the frame has an empty span.
        let (from, to) = (at(centre - reach) as usize, at(centre + reach) + 1.0);
        from..(to as usize).min(pixels)
    };
    let low = pose.low * subject.r;
    let own = 0.5 * size / (extent * subject.r);
    let share = 1.0 / (samples * samples) as f32;
    for row in span(subject.y, height) {
        for col in span(subject.x, width) {
            let mut sum = [0.0; 4];
            for (i, j) in (0..samples).flat_map(|i| (0..samples).map(move |j| (i, j))) {
                let middle = |at: usize, sub: usize, pixels: usize| {
                    let inside = (sub as f32 + 0.5) / samples as f32;
                    (at as f32 + inside - pixels as f32 / 2.0) * pixel
                };
                let dx = middle(col, j, width) - subject.x;
                let dy = middle(row, i, height) - subject.y;
                let (u, v) = (dx * cos + dy * sin, dy * cos - dx * sin);
                let v = match pose.height == 1.0 {
                    true => v,
                    false => (v - low) / pose.height + low,
                };
                let u = u / pose.width;
                let pixel_of = |at: f32| at * own + 0.5 * size - 0.5;
                let found = image.sample(pixel_of(u), pixel_of(v));
                for (sum, found) in sum.iter_mut().zip(found) {
                    *sum += found;
                }
            }
            let new = sum.map(|value| value * share);
            let under = &mut canvas.pixels[row * width + col];
            *under = std::array::from_fn(|v| under[v] * (1.0 - new[3]) + new[v]);
        }
    }
}

/// Returns the cosine and sine of a subject's rotation, of length 1.
fn rotation(subject: &Subject) -> (f32, f32) {
    let length = libm::sqrtf(subject.cos * subject.cos + subject.sin * subject.sin);
    if length > MIN_ROTATION {
        (subject.cos / length, subject.sin / length)
    } else {
        (1.0, 0.0)
    }
}
