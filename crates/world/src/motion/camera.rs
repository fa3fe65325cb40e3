//! Where the camera looks in each frame: `screen = world * zoom + pan`.

use core::f32::consts::TAU;

use crate::physics::Simulation;
use crate::places::{MARGIN, MARGIN_Y};
use crate::rng::Rng;
use crate::spec::{Camera, SceneSpec};

/// Screen y that a zoom closes in on.
const FOCUS_Y: f32 = 0.18;
/// Seconds in which a move covers its whole way; then it stands.
const MOVE_S: f32 = 32.0 / 12.0;
/// Seconds in which a following camera makes up for most of a lag.
const LAG_S: f32 = 0.16;

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
    /// The camera of a scene in every pixel frame.
    pub fn path(spec: &SceneSpec, simulation: &Simulation) -> Vec<Self> {
        let side = Rng::new(spec.seed, 3).sign();
        let mut followed = None;
        let view = |frame: usize| {
            let time_s = simulation.time_of(frame);
            if spec.camera == Camera::Follow {
                let x = simulation.tracks[0].poses[frame].x;
                let lag = libm::expf(-1.0 / (LAG_S * simulation.frames_per_second as f32));
                let smooth = followed.map_or(x, |before: f32| x + (before - x) * lag);
                followed = Some(smooth);
                return Self::panned((-smooth).clamp(0.03 - MARGIN, MARGIN - 0.03), 0.0);
            }
            Self::moved(spec.camera, side, time_s)
        };
        (0..simulation.frames).map(view).collect()
    }

    /// The camera of a move that does not depend on the subjects.
    fn moved(camera: Camera, side: f32, time_s: f32) -> Self {
        let progress = (time_s / MOVE_S).min(1.0);
        match camera {
            Camera::Static | Camera::Follow => Self::panned(0.0, 0.0),
            Camera::Pan => Self::panned(side * (0.14 - 0.28 * progress), 0.0),
            Camera::Tilt => Self::panned(0.0, side * (0.13 - 0.26 * progress)),
            Camera::Zoom => Self::zoomed(1.0 + 0.20 * progress),
            Camera::ZoomOut => Self::zoomed(1.20 - 0.20 * progress),
            Camera::Handheld => {
                let sway = |hz: f32, phase: f32| libm::sinf(TAU * (hz * time_s + phase));
                let x = 0.022 * sway(0.9, 0.1 * side) + 0.010 * sway(2.3, 0.4);
                let y = 0.016 * sway(1.2, 0.3) + 0.009 * sway(2.9, 0.2 * side);
                Self {
                    zoom: 1.04,
                    ..Self::panned(x, y.clamp(-MARGIN_Y, MARGIN_Y))
                }
            }
        }
    }

    fn panned(pan_x: f32, pan_y: f32) -> Self {
        Self {
            pan_x,
            pan_y,
            zoom: 1.0,
        }
    }

    fn zoomed(zoom: f32) -> Self {
        Self {
            pan_x: 0.0,
            pan_y: FOCUS_Y * (1.0 - zoom),
            zoom,
        }
    }

    /// The smallest view of a frame of this aspect (width over height) that shows all that some views show: in it a place stands
    /// still while the camera moves. Twins: `CameraState::around` in the contract crate and `stage_of` in `training/stage.py`.
    pub fn around(views: &[Self], aspect: f32) -> Self {
        let mut low = (f32::MAX, f32::MAX);
        let mut high = (f32::MIN, f32::MIN);
        for view in views {
            let (left, top) = view.back(-aspect, -1.0);
            let (right, bottom) = view.back(aspect, 1.0);
            low = (low.0.min(left), low.1.min(top));
            high = (high.0.max(right), high.1.max(bottom));
        }
        let half = ((high.1 - low.1) * 0.5).max((high.0 - low.0) * 0.5 / aspect);
        Self {
            pan_x: -(low.0 + high.0) * 0.5 / half,
            pan_y: -(low.1 + high.1) * 0.5 / half,
            zoom: 1.0 / half,
        }
    }

    /// The world point that appears somewhere.
    pub fn back(&self, x: f32, y: f32) -> (f32, f32) {
        ((x - self.pan_x) / self.zoom, (y - self.pan_y) / self.zoom)
    }

    /// Where a world point appears.
    pub fn project(&self, x: f32, y: f32) -> (f32, f32) {
        (x * self.zoom + self.pan_x, y * self.zoom + self.pan_y)
    }
}
