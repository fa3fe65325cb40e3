//! Fits a plan to the aspect of a frame and to its background plate.
//!
//! The planner is trained on square frames. A portrait frame shows the same events smaller, on the same ground line, so
//! that every subject stays in the frame and contacts stay contacts.

use kinora_contract::Plan;
use kinora_contract::plan::{CameraState, Subject, subframe_of};

use crate::camera_path::reproject;

/// Scales a plan to a frame of this aspect (width over height). No-op for frames at least as wide as high.
///
/// The first `anchor_frames` pixel frames determine the ground line, so that a clip that is extended keeps it.
pub fn fit_to_aspect(plan: &mut Plan, aspect: f32, anchor_frames: usize) {
    // In the world's own portrait scenes paths scale with the width and sizes with its root; one scale keeps contacts.
    let scale = libm::powf(aspect.clamp(0.5, 1.0), 0.8);
    if scale == 1.0 {
        return;
    }
    let states: Vec<_> = (0..plan.frames()).filter_map(|f| plan.frame(f)).collect();
    let subjects = states.iter().take(anchor_frames);
    let subjects = subjects.flat_map(|state| &state.subjects);
    let lowest = |low: f32, s: &Subject| low.max(s.y + s.r);
    let ground = subjects.filter(|s| s.is_visible()).fold(f32::MIN, lowest);
    if ground == f32::MIN {
        return;
    }
    for (frame, mut state) in states.into_iter().enumerate() {
        for subject in state.subjects.iter_mut().filter(|s| s.is_present()) {
            subject.x *= scale;
            subject.y = ground + (subject.y - ground) * scale;
            subject.r *= scale;
        }
        let inside = plan.set_frame(frame, &state);
        debug_assert!(inside, "{:?} is in the plan", subframe_of(frame));
    }
}

/// Returns the camera of the background plate, which shows all that the first `anchor_frames` cameras show
/// ([`CameraState::around`]). Later cameras are clamped to the plate and their subjects reprojected.
pub fn plate_of(plan: &mut Plan, aspect: f32, anchor_frames: usize) -> CameraState {
    let cameras = (0..anchor_frames).filter_map(|f| plan.frame(f));
    let plate = CameraState::around(cameras.map(|state| state.camera), aspect);
    for frame in anchor_frames..plan.frames() {
        let Some(mut state) = plan.frame(frame) else {
            continue;
        };
        let camera = clamped_to(&plate, state.camera, aspect);
        if camera != state.camera {
            for subject in state.subjects.iter_mut().filter(|s| s.is_present()) {
                reproject(subject, &state.camera, &camera);
            }
            state.camera = camera;
            plan.set_frame(frame, &state);
        }
    }
    plate
}

/// The camera nearest to `camera` whose frame lies inside the plate.
fn clamped_to(plate: &CameraState, camera: CameraState, aspect: f32) -> CameraState {
    let zoom = camera.zoom.max(plate.zoom);
    let nearer = zoom / plate.zoom;
    // Range of a magnified frame to either side of the plate's centre.
    let pan = |pan: f32, middle: f32, half: f32| {
        let room = half * (nearer - 1.0);
        pan.max(middle * nearer - room).min(middle * nearer + room)
    };
    CameraState {
        pan_x: pan(camera.pan_x, plate.pan_x, aspect),
        pan_y: pan(camera.pan_y, plate.pan_y, 1.0),
        zoom,
    }
}

#[cfg(test)]
mod tests {
    use kinora_contract::plan::{Subframe, Subject};

    use super::*;

    fn touching() -> Plan {
        let mut plan = Plan::empty(3);
        let subject = |x, y, r| Subject {
            x,
            y,
            r,
            cos: 1.0,
            sin: 0.0,
            visible: 1.0,
            depth: 0.1,
            mouth: 0.0,
        };
        for frame in 0..plan.frames() {
            let mut state = Subframe::EMPTY;
            state.subjects[..2].copy_from_slice(&[subject(-0.5, 0.3, 0.3), subject(0.0, 0.4, 0.2)]);
            assert!(plan.set_frame(frame, &state));
        }
        plan
    }

    #[test]
    fn square_and_landscape_frames_keep_the_plan() {
        for aspect in [1.0, 160.0 / 96.0] {
            let mut plan = touching();
            fit_to_aspect(&mut plan, aspect, 9);
            assert_eq!(plan, touching());
        }
    }

