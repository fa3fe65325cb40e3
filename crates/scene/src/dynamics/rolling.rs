//! Rolling without slipping: the rotation of a round object follows from its path.
//!
//! The planner's rotations lag behind its paths, as if objects slid.

use kinora_contract::Plan;

use crate::constants::rolling_outline_ratio;
use crate::vocabulary::Object;

/// Rotates subject 1 by its path over its contact radius from pixel frame `first_frame` on, continuing the rotation of
/// the frame before. No-op for objects that do not roll as a circle.
pub fn enforce_no_slip(plan: &mut Plan, object: Object, first_frame: usize) {
    let Some(outline_ratio) = rolling_outline_ratio(object) else {
        return;
    };
    let mut before = None;
    // The frame before, or the first one, gives the initial rotation.
    for frame in first_frame.saturating_sub(1)..plan.frames() {
        let Some(mut state) = plan.frame(frame) else {
            continue;
        };
        let (camera, subject) = (state.camera, &mut state.subjects[0]);
        let (x, _) = camera.back(subject.x, subject.y);
        let radius = subject.r / camera.zoom;
        let angle = match before {
            None => libm::atan2f(subject.sin, subject.cos),
            // With y down, rolling to the right is clockwise, and clockwise is positive.
            Some((from_x, angle)) if subject.is_present() => {
                angle + (x - from_x) * outline_ratio / radius
            }
            Some((_, angle)) => angle,
        };
        before = Some((x, angle));
        if frame >= first_frame {
            (subject.cos, subject.sin) = (libm::cosf(angle), libm::sinf(angle));
            plan.set_frame(frame, &state);
        }
    }
}

#[cfg(test)]
mod tests {
    use kinora_contract::plan::{CameraState, Subframe, Subject};

    use super::*;

    fn sliding() -> Plan {
        let mut plan = Plan::empty(5);
        for frame in 0..plan.frames() {
            let mut state = Subframe::EMPTY;
            // The camera follows: on the screen the subject stands still.
            state.camera = CameraState {
                pan_x: -0.05 * frame as f32,
                pan_y: 0.0,
                zoom: 1.25,
            };
            state.subjects[0] = Subject {
                r: 0.25,
                sin: 1.0,
                visible: 1.0,
                ..Subject::ABSENT
            };
            assert!(plan.set_frame(frame, &state));
        }
        plan
    }

    #[test]
    fn a_ball_rotates_by_its_path_over_its_radius() {
        let mut plan = sliding();
        enforce_no_slip(&mut plan, Object::Ball, 0);
        let path = 0.05 * 16.0 / 1.25;
        let angle = core::f32::consts::FRAC_PI_2 + path / (0.25 / 1.25);
        let ball = plan.frame(16).unwrap().subjects[0];
        assert!((ball.cos - angle.cos()).abs() < 1e-4 && (ball.sin - angle.sin()).abs() < 1e-4);
        let first = plan.frame(0).unwrap().subjects[0];
        assert!(first.cos.abs() < 1e-6 && (first.sin - 1.0).abs() < 1e-6);
    }

    #[test]
    fn cornered_objects_tumble_as_planned() {
        let mut plan = sliding();
        enforce_no_slip(&mut plan, Object::Cube, 0);
        assert_eq!(plan, sliding());
    }

    #[test]
    fn an_extended_clip_keeps_its_frames_and_continues_the_rotation() {
        let mut plan = sliding();
        enforce_no_slip(&mut plan, Object::Ball, 9);
        assert_eq!(plan.frame(8), sliding().frame(8));
        let angle = |frame| {
            let ball = plan.frame(frame).unwrap().subjects[0];
            ball.sin.atan2(ball.cos)
        };
        let step = 0.05 / 0.25;
        assert!((angle(9) - angle(8) - step).abs() < 1e-4);
    }
}
