//! A clip in layers: the background plate with props, and each subject in its own frame.
//!
//! Shadows, reflections and the rope belong to the plate, which a static camera shows that covers all cameras of the clip
//! ([`CameraState::around`](kinora_contract::plan::CameraState::around)). Precipitation, lens and grain are in neither. A
//! subject's layer is a square around its position in the plan that follows its size and rotation, so that a rolling ball is
//! nearly constant. The person of a portrait has two layers, the body and the head in front of it, so that the face has
//! enough pixels to be recognised.

use std::ops::Range;

use super::Renderer;
use super::canvas::{Canvas, OwnFrame};
use super::frame::Frame;
use super::portrait::{self, Shown};
use crate::motion::camera::camera_path;
use crate::motion::simulation::Simulation;
use crate::motion::track::screen_y;
use crate::spec::SceneSpec;
use crate::spec::shape::{LAYER_EXTENT, LAYER_SIZE};

/// A range of frames in layers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layers {
    /// `[frames, height, width, 4]`: RGB of the plate, and the coverage of props in front of the subjects.
    pub ground: Vec<u8>,
    /// `[frames, subjects, LAYER_SIZE, LAYER_SIZE, 4]`: premultiplied RGB and coverage of each subject.
    pub subjects: Vec<u8>,
}

impl Renderer {
    /// Renders a range of frames in layers.
    pub fn layers(
        &self,
        spec: &SceneSpec,
        simulation: &Simulation,
        frames: Range<usize>,
    ) -> Layers {
        let mut out = Layers::default();
        let uniforms = self.uniforms(spec, camera_path(spec, simulation));
        let plate = self.uniforms(spec, vec![uniforms.plate; simulation.frames]);
        let plate_frames = frames.clone();
        self.draw(
            &plate,
            spec,
            simulation,
            plate_frames,
            false,
            |canvas, frame| {
                draw_plate(canvas, frame, &mut out.ground);
            },
        );
        for frame in frames {
            let frame = Frame::at(&uniforms, spec, simulation, frame);
            for index in 0..simulation.tracks.len() {
                draw_subject(&frame, index, &mut out.subjects);
            }
        }
        out
    }
}

fn draw_plate(canvas: &mut Canvas, frame: &Frame, out: &mut Vec<u8>) {
    frame.draw_shadows(canvas);
    if frame.reflectivity() > 0.0 {
        frame.draw_layer(canvas);
        frame.mirror_layer(canvas);
        canvas.wipe();
    }
    frame.draw_behind(canvas);
    canvas.merge();
    frame.draw_front(canvas);
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

fn draw_subject(frame: &Frame, index: usize, out: &mut Vec<u8>) {
    let (uniforms, drawing) = (frame.uniforms, frame.drawing);
    let (track, camera) = (
        &frame.simulation.tracks[index],
        uniforms.cameras[drawing.frame],
    );
    let pose = track.poses[drawing.frame];
    let (x, y) = camera.project(pose.x, screen_y(pose.y));
    let own = OwnFrame {
        x,
        y,
        half: track.radius * camera.zoom * LAYER_EXTENT,
        cos: pose.cos,
        sin: -pose.sin,
    };
    let mut canvas = Canvas::of_subject(LAYER_SIZE, own);
    match (&uniforms.figurehead, &frame.simulation.performance) {
        (Some(person), Some(play)) => {
            let shown = if index == 0 { Shown::Body } else { Shown::Head };
            portrait::draw(
                &mut canvas,
                uniforms,
                frame.spec,
                person,
                play,
                drawing,
                shown,
            );
        }
        _ => frame.draw_subject(&mut canvas, index),
    }
    for (colour, cover) in canvas.layer() {
        let rgb = [colour.0, colour.1, colour.2].map(byte);
        out.extend_from_slice(&[rgb[0], rgb[1], rgb[2], byte(*cover)]);
    }
}

/// Quantises 0 ..= 1 to a byte; casts saturate.
fn byte(value: f32) -> u8 {
    (value * 255.0 + 0.5) as u8
}
