//! What each DiT token is told of the plan: where the subjects are, seen from that token.
//!
//! A plan row holds four sub-frames of 17 numbers (`kinora_contract::plan`). A video token gets each subject's offset
//! to its own centre; a sound token gets the row as it stands.

use kinora_contract::plan::{PLAN_DIM, Plan, SUBFRAME_DIM, SUBFRAMES, SUBJECT_DIM, SUBJECTS};

/// Plan features of a video token: 4 sub-frames × 2 subjects × 6, then 4 × 3 of camera.
pub const PLAN_FEATURES: usize = SUBFRAMES * (SUBJECTS * SUBJECT_DIM + CAMERA_DIM);

const CAMERA_DIM: usize = 3;
/// Offsets and radii are doubled to bring them near unit variance.
const GEOMETRY_SCALE: f32 = 2.0;

/// Centre (x, y) of token (row, col) in screen units: the image's half height is 1, the origin is its middle.
pub fn token_centre(rows: usize, cols: usize, row: usize, col: usize) -> (f32, f32) {
    let aspect = cols as f32 / rows as f32;
    let x = ((col as f32 + 0.5) / cols as f32 * 2.0 - 1.0) * aspect;
    let y = (row as f32 + 0.5) / rows as f32 * 2.0 - 1.0;
    (x, y)
}

/// Features of all video tokens, `[latent_frames · rows · cols, PLAN_FEATURES]`, row-major.
pub fn video_plan_features(plan: &Plan, rows: usize, cols: usize) -> Vec<f32> {
    let mut features = Vec::with_capacity(plan.latent_frames * rows * cols * PLAN_FEATURES);
    for plan_row in plan.rows.chunks_exact(PLAN_DIM) {
        for row in 0..rows {
            for col in 0..cols {
                push_token(&mut features, plan_row, token_centre(rows, cols, row, col));
            }
        }
    }
    features
}

fn push_token(features: &mut Vec<f32>, plan_row: &[f32], (cx, cy): (f32, f32)) {
    for subframe in plan_row.chunks_exact(SUBFRAME_DIM) {
        for subject in subframe[..SUBJECTS * SUBJECT_DIM].chunks_exact(SUBJECT_DIM) {
            let &[x, y, r, cos, sin, visible] = subject else { unreachable!("chunks of SUBJECT_DIM") };
            if visible > 0.0 {
                let geometry = [(x - cx), (y - cy), r].map(|v| v * GEOMETRY_SCALE);
                features.extend(geometry);
                features.extend([cos, sin, visible]);
            } else {
                features.extend([0.0, 0.0, 0.0, 0.0, 0.0, -1.0]);
            }
        }
    }
    let camera = SUBJECTS * SUBJECT_DIM;
    for subframe in plan_row.chunks_exact(SUBFRAME_DIM) {
        features.extend_from_slice(&subframe[camera..camera + CAMERA_DIM]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_on_the_token_has_no_offset() {
        let (x, y) = token_centre(4, 4, 1, 2);
        let mut subframe = vec![0.0; SUBFRAME_DIM];
        subframe[..6].copy_from_slice(&[x, y, 0.25, 1.0, 0.0, 1.0]);
        subframe[11] = -1.0;
        let plan = Plan { latent_frames: 1, rows: subframe.repeat(SUBFRAMES) };
        let features = video_plan_features(&plan, 4, 4);
        let token = &features[(4 + 2) * PLAN_FEATURES..][..PLAN_FEATURES];
        assert_eq!(token[..6], [0.0, 0.0, 0.5, 1.0, 0.0, 1.0]);
        assert_eq!(token[6..12], [0.0, 0.0, 0.0, 0.0, 0.0, -1.0]);
        let left_neighbour = &features[(4 + 1) * PLAN_FEATURES..][..2];
        assert_eq!(left_neighbour, [1.0, 0.0]);
    }

    #[test]
    fn wide_images_reach_past_one() {
        let (x, _) = token_centre(3, 5, 0, 4);
        assert!((x - 0.8 * 5.0 / 3.0).abs() < 1e-6);
    }
}
