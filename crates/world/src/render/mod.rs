//! Drawing: a simulation becomes frames of 8-bit RGB, and the ground truth of each pixel.

mod bones;
mod canvas;
mod characters;
mod extras;
mod finish;
mod layers;
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
use crate::spec::{Cover, Place, SceneSpec, Style};
use crate::truth::Truth;
use crate::vector::V3;
pub use finish::let_through;
pub use layers::{LAYER_EXTENT, LAYER_SIZE, Layers};

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
    /// What all of them show: in it the place stands still, and what falls falls.
    stage: View,
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
        let lens = Lens::new(spec, self.width, self.height);
        let look = self.look(spec, View::path(spec, simulation));
        self.draw(&look, spec, simulation, frames, false, |canvas, stage| {
            stage.draw(canvas);
            stage.draw_weather(canvas);
            lens.develop(canvas, stage.drawing.frame, &mut out);
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
        let look = self.look(spec, View::path(spec, simulation));
        self.draw(&look, spec, simulation, frames, true, |canvas, stage| {
            stage.draw(canvas);
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

    /// What the frames of a scene share, seen by these views, one per frame.
    fn look(&self, spec: &SceneSpec, views: Vec<View>) -> Look {
        let air = Air::of(spec);
        Look {
            style: spec.style,
            light: match spec.portrait {
                Some(_) => portrait::light(spec, air.light(spec.style)),
                None => air.light(spec.style),
            },
            air,
            stage: View::around(&views, self.width as f32 / self.height as f32),
            views,
            figurehead: spec
                .portrait
                .map(|portrait| Figurehead::of(portrait.head())),
        }
    }

    /// Fills the canvas with the place, frame by frame, and hands it on.
    fn draw(
        &self,
        look: &Look,
        spec: &SceneSpec,
        simulation: &Simulation,
        frames: Range<usize>,
        truth: bool,
        mut drawn: impl FnMut(&mut Canvas, &Stage),
    ) {
        let backdrop = self.backdrop(spec, look.air);
        let mut canvas = Canvas::new(self.width, self.height);
        let stands = look.views.iter().all(|view| *view == look.views[0]);
        let still = stands.then(|| {
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
            let stage = Stage::at(look, spec, simulation, frame);
            drawn(&mut canvas, &stage);
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

/// What is drawn in one frame of a clip.
struct Stage<'a> {
    look: &'a Look,
    spec: &'a SceneSpec,
    simulation: &'a Simulation,
    drawing: Drawing,
}

impl<'a> Stage<'a> {
    fn at(look: &'a Look, spec: &'a SceneSpec, simulation: &'a Simulation, frame: usize) -> Self {
        let after = (frame + 1).min(simulation.frames - 1);
        let drawing = Drawing {
            frame,
            shown: drawing_of(frame, simulation.frames_per_second, spec.style),
            next: drawing_of(after, simulation.frames_per_second, spec.style),
        };
        Self {
            look,
            spec,
            simulation,
            drawing,
        }
    }

    /// Draws all that stands in the place, from back to front.
    fn draw(&self, canvas: &mut Canvas) {
        self.draw_shadows(canvas);
        self.draw_layer(canvas);
        self.mirror_layer(canvas);
        canvas.merge();
    }

    /// Nothing under somebody seen from near is in the frame.
    fn draw_shadows(&self, canvas: &mut Canvas) {
        if self.look.figurehead.is_some() {
            return;
        }
        let view = self.look.views[self.drawing.frame];
        for track in &self.simulation.tracks {
            shadow::draw(canvas, self.look, track, self.drawing.shown, view);
        }
    }

    /// Puts all that stands in the place into the layer.
    fn draw_layer(&self, canvas: &mut Canvas) {
        self.draw_behind(canvas);
        self.draw_subjects(canvas);
        self.draw_front(canvas);
    }

    /// How much the ground mirrors.
    fn shine(&self) -> f32 {
        match self.spec.style {
            _ if self.look.figurehead.is_some() => 0.0,
            Style::Realistic => gloss(self.spec.place, self.look.air),
            Style::Cinematic => gloss(self.spec.place, self.look.air) * 0.8,
            Style::Animated => 0.0,
        }
    }

    fn mirror_layer(&self, canvas: &mut Canvas) {
        let half = canvas.height as f32 * 0.5;
        let view = self.look.views[self.drawing.frame];
        let (_, line) = view.project(0.0, GROUND_Y + 0.012);
        canvas.mirror(line * half + half, self.shine());
    }

    /// What stands behind the subjects.
    fn draw_behind(&self, canvas: &mut Canvas) {
        let Drawing { frame, shown, .. } = self.drawing;
        if self.spec.cover == Cover::Front {
            extras::pillar(canvas, self.look, self.spec, frame);
        }
        if let (Some(anchor), Some(track)) = (self.simulation.rope, self.simulation.tracks.first())
        {
            extras::rope(canvas, self.look, anchor, track, shown, frame);
        }
    }

    fn draw_weather(&self, canvas: &mut Canvas) {
        let time_s = self.simulation.time_of(self.drawing.frame);
        weather::draw(canvas, self.look, self.drawing.frame, time_s);
    }

    fn draw_subjects(&self, canvas: &mut Canvas) {
        let tracks = &self.simulation.tracks;
        let mut order: Vec<usize> = (0..tracks.len()).rev().collect();
        let depth = |index: usize| tracks[index].depths[self.drawing.shown];
        order.sort_by(|a, b| depth(*b).total_cmp(&depth(*a)));
        for index in order {
            draw_subject(
                canvas,
                self.look,
                self.spec,
                self.simulation,
                index,
                self.drawing,
            );
        }
    }

    /// What stands before the subjects.
    fn draw_front(&self, canvas: &mut Canvas) {
        let Drawing { frame, shown, .. } = self.drawing;
        if let Some(stream) = self.simulation.stream {
            let time_s = self.simulation.time_of(shown);
            extras::water(canvas, self.look, stream, time_s, frame);
        }
        if self.spec.cover == Cover::Behind {
            extras::pillar(canvas, self.look, self.spec, frame);
        }
    }
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
    if let (Some(figurehead), Some(play)) = (&look.figurehead, &simulation.performance) {
        let whole = portrait::Shown::Whole;
        return portrait::draw(canvas, look, spec, figurehead, play, drawing, whole);
    }
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
