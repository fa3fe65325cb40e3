//! Camera paths by name. A named move has a closed form; it replaces the planner's noisy frame-by-frame camera.
//!
//! Subjects keep their place in the world and are reprojected to the new path. Only the direction of a move and the
//! path of a following camera come from the plan.

use core::f32::consts::TAU;

use kinora_contract::plan::{CameraState, Subject};
use kinora_contract::{Camera, Plan};

/// Duration of a move in seconds; the camera then rests.
const MOVE_S: f32 = 32.0 / 12.0;
/// World y that a zoom approaches.
const FOCUS_Y: f32 = 0.18;
/// Standard deviation, in frames, of the smoothing of a following camera.
const FOLLOW_SIGMA: f32 = 2.0;

/// Replaces the cameras of a plan by the named move and reprojects the subjects.
///
/// The first `anchor_frames` pixel frames determine the direction, so that a clip that is extended keeps its move.
pub fn apply_move(plan: &mut Plan, camera: Camera, fps: f32, anchor_frames: usize) {
    let states: Vec<_> = (0..plan.frames()).filter_map(|f| plan.frame(f)).collect();
    let planned: Vec<CameraState> = states.iter().map(|state| state.camera).collect();
    let Some(last) = anchor_frames.min(planned.len()).checked_sub(1) else {
        return;
    };
    let side = (
        side(planned[0].pan_x, planned[last].pan_x),
        side(planned[0].pan_y, planned[last].pan_y),
    );
    let frames = states.len();
    for (frame, mut state) in states.into_iter().enumerate() {
        let after = match camera {
            Camera::Follow => {
                // Anchor frames must not depend on later ones.
                let known = if frame < anchor_frames {
                    anchor_frames
                } else {
                    frames
                };
                CameraState {
                    pan_x: smoothed_pan(&planned[..known.min(frames)], frame),
                    ..CameraState::AT_REST
                }
            }
            _ => camera_at(camera, side, frame as f32 / fps),
        };
        let mut before = state.camera;
        // A planner's zoom is unbounded.
        before.zoom = before.zoom.clamp(0.5, 2.0);
        for subject in &mut state.subjects {
            reproject(subject, &before, &after);
        }
        state.camera = after;
        plan.set_frame(frame, &state);
    }
}

/// Computes the camera of a move at `time_s`. `side` holds the signs of the horizontal and the vertical direction.
///
/// A following camera depends on the subjects; here it is at rest.
pub fn camera_at(camera: Camera, side: (f32, f32), time_s: f32) -> CameraState {
    let progress = (time_s / MOVE_S).min(1.0);
    let panned = |pan_x, pan_y| CameraState {
        pan_x,
        pan_y,
        ..CameraState::AT_REST
    };
    let zoomed = |zoom: f32| CameraState {
        pan_x: 0.0,
        pan_y: FOCUS_Y * (1.0 - zoom),
        zoom,
    };
    match camera {
        Camera::Static | Camera::Follow => CameraState::AT_REST,
        Camera::Pan => panned(side.0 * (0.14 - 0.28 * progress), 0.0),
        Camera::Tilt => panned(0.0, side.1 * (0.13 - 0.26 * progress)),
        Camera::Zoom => zoomed(1.0 + 0.20 * progress),
        Camera::ZoomOut => zoomed(1.20 - 0.20 * progress),
        Camera::Handheld => {
            let sway = |hz: f32, phase: f32| libm::sinf(TAU * (hz * time_s + phase));
            CameraState {
                zoom: 1.04,
                ..panned(
                    0.022 * sway(0.9, 0.1) + 0.010 * sway(2.3, 0.4),
                    0.016 * sway(1.2, 0.3) + 0.009 * sway(2.9, 0.2),
                )
            }
        }
    }
}

/// Moves a subject from the screen of camera `before` to that of `after`; its place in the world stays.
pub fn reproject(subject: &mut Subject, before: &CameraState, after: &CameraState) {
    let (x, y) = before.back(subject.x, subject.y);
    (subject.x, subject.y) = after.project(x, y);
    subject.r *= after.zoom / before.zoom;
}

