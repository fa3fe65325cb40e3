//! Plan conditioning: features of each DiT token from the plan.
//!
//! A plan row holds four sub-frames (`kinora_contract::plan`). A video token is a part of the background plate: it gets each subject's
//! offset to its own centre in the world, and the plate's camera. A layer token gets its own subject and the camera on the screen; a
//! sound token gets the row as it is.

use kinora_contract::plan::{
    CAMERA_DIM, CameraState, PLAN_DIM, Plan, SUBFRAMES, SUBJECT_DIM, SUBJECTS, Subframe, Subject,
};

use crate::grid::Grid;

/// Features of a subject at a video token: offset x, y and r in the world, cos, sin, visible.
const SEEN_DIM: usize = 6;
/// Octaves of a video token's position encoding.
const OCTAVES: usize = 3;
/// Position of a video token: its centre in the world, and sines and cosines of both axes per octave.
const POSITION_DIM: usize = 2 + OCTAVES * 4;
/// Plan features of a video token: subjects per sub-frame, then the plate's camera, then its position, then whether it is known.
pub const PLAN_FEATURES: usize = SUBFRAMES * SUBJECTS * SEEN_DIM + CAMERA_DIM + POSITION_DIM + 1;
/// Plan features of a sound token: its row, then whether it is known.
pub const SOUND_FEATURES: usize = PLAN_DIM + 1;
/// Plan features of a layer token: its subject per sub-frame, then the camera per sub-frame, then whether it is known.
pub const LAYER_FEATURES: usize = SUBFRAMES * (SUBJECT_DIM + CAMERA_DIM) + 1;

/// Scale of offsets and radii that brings them near unit variance.
const GEOMETRY_SCALE: f32 = 2.0;

/// Returns the centre (x, y) of token (row, col) in screen units: half the height is 1, the origin is the middle.
pub fn token_centre(grid: Grid, row: usize, col: usize) -> (f32, f32) {
    let (rows, cols) = (grid.rows as f32, grid.cols as f32);
    let x = ((2.0 * col as f32 + 1.0) / cols - 1.0) * cols / rows;
    let y = (2.0 * row as f32 + 1.0) / rows - 1.0;
    (x, y)
}

/// Computes the features of all video tokens, `[latent_frames · rows · cols, PLAN_FEATURES]`, row-major; the grid shows `plate`.
pub fn video_plan_features(
    plan: &Plan,
    grid: Grid,
    plate: &CameraState,
    known: &[bool],
) -> Vec<f32> {
    let mut features = Vec::with_capacity(grid.video_tokens() * PLAN_FEATURES);
    let mut known = known.iter();
    for states in latent_frames(plan) {
        for row in 0..grid.rows {
            for col in 0..grid.cols {
                let (x, y) = token_centre(grid, row, col);
                let centre = plate.back(x, y);
                for state in &states {
                    let seen = |subject| relative_to(centre, subject, &state.camera);
                    features.extend(state.subjects.iter().flat_map(seen));
                }
                features.extend(camera_values(plate));
                features.extend(position(centre));
                features.push(flag(known.next()));
            }
        }
    }
    features
}

/// Computes the features of the sound tokens: plan rows with a flag after each, `[latent_frames, SOUND_FEATURES]`.
pub fn sound_plan_features(plan: &Plan, known: &[bool]) -> Vec<f32> {
    let rows = plan.rows().chunks_exact(PLAN_DIM).zip(known);
    let flagged = |(row, known): (&[f32], &bool)| [row, &[flag(Some(known))]].concat();
    rows.flat_map(flagged).collect()
}

/// Computes the features of all layer tokens, `[(latent_frames + 1) · SUBJECTS, LAYER_FEATURES]`, ordered by latent frame, then subject;
/// references come first, without a position.
pub fn layer_plan_features(plan: &Plan, grid: Grid, known: &[bool]) -> Vec<f32> {
    let mut features = Vec::with_capacity(grid.layer_tokens() * LAYER_FEATURES);
    let mut known = known.iter();
    let nowhere = [Subframe::EMPTY; SUBFRAMES];
    for states in std::iter::once(nowhere).chain(latent_frames(plan)) {
        for index in 0..SUBJECTS {
            for state in &states {
                let mut subject = present_or_absent(&state.subjects[index]);
                subject.r *= GEOMETRY_SCALE;
                features.extend(subject.to_values());
            }
            features.extend(states.iter().flat_map(|it| camera_values(&it.camera)));
            features.push(flag(known.next()));
        }
    }
    features
}

/// Iterates over the four sub-frames of each latent frame.
fn latent_frames(plan: &Plan) -> impl Iterator<Item = [Subframe; SUBFRAMES]> {
    let subframe = |j, k| plan.subframe(j, k).unwrap_or(Subframe::EMPTY);
    (0..plan.latent_frames()).map(move |j| std::array::from_fn(|k| subframe(j, k)))
}

fn flag(known: Option<&bool>) -> f32 {
    f32::from(known.is_some_and(|known| *known))
}

/// Computes the features of a subject, known on the screen, relative to a point of the world.
fn relative_to((cx, cy): (f32, f32), subject: &Subject, camera: &CameraState) -> [f32; SEEN_DIM] {
    if !subject.is_present() {
        return [0.0, 0.0, 0.0, 0.0, 0.0, Subject::ABSENT.visible];
    }
    let (x, y) = camera.back(subject.x, subject.y);
    let [x, y, r] = [x - cx, y - cy, subject.r / camera.zoom].map(|v| v * GEOMETRY_SCALE);
    [x, y, r, subject.cos, subject.sin, subject.visible]
}

