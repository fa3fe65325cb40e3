//! The plan: what happens in a clip, one row of numbers per latent frame.
//!
//! A latent frame holds four sub-frames, the pixel frames that it covers (latent frame 0 repeats frame 0). A row is
//! their four vectors in order, each `[subjects, camera, contact]`. Positions are in screen units: half the
//! image height is 1, the origin is the centre, x points right and y down.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Subjects in a plan.
pub const SUBJECTS: usize = 3;
/// Sub-frames in a latent frame.
pub const SUBFRAMES: usize = 4;
/// Values of a subject: x, y, r, cos, sin, visible, depth, mouth.
pub const SUBJECT_DIM: usize = 8;
/// Values of the camera: pan x, pan y, zoom − 1.
pub const CAMERA_DIM: usize = 3;
/// Values of a contact: onset, energy.
pub const CONTACT_DIM: usize = 2;
/// Values of a sub-frame.
pub const SUBFRAME_DIM: usize = SUBJECTS * SUBJECT_DIM + CAMERA_DIM + CONTACT_DIM;
/// Values of a row.
pub const PLAN_DIM: usize = SUBFRAMES * SUBFRAME_DIM;

/// How fast what falls gets faster, in units of the world (screen units of a camera at rest) per second².
pub const GRAVITY: f32 = 6.0;
/// The line on which things stand, in the same units below the image's centre.
pub const GROUND_Y: f32 = 0.58;

const CAMERA_AT: usize = SUBJECTS * SUBJECT_DIM;
const CONTACT_AT: usize = CAMERA_AT + CAMERA_DIM;

/// What happens in a clip: `latent_frames` rows of [`PLAN_DIM`] values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "PlanParts")]
pub struct Plan {
    latent_frames: usize,
    rows: Vec<f32>,
}

/// One subject at one instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Subject {
    /// Centre, right of the image's centre, in screen units.
    pub x: f32,
    /// Centre, below the image's centre, in screen units.
    pub y: f32,
    /// Apparent bounding radius in screen units.
    pub r: f32,
    /// Cosine of the rotation on the screen.
    pub cos: f32,
    /// Sine of the rotation on the screen.
    pub sin: f32,
    /// +1 visible, −1 not; a planner's values lie between.
    pub visible: f32,
    /// Distance behind the plane of action; what is nearer hides what is further away.
    pub depth: f32,
    /// How far the mouth is open, 0 ..= 1.
    pub mouth: f32,
}

/// The camera at one instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CameraState {
    /// Shift of the background to the right, in screen units.
    pub pan_x: f32,
    /// Shift of the background down, in screen units.
    pub pan_y: f32,
    /// Zoom factor, 1 at rest.
    pub zoom: f32,
}

/// Whether something is struck in a pixel frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contact {
    /// +1 a contact begins in this pixel frame, −1 none does.
    pub onset: f32,
    /// Its energy, 0 ..= 1.
    pub energy: f32,
}

/// One sub-frame of a plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Subframe {
    /// The subjects; an absent one is [`Subject::ABSENT`].
    pub subjects: [Subject; SUBJECTS],
    /// The camera.
    pub camera: CameraState,
    /// The contact.
    pub contact: Contact,
}

/// The rows do not make a plan.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("a plan of {latent_frames} latent frames has {expected} values, not {found}")]
pub struct PlanShapeError {
    /// Latent frames.
    pub latent_frames: usize,
    /// Values that they need.
    pub expected: usize,
    /// Values that there are.
    pub found: usize,
}

/// Latent frames of a clip of `frames` pixel frames (4n + 1).
pub fn latent_frames(frames: usize) -> usize {
    frames.saturating_sub(1) / SUBFRAMES + 1
}

/// The latent frame and sub-frame of a pixel frame. Frame 0 is all four sub-frames of latent frame 0.
pub fn subframe_of(frame: usize) -> (usize, usize) {
    match frame.checked_sub(1) {
        None => (0, 0),
        Some(after) => (after / SUBFRAMES + 1, after % SUBFRAMES),
    }
}

/// The pixel frame of a sub-frame of a latent frame.
pub fn frame_of(latent_frame: usize, subframe: usize) -> usize {
    if latent_frame == 0 {
        0
    } else {
        (latent_frame - 1) * SUBFRAMES + 1 + subframe
    }
}

