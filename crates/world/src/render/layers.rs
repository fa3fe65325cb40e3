//! The same clip in layers: the place with all that is not a subject, and each subject in its own frame.
//!
//! What a subject casts on the place (shadow, mirror image, rope) stays with the place. A subject's own frame is a square
//! around its position in the plan that grows and turns with it, so that a rolling ball is nearly one picture. Somebody seen from
//! near is two of them, the body and the head before it: in a frame of its own a face can be told from others.

use std::ops::Range;

use super::canvas::{Canvas, OwnFrame};
use super::finish::{Lens, is_barred, vignette};
use super::portrait::{self, Shown};
use super::{Renderer, Stage, draw_subject};
use crate::physics::{Simulation, screen_y};
use crate::spec::SceneSpec;

/// Pixels along a side of a subject's own frame.
pub const LAYER_SIZE: usize = 64;
/// Half a side of a subject's own frame, in its radii.
pub const LAYER_EXTENT: f32 = 1.3;

/// Some frames of a clip in layers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layers {
    /// `[frames, height, width, 4]`: RGB of the place, and how much stands there before the subjects.
    pub ground: Vec<u8>,
    /// `[frames, subjects, LAYER_SIZE, LAYER_SIZE, 4]`: RGB times cover, and cover, of each subject in its own frame.
    pub subjects: Vec<u8>,
}

impl Renderer {
    /// Draws some frames of a clip in layers.
    pub fn layers(
        &self,
        spec: &SceneSpec,
        simulation: &Simulation,
        frames: Range<usize>,
    ) -> Layers {
        let mut out = Layers::default();
        self.draw(spec, simulation, frames, false, |canvas, lens, stage| {
            ground(canvas, lens, stage, &mut out.ground);
            for index in 0..simulation.tracks.len() {
                subject(
                    stage,
                    index,
                    canvas.width as f32 / canvas.height as f32,
                    &mut out.subjects,
                );
            }
        });
        out
    }
}

fn ground(canvas: &mut Canvas, lens: &Lens, stage: &Stage, out: &mut Vec<u8>) {
    stage.draw_shadows(canvas);
    if stage.shine() > 0.0 {
        stage.draw_layer(canvas);
        stage.mirror_layer(canvas);
        canvas.wipe();
    }
    stage.draw_behind(canvas);
    canvas.merge();
    stage.draw_front(canvas);
    let mut front: Vec<u8> = canvas
        .layer()
        .iter()
        .map(|(_, cover)| byte(*cover))
        .collect();
    canvas.merge();
    for (row, line) in front.chunks_exact_mut(canvas.width).enumerate() {
        if is_barred(stage.spec.style, canvas.screen(0, row).1) {
            line.fill(255);
        }
    }
    stage.draw_weather(canvas);
    let mut rgb = Vec::new();
    lens.develop(canvas, stage.drawing.frame, &mut rgb);
    for (pixel, front) in rgb.chunks_exact(3).zip(front) {
        out.extend_from_slice(&[pixel[0], pixel[1], pixel[2], front]);
    }
}

fn subject(stage: &Stage, index: usize, aspect: f32, out: &mut Vec<u8>) {
    let (track, view) = (
        &stage.simulation.tracks[index],
        stage.look.views[stage.drawing.frame],
    );
    let pose = track.poses[stage.drawing.frame];
    let (x, y) = view.project(pose.x, screen_y(pose.y));
    let own = OwnFrame {
        x,
        y,
        half: track.radius * view.zoom * LAYER_EXTENT,
        cos: pose.cos,
        sin: -pose.sin,
    };
    let mut canvas = Canvas::of_subject(LAYER_SIZE, own);
    match (&stage.look.figurehead, &stage.simulation.performance) {
        (Some(person), Some(play)) => {
            let (look, spec, drawing) = (stage.look, stage.spec, stage.drawing);
            let shown = if index == 0 { Shown::Body } else { Shown::Head };
            portrait::draw(&mut canvas, look, spec, person, play, drawing, shown);
        }
        _ => draw_subject(
            &mut canvas,
            stage.look,
            stage.spec,
            stage.simulation,
            index,
            stage.drawing,
        ),
    }
    for (at, (colour, cover)) in canvas.layer().iter().enumerate() {
        let (x, y) = canvas.screen(at % LAYER_SIZE, at / LAYER_SIZE);
        let light = vignette(stage.spec.style, x / aspect, y);
        let rgb = [colour.0, colour.1, colour.2].map(|value| byte(value * light));
        out.extend_from_slice(&[rgb[0], rgb[1], rgb[2], byte(*cover)]);
    }
}

/// 0..1 as a byte; casts saturate.
fn byte(value: f32) -> u8 {
    (value * 255.0 + 0.5) as u8
}