/// Sign of a move from its first and last pan.
fn side(first: f32, last: f32) -> f32 {
    if last <= first { 1.0 } else { -1.0 }
}

/// Gaussian-smoothed horizontal pan at a frame; the ends are extended.
fn smoothed_pan(planned: &[CameraState], frame: usize) -> f32 {
    let reach = libm::ceilf(3.0 * FOLLOW_SIGMA) as isize;
    let (mut sum, mut total) = (0.0, 0.0);
    for offset in -reach..=reach {
        let at = frame.saturating_add_signed(offset).min(planned.len() - 1);
        let weight = libm::expf(-0.5 * (offset as f32 / FOLLOW_SIGMA).powi(2));
        sum += planned[at].pan_x * weight;
        total += weight;
    }
    sum / total
}

#[cfg(test)]
mod tests {
    use kinora_contract::plan::Subframe;

    use super::*;

    /// A resting ball before a jittering camera.
    fn jittering(frames: usize) -> Plan {
        let mut plan = Plan::empty(frames.div_ceil(4) + 1);
        for frame in 0..plan.frames() {
            let jitter = (frame * 7919 % 101) as f32 / 1010.0 - 0.05;
            let mut state = Subframe::EMPTY;
            state.camera = CameraState {
                pan_x: 0.2 - 0.01 * frame as f32 + jitter,
                pan_y: jitter,
                zoom: 1.1 + jitter,
            };
            state.subjects[0] = Subject {
                x: 0.3,
                y: jitter,
                r: 0.2,
                visible: 1.0,
                ..Subject::ABSENT
            };
            assert!(plan.set_frame(frame, &state));
        }
        plan
    }

    #[test]
    fn subjects_keep_their_place_in_the_world() {
        let before = jittering(32);
        for camera_move in Camera::ALL {
            let mut after = before.clone();
            apply_move(&mut after, camera_move, 12.0, 33);
            for frame in 0..before.frames() {
                let [was, is] = [&before, &after].map(|plan| {
                    let state = plan.frame(frame).unwrap();
                    let (ball, camera) = (state.subjects[0], state.camera);
                    let (x, y) = camera.back(ball.x, ball.y);
                    [x, y, ball.r / camera.zoom]
                });
                let near = was.iter().zip(is).all(|(a, b)| (a - b).abs() < 1e-5);
                assert!(near, "{camera_move}, frame {frame}: {was:?}, {is:?}");
            }
        }
    }

    #[test]
    fn each_move_follows_its_closed_form() {
        let moved = |camera_move| {
            let mut plan = jittering(32);
            apply_move(&mut plan, camera_move, 12.0, 33);
            let camera = |frame| plan.frame(frame).map(|state| state.camera).unwrap();
            (camera(0), camera(16), camera(32))
        };
        let (first, middle, last) = moved(Camera::Static);
        assert!(
            [first, middle, last]
                .iter()
                .all(|c| *c == CameraState::AT_REST)
        );
        // The planner's camera pans left, so the move does.
        let (first, middle, last) = moved(Camera::Pan);
        assert!((first.pan_x - 0.14).abs() < 1e-6 && (last.pan_x + 0.14).abs() < 1e-6);
        assert!(middle.pan_x.abs() < 1e-6 && middle.pan_y == 0.0 && middle.zoom == 1.0);
        let (first, _, last) = moved(Camera::Zoom);
        assert!((first.zoom, last.zoom) == (1.0, 1.2));
        let (first, middle, last) = moved(Camera::Follow);
        assert!(first.pan_x > middle.pan_x && middle.pan_x > last.pan_x);
    }

    #[test]
    fn an_extended_clip_keeps_its_move() {
        let (short, mut long) = (jittering(16), jittering(40));
        let mut turned = long.frame(40).unwrap();
        turned.camera.pan_x = 0.9;
        assert!(long.set_frame(40, &turned));
        for camera_move in [Camera::Pan, Camera::Follow] {
            let (mut short, mut long) = (short.clone(), long.clone());
            apply_move(&mut short, camera_move, 12.0, 17);
            apply_move(&mut long, camera_move, 12.0, 17);
            assert_eq!(short.frame(16), long.frame(16), "{camera_move:?}");
        }
    }
}
