//! Laying the subjects over the place, behind what stands in front of them.
//!
//! Plain functions of the host, in f32 and without the platform's maths library, so that every device gets the same bits.
//! Twin: `lay_over` in `training/layers.py`.

use std::ops::Range;
use std::sync::Arc;

use kinora_contract::plan::{Plan, SUBFRAMES, SUBJECTS, Subframe};
use kinora_engine::{EngineError, Weights};

use crate::canvas::Canvas;
use crate::decoder::{LATENT_CHANNELS, PATCH, for_each_patch};
use crate::dit::Grid;
use crate::layers::{Layer, LayerConfig, LayerDecoder, host_values, product};

/// What stands over a chunk's frames: `frames = place · clear + over`, in −1..1; each `[frames, H, W, 3]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overlay {
    /// How much of the place is seen, 0..1.
    pub clear: Vec<f32>,
    /// The subjects' share.
    pub over: Vec<f32>,
}

/// One latent frame of a clip.
#[derive(Debug, Clone, Copy)]
pub struct LatentFrame<'a> {
    /// Its index.
    pub index: usize,
    /// Video tokens, `[tokens per frame, 192]`.
    pub video: &'a [f32],
    /// The subjects' layers; none for an absent one.
    pub layers: &'a [Option<Layer>; SUBJECTS],
}

/// Lays layers over the place that the decoder draws.
#[derive(Debug, Clone)]
pub struct Overlayer {
    layers: LayerDecoder,
    /// `[4 · 16 · 16, 48]`: latents → how much what is there stands in front of the subjects.
    front_basis: Arc<[f32]>,
    front_mean: Arc<[f32]>,
    std: Arc<[f32]>,
}

impl Overlayer {
    /// From the starter's weights `layers.*` and `decoder.front_*`.
    pub fn new(config: &LayerConfig, weights: &Weights) -> Result<Self, EngineError> {
        let values = SUBFRAMES * PATCH * PATCH;
        let weight = |name: &str, shape: &[usize]| host_values(weights, name, shape);
        Ok(Self {
            layers: LayerDecoder::new(config, weights)?,
            front_basis: weight("decoder.front_basis", &[values, LATENT_CHANNELS])?,
            front_mean: weight("decoder.front_mean", &[values])?,
            std: weight("decoder.std", &[LATENT_CHANNELS])?,
        })
    }

    /// The rough layers of a latent frame from its tokens `[SUBJECTS, layer_dim]`; of subjects that the plan has nowhere in
    /// these sub-frames, none.
    pub fn layers(
        &self,
        tokens: &[f32],
        plan: &Plan,
        index: usize,
        subframes: Range<usize>,
    ) -> [Option<Layer>; SUBJECTS] {
        let present = std::array::from_fn(|s| {
            let mut states = subframes.clone().filter_map(|i| plan.subframe(index, i));
            states.any(|state| state.subjects[s].is_present())
        });
        self.layers.decode(tokens, present)
    }

    /// What stands over some sub-frames of a latent frame. Those of latent frame 0 are all pixel frame 0.
    pub fn overlay(
        &self,
        latent: LatentFrame,
        plan: &Plan,
        grid: Grid,
        subframes: Range<usize>,
    ) -> Overlay {
        let mut overlay = Overlay::default();
        for i in subframes {
            let i = if latent.index == 0 { 0 } else { i };
            let state = plan.subframe(latent.index, i).unwrap_or(Subframe::EMPTY);
            let picture = |layer: &Layer| self.layers.picture(layer, i);
            let pictures = latent.layers.each_ref().map(|l| l.as_ref().map(picture));
            let size = (grid.pixel_width(), grid.pixel_height());
            let canvas = Canvas::painted(&pictures, &state, self.layers.config().extent, size);
            let front = match latent.index {
                0 => self.front(latent.video, grid, 0..SUBFRAMES, &canvas),
                _ => self.front(latent.video, grid, i..i + 1, &canvas),
            };
            overlay.push(&canvas, &front);
        }
        overlay
    }

