//! The same clip in layers: the place with all that is not a subject, and each subject in its own frame.
//!
//! What a subject casts on the place (shadow, mirror image, rope) stays with the place, which is drawn as if one camera that
//! never moves saw all that the clip shows ([`View::around`]). What falls before the camera, the same in every clip, and what the lens
//! does to a frame (dark corners, bars, grain) are in neither. A subject's own frame is a square
//! around its position in the plan that grows and turns with it, so that a rolling ball is nearly one picture. Somebody seen from
//! near is two of them, the body and the head before it: in a frame of its own a face can be told from others.

use std::ops::Range;

use super::canvas::{Canvas, OwnFrame};
use super::portrait::{self, Shown};
use super::{Renderer, Stage, draw_subject};
use crate::camera::View;
use crate::physics::{Simulation, screen_y};
use crate::spec::SceneSpec;

/// Pixels along a side of a subject's own frame.
pub const LAYER_SIZE: usize = 64;
/// Half a side of a subject's own frame, in its radii.
pub const LAYER_EXTENT: f32 = 1.3;

/// Some frames of a clip in layers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layers {
    /// `[frames, height, width, 4]`: RGB of the place in the view around all views, and how much stands there before the
    /// subjects.
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
        let look = self.look(spec, View::path(spec, simulation));
        let place = self.look(spec, vec![look.stage; simulation.frames]);
        let shown = frames.clone();
        self.draw(&place, spec, simulation, shown, false, |canvas, stage| {
            ground(canvas, stage, &mut out.ground);
        });
        for frame in frames {
            let stage = Stage::at(&look, spec, simulation, frame);
            for index in 0..simulation.tracks.len() {
                subject(&stage, index, &mut out.subjects);
            }
        }
        out
    }
}

fn ground(canvas: &mut Canvas, stage: &Stage, out: &mut Vec<u8>) {
    stage.draw_shadows(canvas);
    if stage.shine() > 0.0 {
        stage.draw_layer(canvas);
        stage.mirror_layer(canvas);
        canvas.wipe();
    }
    stage.draw_behind(canvas);
    canvas.merge();
    stage.draw_front(canvas);
    let front: Vec<u8> = canvas
        .layer()
        .iter()
        .map(|(_, cover)| byte(*cover))
        .collect();
    canvas.merge();
    for (pixel, front) in canvas.pixels.iter().zip(front) {
        out.extend_from_slice(&[byte(pixel.0), byte(pixel.1), byte(pixel.2), front]);
    }
}

fn subject(stage: &Stage, index: usize, out: &mut Vec<u8>) {
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
    for (colour, cover) in canvas.layer() {
        let rgb = [colour.0, colour.1, colour.2].map(byte);
        out.extend_from_slice(&[rgb[0], rgb[1], rgb[2], byte(*cover)]);
    }
}

/// 0..1 as a byte; casts saturate.
fn byte(value: f32) -> u8 {
    (value * 255.0 + 0.5) as u8
}
