//! What each DiT token is told of the plan: where the subjects are, seen from that token.
//!
//! A plan row holds four sub-frames (`kinora_contract::plan`). A video token is a part of the stage, where the place stands still:
//! it gets each subject's offset to its own centre in the world, and what the stage shows of it. A layer token gets its own
//! subject and the camera on the screen; a sound token gets the row as it stands.

use kinora_contract::plan::{
    CAMERA_DIM, CameraState, PLAN_DIM, Plan, SUBFRAMES, SUBJECT_DIM, SUBJECTS, Subframe, Subject,
};

use crate::dit::Grid;

/// What a video token is told of a subject: offset x and y and r in the world, cos, sin, visible.
const SEEN_DIM: usize = 6;
/// Octaves of the sines that tell a video token where it is.
const OCTAVES: usize = 3;
/// Where a video token is: its centre in the world, and the sines and cosines of both axes per octave.
const POSITION_DIM: usize = 2 + OCTAVES * 4;
/// Plan features of a video token: per sub-frame what it sees of the subjects, then the stage, then where it is, then whether it
/// is given.
pub const PLAN_FEATURES: usize = SUBFRAMES * SUBJECTS * SEEN_DIM + CAMERA_DIM + POSITION_DIM + 1;
/// Plan features of a sound token: its row, then whether it is given.
pub const SOUND_FEATURES: usize = PLAN_DIM + 1;
/// Plan features of a layer token: its subject per sub-frame, then the camera per sub-frame, then whether it is given.
pub const LAYER_FEATURES: usize = SUBFRAMES * (SUBJECT_DIM + CAMERA_DIM) + 1;

/// Offsets and radii are doubled to bring them near unit variance.
const GEOMETRY_SCALE: f32 = 2.0;

/// Centre (x, y) of token (row, col) in units of its picture: half the height is 1, the origin is its middle.
pub fn token_centre(grid: Grid, row: usize, col: usize) -> (f32, f32) {
    let (rows, cols) = (grid.rows as f32, grid.cols as f32);
    let x = ((2.0 * col as f32 + 1.0) / cols - 1.0) * cols / rows;
    let y = (2.0 * row as f32 + 1.0) / rows - 1.0;
    (x, y)
}

/// Features of all video tokens, `[latent_frames · rows · cols, PLAN_FEATURES]`, row-major; the grid is a picture of `stage`.
pub fn video_plan_features(
    plan: &Plan,
    grid: Grid,
    stage: &CameraState,
    given: &[bool],
) -> Vec<f32> {
    let mut features = Vec::with_capacity(grid.video_tokens() * PLAN_FEATURES);
    let mut given = given.iter();
    for states in latent_frames(plan) {
        for row in 0..grid.rows {
            for col in 0..grid.cols {
                let (x, y) = token_centre(grid, row, col);
                let centre = stage.back(x, y);
                for state in &states {
                    let seen = |subject| seen_from(centre, subject, &state.camera);
                    features.extend(state.subjects.iter().flat_map(seen));
                }
                features.extend(camera_values(stage));
                features.extend(position(centre));
                features.push(flag(given.next()));
            }
        }
    }
    features
}

/// Features of the sound tokens: plan rows with a flag after each, `[latent_frames, SOUND_FEATURES]`.
pub fn sound_plan_features(plan: &Plan, given: &[bool]) -> Vec<f32> {
    let rows = plan.rows().chunks_exact(PLAN_DIM).zip(given);
    let flagged = |(row, given): (&[f32], &bool)| [row, &[flag(Some(given))]].concat();
    rows.flat_map(flagged).collect()
}

/// Features of all layer tokens, `[(latent_frames + 1) · SUBJECTS, LAYER_FEATURES]`, ordered by latent frame, then subject;
/// references come first and are nowhere.
pub fn layer_plan_features(plan: &Plan, grid: Grid, given: &[bool]) -> Vec<f32> {
    let mut features = Vec::with_capacity(grid.layer_tokens() * LAYER_FEATURES);
    let mut given = given.iter();
    let nowhere = [Subframe::EMPTY; SUBFRAMES];
    for states in std::iter::once(nowhere).chain(latent_frames(plan)) {
        for index in 0..SUBJECTS {
            for state in &states {
                let mut subject = present_or_absent(&state.subjects[index]);
                subject.r *= GEOMETRY_SCALE;
                features.extend(subject.to_values());
            }
            features.extend(states.iter().flat_map(|it| camera_values(&it.camera)));
            features.push(flag(given.next()));
        }
    }
    features
}

/// The four sub-frames of each latent frame.
fn latent_frames(plan: &Plan) -> impl Iterator<Item = [Subframe; SUBFRAMES]> {
    let subframe = |j, k| plan.subframe(j, k).unwrap_or(Subframe::EMPTY);
    (0..plan.latent_frames()).map(move |j| std::array::from_fn(|k| subframe(j, k)))
}

fn flag(given: Option<&bool>) -> f32 {
    f32::from(given.is_some_and(|given| *given))
}

/// A subject in the world, of which the camera shows where it is on the screen, as it is seen from a point of the world.
fn seen_from((cx, cy): (f32, f32), subject: &Subject, camera: &CameraState) -> [f32; SEEN_DIM] {
    if !subject.is_present() {
        return [0.0, 0.0, 0.0, 0.0, 0.0, Subject::ABSENT.visible];
    }
    let (x, y) = camera.back(subject.x, subject.y);
    let [x, y, r] = [x - cx, y - cy, subject.r / camera.zoom].map(|v| v * GEOMETRY_SCALE);
    [x, y, r, subject.cos, subject.sin, subject.visible]
}

/// A planner's traces of somebody who is not there are wiped.
fn present_or_absent(subject: &Subject) -> Subject {
    if subject.is_present() {
        *subject
    } else {
        Subject::ABSENT
    }
}

/// Sines tell the corners of the place apart at once; attention alone has to find its edges first.
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
        let stage = CameraState {
            pan_x: 0.25,
            pan_y: -0.5,
            zoom: 0.5,
        };
        let (x, y) = token_centre(SQUARE, 1, 2);
        let (x, y) = stage.back(x, y);
        // The camera zooms in by 1.25 and does not pan.
        let features = video_plan_features(
            &plan_of([
                subject(x * 1.25, y * 1.25),
                Subject::ABSENT,
                subject(x * 1.25, 0.0),
            ]),
            SQUARE,
            &stage,
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
        // A token is half a screen wide, and the stage shows it at half its size.
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
        let given = [true, false, false, false, false, false];
        let features =
            layer_plan_features(&plan_of([subject(0.5, -0.5), trace, trace]), SQUARE, &given);
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
