//! The plan of a clip: where subjects and camera are and what touches when, as rows of numbers.
//!
//! One row of [`PLAN_DIM`] values per latent frame: four sub-frames of [`SUBFRAME_DIM`]: three subjects x
//! `[x, y, r, cos, sin, visible ±1, depth, mouth 0..1]`, camera `[pan_x, pan_y, zoom - 1]`, contact `[onset ±1, energy 0..1]`.
//! Screen units: half the image height is 1, origin in the middle, x right, y down. `(cos, sin)` is the direction of the
//! object's own right side on the screen; depth is 0 in the plane of action and grows away from the camera. The same
//! constants stand in the contract crate; the world does not depend on it, so that it can be built and tested alone.

use kinora_sound::tokens::{latent_frames, pixel_frame};

use crate::camera::View;
use crate::physics::{Simulation, Track, screen_y};
use crate::spec::SceneSpec;

/// Pixel frames per latent frame.
pub const SUBFRAMES: usize = 4;
/// Subjects in a plan.
pub const SUBJECTS: usize = 3;
/// Values per subject.
pub const SUBJECT_DIM: usize = 8;
/// Values per sub-frame.
pub const SUBFRAME_DIM: usize = SUBJECTS * SUBJECT_DIM + 5;
/// Values per latent frame.
pub const PLAN_DIM: usize = SUBFRAMES * SUBFRAME_DIM;

/// Where the visible flag of a subject stands.
const VISIBLE: usize = 5;
/// Where the opening of its mouth stands.
const MOUTH: usize = 7;

/// Rows `[latent_frames, PLAN_DIM]` of a simulated scene in a frame of this aspect (width over height).
pub fn plan(spec: &SceneSpec, simulation: &Simulation, aspect: f32) -> Vec<f32> {
    let mut rows = vec![0.0; latent_frames(simulation.frames) * PLAN_DIM];
    let views = View::path(spec, simulation);
    for (index, values) in rows.chunks_exact_mut(SUBFRAME_DIM).enumerate() {
        let frame = pixel_frame(index / SUBFRAMES, index % SUBFRAMES);
        let view = views[frame];
        for (slot, subject) in values[..SUBJECTS * SUBJECT_DIM]
            .chunks_exact_mut(SUBJECT_DIM)
            .enumerate()
        {
            match simulation.tracks.get(slot) {
                Some(track) => {
                    subject.copy_from_slice(&on_screen(track, frame, view, aspect));
                    subject[MOUTH] = mouth(simulation, frame);
                }
                None => subject[VISIBLE] = -1.0,
            }
        }
        let strongest = simulation
            .contacts
            .iter()
            .filter(|contact| simulation.frame_of(contact.time_s) == frame)
            .fold(0.0, |best: f32, contact| best.max(contact.energy));
        let onset = if strongest > 0.0 { 1.0 } else { -1.0 };
        let rest = [view.pan_x, view.pan_y, view.zoom - 1.0, onset, strongest];
        values[SUBJECTS * SUBJECT_DIM..].copy_from_slice(&rest);
    }
    rows
}

/// How far the mouth of a subject is open; only that of somebody seen from near, a body and a head, ever is.
fn mouth(simulation: &Simulation, frame: usize) -> f32 {
    let play = simulation.performance.as_ref();
    play.map_or(0.0, |play| play.acts[frame].expression.mouth.open)
}

fn on_screen(track: &Track, frame: usize, view: View, aspect: f32) -> [f32; SUBJECT_DIM] {
    let pose = track.poses[frame];
    let (x, y) = view.project(pose.x, screen_y(pose.y));
    let radius = track.radius * view.zoom;
    let inside = x.abs() < aspect + radius && y.abs() < 1.0 + radius;
    [
        x,
        y,
        radius,
        pose.cos,
        -pose.sin,
        if inside { 1.0 } else { -1.0 },
        track.depths[frame],
        0.0,
    ]
}
