//! Drawing: a simulation becomes frames of 8-bit RGB.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::GROUND_Y;
use crate::backdrop::{Backdrop, saturated};
use crate::camera::View;
use crate::physics::{Pose2, Simulation, Track, screen_y};
use crate::profile::lies_down;
use crate::shade::{OUTLINE, Surface};
use crate::shape::{bound, cast};
use crate::spec::{Camera, Place, SceneSpec, Style, Subject};
use crate::vector::{V3, smoothstep};

/// Rows above and below this distance from the middle are black in the cinematic style.
const BARS: f32 = 0.86;
/// Width of outlines in the animated style, in half image heights.
const OUTLINE_WIDTH: f32 = 0.022;

/// Draws clips of one size, and remembers the places it has painted.
pub struct Renderer {
    width: usize,
    height: usize,
    backdrops: Mutex<HashMap<(Place, Style), Arc<Backdrop>>>,
}

/// Draws all frames of a clip: `frames * height * width * 3` bytes.
pub fn render(spec: &SceneSpec, simulation: &Simulation, width: usize, height: usize) -> Vec<u8> {
    Renderer::new(width, height).render(spec, simulation)
}

impl Renderer {
    /// A renderer for frames of this size in pixels.
    pub fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            backdrops: Mutex::default(),
        }
    }

    /// Draws all frames of a clip, `[frames, height, width, 3]`.
    pub fn render(&self, spec: &SceneSpec, simulation: &Simulation) -> Vec<u8> {
        let backdrop = self.backdrop(spec.place, spec.style);
        let lens = self.lens(spec.style);
        let mut canvas = Canvas::new(self.width, self.height);
        let still = (spec.camera == Camera::Static).then(|| {
            canvas.fill(&backdrop, View::at(spec, 0));
            canvas.pixels.clone()
        });
        let mut out = Vec::with_capacity(simulation.frames * self.width * self.height * 3);
        for frame in 0..simulation.frames {
            let view = View::at(spec, frame);
            match &still {
                Some(pixels) => canvas.pixels.copy_from_slice(pixels),
                None => canvas.fill(&backdrop, view),
            }
            draw_scene(&mut canvas, spec, simulation, frame, view);
            canvas.develop(&lens, &mut out);
        }
        out
    }

    fn backdrop(&self, place: Place, style: Style) -> Arc<Backdrop> {
        let mut known = self
            .backdrops
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let paint = || {
            let mut backdrop = Backdrop::new(place, style, self.width, self.height);
            backdrop
                .pixels
                .iter_mut()
                .for_each(|pixel| *pixel = grade(*pixel, style));
            Arc::new(backdrop)
        };
        known.entry((place, style)).or_insert_with(paint).clone()
    }

    /// What the lens does to each pixel: dark corners and bars, as a factor.
    fn lens(&self, style: Style) -> Vec<f32> {
        let scale = 2.0 / self.height as f32;
        let (middle_x, middle_y) = (self.width as f32 * 0.5, self.height as f32 * 0.5);
        let factor = |row: usize, column: usize| {
            let y = (row as f32 + 0.5 - middle_y) * scale;
            let x = (column as f32 + 0.5 - middle_x) / middle_x;
            match style {
                Style::Cinematic if y.abs() > BARS => 0.0,
                Style::Cinematic => 1.0 - 0.48 * smoothstep(0.35, 1.7, x * x + y * y),
                Style::Realistic => 1.0 - 0.10 * smoothstep(0.6, 2.0, x * x + y * y),
                Style::Animated => 1.0,
            }
        };
        (0..self.height)
            .flat_map(|row| (0..self.width).map(move |column| factor(row, column)))
            .collect()
    }
}

/// The look of a style, per colour.
fn grade(colour: V3, style: Style) -> V3 {
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

/// One frame in the making.
struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<V3>,
}

/// A rectangle of pixels: rows and columns, ends exclusive.
struct Area {
    rows: core::ops::Range<usize>,
    columns: core::ops::Range<usize>,
}