    /// How much the place stands in front of the subjects, the mean of some sub-frames, `[H, W]` in 0..1; where there are
    /// no subjects, 0.
    fn front(
        &self,
        video: &[f32],
        grid: Grid,
        subframes: Range<usize>,
        canvas: &Canvas,
    ) -> Vec<f32> {
        let width = grid.pixel_width();
        let mut front = vec![0.0; width * grid.pixel_height()];
        let share = 1.0 / subframes.len() as f32;
        let per_frame = PATCH * PATCH;
        for_each_patch(video, grid, |top, left, latent| {
            if canvas.is_clear(top..top + PATCH, left..left + PATCH) {
                return;
            }
            let z: Vec<f32> = latent.iter().zip(&*self.std).map(|(z, s)| z * s).collect();
            for i in subframes.clone() {
                let basis = &self.front_basis[i * per_frame * LATENT_CHANNELS..];
                let values = product(&basis[..per_frame * LATENT_CHANNELS], &z);
                let mean = &self.front_mean[i * per_frame..(i + 1) * per_frame];
                for (at, (value, mean)) in values.zip(mean).enumerate() {
                    let pixel = (top + at / PATCH) * width + left + at % PATCH;
                    front[pixel] += (value + mean) * share;
                }
            }
        });
        for value in &mut front {
            *value = value.clamp(0.0, 1.0);
        }
        front
    }
}

impl Overlay {
    /// Adds a frame: the subjects on a canvas behind `front` [H, W].
    pub fn push(&mut self, canvas: &Canvas, front: &[f32]) {
        for (&[r, g, b, cover], front) in canvas.pixels().iter().zip(front) {
            let seen = 1.0 - front;
            let clear = 1.0 - cover * seen;
            self.clear.extend([clear; 3]);
            // Colours 0..1 become −1..1 where they cover.
            let over = |colour: f32| (2.0 * colour - cover) * seen;
            self.over.extend([r, g, b].map(over));
        }
    }

    /// Lays it over frames of the place, in −1..1.
    pub fn lay_on(&self, frames: &mut [f32]) {
        for ((value, clear), over) in frames.iter_mut().zip(&self.clear).zip(&self.over) {
            *value = *value * clear + over;
        }
    }
}

#[cfg(test)]
mod tests {
    use kinora_contract::plan::Subject;

    use super::*;
    use crate::picture::Picture;

    const SIDE: usize = 16;
    const EXTENT: f32 = 1.25;
    const RED: [f32; 4] = [1.0, 0.0, 0.0, 1.0];
    const GREEN: [f32; 4] = [0.0, 1.0, 0.0, 1.0];
    const BLUE: [f32; 4] = [0.0, 0.0, 1.0, 1.0];

    /// A subject whose own frame is `pixels` wide on a screen of 16 × 16.
    fn subject(x: f32, y: f32, pixels: f32) -> Subject {
        Subject {
            x,
            y,
            r: pixels / SIDE as f32 / EXTENT,
            cos: 1.0,
            sin: 0.0,
            visible: 1.0,
            depth: 0.0,
            mouth: 0.0,
        }
    }

    fn flat(colour: [f32; 4], size: usize) -> Picture {
        Picture::new(size, vec![colour; size * size])
    }

    /// Lays pictures over a black screen; red, green and blue of every pixel in 0..1.
    fn laid<const N: usize>(layers: [(Subject, Picture); N], front: f32) -> Vec<[f32; 3]> {
        let mut state = Subframe::EMPTY;
        let mut pictures = [const { None }; SUBJECTS];
        for (s, (subject, picture)) in layers.into_iter().enumerate() {
            state.subjects[s] = subject;
            pictures[s] = Some(picture);
        }
        let mut overlay = Overlay::default();
        let canvas = Canvas::painted(&pictures, &state, EXTENT, (SIDE, SIDE));
        overlay.push(&canvas, &[front; SIDE * SIDE]);
        let mut screen = vec![-1.0; SIDE * SIDE * 3];
        overlay.lay_on(&mut screen);
        let pixels = screen.as_chunks::<3>().0;
        pixels.iter().map(|p| p.map(|v| (v + 1.0) / 2.0)).collect()
    }

