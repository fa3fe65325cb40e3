//! Backgrounds: painted places, larger than the frame by the range of the camera.
//!
//! A new place is a function here that paints a screen point in clear daylight and passes each colour through [`Air`], a line in
//! [`paint`], a class of `kinora_scene::vocabulary::Place`, its names in `language::phrases` and its sound in `sample::acoustics`.

mod indoors;
mod nature;
mod town;

use kinora_scene::smoothstep;
use kinora_scene::vocabulary::{Place, Style, Time};

use crate::geometry::vector::V3;
use crate::motion::camera::{MAX_PAN_X, MAX_PAN_Y};
use crate::render::lighting::Air;

/// Screen y of the horizon.
pub const HORIZON: f32 = -0.22;

/// A painted place, as large as the frame and its margins.
pub struct Backdrop {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Display colours by row.
    pub pixels: Vec<V3>,
}

impl Backdrop {
    /// Paints a place for frames of `width` by `height` pixels with nine samples per pixel.
    pub fn new(place: Place, air: Air, style: Style, width: usize, height: usize) -> Self {
        let scale = 2.0 / height as f32;
        let (extra, above) = (
            (MAX_PAN_X / scale) as usize + 2,
            (MAX_PAN_Y / scale) as usize + 2,
        );
        let (columns, rows) = (width + 2 * extra, height + 2 * above);
        let (middle, centre) = (columns as f32 * 0.5 * scale, rows as f32 * 0.5 * scale);
        let mut pixels = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                let mut sum = V3::default();
                for sample in 0..9 {
                    let (dx, dy) = (
                        (sample % 3) as f32 * 2.0 + 1.0,
                        (sample / 3) as f32 * 2.0 + 1.0,
                    );
                    let x = (column as f32 + dx / 6.0) * scale - middle;
                    let y = (row as f32 + dy / 6.0) * scale - centre;
                    sum = sum + paint(place, air, style, x, y);
                }
                pixels.push(sum * (1.0 / 9.0));
            }
        }
        let mut backdrop = Self {
            width: columns,
            height: rows,
            pixels,
        };
        if style == Style::Cinematic {
            backdrop.defocus(scale);
        }
        backdrop
    }

    /// Samples bilinearly at a point in pixels (centres at .5), clamped to the edge.
    pub fn sample(&self, x: f32, y: f32) -> V3 {
        let (x, y) = ((x - 0.5).max(0.0), (y - 0.5).max(0.0));
        let (left, top) = (
            (x as i32 as usize).min(self.width - 2),
            (y as i32 as usize).min(self.height - 2),
        );
        let (fx, fy) = ((x - left as f32).min(1.0), (y - top as f32).min(1.0));
        let at = top * self.width + left;
        let upper = self.pixels[at].mix(self.pixels[at + 1], fx);
        let lower = self.pixels[at + self.width].mix(self.pixels[at + self.width + 1], fx);
        upper.mix(lower, fy)
    }

    /// Blurs everything far behind the subjects.
    fn defocus(&mut self, scale: f32) {
        let radius = (0.030 / scale + 0.5) as usize;
        if radius == 0 {
            return;
        }
        let mut soft = self.pixels.clone();
        for _ in 0..2 {
            soft = blurred(&soft, self.width, radius, 1);
            soft = blurred(&soft, self.width, radius, self.width);
        }
        let centre = self.height as f32 * 0.5;
        for (row, line) in self.pixels.chunks_exact_mut(self.width).enumerate() {
            let y = (row as f32 + 0.5 - centre) * scale;
            let near = smoothstep(0.10, 0.40, y);
            let soft = &soft[row * self.width..];
            for (pixel, blur) in line.iter_mut().zip(soft) {
                *pixel = blur.mix(*pixel, near);
            }
        }
    }
}

/// Reflectivity of the ground of a place, 0 ..= 1.
pub fn gloss(place: Place, air: Air) -> f32 {
    match place {
        Place::WoodenFloor => 0.16,
        Place::Kitchen => 0.22,
        Place::Gym => 0.18,
        Place::Stage => 0.20,
        Place::Street | Place::Rooftop => 0.24 * air.wet(),
        Place::Mountain => 0.0,
        _ => 0.0,
    }
}

/// Paints the ungraded colour of a place at a screen point.
fn paint(place: Place, air: Air, style: Style, x: f32, y: f32) -> V3 {
    let colour = match place {
        Place::WoodenFloor => indoors::room(air, x, y),
        Place::Kitchen => indoors::kitchen(air, x, y),
        Place::Gym => indoors::gym(air, x, y),
        Place::Stage => indoors::stage(air, x, y),
        Place::Beach => nature::beach(air, x, y),
        Place::Meadow => nature::meadow(air, x, y),
        Place::Desert => nature::desert(air, x, y),
        Place::Snow => nature::snow(air, x, y),
        Place::Forest => nature::forest(air, x, y),
        Place::Mountain => nature::mountain(air, x, y),
        Place::Street => town::street(air, x, y),
        Place::Rooftop => town::rooftop(air, x, y),
    };
    match style {
        Style::Animated => saturated(colour, 1.25),
        // The grade darkens dark colours; night scenes are exposed to compensate.
        Style::Cinematic if air.time == Time::Night && !air.indoors => colour * 1.45,
        Style::Cinematic | Style::Realistic => colour,
    }
}

/// Relative distance of a ground point: 0 at the bottom of the frame, 1 at the horizon.
fn distance(y: f32) -> f32 {
    smoothstep(0.7, HORIZON, y)
}

/// Scales the saturation at equal luma.
pub fn saturated(colour: V3, amount: f32) -> V3 {
    let grey = colour.luma();
    V3(grey, grey, grey).mix(colour, amount)
}

/// Box blur of `2 radius + 1` pixels along rows (`stride` 1) or columns (`stride` = width) with repeated edges.
fn blurred(pixels: &[V3], width: usize, radius: usize, stride: usize) -> Vec<V3> {
    let (lines, length) = if stride == 1 {
        (pixels.len() / width, width)
    } else {
        (width, pixels.len() / width)
    };
    let mut out = vec![V3::default(); pixels.len()];
    let share = 1.0 / (2 * radius + 1) as f32;
    for line in 0..lines {
        let start = if stride == 1 { line * width } else { line };
        let at =
            |index: isize| pixels[start + index.clamp(0, length as isize - 1) as usize * stride];
        let r = radius as isize;
        let mut sum = (-r..=r).fold(V3::default(), |sum, index| sum + at(index));
        for index in 0..length as isize {
            out[start + index as usize * stride] = sum * share;
            sum = sum + at(index + r + 1) - at(index - r);
        }
    }
    out
}
