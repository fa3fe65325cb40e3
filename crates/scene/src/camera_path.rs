//! The camera's way, once the words have named it: what moves it is known, so nobody has to guess it frame by frame.
//!
//! The planner says where everything is on its own screen, through a camera that trembles. Its subjects are put back into the
//! world and seen by a camera that moves as its name says; only which way it goes, and where a following camera goes, is the
//! planner's. Twins: `training/camera.py`, and `View::moved` in `crates/world/src/camera.rs`.

use core::f32::consts::TAU;

use kinora_contract::plan::CameraState;
use kinora_contract::{Camera, Plan};

use crate::framing::refilm;

/// A move covers its whole way in this many seconds; then it stands.
const MOVE_S: f32 = 32.0 / 12.0;
/// Screen y that a zoom closes in on.
const FOCUS_Y: f32 = 0.18;
/// Frames by which the way of a following camera is blurred.
const SMOOTH: f32 = 2.0;

/// Films what happens in a plan by a camera that makes this move. The first `deciding` pixel frames say which way it goes: a clip
/// that goes on moves as it did.
pub fn direct(plan: &mut Plan, wanted: Camera, frames_per_second: f32, deciding: usize) {
    let states: Vec<_> = (0..plan.frames()).filter_map(|f| plan.frame(f)).collect();
    let planned: Vec<CameraState> = states.iter().map(|state| state.camera).collect();
    let Some(last) = deciding.min(planned.len()).checked_sub(1) else {
        return;
    };
    let side = (
        side(planned[0].pan_x, planned[last].pan_x),
        side(planned[0].pan_y, planned[last].pan_y),
    );
    let frames = states.len();
    for (frame, mut state) in states.into_iter().enumerate() {
        let after = match wanted {
            Camera::Follow => {
                // What was filmed already does not know of what comes.
                let known = if frame < deciding { deciding } else { frames };
                CameraState {
                    pan_x: smoothed(&planned[..known.min(frames)], frame),
                    ..CameraState::AT_REST
                }
            }
            _ => moved(wanted, side, frame as f32 / frames_per_second),
        };
        let mut before = state.camera;
        // Nothing limits what a planner writes.
        before.zoom = before.zoom.clamp(0.5, 2.0);
        for subject in &mut state.subjects {
            refilm(subject, &before, &after);
        }
        state.camera = after;
        plan.set_frame(frame, &state);
    }
}

/// The direction of a way whose ends are known: the world's positive side runs down.
fn side(first: f32, last: f32) -> f32 {
    if last <= first { 1.0 } else { -1.0 }
}

/// The camera of a move that does not depend on the subjects.
fn moved(wanted: Camera, (across, down): (f32, f32), time_s: f32) -> CameraState {
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
    match wanted {
        Camera::Static | Camera::Follow => CameraState::AT_REST,
        Camera::Pan => panned(across * (0.14 - 0.28 * progress), 0.0),
        Camera::Tilt => panned(0.0, down * (0.13 - 0.26 * progress)),
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

/// The planner's way to the right at a frame, blurred over its neighbours; the ends go on as they are.
fn smoothed(planned: &[CameraState], frame: usize) -> f32 {
    let reach = libm::ceilf(3.0 * SMOOTH) as isize;
    let (mut sum, mut total) = (0.0, 0.0);
    for offset in -reach..=reach {
        let at = frame.saturating_add_signed(offset).min(planned.len() - 1);
        let weight = libm::expf(-0.5 * (offset as f32 / SMOOTH).powi(2));
        sum += planned[at].pan_x * weight;
        total += weight;
    }
    sum / total
}

#[cfg(test)]
mod tests {
    use kinora_contract::plan::{Subframe, Subject};

    use super::*;

    /// A ball that a trembling camera films.
    fn trembling(frames: usize) -> Plan {
        let mut plan = Plan::empty(frames.div_ceil(4) + 1);
        for frame in 0..plan.frames() {
            let tremble = (frame * 7919 % 101) as f32 / 1010.0 - 0.05;
            let mut state = Subframe::EMPTY;
            state.camera = CameraState {
                pan_x: 0.2 - 0.01 * frame as f32 + tremble,
                pan_y: tremble,
                zoom: 1.1 + tremble,
            };
            state.subjects[0] = Subject {
                x: 0.3,
                y: tremble,
                r: 0.2,
                visible: 1.0,
                ..Subject::ABSENT
            };
            assert!(plan.set_frame(frame, &state));
        }
        plan
    }

    #[test]
    fn the_same_happens_before_another_camera() {
        let before = trembling(32);
        for wanted in Camera::ALL {
            let mut after = before.clone();
            direct(&mut after, wanted, 12.0, 33);
            for frame in 0..before.frames() {
                let [was, is] = [&before, &after].map(|plan| {
                    let state = plan.frame(frame).unwrap();
                    let (ball, camera) = (state.subjects[0], state.camera);
                    let (x, y) = camera.back(ball.x, ball.y);
                    [x, y, ball.r / camera.zoom]
                });
                let near = was.iter().zip(is).all(|(a, b)| (a - b).abs() < 1e-5);
                assert!(near, "{wanted}, frame {frame}: {was:?}, {is:?}");
            }
        }
    }

    #[test]
    fn a_move_is_what_its_name_says() {
        let filmed = |wanted| {
            let mut plan = trembling(32);
            direct(&mut plan, wanted, 12.0, 33);
            let camera = |frame| plan.frame(frame).map(|state| state.camera).unwrap();
            (camera(0), camera(16), camera(32))
        };
        let (first, middle, last) = filmed(Camera::Static);
        assert!(
            [first, middle, last]
                .iter()
                .all(|c| *c == CameraState::AT_REST)
        );
        // The planner's camera goes left, so this one does.
        let (first, middle, last) = filmed(Camera::Pan);
        assert!((first.pan_x - 0.14).abs() < 1e-6 && (last.pan_x + 0.14).abs() < 1e-6);
        assert!(middle.pan_x.abs() < 1e-6 && middle.pan_y == 0.0 && middle.zoom == 1.0);
        let (first, _, last) = filmed(Camera::Zoom);
        assert!((first.zoom, last.zoom) == (1.0, 1.2));
        let (first, middle, last) = filmed(Camera::Follow);
        assert!(first.pan_x > middle.pan_x && middle.pan_x > last.pan_x);
    }

    #[test]
    fn a_clip_that_goes_on_moves_as_it_did() {
        let (short, mut long) = (trembling(16), trembling(40));
        let mut turned = long.frame(40).unwrap();
        turned.camera.pan_x = 0.9;
        assert!(long.set_frame(40, &turned));
        for wanted in [Camera::Pan, Camera::Follow] {
            let (mut short, mut long) = (short.clone(), long.clone());
            direct(&mut short, wanted, 12.0, 17);
            direct(&mut long, wanted, 12.0, 17);
            assert_eq!(short.frame(16), long.frame(16), "{wanted:?}");
        }
    }
}
