//! The place of a clip: latents → pictures of the stage by one matrix per patch, and these as a camera sees them.
//!
//! The stage is the view in which the place stands still while the camera moves (`Plan::stage` in `kinora_contract`). Plain
//! functions of the host, in f32 and without the platform's maths library, so that every device gets the same bits.
//! Twins: `Decoder` in `training/decoder.py` and `training/stage.py`.

use std::ops::Range;
use std::sync::Arc;

use kinora_contract::plan::{CameraState, SUBFRAMES};
use kinora_engine::{EngineError, Weights};

use crate::dit::Grid;
use crate::matrix::{dot, host_values};

/// Channels of a latent.
pub const LATENT_CHANNELS: usize = 48;
/// Pixels along a patch's side.
pub const PATCH: usize = 16;

const RGB: usize = 3;
/// Pixels of a patch in all sub-frames.
const PATCH_PIXELS: usize = SUBFRAMES * PATCH * PATCH;
/// How much more than a colour what stands in front counts in the code: `FRONT_WEIGHT` of `training/decoder.py`.
const FRONT_WEIGHT: f32 = 2.0;

/// A picture of a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    width: usize,
    pixels: Vec<[f32; 4]>,
}

impl Place {
    /// From its pixels, row-major: colours in about −1..1, and how much of what is there stands in front of the subjects, 0..1.
    pub fn new(width: usize, pixels: Vec<[f32; 4]>) -> Self {
        Self { width, pixels }
    }

    /// The pixels, as [`Place::new`] has them.
    pub fn pixels(&self) -> &[[f32; 4]] {
        &self.pixels
    }

