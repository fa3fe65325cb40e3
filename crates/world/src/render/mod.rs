//! Renderer: a simulation becomes frames of 8-bit RGB, layers, and ground truth per pixel.

pub(crate) mod backgrounds;
mod canvas;
mod characters;
mod film;
mod frame;
pub mod ground_truth;
mod layers;
mod lighting;
mod limbs;
pub(crate) mod material_texture;
mod objects;
mod portrait;
mod props;
mod shading;
mod shadows;
mod uniforms;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use kinora_contract::plan::CameraState;
use kinora_scene::vocabulary::{Place, Style};

pub use layers::Layers;

use self::backgrounds::Backdrop;
use self::canvas::Canvas;
use self::film::{Film, grade};
use self::frame::Frame;
use self::ground_truth::Truth;
use self::lighting::Air;
use self::uniforms::Uniforms;
use crate::heads::Figurehead;
use crate::motion::camera::camera_path;
use crate::motion::simulation::Simulation;
use crate::spec::SceneSpec;

/// Capacity of the background cache in pixels.
const MAX_CACHED_PIXELS: usize = 12_000_000;

/// Renders clips of one size and caches painted backgrounds.
pub struct Renderer {
    width: usize,
    height: usize,
    backdrops: Mutex<HashMap<(Place, Air, Style), Arc<Backdrop>>>,
}

/// Renders all frames of a clip, `[frames, height, width, 3]`.
pub fn render(spec: &SceneSpec, simulation: &Simulation, width: usize, height: usize) -> Vec<u8> {
    Renderer::new(width, height).render(spec, simulation)
}

impl Renderer {
    /// Creates a renderer for frames of `width` by `height` pixels.
    pub fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            backdrops: Mutex::default(),
        }
    }

    /// Renders all frames of a clip, `[frames, height, width, 3]`.
    pub fn render(&self, spec: &SceneSpec, simulation: &Simulation) -> Vec<u8> {
        self.render_range(spec, simulation, 0..simulation.frames)
    }

    /// Renders a range of frames. An extension is the later frames of a longer simulation.
    pub fn render_range(
        &self,
        spec: &SceneSpec,
        simulation: &Simulation,
        frames: Range<usize>,
    ) -> Vec<u8> {
        let mut out = Vec::with_capacity(frames.len() * self.width * self.height * 3);
        let film = Film::new(spec, self.width, self.height);
        let uniforms = self.uniforms(spec, camera_path(spec, simulation));
        self.draw(
            &uniforms,
            spec,
            simulation,
            frames,
            false,
            |canvas, frame| {
                frame.draw(canvas);
                frame.draw_precipitation(canvas);
                film.develop(canvas, frame.drawing.frame, &mut out);
            },
        );
        out
    }

    /// Computes the ground truth of a range of frames.
    pub fn truth(
        &self,
        spec: &SceneSpec,
        simulation: &Simulation,
        frames: Range<usize>,
    ) -> Vec<Truth> {
        let mut out = Vec::with_capacity(frames.len());
        let uniforms = self.uniforms(spec, camera_path(spec, simulation));
        self.draw(
            &uniforms,
            spec,
            simulation,
            frames,
            true,
            |canvas, frame| {
                frame.draw(canvas);
                out.extend(canvas.truth.take());
            },
        );
        out
    }

    /// Computes facial key points of a portrait by name, in pixels, per frame; empty for other scenes.
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
        let cameras = camera_path(spec, simulation);
        let half = self.height as f32 * 0.5;
        let pixels = |(name, (x, y)): (&'static str, (f32, f32))| {
            (name, [x * half + self.width as f32 * 0.5, y * half + half])
        };
        frames
            .map(|frame| {
                let points = portrait::points(&figurehead, play, frame, cameras[frame]);
                points.into_iter().map(pixels).collect()
            })
            .collect()
    }

    fn uniforms(&self, spec: &SceneSpec, cameras: Vec<CameraState>) -> Uniforms {
        Uniforms::new(spec, cameras, self.width as f32 / self.height as f32)
    }

    /// Fills the canvas with the background of each frame and calls `drawn`.
    fn draw(
        &self,
        uniforms: &Uniforms,
        spec: &SceneSpec,
        simulation: &Simulation,
        frames: Range<usize>,
        truth: bool,
        mut drawn: impl FnMut(&mut Canvas, &Frame),
    ) {
        let backdrop = self.backdrop(spec, uniforms.air);
        let mut canvas = Canvas::new(self.width, self.height);
        let cameras = &uniforms.cameras;
        let static_camera = cameras.iter().all(|camera| *camera == cameras[0]);
        let still = static_camera.then(|| {
            canvas.fill(&backdrop, cameras[0]);
            canvas.pixels.clone()
        });
        for frame in frames {
            match &still {
                Some(pixels) => canvas.pixels.copy_from_slice(pixels),
                None => canvas.fill(&backdrop, cameras[frame]),
            }
            if truth {
                let next = (frame + 1).min(simulation.frames - 1);
                let cameras = (cameras[frame], cameras[next]);
                canvas.truth = Some(Truth::of_background(
                    self.width,
                    self.height,
                    spec.place,
                    cameras,
                ));
            }
            drawn(&mut canvas, &Frame::at(uniforms, spec, simulation, frame));
        }
    }

    /// Returns the painted background from the cache. Two threads may paint the same one at once; neither waits.
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
        if known.len() * backdrop.pixels.len() > MAX_CACHED_PIXELS {
            known.clear();
        }
        known.insert(key, backdrop.clone());
        backdrop
    }
}