impl Subject {
    /// A subject that is not in the scene.
    pub const ABSENT: Self = Self {
        x: 0.0,
        y: 0.0,
        r: 0.0,
        cos: 0.0,
        sin: 0.0,
        visible: -1.0,
        depth: 0.0,
        mouth: 0.0,
    };

    /// A subject whose radius is not larger is absent: the world writes 0, a planner almost 0.
    pub const ABSENT_RADIUS: f32 = 0.05;

    /// Reads the values of a subject.
    pub fn from_values(values: &[f32; SUBJECT_DIM]) -> Self {
        let [x, y, r, cos, sin, visible, depth, mouth] = *values;
        Self {
            x,
            y,
            r,
            cos,
            sin,
            visible,
            depth,
            mouth,
        }
    }

    /// The values of a subject.
    pub fn to_values(&self) -> [f32; SUBJECT_DIM] {
        let Self {
            x,
            y,
            r,
            cos,
            sin,
            visible,
            depth,
            mouth,
        } = *self;
        [x, y, r, cos, sin, visible, depth, mouth]
    }

    /// Whether it takes part, in the picture or beside it.
    pub fn is_present(&self) -> bool {
        self.r > Self::ABSENT_RADIUS
    }

    /// Whether it can be seen.
    pub fn is_visible(&self) -> bool {
        self.visible > 0.0
    }
}

impl CameraState {
    /// The camera that does not move.
    pub const AT_REST: Self = Self {
        pan_x: 0.0,
        pan_y: 0.0,
        zoom: 1.0,
    };

    /// The smallest view of a frame of this aspect (width over height) that shows all that some cameras show: in it a place
    /// stands still while the camera moves. At rest if there are none. Twins: `View::around` in the world and `stage_of` in
    /// `training/stage.py`.
    pub fn around(cameras: impl IntoIterator<Item = Self>, aspect: f32) -> Self {
        let (mut low, mut high) = ([f32::MAX; 2], [f32::MIN; 2]);
        for camera in cameras {
            let (first, last) = (camera.back(-aspect, -1.0), camera.back(aspect, 1.0));
            low = [low[0].min(first.0), low[1].min(first.1)];
            high = [high[0].max(last.0), high[1].max(last.1)];
        }
        let half = ((high[1] - low[1]) * 0.5).max((high[0] - low[0]) * 0.5 / aspect);
        if !(half > 0.0 && half.is_finite()) {
            return Self::AT_REST;
        }
        Self {
            pan_x: -(low[0] + high[0]) * 0.5 / half,
            pan_y: -(low[1] + high[1]) * 0.5 / half,
            zoom: 1.0 / half,
        }
    }

    /// The point of the world that appears at a point of the screen.
    pub fn back(&self, x: f32, y: f32) -> (f32, f32) {
        ((x - self.pan_x) / self.zoom, (y - self.pan_y) / self.zoom)
    }

    /// Where a point of the world appears on the screen.
    pub fn project(&self, x: f32, y: f32) -> (f32, f32) {
        (x * self.zoom + self.pan_x, y * self.zoom + self.pan_y)
    }
}

impl Subframe {
    /// Nobody there, the camera at rest, silence.
    pub const EMPTY: Self = Self {
        subjects: [Subject::ABSENT; SUBJECTS],
        camera: CameraState::AT_REST,
        contact: Contact {
            onset: -1.0,
            energy: 0.0,
        },
    };

    /// Reads the vector of a sub-frame.
    pub fn from_values(values: &[f32; SUBFRAME_DIM]) -> Self {
        let (subjects, _) = values[..CAMERA_AT].as_chunks();
        Self {
            subjects: std::array::from_fn(|s| Subject::from_values(&subjects[s])),
            camera: CameraState {
                pan_x: values[CAMERA_AT],
                pan_y: values[CAMERA_AT + 1],
                zoom: values[CAMERA_AT + 2] + 1.0,
            },
            contact: Contact {
                onset: values[CONTACT_AT],
                energy: values[CONTACT_AT + 1],
            },
        }
    }

