//! What each DiT token is told of the plan: where the subjects are, seen from that token.
//!
//! A plan row holds four sub-frames of 17 numbers (`kinora_contract::plan`). A video token gets each subject's offset
//! to its own centre; a sound token gets the row as it stands.

use kinora_contract::plan::{
    CAMERA_DIM, PLAN_DIM, Plan, SUBFRAME_DIM, SUBFRAMES, SUBJECT_DIM, SUBJECTS,
};

use crate::dit::Grid;

/// Plan features of a video token: 4 sub-frames × 2 subjects × 6, then 4 × 3 of camera.
pub const PLAN_FEATURES: usize = SUBFRAMES * (SUBJECTS * SUBJECT_DIM + CAMERA_DIM);

/// A subject with a smaller radius is absent: the world writes 0, a planner almost 0.
const ABSENT_RADIUS: f32 = 0.02;
/// Offsets and radii are doubled to bring them near unit variance.
const GEOMETRY_SCALE: f32 = 2.0;

/// Centre (x, y) of token (row, col) in screen units: the image's half height is 1, the origin is its middle.
pub fn token_centre(grid: Grid, row: usize, col: usize) -> (f32, f32) {
    let (rows, cols) = (grid.rows as f32, grid.cols as f32);
    let x = ((2.0 * col as f32 + 1.0) / cols - 1.0) * cols / rows;
    let y = (2.0 * row as f32 + 1.0) / rows - 1.0;
    (x, y)
}

/// Features of all video tokens, `[latent_frames · rows · cols, PLAN_FEATURES]`, row-major.
pub fn video_plan_features(plan: &Plan, grid: Grid) -> Vec<f32> {
    let mut features = Vec::with_capacity(grid.video_tokens() * PLAN_FEATURES);
    for plan_row in plan.rows().chunks_exact(PLAN_DIM) {
        for row in 0..grid.rows {
            for col in 0..grid.cols {
                push_token(&mut features, plan_row, token_centre(grid, row, col));
            }
        }
    }
    features
}

fn push_token(features: &mut Vec<f32>, plan_row: &[f32], (cx, cy): (f32, f32)) {
    for subframe in plan_row.chunks_exact(SUBFRAME_DIM) {
        for subject in subframe[..SUBJECTS * SUBJECT_DIM].chunks_exact(SUBJECT_DIM) {
            let (x, y, r) = (subject[0], subject[1], subject[2]);
            if r > ABSENT_RADIUS {
                features.extend([x - cx, y - cy, r].map(|v| v * GEOMETRY_SCALE));
                features.extend_from_slice(&subject[3..]);
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

    const SQUARE: Grid = Grid {
        latent_frames: 1,
        rows: 4,
        cols: 4,
    };

    #[test]
    fn a_subject_on_the_token_has_no_offset() {
        let (x, y) = token_centre(SQUARE, 1, 2);
        let mut subframe = [0.0; SUBFRAME_DIM];
        subframe[..6].copy_from_slice(&[x, y, 0.25, 1.0, 0.0, 1.0]);
        subframe[11] = -1.0;
        let plan = Plan::from_rows(1, subframe.repeat(SUBFRAMES)).unwrap();
        let features = video_plan_features(&plan, SQUARE);
        let token = &features[(4 + 2) * PLAN_FEATURES..][..PLAN_FEATURES];
        assert_eq!(token[..6], [0.0, 0.0, 0.5, 1.0, 0.0, 1.0]);
        assert_eq!(token[6..12], [0.0, 0.0, 0.0, 0.0, 0.0, -1.0]);
        let left_neighbour = &features[(4 + 1) * PLAN_FEATURES..][..2];
        assert_eq!(left_neighbour, [1.0, 0.0]);
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
