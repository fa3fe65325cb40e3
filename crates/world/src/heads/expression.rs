//! Facial state: pose, gaze, lids, brows, smile and mouth.

use kinora_sound::speech::{Mouth, Viseme};

use crate::geometry::vector::V3;

/// Rotation of a head in radians.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HeadPose {
    /// Yaw to the viewer's right.
    pub yaw: f32,
    /// Pitch upwards.
    pub pitch: f32,
    /// Roll counter-clockwise on the screen.
    pub roll: f32,
}

impl HeadPose {
    /// Returns the rows of the rotation matrix from local axes to x right, y up, z towards the viewer.
    pub(crate) fn rows(&self) -> [V3; 3] {
        let (cy, sy) = (libm::cosf(self.yaw), libm::sinf(self.yaw));
        let (cp, sp) = (libm::cosf(self.pitch), libm::sinf(self.pitch));
        let (cr, sr) = (libm::cosf(self.roll), libm::sinf(self.roll));
        // Roll after pitch after yaw.
        let (x, y, z) = (
            V3(cy, 0.0, sy),
            V3(-sp * sy, cp, sp * cy),
            V3(-cp * sy, -sp, cp * cy),
        );
        [x * cr - y * sr, x * sr + y * cr, z]
    }
}

/// A facial expression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expression {
    /// The mouth.
    pub mouth: Mouth,
    /// Lids, 0 open to 1 shut.
    pub blink: f32,
    /// Eyebrows, -1 frowning to 1 raised.
    pub brow: f32,
    /// Corners of the mouth, -1 down to 1 up.
    pub smile: f32,
    /// Gaze relative to the face, −1 ..= 1 right and up.
    pub gaze: [f32; 2],
}

impl Default for Expression {
    /// At rest, gaze straight ahead.
    fn default() -> Self {
        Self {
            mouth: Mouth {
                viseme: Viseme::Rest,
                open: 0.0,
                width: 0.0,
            },
            blink: 0.0,
            brow: 0.0,
            smile: 0.0,
            gaze: [0.0, 0.0],
        }
    }
}
