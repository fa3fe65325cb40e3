//! Drawing: a simulation becomes frames of 8-bit RGB, and the ground truth of each pixel.

mod bones;
mod canvas;
mod characters;
mod extras;
mod finish;
mod portrait;
mod shadow;
mod things;
mod weather;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use crate::GROUND_Y;
use crate::air::{Air, Light};
use crate::camera::View;
use crate::heads::Figurehead;
use crate::objects::attitude;
use crate::physics::Simulation;
use crate::places::{Backdrop, gloss};
use crate::rng::Rng;
use crate::spec::{Camera, Cover, Place, SceneSpec, Style, Subject};
use crate::truth::Truth;
use crate::vector::V3;
use canvas::Canvas;
use characters::Character;
use finish::{Lens, grade};
use things::Thing;

/// Width of outlines in the animated style, in half image heights.
const OUTLINE_WIDTH: f32 = 0.022;
/// Drawings per second of the animated style.
const DRAWINGS_PER_SECOND: u32 = 12;
/// The renderer forgets its places when they take more than this many pixels.
const MOST_PIXELS: usize = 12_000_000;

/// Draws clips of one size, and remembers the places it has painted.
pub struct Renderer {
    width: usize,
    height: usize,
    backdrops: Mutex<BTreeMap<(Place, Air, Style), Arc<Backdrop>>>,
}

/// Draws all frames of a clip: `frames * height * width * 3` bytes.
pub fn render(spec: &SceneSpec, simulation: &Simulation, width: usize, height: usize) -> Vec<u8> {
    Renderer::new(width, height).render(spec, simulation)
}

/// What all frames of a clip share.
struct Look {
    style: Style,
    light: Light,
    air: Air,
    /// The camera per frame.
    views: Vec<View>,
    /// Who is seen from near.
    figurehead: Option<Figurehead>,
}

impl Look {
    fn grade(&self, colour: V3) -> V3 {
        grade(colour, self.style)
    }
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
        self.render_range(spec, simulation, 0..simulation.frames)
    }

    /// Draws some frames of a clip: a continuation is the later frames of a longer simulation.
    pub fn render_range(
        &self,
        spec: &SceneSpec,
        simulation: &Simulation,
        frames: Range<usize>,
    ) -> Vec<u8> {
        let mut out = Vec::with_capacity(frames.len() * self.width * self.height * 3);
        self.draw(spec, simulation, frames, false, |canvas, lens, frame| {
            lens.develop(canvas, frame, &mut out);
        });
        out
    }

    /// The ground truth of some frames of a clip.
    pub fn truth(
        &self,
        spec: &SceneSpec,
        simulation: &Simulation,
        frames: Range<usize>,
    ) -> Vec<Truth> {
        let mut out = Vec::with_capacity(frames.len());
        self.draw(spec, simulation, frames, true, |canvas, _, _| {
            out.extend(canvas.truth.take());
        });
        out
    }

    /// Key points of the face of a portrait in some frames, by name and in pixels; empty where nobody is seen from near.
    pub fn face_points(
        &self,
        spec: &SceneSpec,
        simulation: &Simulation,
        frames: Range<usize>,
    ) -> Vec<Vec<(&'static str, [f32; 2])>> {
        let (Some(person), Some(play)) = (&spec.portrait, &simulation.performance) else {
            return frames.map(|_| Vec::new()).collect();
        };
        let figurehead = Figurehead::of(person.head());
        let views = View::path(spec, simulation);
        let half = self.height as f32 * 0.5;
        let pixels = |(name, (x, y)): (&'static str, (f32, f32))| {
            (name, [x * half + self.width as f32 * 0.5, y * half + half])
        };
        frames
            .map(|frame| {
                let points = portrait::points(&figurehead, play, frame, views[frame]);
                points.into_iter().map(pixels).collect()
            })
            .collect()
    }

    fn draw(
        &self,
        spec: &SceneSpec,
        simulation: &Simulation,
        frames: Range<usize>,
        truth: bool,
        mut finished: impl FnMut(&mut Canvas, &Lens, usize),
    ) {
        let air = Air::of(spec);
        let look = Look {
            style: spec.style,
            light: match spec.portrait {
                Some(_) => portrait::light(spec, air.light(spec.style)),
                None => air.light(spec.style),
            },
            air,
            views: View::path(spec, simulation),
            figurehead: spec
                .portrait
                .map(|portrait| Figurehead::of(portrait.head())),
        };
        let backdrop = self.backdrop(spec, air);
        let lens = Lens::new(spec, self.width, self.height);
        let mut canvas = Canvas::new(self.width, self.height);
        let still = (spec.camera == Camera::Static).then(|| {
            canvas.fill(&backdrop, look.views[0]);
            canvas.pixels.clone()
        });
        for frame in frames {
            match &still {
                Some(pixels) => canvas.pixels.copy_from_slice(pixels),
                None => canvas.fill(&backdrop, look.views[frame]),
            }
            if truth {
                let next = (frame + 1).min(simulation.frames - 1);
                let views = (look.views[frame], look.views[next]);
                canvas.truth = Some(Truth::of_place(self.width, self.height, spec.place, views));
            }
            draw_scene(&mut canvas, &look, spec, simulation, frame);
            weather::draw(&mut canvas, air, spec.style, simulation.time_of(frame));
            finished(&mut canvas, &lens, frame);
        }
    }

    /// The painted place. Threads that want the same one at the same time may both paint it: none waits for another.
    fn backdrop(&self, spec: &SceneSpec, air: Air) -> Arc<Backdrop> {
        let known = || {
            self.backdrops
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let key = (spec.place, air, spec.style);
        let found = known().get(&key).cloned();
        if let Some(backdrop) = found {
            return backdrop;
        }
        let mut backdrop = Backdrop::new(spec.place, air, spec.style, self.width, self.height);
        for pixel in &mut backdrop.pixels {
            *pixel = grade(*pixel, spec.style);
        }
        let backdrop = Arc::new(backdrop);
        let mut known = known();
        if known.len() * backdrop.pixels.len() > MOST_PIXELS {
            known.clear();
        }
        known.insert(key, backdrop.clone());
        backdrop
    }
}