impl Canvas {
    fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            pixels: vec![V3::default(); width * height],
        }
    }

    /// Half image heights per pixel.
    fn scale(&self) -> f32 {
        2.0 / self.height as f32
    }

    /// Screen position of a pixel's middle.
    fn screen(&self, column: usize, row: usize) -> (f32, f32) {
        let scale = self.scale();
        let x = (column as f32 + 0.5 - self.width as f32 * 0.5) * scale;
        (x, (row as f32 + 0.5 - self.height as f32 * 0.5) * scale)
    }

    /// The pixels within a distance of a screen point.
    fn area(&self, x: f32, y: f32, across: f32, down: f32) -> Area {
        let half = self.height as f32 * 0.5;
        let (cx, cy) = (x * half + self.width as f32 * 0.5, y * half + half);
        let range = |middle: f32, reach: f32, limit: usize| {
            let low = ((middle - reach * half - 1.0).max(0.0) as usize).min(limit);
            low..((middle + reach * half + 2.0).max(0.0) as usize).clamp(low, limit)
        };
        Area {
            rows: range(cy, down, self.height),
            columns: range(cx, across, self.width),
        }
    }

    /// Paints the place as the camera sees it.
    fn fill(&mut self, backdrop: &Backdrop, view: View) {
        let half = self.height as f32 * 0.5;
        let middle = backdrop.width as f32 * 0.5;
        let columns: Vec<f32> = (0..self.width)
            .map(|column| (self.screen(column, 0).0 - view.pan_x) / view.zoom * half + middle)
            .collect();
        for (row, line) in self.pixels.chunks_exact_mut(self.width).enumerate() {
            let y = (row as f32 + 0.5 - half) / half;
            let y = (y - view.pan_y) / view.zoom * half + half;
            for (pixel, x) in line.iter_mut().zip(&columns) {
                *pixel = backdrop.sample(*x, y);
            }
        }
    }

    /// Appends the finished frame as bytes.
    fn develop(&self, lens: &[f32], out: &mut Vec<u8>) {
        let start = out.len();
        out.resize(start + self.pixels.len() * 3, 0);
        let bytes = out[start..].chunks_exact_mut(3);
        for ((pixel, factor), rgb) in self.pixels.iter().zip(lens).zip(bytes) {
            let factor = factor * 255.0;
            // Casts saturate, so that no clamp is needed.
            rgb[0] = (pixel.0 * factor + 0.5) as u8;
            rgb[1] = (pixel.1 * factor + 0.5) as u8;
            rgb[2] = (pixel.2 * factor + 0.5) as u8;
        }
    }
}

fn draw_scene(
    canvas: &mut Canvas,
    spec: &SceneSpec,
    simulation: &Simulation,
    frame: usize,
    view: View,
) {
    for track in &simulation.tracks {
        draw_shadow(canvas, track, track.poses[frame], view, spec.style);
    }
    if let (Some(anchor), Some(track)) = (simulation.rope, simulation.tracks.first()) {
        draw_rope(canvas, anchor, track, track.poses[frame], view, spec.style);
    }
    let subjects: Vec<Subject> = spec.subjects().collect();
    for (subject, track) in subjects.iter().zip(&simulation.tracks).rev() {
        draw_object(canvas, spec, *subject, track, track.poses[frame], view);
    }
}

/// A soft shadow on the ground: wide and faint under a high object, tight and dark under a near one.
fn draw_shadow(canvas: &mut Canvas, track: &Track, pose: Pose2, view: View, style: Style) {
    let radius = track.radius;
    let gap = (pose.y - track.profile.depth(pose.cos, pose.sin) * radius).max(0.0);
    let [left, right] = track.profile.span(pose.cos, pose.sin);
    let half = (right - left) * 0.5 * radius;
    let (x, y) = view.project(
        pose.x + (left + right) * 0.5 * radius + 0.16 * gap,
        GROUND_Y,
    );
    let spread = 1.0 + 0.45 * gap;
    let wide = Ellipse {
        across: (half * 1.25 + 0.03) * spread * view.zoom,
        down: radius * 0.38 * spread * view.zoom,
    };
    let near = smoothstep(0.7, 0.0, gap / radius);
    let strength = 0.52 / (1.0 + gap / radius * 0.75);
    let tight = Ellipse {
        across: (half * 0.80 + 0.03) * view.zoom,
        down: radius * 0.22 * view.zoom,
    };
    let area = canvas.area(x, y, wide.across, wide.down);
    let tint = if style == Style::Animated {
        V3(0.40, 0.34, 0.55)
    } else {
        V3(0.05, 0.06, 0.10)
    };
    for row in area.rows {
        for column in area.columns.clone() {
            let (px, py) = canvas.screen(column, row);
            let (dx, dy) = (px - x, py - y - 0.015);
            let dark = match style {
                Style::Animated => {
                    smoothstep(1.0, 0.85, wide.level(dx * 1.2, dy * 1.2)) * strength * 1.2
                }
                _ => {
                    smoothstep(1.0, 0.0, wide.level(dx, dy)) * strength
                        + smoothstep(1.0, 0.2, tight.level(dx, dy)) * near * 0.42
                }
            };
            let pixel = &mut canvas.pixels[row * canvas.width + column];
            *pixel = pixel.mix(pixel.times(tint), dark.min(0.85));
        }
    }
}