    #[test]
    fn a_portrait_frame_scales_about_the_ground_line() {
        let mut plan = touching();
        fit_to_aspect(&mut plan, 0.6, 9);
        let [a, b, absent] = plan.frame(5).unwrap().subjects;
        let scale = a.r / 0.3;
        assert!((0.6..0.8).contains(&scale), "{scale}");
        assert!(a.x.abs() + a.r < 0.6, "{a:?} is in the frame");
        for (subject, r) in [(a, 0.3), (b, 0.2)] {
            assert!((subject.y + subject.r - 0.6).abs() < 1e-6);
            assert!((subject.r - r * scale).abs() < 1e-6);
        }
        assert!(((b.x - a.x) - 0.5 * scale).abs() < 1e-6);
        assert_eq!(absent, Subject::ABSENT);
    }

    /// A plan with these cameras in its first frames.
    fn with_cameras(cameras: &[(f32, f32, f32)]) -> Plan {
        let mut plan = touching();
        for (frame, &(pan_x, pan_y, zoom)) in cameras.iter().enumerate() {
            let mut state = plan.frame(frame).unwrap();
            state.camera = CameraState { pan_x, pan_y, zoom };
            assert!(plan.set_frame(frame, &state));
        }
        plan
    }

    const AROUND: [(f32, f32, f32); 5] = [
        (-0.4, 0.0, 1.0),
        (-0.2, 0.1, 1.0),
        (0.0, 0.1, 1.2),
        (0.2, 0.0, 1.1),
        (0.4, 0.0, 1.0),
    ];

    #[test]
    fn an_unextended_clip_has_the_plate_of_its_plan() {
        let mut plan = with_cameras(&AROUND);
        let before = plan.clone();
        let frames = plan.frames();
        assert_eq!(plate_of(&mut plan, 1.0, frames), before.plate(1.0));
        assert_eq!(plan, before);
    }

    #[test]
    fn later_cameras_stay_on_the_plate_and_subjects_in_place() {
        for aspect in [0.6, 1.0, 160.0 / 96.0] {
            let mut cameras = AROUND.to_vec();
            cameras.extend([
                (0.9, 0.0, 1.0),
                (0.2, 0.0, 1.1),
                (0.3, -2.0, 1.2),
                (0.0, 0.0, 0.5),
            ]);
            let before = with_cameras(&cameras);
            let mut plan = before.clone();
            let plate = plate_of(&mut plan, aspect, AROUND.len());
            for frame in 0..AROUND.len() {
                assert_eq!(plan.frame(frame), before.frame(frame));
            }
            // This camera lies inside the plate.
            assert_eq!(plan.frame(6), before.frame(6));
            for frame in [5, 7, 8] {
                let (was, is) = (before.frame(frame).unwrap(), plan.frame(frame).unwrap());
                assert_ne!(is.camera, was.camera);
                for (x, y) in [(-aspect, -1.0), (aspect, 1.0)] {
                    let (x, y) = is.camera.back(x, y);
                    let (x, y) = plate.project(x, y);
                    assert!(x.abs() < aspect + 1e-5 && y.abs() < 1.0 + 1e-5, "{frame}");
                }
                for (is_at, was_at) in is.subjects.iter().zip(&was.subjects) {
                    if was_at.is_present() {
                        let (x, y) = is.camera.back(is_at.x, is_at.y);
                        let (was_x, was_y) = was.camera.back(was_at.x, was_at.y);
                        assert!((x - was_x).abs() < 1e-5 && (y - was_y).abs() < 1e-5);
                    } else {
                        assert_eq!(*is_at, Subject::ABSENT);
                    }
                }
            }
            // At equal zoom a subject moves on the screen as far as the camera does.
            let (was, is) = (before.frame(5).unwrap(), plan.frame(5).unwrap());
            let moved = is.subjects[0].x - was.subjects[0].x;
            assert!((moved - (is.camera.pan_x - was.camera.pan_x)).abs() < 1e-6);
            assert_eq!(is.subjects[0].r, was.subjects[0].r);
        }
    }

    #[test]
    fn an_extended_clip_begins_as_its_source() {
        let mut short = with_cameras(&AROUND);
        let mut long = with_cameras(&[&AROUND[..], &[(0.9, 0.3, 0.8); 4]].concat());
        assert_eq!(plate_of(&mut short, 1.0, 5), plate_of(&mut long, 1.0, 5));
        for frame in 0..5 {
            assert_eq!(short.frame(frame), long.frame(frame));
        }
    }

    #[test]
    fn later_frames_do_not_move_the_ground() {
        let (mut plan, mut longer) = (touching(), touching());
        let mut sunk = longer.frame(8).unwrap();
        sunk.subjects[0].y += 0.3;
        assert!(longer.set_frame(8, &sunk));
        fit_to_aspect(&mut plan, 0.6, 5);
        fit_to_aspect(&mut longer, 0.6, 5);
        assert_eq!(plan.frame(4), longer.frame(4));
        let mut moved = touching();
        assert!(moved.set_frame(8, &sunk));
        fit_to_aspect(&mut moved, 0.6, 9);
        assert_ne!(plan.frame(4), moved.frame(4));
    }
}
