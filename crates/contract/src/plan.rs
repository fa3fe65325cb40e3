//! The plan: trajectories of subjects, camera and contacts, one row of [`PLAN_DIM`] values per latent frame.
//!
//! A latent frame covers four pixel frames, its sub-frames (latent frame 0 repeats pixel frame 0). A row concatenates the
//! four sub-frame vectors, each `[subjects, camera, contact]` of [`SUBFRAME_DIM`] values. Positions are in screen units:
//! half the image height is 1, the origin is the image centre, x points right and y down. Specified in `docs/formats.md`.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Number of subjects in a plan.
pub const SUBJECTS: usize = 3;
/// Number of sub-frames in a latent frame.
pub const SUBFRAMES: usize = 4;
/// Values per subject: x, y, r, cos, sin, visible, depth, mouth.
pub const SUBJECT_DIM: usize = 8;
/// Values of the camera: pan x, pan y, zoom − 1.
pub const CAMERA_DIM: usize = 3;
/// Values of the contact: onset, energy.
pub const CONTACT_DIM: usize = 2;
/// Values per sub-frame.
pub const SUBFRAME_DIM: usize = SUBJECTS * SUBJECT_DIM + CAMERA_DIM + CONTACT_DIM;
/// Values per row, that is per latent frame.
pub const PLAN_DIM: usize = SUBFRAMES * SUBFRAME_DIM;

/// Gravitational acceleration in world units (screen units of the camera at rest) per second².
pub const GRAVITY: f32 = 6.0;
/// Height of the ground line in world units below the image centre.
pub const GROUND_Y: f32 = 0.58;

const CAMERA_AT: usize = SUBJECTS * SUBJECT_DIM;
const CONTACT_AT: usize = CAMERA_AT + CAMERA_DIM;

/// Plan of a clip, `[latent_frames, PLAN_DIM]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "PlanParts")]
pub struct Plan {
    latent_frames: usize,
    rows: Vec<f32>,
}

/// State of a subject in one sub-frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Subject {
    /// Horizontal centre in screen units, positive to the right.
    pub x: f32,
    /// Vertical centre in screen units, positive downwards.
    pub y: f32,
    /// Apparent bounding radius in screen units.
    pub r: f32,
    /// Cosine of the in-plane rotation.
    pub cos: f32,
    /// Sine of the in-plane rotation.
    pub sin: f32,
    /// +1 visible, −1 hidden. The planner predicts values in between.
    pub visible: f32,
    /// Distance behind the plane of action. Smaller values occlude larger ones.
    pub depth: f32,
    /// Mouth opening, 0 ..= 1.
    pub mouth: f32,
}

/// State of the camera in one sub-frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CameraState {
    /// Shift of the background in screen units, positive to the right.
    pub pan_x: f32,
    /// Shift of the background in screen units, positive downwards.
    pub pan_y: f32,
    /// Zoom factor, 1 at rest.
    pub zoom: f32,
}

/// Contact (impact) in one sub-frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contact {
    /// +1 if a contact begins in this pixel frame, else −1.
    pub onset: f32,
    /// Energy of the contact, 0 ..= 1.
    pub energy: f32,
}

/// One sub-frame of a plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Subframe {
    /// States of the subjects; absent subjects are [`Subject::ABSENT`].
    pub subjects: [Subject; SUBJECTS],
    /// State of the camera.
    pub camera: CameraState,
    /// Contact that begins in this sub-frame.
    pub contact: Contact,
}

/// The number of values does not match the number of latent frames.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("a plan of {latent_frames} latent frames has {expected} values, not {found}")]
pub struct PlanShapeError {
    /// Number of latent frames.
    pub latent_frames: usize,
    /// Required number of values.
    pub expected: usize,
    /// Number of values found.
    pub found: usize,
}

/// Returns the number of latent frames of a clip of `frames` = 4n + 1 pixel frames.
pub fn latent_frames(frames: usize) -> usize {
    frames.saturating_sub(1) / SUBFRAMES + 1
}

/// Maps a pixel frame to `(latent frame, sub-frame)`. Pixel frame 0 fills all four sub-frames of latent frame 0; the
/// first is returned.
pub fn subframe_of(frame: usize) -> (usize, usize) {
    match frame.checked_sub(1) {
        None => (0, 0),
        Some(after) => (after / SUBFRAMES + 1, after % SUBFRAMES),
    }
}

/// Maps a sub-frame of a latent frame to its pixel frame.
pub fn frame_of(latent_frame: usize, subframe: usize) -> usize {
    if latent_frame == 0 {
        0
    } else {
        (latent_frame - 1) * SUBFRAMES + 1 + subframe
    }
}

