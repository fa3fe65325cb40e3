//! One frame of a clip: shadows, props, subjects, reflections and precipitation, from back to front.

use kinora_scene::constants::GROUND_Y;
use kinora_scene::rng::Rng;
use kinora_scene::vocabulary::{Cover, Style};

use super::backgrounds::gloss;
use super::canvas::Canvas;
use super::characters::{self, Character};
use super::objects::{self, Thing};
use super::uniforms::{Drawing, Uniforms};
use super::{portrait, props, shadows};
use crate::geometry::vector::V3;
use crate::motion::simulation::Simulation;
use crate::objects::attitude;
use crate::spec::SceneSpec;

/// The contents of one frame.
pub struct Frame<'a> {
    pub uniforms: &'a Uniforms,
    pub spec: &'a SceneSpec,
    pub simulation: &'a Simulation,
    pub drawing: Drawing,
}

impl<'a> Frame<'a> {
    pub fn at(
        uniforms: &'a Uniforms,
        spec: &'a SceneSpec,
        simulation: &'a Simulation,
        frame: usize,
    ) -> Self {
        let rate = simulation.frames_per_second;
        Self {
            uniforms,
            spec,
            simulation,
            drawing: Drawing::of(frame, simulation.frames, rate, spec.style),
        }
    }

    /// Draws everything in front of the background except precipitation.
    pub fn draw(&self, canvas: &mut Canvas) {
        self.draw_shadows(canvas);
        self.draw_layer(canvas);
        self.mirror_layer(canvas);
        canvas.merge();
    }

    /// Draws contact shadows. The ground under a portrait is out of frame.
    pub fn draw_shadows(&self, canvas: &mut Canvas) {
        if self.uniforms.figurehead.is_some() {
            return;
        }
        for track in &self.simulation.tracks {
            shadows::draw(canvas, self.uniforms, track, self.drawing);
        }
    }

    /// Fills the canvas layer with props and subjects.
    pub fn draw_layer(&self, canvas: &mut Canvas) {
        self.draw_behind(canvas);
        self.draw_subjects(canvas);
        self.draw_front(canvas);
    }

    /// Reflectivity of the ground, 0 ..= 1.
    pub fn reflectivity(&self) -> f32 {
        match self.spec.style {
            _ if self.uniforms.figurehead.is_some() => 0.0,
            Style::Realistic => gloss(self.spec.place, self.uniforms.air),
            Style::Cinematic => gloss(self.spec.place, self.uniforms.air) * 0.8,
            Style::Animated => 0.0,
        }
    }

    /// Reflects the canvas layer in the ground.
    pub fn mirror_layer(&self, canvas: &mut Canvas) {
        let half = canvas.height as f32 * 0.5;
        let camera = self.uniforms.cameras[self.drawing.frame];
        let (_, line) = camera.project(0.0, GROUND_Y + 0.012);
        canvas.mirror(line * half + half, self.reflectivity());
    }

    /// Draws props behind the subjects.
    pub fn draw_behind(&self, canvas: &mut Canvas) {
        if self.spec.cover == Cover::Front {
            props::pillar(canvas, self.uniforms, self.spec, self.drawing.frame);
        }
        if let (Some(_), Some(track)) = (self.simulation.rope, self.simulation.tracks.first()) {
            props::rope(canvas, self.uniforms, track, self.drawing);
        }
    }

    fn draw_subjects(&self, canvas: &mut Canvas) {
        let tracks = &self.simulation.tracks;
        let mut order: Vec<usize> = (0..tracks.len()).rev().collect();
        let depth = |index: usize| tracks[index].depths[self.drawing.shown];
        order.sort_by(|a, b| depth(*b).total_cmp(&depth(*a)));
        for index in order {
            self.draw_subject(canvas, index);
        }
    }

    /// Draws one subject into the canvas layer.
    pub fn draw_subject(&self, canvas: &mut Canvas, index: usize) {
        let (uniforms, spec, drawing) = (self.uniforms, self.spec, self.drawing);
        let Some(subject) = spec.subjects().nth(index) else {
            return;
        };
        if let (Some(figurehead), Some(play)) = (&uniforms.figurehead, &self.simulation.performance)
        {
            let whole = portrait::Shown::Whole;
            return portrait::draw(canvas, uniforms, spec, figurehead, play, drawing, whole);
        }
        let track = &self.simulation.tracks[index];
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
                characters::draw(canvas, uniforms, &who, drawing);
            }
            None => {
                let thing = Thing {
                    subject,
                    attitude: attitude(subject.object, spec.action),
                    track,
                    id,
                };
                objects::draw(canvas, uniforms, &thing, drawing);
            }
        }
    }

    /// Draws props in front of the subjects.
    pub fn draw_front(&self, canvas: &mut Canvas) {
        let Drawing { frame, shown, .. } = self.drawing;
        if let Some(stream) = &self.simulation.stream {
            let time_s = self.simulation.time_of(shown);
            props::liquid(canvas, self.uniforms, stream, time_s, frame);
        }
        if self.spec.cover == Cover::Behind {
            props::pillar(canvas, self.uniforms, self.spec, frame);
        }
    }

    /// Composites rain or snow over the picture.
    pub fn draw_precipitation(&self, canvas: &mut Canvas) {
        let Some(precipitation) = self.uniforms.precipitation else {
            return;
        };
        let frame = self.drawing.frame;
        let transmittance = precipitation.transmittance(
            (canvas.width, canvas.height),
            &self.uniforms.plate,
            &self.uniforms.cameras[frame],
            self.simulation.time_of(frame),
        );
        let colour = V3::from(precipitation.colour());
        for (pixel, passed) in canvas.pixels.iter_mut().zip(transmittance) {
            *pixel = colour.mix(*pixel, passed);
        }
    }
}
