//! The ground-truth plan of a simulated scene, in the layout of [`kinora_contract::plan`].

use kinora_contract::Plan;
use kinora_contract::plan::{self, CameraState, Contact, Subframe};

use crate::motion::camera::camera_path;
use crate::motion::simulation::Simulation;
use crate::motion::track::{Track, screen_y};
use crate::specification::SceneSpec;

/// Computes the plan of a simulated scene in a frame of this aspect (width over height).
pub fn plan(spec: &SceneSpec, simulation: &Simulation, aspect: f32) -> Plan {
    let mut plan = Plan::empty(plan::latent_frames(simulation.frames));
    let cameras = camera_path(spec, simulation);
    for (frame, camera) in cameras.into_iter().enumerate().take(plan.frames()) {
        let mut state = Subframe {
            camera,
            contact: contact(simulation, frame),
            ..Subframe::EMPTY
        };
        for (subject, track) in state.subjects.iter_mut().zip(&simulation.tracks) {
            *subject = subject_at(track, frame, camera, aspect);
            subject.mouth = mouth(simulation, frame);
        }
        plan.set_frame(frame, &state);
    }
    plan
}

/// The strongest contact of a pixel frame.
fn contact(simulation: &Simulation, frame: usize) -> Contact {
    let contacts = simulation.contacts.iter();
    let energy = contacts
        .filter(|contact| simulation.frame_of(contact.time_s) == frame)
        .fold(0.0, |best: f32, contact| best.max(contact.energy));
    let onset = if energy > 0.0 { 1.0 } else { -1.0 };
    Contact { onset, energy }
}

/// Opening of the mouth, 0 ..= 1; closed in scenes without a portrait.
fn mouth(simulation: &Simulation, frame: usize) -> f32 {
    let play = simulation.performance.as_ref();
    play.map_or(0.0, |play| play.acts[frame].expression.mouth.open)
}

fn subject_at(track: &Track, frame: usize, camera: CameraState, aspect: f32) -> plan::Subject {
    let pose = track.poses[frame];
    let (x, y) = camera.project(pose.x, screen_y(pose.y));
    let r = track.radius * camera.zoom;
    let inside = x.abs() < aspect + r && y.abs() < 1.0 + r;
    plan::Subject {
        x,
        y,
        r,
        cos: pose.cos,
        sin: -pose.sin,
        visible: if inside { 1.0 } else { -1.0 },
        depth: track.depths[frame],
        mouth: 0.0,
    }
}