impl Subject {
    /// State of an absent subject.
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

    /// Largest radius of an absent subject, in screen units. The world writes 0; the planner predicts values near 0.
    pub const ABSENT_RADIUS: f32 = 0.05;

    /// Unpacks `[x, y, r, cos, sin, visible, depth, mouth]`.
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

    /// Packs the state as `[x, y, r, cos, sin, visible, depth, mouth]`.
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

    /// Tests whether the subject is part of the scene, inside or outside the image.
    pub fn is_present(&self) -> bool {
        self.r > Self::ABSENT_RADIUS
    }

    /// Tests whether the subject is visible.
    pub fn is_visible(&self) -> bool {
        self.visible > 0.0
    }
}

impl CameraState {
    /// Camera at rest: no pan, zoom 1.
    pub const AT_REST: Self = Self {
        pan_x: 0.0,
        pan_y: 0.0,
        zoom: 1.0,
    };

    /// Computes the smallest view of the given aspect ratio (width / height) that contains the views of all `cameras`. A
    /// background in this view is static under camera motion. Returns [`CameraState::AT_REST`] for no cameras or a
    /// degenerate view. Duplicated in `View::around` of `kinora-world` and `stage_of` of `training/stage.py`.
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

    /// Maps a screen point to world coordinates.
    pub fn back(&self, x: f32, y: f32) -> (f32, f32) {
        ((x - self.pan_x) / self.zoom, (y - self.pan_y) / self.zoom)
    }

    /// Maps a world point to screen coordinates.
    pub fn project(&self, x: f32, y: f32) -> (f32, f32) {
        (x * self.zoom + self.pan_x, y * self.zoom + self.pan_y)
    }
}

impl Subframe {
    /// No subjects, the camera at rest, no contact.
    pub const EMPTY: Self = Self {
        subjects: [Subject::ABSENT; SUBJECTS],
        camera: CameraState::AT_REST,
        contact: Contact {
            onset: -1.0,
            energy: 0.0,
        },
    };

    /// Unpacks the vector of a sub-frame.
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

    /// Packs the state as the vector of a sub-frame.
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
    /// Creates a plan in which every sub-frame is [`Subframe::EMPTY`].
    pub fn empty(latent_frames: usize) -> Self {
        let row = Subframe::EMPTY.to_values().repeat(SUBFRAMES);
        Self {
            latent_frames,
            rows: row.repeat(latent_frames),
        }
    }

    /// Creates a plan from its row-major values, `[latent_frames, PLAN_DIM]`.
    ///
    /// # Errors
    ///
    /// Fails if `rows` does not have `latent_frames * PLAN_DIM` values.
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

    /// Returns the number of latent frames (rows).
    pub fn latent_frames(&self) -> usize {
        self.latent_frames
    }

    /// Returns the number of pixel frames.
    pub fn frames(&self) -> usize {
        self.latent_frames.saturating_sub(1) * SUBFRAMES + usize::from(self.latent_frames > 0)
    }

    /// Returns the values, `[latent_frames, PLAN_DIM]`.
    pub fn rows(&self) -> &[f32] {
        &self.rows
    }

    /// Returns the values for in-place modification, `[latent_frames, PLAN_DIM]`.
    pub fn rows_mut(&mut self) -> &mut [f32] {
        &mut self.rows
    }

    /// Consumes the plan and returns its values, `[latent_frames, PLAN_DIM]`.
    pub fn into_rows(self) -> Vec<f32> {
        self.rows
    }

    /// Computes the view of the background plate: the union of all views of the camera over the clip
    /// ([`CameraState::around`]). `aspect` is width / height.
    pub fn plate(&self, aspect: f32) -> CameraState {
        let states = (0..self.frames()).filter_map(|frame| self.frame(frame));
        CameraState::around(states.map(|state| state.camera), aspect)
    }

    /// Returns a sub-frame, or `None` outside the plan.
    pub fn subframe(&self, latent_frame: usize, subframe: usize) -> Option<Subframe> {
        let at = self.offset(latent_frame, subframe)?;
        self.rows[at..].first_chunk().map(Subframe::from_values)
    }

    /// Returns the state in a pixel frame, or `None` outside the plan.
    pub fn frame(&self, frame: usize) -> Option<Subframe> {
        let (latent_frame, subframe) = subframe_of(frame);
        self.subframe(latent_frame, subframe)
    }

    /// Writes the state of a pixel frame; frame 0 is written to all four sub-frames of latent frame 0. Returns `false`
    /// outside the plan.
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

/// Deserialized plan before its shape is validated.
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