    fn close(a: [f32; 3], b: [f32; 3]) -> bool {
        a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5)
    }

    /// An 8 × 8 picture without any symmetry.
    fn uneven() -> Vec<[f32; 4]> {
        let shade = |i: usize| (i * 37 % 64) as f32 / 64.0;
        (0..64)
            .map(|i| [shade(i), shade(i + 5), shade(i * i), 1.0])
            .collect()
    }

    #[test]
    fn a_layer_as_large_as_its_pixels_gives_these_pixels() {
        let pixels = uneven();
        let screen = laid(
            [(subject(0.0, 0.0, 8.0), Picture::new(8, pixels.clone()))],
            0.0,
        );
        for (row, col) in (0..SIDE).flat_map(|r| (0..SIDE).map(move |c| (r, c))) {
            let inside = (4..12).contains(&row) && (4..12).contains(&col);
            let want = if inside {
                let [r, g, b, _] = pixels[(row - 4) * 8 + col - 4];
                [r, g, b]
            } else {
                [0.0; 3]
            };
            let got = screen[row * SIDE + col];
            assert!(close(got, want), "({row}, {col}): {got:?}, not {want:?}");
        }
    }

    #[test]
    fn a_quarter_turn_takes_the_right_side_down() {
        let pixels = uneven();
        let mut turned = subject(0.0, 0.0, 8.0);
        // The direction of its own right side on the screen, at a length that a planner might write.
        (turned.cos, turned.sin) = (0.0, 0.6);
        let screen = laid([(turned, Picture::new(8, pixels.clone()))], 0.0);
        for (row, col) in (0..8).flat_map(|r| (0..8).map(move |c| (r, c))) {
            let [r, g, b, _] = pixels[row * 8 + col];
            let got = screen[(4 + col) * SIDE + 4 + 7 - row];
            assert!(close(got, [r, g, b]), "({row}, {col}): {got:?}");
        }
    }

    #[test]
    fn what_is_nearer_hides_and_of_equals_the_first_is_on_top() {
        let at_depths = |depths: [f32; 3]| {
            let layer = |depth: f32, colour| {
                let mut subject = subject(0.0, 0.0, 8.0);
                subject.depth = depth;
                (subject, flat(colour, 8))
            };
            let [a, b, c] = depths;
            laid([layer(a, RED), layer(b, GREEN), layer(c, BLUE)], 0.0)[8 * SIDE + 8]
        };
        assert!(close(at_depths([0.0, 0.0, 0.0]), [1.0, 0.0, 0.0]));
        assert!(close(at_depths([0.004, 0.0, -0.005]), [1.0, 0.0, 0.0]));
        assert!(close(at_depths([0.5, 0.1, 0.3]), [0.0, 1.0, 0.0]));
        assert!(close(at_depths([0.1, 0.0, -0.3]), [0.0, 0.0, 1.0]));
    }

    #[test]
    fn half_covered_subjects_let_what_is_behind_through() {
        let glass = [0.5, 0.0, 0.0, 0.5];
        let layers = [
            (subject(0.0, 0.0, 8.0), flat(glass, 8)),
            (subject(0.0, 0.0, 8.0), flat(GREEN, 8)),
        ];
        assert!(close(laid(layers, 0.0)[8 * SIDE + 8], [0.5, 0.5, 0.0]));
    }

    #[test]
    fn what_stands_in_front_hides_the_subjects() {
        let covered_by = |front: f32| {
            let layer = (subject(0.0, 0.0, 8.0), flat(RED, 8));
            laid([layer], front)[8 * SIDE + 8]
        };
        assert!(close(covered_by(1.0), [0.0; 3]));
        assert!(close(covered_by(0.25), [0.75, 0.0, 0.0]));
    }

    #[test]
    fn a_small_subject_keeps_its_light_wherever_it_is() {
        // A chequered picture of 32 pixels on 6 of the screen: a sample per pixel would see one colour or the other.
        let chequer = (0..32 * 32).map(|i| {
            if (i / 32 + i) % 2 == 0 {
                RED
            } else {
                [0.0, 0.0, 0.0, 1.0]
            }
        });
        let picture = Picture::new(32, chequer);
        let mut total = Vec::new();
        for step in 0..8 {
            let layer = (subject(step as f32 * 0.03, 0.0, 6.0), picture.clone());
            let red = laid([layer], 0.0).iter().map(|[r, ..]| r).sum::<f32>();
            total.push(red);
        }
        assert!(
            total.iter().all(|red| (red - 18.0).abs() < 1.0),
            "{total:?}"
        );
    }

    #[test]
    fn who_is_absent_beside_the_picture_or_nowhere_changes_nothing() {
        let nowhere = Subject {
            x: f32::NAN,
            y: f32::INFINITY,
            ..subject(0.0, 0.0, 8.0)
        };
        for subject in [
            Subject::ABSENT,
            subject(-9.0, 0.0, 8.0),
            subject(0.0, 9.0, 8.0),
            nowhere,
        ] {
            let screen = laid([(subject, flat(RED, 8))], 0.0);
            assert!(screen.iter().all(|p| *p == [0.0; 3]), "{subject:?}");
        }
        let huge = laid([(subject(0.0, 0.0, 1e9), flat(RED, 8))], 0.0);
        assert!(huge.iter().all(|p| close(*p, [1.0, 0.0, 0.0])));
    }
}