    /// The vector of a sub-frame.
    pub fn to_values(&self) -> [f32; SUBFRAME_DIM] {
        let mut values = [0.0; SUBFRAME_DIM];
        for (subject, out) in self
            .subjects
            .iter()
            .zip(values.chunks_exact_mut(SUBJECT_DIM))
        {
            out.copy_from_slice(&subject.to_values());
        }
        let CameraState { pan_x, pan_y, zoom } = self.camera;
        values[CAMERA_AT..CONTACT_AT].copy_from_slice(&[pan_x, pan_y, zoom - 1.0]);
        values[CONTACT_AT..].copy_from_slice(&[self.contact.onset, self.contact.energy]);
        values
    }
}

impl Plan {
    /// A plan in which nothing happens.
    pub fn empty(latent_frames: usize) -> Self {
        let row = Subframe::EMPTY.to_values().repeat(SUBFRAMES);
        Self {
            latent_frames,
            rows: row.repeat(latent_frames),
        }
    }

    /// A plan from its values, row after row.
    pub fn from_rows(latent_frames: usize, rows: Vec<f32>) -> Result<Self, PlanShapeError> {
        let expected = latent_frames.saturating_mul(PLAN_DIM);
        match rows.len() {
            found if found == expected => Ok(Self {
                latent_frames,
                rows,
            }),
            found => Err(PlanShapeError {
                latent_frames,
                expected,
                found,
            }),
        }
    }

    /// Number of rows.
    pub fn latent_frames(&self) -> usize {
        self.latent_frames
    }

    /// Number of pixel frames.
    pub fn frames(&self) -> usize {
        self.latent_frames.saturating_sub(1) * SUBFRAMES + usize::from(self.latent_frames > 0)
    }

    /// The values, `[latent_frames, PLAN_DIM]`.
    pub fn rows(&self) -> &[f32] {
        &self.rows
    }

    /// The values, to be changed in place.
    pub fn rows_mut(&mut self) -> &mut [f32] {
        &mut self.rows
    }

    /// The values alone.
    pub fn into_rows(self) -> Vec<f32> {
        self.rows
    }

    /// What the camera shows in the whole clip: the view in which its place stands still ([`CameraState::around`]).
    pub fn stage(&self, aspect: f32) -> CameraState {
        let states = (0..self.frames()).filter_map(|frame| self.frame(frame));
        CameraState::around(states.map(|state| state.camera), aspect)
    }

    /// A sub-frame; none outside the plan.
    pub fn subframe(&self, latent_frame: usize, subframe: usize) -> Option<Subframe> {
        let at = self.offset(latent_frame, subframe)?;
        self.rows[at..].first_chunk().map(Subframe::from_values)
    }

    /// What happens in a pixel frame; none outside the plan.
    pub fn frame(&self, frame: usize) -> Option<Subframe> {
        let (latent_frame, subframe) = subframe_of(frame);
        self.subframe(latent_frame, subframe)
    }

    /// Writes a pixel frame; frame 0 is written to all four of its sub-frames. False outside the plan.
    pub fn set_frame(&mut self, frame: usize, state: &Subframe) -> bool {
        let (latent_frame, subframe) = subframe_of(frame);
        let subframes = if frame == 0 {
            0..SUBFRAMES
        } else {
            subframe..subframe + 1
        };
        for k in subframes {
            let Some(at) = self.offset(latent_frame, k) else {
                return false;
            };
            self.rows[at..at + SUBFRAME_DIM].copy_from_slice(&state.to_values());
        }
        true
    }

    fn offset(&self, latent_frame: usize, subframe: usize) -> Option<usize> {
        let inside = latent_frame < self.latent_frames && subframe < SUBFRAMES;
        inside.then_some(latent_frame * PLAN_DIM + subframe * SUBFRAME_DIM)
    }
}

/// A plan as it arrives, before its shape is checked.
#[derive(Deserialize)]
struct PlanParts {
    latent_frames: usize,
    rows: Vec<f32>,
}

impl TryFrom<PlanParts> for Plan {
    type Error = PlanShapeError;

    fn try_from(parts: PlanParts) -> Result<Self, PlanShapeError> {
        Self::from_rows(parts.latent_frames, parts.rows)
    }
}