/// Replaces an absent subject by [`Subject::ABSENT`]: the planner leaves traces.
fn present_or_absent(subject: &Subject) -> Subject {
    if subject.is_present() {
        *subject
    } else {
        Subject::ABSENT
    }
}

/// Encodes a position. Sines separate the corners of the background at once; attention alone would have to find its edges first.
fn position((x, y): (f32, f32)) -> [f32; POSITION_DIM] {
    let mut out = [
        x, y, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    ];
    for (octave, waves) in out[2..].chunks_exact_mut(4).enumerate() {
        let rate = core::f32::consts::FRAC_PI_2 * (1 << octave) as f32;
        let (x, y) = (x * rate, y * rate);
        waves.copy_from_slice(&[libm::sinf(x), libm::sinf(y), libm::cosf(x), libm::cosf(y)]);
    }
    out
}

fn camera_values(camera: &CameraState) -> [f32; CAMERA_DIM] {
    [camera.pan_x, camera.pan_y, camera.zoom - 1.0]
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: Grid = Grid {
        latent_frames: 1,
        rows: 4,
        cols: 4,
    };

    fn plan_of(subjects: [Subject; SUBJECTS]) -> Plan {
        let mut state = Subframe {
            subjects,
            ..Subframe::EMPTY
        };
        state.camera.zoom = 1.25;
        let mut plan = Plan::empty(1);
        assert!(plan.set_frame(0, &state));
        plan
    }

    fn subject(x: f32, y: f32) -> Subject {
        Subject {
            x,
            y,
            r: 0.25,
            cos: 1.0,
            sin: 0.0,
            visible: 1.0,
            depth: 0.5,
            mouth: 0.75,
        }
    }

    #[test]
    fn a_subject_on_the_token_has_no_offset() {
        let plate = CameraState {
            pan_x: 0.25,
            pan_y: -0.5,
            zoom: 0.5,
        };
        let (x, y) = token_centre(SQUARE, 1, 2);
        let (x, y) = plate.back(x, y);
        // The camera zooms in by 1.25 and does not pan.
        let features = video_plan_features(
            &plan_of([
                subject(x * 1.25, y * 1.25),
                Subject::ABSENT,
                subject(x * 1.25, 0.0),
            ]),
            SQUARE,
            &plate,
            &std::array::from_fn::<_, 16, _>(|token| token == 6),
        );
        assert_eq!(features.len(), SQUARE.video_tokens() * PLAN_FEATURES);
        let token = &features[(4 + 2) * PLAN_FEATURES..][..PLAN_FEATURES];
        assert_eq!(token[..6], [0.0, 0.0, 0.4, 1.0, 0.0, 1.0]);
        assert_eq!(token[6..12], [0.0, 0.0, 0.0, 0.0, 0.0, -1.0]);
        assert_eq!(token[12..14], [0.0, -2.0 * y]);
        let (seen, place) = token.split_at(PLAN_FEATURES - POSITION_DIM - 1);
        assert_eq!(seen.len(), SUBFRAMES * SUBJECTS * SEEN_DIM + CAMERA_DIM);
        assert_eq!(seen[seen.len() - 3..], [0.25, -0.5, -0.5]);
        assert_eq!(place[..2], [x, y]);
        assert!((place[2] - (x * core::f32::consts::FRAC_PI_2).sin()).abs() < 1e-6);
        // A token is half a screen wide, and the plate shows it at half its size.
        let left_neighbour = &features[(4 + 1) * PLAN_FEATURES..][..2];
        assert_eq!(left_neighbour, [2.0, 0.0]);
        assert_eq!(
            [token[PLAN_FEATURES - 1], features[PLAN_FEATURES - 1]],
            [1.0, 0.0]
        );
    }

    #[test]
    fn a_layer_is_told_of_its_own_subject_alone() {
        let trace = Subject {
            r: 0.01,
            ..subject(0.3, 0.3)
        };
        let known = [true, false, false, false, false, false];
        let features =
            layer_plan_features(&plan_of([subject(0.5, -0.5), trace, trace]), SQUARE, &known);
        assert_eq!(features.len(), SQUARE.layer_tokens() * LAYER_FEATURES);
        let (references, features) = features.split_at(SUBJECTS * LAYER_FEATURES);
        assert_eq!(references[..SUBJECT_DIM], Subject::ABSENT.to_values());
        assert_eq!(references[LAYER_FEATURES - 1], 1.0);
        let first = &features[..LAYER_FEATURES];
        assert_eq!(first[LAYER_FEATURES - 1], 0.0);
        assert_eq!(
            first[SUBJECT_DIM..2 * SUBJECT_DIM],
            [0.5, -0.5, 0.5, 1.0, 0.0, 1.0, 0.5, 0.75]
        );
        assert_eq!(first[SUBFRAMES * SUBJECT_DIM..][..3], [0.0, 0.0, 0.25]);
        let second = &features[LAYER_FEATURES..][..SUBJECT_DIM];
        assert_eq!(second, Subject::ABSENT.to_values());
    }

    #[test]
    fn wide_images_reach_past_one() {
        let wide = Grid {
            latent_frames: 1,
            rows: 3,
            cols: 5,
        };
        let (x, _) = token_centre(wide, 0, 4);
        assert!((x - 0.8 * 5.0 / 3.0).abs() < 1e-6);
    }
}