/// Draws all that stands in a place, from back to front.
fn draw_scene(
    canvas: &mut Canvas,
    look: &Look,
    spec: &SceneSpec,
    simulation: &Simulation,
    frame: usize,
) {
    let shown = drawing_of(frame, simulation.frames_per_second, spec.style);
    let after = (frame + 1).min(simulation.frames - 1);
    let next = drawing_of(after, simulation.frames_per_second, spec.style);
    if let (Some(figurehead), Some(play)) = (&look.figurehead, &simulation.performance) {
        let drawing = Drawing { frame, shown, next };
        portrait::draw(canvas, look, spec, figurehead, play, drawing);
        return canvas.merge(0.0, 0.0);
    }
    let view = look.views[frame];
    for track in &simulation.tracks {
        shadow::draw(canvas, look, track, shown, view);
    }
    if spec.cover == Cover::Front {
        extras::pillar(canvas, look, spec, frame);
    }
    if let (Some(anchor), Some(track)) = (simulation.rope, simulation.tracks.first()) {
        extras::rope(canvas, look, anchor, track, shown, frame);
    }
    let subjects: Vec<Subject> = spec.subjects().collect();
    let mut order: Vec<usize> = (0..subjects.len()).rev().collect();
    let depth = |index: usize| simulation.tracks[index].depths[shown];
    order.sort_by(|a, b| depth(*b).total_cmp(&depth(*a)));
    let drawing = Drawing { frame, shown, next };
    for index in order {
        draw_subject(canvas, look, spec, simulation, index, drawing);
    }
    if let Some(stream) = simulation.stream {
        extras::water(canvas, look, stream, simulation.time_of(shown), frame);
    }
    if spec.cover == Cover::Behind {
        extras::pillar(canvas, look, spec, frame);
    }
    let half = canvas.height as f32 * 0.5;
    let (_, line) = view.project(0.0, GROUND_Y + 0.012);
    let mirror = match spec.style {
        Style::Realistic => gloss(spec.place, look.air),
        Style::Cinematic => gloss(spec.place, look.air) * 0.8,
        Style::Animated => 0.0,
    };
    canvas.merge(line * half + half, mirror);
}

/// The frames of a drawing: where the camera is, which posture is drawn, and which the next frame draws.
#[derive(Clone, Copy)]
struct Drawing {
    frame: usize,
    shown: usize,
    next: usize,
}

fn draw_subject(
    canvas: &mut Canvas,
    look: &Look,
    spec: &SceneSpec,
    simulation: &Simulation,
    index: usize,
    drawing: Drawing,
) {
    let Some(subject) = spec.subjects().nth(index) else {
        return;
    };
    let track = &simulation.tracks[index];
    let id = index as u8 + 1;
    match track.build {
        Some(build) => {
            let variant = Rng::new(spec.seed, 40 + index as u64).below(16);
            let who = Character {
                subject,
                track,
                build,
                variant,
                id,
            };
            characters::draw(canvas, look, &who, drawing);
        }
        None => {
            let thing = Thing {
                subject,
                attitude: attitude(subject.object, spec.action),
                track,
                id,
            };
            things::draw(canvas, look, &thing, drawing);
        }
    }
}

/// The frame whose posture a frame shows: in the animated style the first of its drawing.
fn drawing_of(frame: usize, frames_per_second: u32, style: Style) -> usize {
    if style != Style::Animated {
        return frame;
    }
    let (rate, fps) = (DRAWINGS_PER_SECOND as usize, frames_per_second as usize);
    let drawing = frame * rate / fps;
    (drawing * fps).div_ceil(rate).min(frame)
}
