//! Where the camera looks in each frame: `screen = world * zoom + pan`.

use crate::FRAMES_PER_SECOND;
use crate::rng::Rng;
use crate::spec::{Camera, SceneSpec};

/// Screen y that a zoom closes in on.
const FOCUS_Y: f32 = 0.18;
/// Seconds in which a move covers its whole way.
const MOVE_S: f32 = 32.0 / 12.0;

/// The camera of one frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Shift of the whole picture to the right.
    pub pan_x: f32,
    /// Shift downwards.
    pub pan_y: f32,
    /// Magnification.
    pub zoom: f32,
}

impl View {
    /// The camera of a scene at a pixel frame.
    pub fn at(spec: &SceneSpec, frame: usize) -> Self {
        let progress = frame as f32 / FRAMES_PER_SECOND as f32 / MOVE_S;
        match spec.camera {
            Camera::Static => Self {
                pan_x: 0.0,
                pan_y: 0.0,
                zoom: 1.0,
            },
            Camera::Pan => {
                let side = Rng::new(spec.seed, 3).sign();
                Self {
                    pan_x: side * (0.14 - 0.28 * progress),
                    pan_y: 0.0,
                    zoom: 1.0,
                }
            }
            Camera::Zoom => {
                let zoom = 1.0 + 0.20 * progress;
                Self {
                    pan_x: 0.0,
                    pan_y: FOCUS_Y * (1.0 - zoom),
                    zoom,
                }
            }
        }
    }

    /// Where a world point appears.
    pub fn project(&self, x: f32, y: f32) -> (f32, f32) {
        (x * self.zoom + self.pan_x, y * self.zoom + self.pan_y)
    }
}