struct Ellipse {
    across: f32,
    down: f32,
}

impl Ellipse {
    /// 0 in the middle, 1 on the rim.
    fn level(&self, dx: f32, dy: f32) -> f32 {
        let (u, v) = (dx / self.across, dy / self.down);
        (u * u + v * v).sqrt()
    }
}

fn draw_rope(
    canvas: &mut Canvas,
    anchor: [f32; 2],
    track: &Track,
    pose: Pose2,
    view: View,
    style: Style,
) {
    // The knot is where the outline ends in the direction of the rope.
    let top = track.profile.depth(-1.0, 0.0) * track.radius * 0.94;
    let (ax, ay) = view.project(anchor[0], screen_y(anchor[1]));
    let (bx, by) = view.project(pose.x - pose.sin * top, screen_y(pose.y + pose.cos * top));
    let (dx, dy) = (bx - ax, by - ay);
    let width = 0.016 * view.zoom;
    let soft = canvas.scale();
    let area = canvas.area(
        (ax + bx) * 0.5,
        (ay + by) * 0.5,
        dx.abs() * 0.5 + width,
        dy.abs() * 0.5 + width,
    );
    let colour = match style {
        Style::Animated => OUTLINE,
        _ => grade(V3(0.36, 0.27, 0.18), style),
    };
    for row in area.rows {
        for column in area.columns.clone() {
            let (px, py) = canvas.screen(column, row);
            let t = (((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
            let (ox, oy) = (px - ax - dx * t, py - ay - dy * t);
            let off = (ox * ox + oy * oy).sqrt();
            let cover = ((width - off) / soft + 0.5).clamp(0.0, 1.0);
            let pixel = &mut canvas.pixels[row * canvas.width + column];
            *pixel = pixel.mix(colour, cover);
        }
    }
}

/// The camera's axes for objects: right, up and away; from slightly above and slightly from the left.
const RIGHT: V3 = V3(0.956_304_8, 0.0, 0.292_371_7);
const UP: V3 = V3(-0.080_588_9, 0.961_261_7, 0.263_595_4);
const AWAY: V3 = V3(-0.281_045_7, -0.275_637_4, 0.919_259_2);

fn draw_object(
    canvas: &mut Canvas,
    spec: &SceneSpec,
    subject: Subject,
    track: &Track,
    pose: Pose2,
    view: View,
) {
    let (x, y) = view.project(pose.x, screen_y(pose.y));
    let radius = track.radius * view.zoom;
    let unit_pixels = radius / canvas.scale();
    let drawn = spec.style == Style::Animated;
    let outline = if drawn {
        OUTLINE_WIDTH / canvas.scale()
    } else {
        0.0
    };
    let margin = (outline + 1.0) / unit_pixels;
    let (cos, sin) = (pose.cos, pose.sin);
    let lying = lies_down(subject.object, spec.action);
    let surface = Surface {
        subject,
        lying,
        cos,
        sin,
        style: spec.style,
        eye: AWAY * -1.0,
    };
    let direction = AWAY.turned(cos, -sin);
    let reach = radius * (bound(subject.object) + margin);
    let area = canvas.area(x, y, reach, reach);
    for row in area.rows {
        for column in area.columns.clone() {
            let (px, py) = canvas.screen(column, row);
            let (u, v) = ((px - x) / radius, (y - py) / radius);
            let origin = (RIGHT * u + UP * v - AWAY * 2.0).turned(cos, -sin);
            let Some(hit) = cast(subject.object, lying, origin, direction, margin) else {
                continue;
            };
            let miss = (hit.miss * unit_pixels).max(0.0);
            let mut colour = grade(surface.colour(hit.at), spec.style);
            if drawn {
                colour = colour.mix(OUTLINE, (miss * 1.5).min(1.0));
            }
            let pixel = &mut canvas.pixels[row * canvas.width + column];
            *pixel = pixel.mix(colour, (outline + 1.0 - miss).clamp(0.0, 1.0));
        }
    }
}
