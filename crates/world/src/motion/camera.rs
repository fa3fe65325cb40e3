//! The camera path of a scene.

use kinora_contract::plan::CameraState;
use kinora_scene::camera_path::camera_at;
use kinora_scene::rng::Rng;
use kinora_scene::vocabulary::Camera;

use crate::motion::simulation::Simulation;
use crate::spec::SceneSpec;

/// Maximum horizontal pan in screen units; a background extends this far beyond the frame.
pub const MAX_PAN_X: f32 = 0.36;
/// Maximum vertical pan in screen units.
pub const MAX_PAN_Y: f32 = 0.20;
/// Distance that a following camera keeps from [`MAX_PAN_X`].
const PAN_RESERVE: f32 = 0.03;
/// Time constant in seconds with which a following camera reduces its lag.
const FOLLOW_LAG_S: f32 = 0.16;

/// Computes the camera of every pixel frame.
pub fn camera_path(spec: &SceneSpec, simulation: &Simulation) -> Vec<CameraState> {
    let side = Rng::new(spec.seed, 3).sign();
    let mut followed = None;
    let camera = |frame: usize| {
        if spec.camera != Camera::Follow {
            return camera_at(spec.camera, (side, side), simulation.time_of(frame));
        }
        let x = simulation.tracks[0].poses[frame].x;
        let lag = libm::expf(-1.0 / (FOLLOW_LAG_S * simulation.frames_per_second as f32));
        let smooth = followed.map_or(x, |before: f32| x + (before - x) * lag);
        followed = Some(smooth);
        CameraState {
            pan_x: (-smooth).clamp(PAN_RESERVE - MAX_PAN_X, MAX_PAN_X - PAN_RESERVE),
            ..CameraState::AT_REST
        }
    };
    (0..simulation.frames).map(camera).collect()
}