    /// (width, height) in pixels.
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.pixels.len() / self.width.max(1))
    }

    /// The place as `camera` sees it, if this picture is how `stage` does: bilinear, and beyond its border the border goes on.
    pub fn seen(&self, stage: &CameraState, camera: &CameraState) -> Self {
        if camera == stage {
            return self.clone();
        }
        let (width, height) = self.size();
        let on_stage = |x, y| {
            let (x, y) = camera.back(x, y);
            stage.project(x, y)
        };
        // No camera turns: columns depend on x alone, and rows on y.
        let cols = between(width, height, |x| on_stage(x, 0.0).0);
        let rows = between(height, height, |y| on_stage(0.0, y).1);
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

/// The two pixels between which a sample lies, and how far it is to the second, 0..1.
struct Between {
    first: usize,
    second: usize,
    share: f32,
}

/// Where the pixels of an axis are sampled, if `moved` leads from the screen to where its point is found; both in screen units.
fn between(pixels: usize, height: usize, moved: impl Fn(f32) -> f32) -> Vec<Between> {
    let (half, middle) = (height as f32 / 2.0, pixels as f32 / 2.0);
    let last = pixels - 1;
    let sample = |at: usize| {
        let screen = (at as f32 + 0.5 - middle) / half;
        let found = moved(screen) * half + middle - 0.5;
        // In this order, which takes a place that is no number to the first pixel.
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

/// Latents → pictures of the stage; closed form, on the host.
#[derive(Debug, Clone)]
pub struct PlaceDecoder {
    /// `[sub-frames · 16 · 16 · 3, 48]` and `[sub-frames · 16 · 16 · 3]`: latents → colours in −1..1.
    basis: Arc<[f32]>,
    mean: Arc<[f32]>,
    /// `[sub-frames · 16 · 16, 48]` and `[sub-frames · 16 · 16]`: latents → how much stands in front of the subjects.
    front_basis: Arc<[f32]>,
    front_mean: Arc<[f32]>,
    /// `[48]`.
    std: Arc<[f32]>,
}

impl PlaceDecoder {
    /// From the starter's weights `decoder.*`.
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

    /// The stage in some sub-frames of a latent frame, from its tokens `[rows · cols, 192]`. Without `front` nothing stands in
    /// front; a clip of 128 × 128 takes 13 million multiplications per latent frame, a quarter of them for it.
    pub fn subframes(
        &self,
        tokens: &[f32],
        grid: Grid,
        subframes: Range<usize>,
        front: bool,
    ) -> Vec<Place> {
        let mut places = self.raw(tokens, grid, subframes, front);
        places.iter_mut().for_each(limit_front);
        places
    }

    /// The stage in pixel frame 0, which latent frame 0 holds four times: their mean.
    pub fn first(&self, tokens: &[f32], grid: Grid, front: bool) -> Place {
        let places = self.raw(tokens, grid, 0..SUBFRAMES, front);
        let mean = |at: usize| -> [f32; 4] {
            let sum = |v: usize| places.iter().map(|place| place.pixels[at][v]).sum::<f32>();
            std::array::from_fn(|v| sum(v) / SUBFRAMES as f32)
        };
        let pixels = (0..places[0].pixels.len()).map(mean).collect();
        let mut place = Place::new(grid.pixel_width(), pixels);
        limit_front(&mut place);
        place
    }

    /// The tokens `[rows · cols, 192]` of a latent frame in which this picture, of the grid's size, stands still with nothing in
    /// front; the code keeps what places of the world are made of.
    pub fn encode(&self, place: &Place, grid: Grid) -> Vec<f32> {
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
                let pixel = &place.pixels[(top + y) * place.width + left + x];
                for (channel, &colour) in pixel[..RGB].iter().enumerate() {
                    add(&self.basis, &self.mean, at * RGB + channel, colour);
                }
                // The stored matrix is the code's over the weight, and so is the mean.
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

    /// As the matrices have it.
    fn raw(&self, tokens: &[f32], grid: Grid, subframes: Range<usize>, front: bool) -> Vec<Place> {
        let (width, height) = (grid.pixel_width(), grid.pixel_height());
        let empty = Place::new(width, vec![[0.0; 4]; width * height]);
        let mut places = vec![empty; subframes.len()];
        for (index, latent) in tokens.as_chunks::<LATENT_CHANNELS>().0.iter().enumerate() {
            let (top, left) = corner(index, grid);
            let z = std::array::from_fn(|c| latent[c] * self.std[c]);
            for (place, i) in places.iter_mut().zip(subframes.clone()) {
                for y in 0..PATCH {
                    let line = &mut place.pixels[(top + y) * width + left..][..PATCH];
                    self.draw(line, (i * PATCH + y) * PATCH, &z, front);
                }
            }
        }
        places
    }

    /// A line of a patch, whose pixels begin with the `first` of all [`PATCH_PIXELS`].
    fn draw(
        &self,
        line: &mut [[f32; 4]],
        first: usize,
        z: &[f32; LATENT_CHANNELS],
        with_front: bool,
    ) {
        let value = |basis: &[f32], mean: &[f32], at: usize| {
            dot(&basis[at * LATENT_CHANNELS..][..LATENT_CHANNELS], z) + mean[at]
        };
        for (at, [r, g, b, front]) in (first..).zip(line) {
            for (channel, colour) in [r, g, b].into_iter().enumerate() {
                *colour = value(&self.basis, &self.mean, at * RGB + channel);
            }
            if with_front {
                *front = value(&self.front_basis, &self.front_mean, at);
            }
        }
    }
}

/// Row and column of the first pixel of a patch; a token is two rows of two.
fn corner(patch: usize, grid: Grid) -> (usize, usize) {
    let (token, part) = (patch / 4, patch % 4);
    let top = (token / grid.cols * 2 + part / 2) * PATCH;
    let left = (token % grid.cols * 2 + part % 2) * PATCH;
    (top, left)
}

fn limit_front(place: &mut Place) {
    for [.., front] in &mut place.pixels {
        *front = front.clamp(0.0, 1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers without a pattern, in −0.5..0.5.
    fn scattered(count: usize, salt: usize) -> Vec<f32> {
        let number = |i: usize| ((i * 7919 + salt * 104_729) % 1009) as f32 / 1009.0 - 0.5;
        (0..count).map(number).collect()
    }

    /// A picture without any symmetry.
    fn uneven(width: usize, height: usize) -> Place {
        let values = scattered(width * height * 4, 3);
        Place::new(width, values.as_chunks::<4>().0.to_vec())
    }

    /// The definition, pixel by pixel: four neighbours and their shares.
    fn naive(place: &Place, stage: &CameraState, camera: &CameraState) -> Vec<[f32; 4]> {
        let (width, height) = place.size();
        let half = height as f32 / 2.0;
        let mut pixels = Vec::new();
        for (row, col) in (0..height).flat_map(|r| (0..width).map(move |c| (r, c))) {
            let x = (col as f32 + 0.5 - width as f32 / 2.0) / half;
            let y = (row as f32 + 0.5 - half) / half;
            let (x, y) = camera.back(x, y);
            let (x, y) = stage.project(x, y);
            let x = (x * half + width as f32 / 2.0 - 0.5).clamp(0.0, width as f32 - 1.0);
            let y = (y * half + half - 0.5).clamp(0.0, height as f32 - 1.0);
            let mut sum = [0.0; 4];
            for (r, c) in (0..height).flat_map(|r| (0..width).map(move |c| (r, c))) {
                let share = |a: f32, b: usize| (1.0 - (a - b as f32).abs()).max(0.0);
                let share = share(x, c) * share(y, r);
                for (sum, value) in sum.iter_mut().zip(place.pixels[r * width + c]) {
                    *sum += share * value;
                }
            }
            pixels.push(sum);
        }
        pixels
    }

    #[test]
    fn a_camera_sees_its_part_of_the_stage() {
        let cameras = [(0.3, -0.2, 1.0), (-0.4, 0.1, 1.3), (0.05, 0.6, 1.15)];
        let cameras = cameras.map(|(pan_x, pan_y, zoom)| CameraState { pan_x, pan_y, zoom });
        let place = uneven(24, 16);
        let stage = CameraState::around(cameras, 1.5);
        // The last one looks beyond the stage, where its border goes on.
        let beyond = CameraState {
            pan_x: 2.0,
            ..cameras[0]
        };
        for camera in cameras.iter().chain([&beyond]) {
            let got = place.seen(&stage, camera);
            let want = naive(&place, &stage, camera);
            assert_eq!(got.pixels.len(), want.len());
            for (got, want) in got.pixels.iter().zip(want) {
                assert!(got.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-4));
            }
        }
    }

    #[test]
    fn who_sees_what_the_stage_shows_sees_the_picture() {
        let place = uneven(24, 16);
        assert_eq!(
            place.seen(&CameraState::AT_REST, &CameraState::AT_REST),
            place
        );
        let camera = CameraState {
            pan_x: 0.3,
            pan_y: 0.1,
            zoom: 1.2,
        };
        let moved = place.seen(&CameraState::around([camera], 1.5), &camera);
        for (got, want) in moved.pixels.iter().zip(&place.pixels) {
            assert!(got.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-4));
        }
    }

    #[test]
    fn a_pan_by_whole_pixels_moves_them() {
        let place = uneven(24, 16);
        let panned = CameraState {
            pan_x: 3.0 / 8.0,
            pan_y: -2.0 / 8.0,
            zoom: 1.0,
        };
        let got = place.seen(&CameraState::AT_REST, &panned);
        for (row, col) in (0..14).flat_map(|r| (3..24).map(move |c| (r, c))) {
            let (got, want) = (
                got.pixels[row * 24 + col],
                place.pixels[(row + 2) * 24 + col - 3],
            );
            assert!(got.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-5));
        }
    }

    #[test]
    fn cameras_that_a_planner_should_not_make_do_no_harm() {
        for zoom in [0.0, f32::NAN, f32::INFINITY, -1.0] {
            let camera = CameraState {
                zoom,
                ..CameraState::AT_REST
            };
            let seen = uneven(24, 16).seen(&CameraState::AT_REST, &camera);
            assert!(seen.pixels.iter().flatten().all(|value| value.is_finite()));
        }
    }

    #[test]
    fn a_latent_frame_decodes_as_the_formulas_say() {
        let grid = Grid {
            latent_frames: 1,
            rows: 1,
            cols: 2,
        };
        let weights: Vec<(&str, Vec<usize>, Vec<f32>)> = [
            ("decoder.basis", vec![PATCH_PIXELS * 3, 48]),
            ("decoder.mean", vec![PATCH_PIXELS * 3]),
            ("decoder.front_basis", vec![PATCH_PIXELS, 48]),
            ("decoder.front_mean", vec![PATCH_PIXELS]),
            ("decoder.std", vec![48]),
        ]
        .into_iter()
        .enumerate()
        .map(|(salt, (name, shape))| {
            let data = scattered(shape.iter().product(), salt);
            (name, shape, data)
        })
        .collect();
        let mut stored = Weights::new();
        for (name, shape, data) in &weights {
            stored.insert_f32(*name, shape, data.clone()).unwrap();
        }
        let decoder = PlaceDecoder::new(&stored).unwrap();
        let tokens = scattered(2 * 192, 9);
        let [basis, mean, front_basis, front_mean, std] =
            std::array::from_fn(|i| weights[i].2.as_slice());
        // Row 20, column 37 is in the second token's lower left patch.
        let latent = &tokens[192 + 2 * 48..][..48];
        let value = |basis: &[f32], mean: &[f32], at: usize| -> f32 {
            let row = &basis[at * 48..][..48];
            let products = row.iter().zip(latent).zip(std).map(|((b, z), s)| b * z * s);
            products.sum::<f32>() + mean[at]
        };
        let wanted = |i: usize| -> [f32; 4] {
            let at = (i * 16 + 4) * 16 + 5;
            let colour = |v| value(basis, mean, at * 3 + v);
            let front = value(front_basis, front_mean, at);
            [colour(0), colour(1), colour(2), front]
        };
        let close = |got: [f32; 4], mut want: [f32; 4]| {
            want[3] = want[3].clamp(0.0, 1.0);
            assert!(got.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-5));
        };
        let places = decoder.subframes(&tokens, grid, 1..3, true);
        assert_eq!((places.len(), places[0].size()), (2, (64, 32)));
        close(places[1].pixels[20 * 64 + 37], wanted(2));
        let mean_of = |at: usize| mean[at];
        let all = [0, 1, 2, 3].map(wanted);
        let mean = std::array::from_fn(|v| all.iter().map(|it| it[v]).sum::<f32>() / 4.0);
        close(
            decoder.first(&tokens, grid, true).pixels[20 * 64 + 37],
            mean,
        );
        let bare = decoder.subframes(&tokens, grid, 2..3, false);
        let [r, g, b, _] = wanted(2);
        close(bare[0].pixels[20 * 64 + 37], [r, g, b, 0.0]);

        // A picture's token by the definition, for the same patch: one row of the code per value, weighted where it is front.
        let place = uneven(64, 32);
        let got = &decoder.encode(&place, grid)[192 + 2 * 48..][..48];
        for (channel, got) in got.iter().enumerate() {
            let mut want = 0.0;
            for at in 0..PATCH_PIXELS {
                let pixel = place.pixels[(16 + at / 16 % 16) * 64 + 32 + at % 16];
                for v in 0..3 {
                    want += (pixel[v] - mean_of(at * 3 + v)) * basis[(at * 3 + v) * 48 + channel];
                }
                want -= 4.0 * front_mean[at] * front_basis[at * 48 + channel];
            }
            let want = want / std[channel];
            assert!(
                (got - want).abs() < 1e-3 * want.abs().max(1.0),
                "{got}, not {want}"
            );
        }
    }
}
