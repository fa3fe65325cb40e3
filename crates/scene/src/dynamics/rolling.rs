//! What rolls turns as far as it goes. The planner's turns lag behind its ways, as if things slid; for what is round the turn
//! follows from the way. Twin: `training/rolling.py`.

use kinora_contract::Plan;

/// Round things and their radius in the plan over the one on which they roll, as the world has them.
const ROUND: [(&str, f32); 7] = [
    ("apple", 1.136),
    ("ball", 1.0),
    ("barrel", 1.515),
    ("bottle", 2.5),
    ("can", 1.087),
    ("drum", 1.351),
    ("ring", 1.0),
];

/// Turns subject 1 as it rolls from a pixel frame on, if it is a round thing of this name; others tumble as the planner wants it.
pub fn turn(plan: &mut Plan, object: &str, from: usize) {
    let Some((_, slender)) = ROUND.iter().find(|(name, _)| *name == object) else {
        return;
    };
    let mut before = None;
    // What is there already, or else the first frame, says how it lies.
    for frame in from.saturating_sub(1)..plan.frames() {
        let Some(mut state) = plan.frame(frame) else {
            continue;
        };
        let (camera, subject) = (state.camera, &mut state.subjects[0]);
        let (x, _) = camera.back(subject.x, subject.y);
        let radius = subject.r / camera.zoom;
        let turned = match before {
            None => libm::atan2f(subject.sin, subject.cos),
            // Screens have y down: to the right is clockwise, and clockwise is positive.
            Some((way, angle)) if subject.is_present() => angle + (x - way) * slender / radius,
            Some((_, angle)) => angle,
        };
        before = Some((x, turned));
        if frame >= from {
            (subject.cos, subject.sin) = (libm::cosf(turned), libm::sinf(turned));
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
            // A camera that follows: on the screen it stands still.
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
    fn a_ball_turns_by_its_way_over_its_radius() {
        let mut plan = sliding();
        turn(&mut plan, "ball", 0);
        let way = 0.05 * 16.0 / 1.25;
        let angle = core::f32::consts::FRAC_PI_2 + way / (0.25 / 1.25);
        let ball = plan.frame(16).unwrap().subjects[0];
        assert!((ball.cos - angle.cos()).abs() < 1e-4 && (ball.sin - angle.sin()).abs() < 1e-4);
        let first = plan.frame(0).unwrap().subjects[0];
        assert!(first.cos.abs() < 1e-6 && (first.sin - 1.0).abs() < 1e-6);
    }

    #[test]
    fn what_is_not_round_tumbles_as_planned() {
        let mut plan = sliding();
        turn(&mut plan, "cube", 0);
        assert_eq!(plan, sliding());
    }

    #[test]
    fn what_is_there_already_stays_and_turns_on() {
        let mut plan = sliding();
        turn(&mut plan, "ball", 9);
        assert_eq!(plan.frame(8), sliding().frame(8));
        let angle = |frame| {
            let ball = plan.frame(frame).unwrap().subjects[0];
            ball.sin.atan2(ball.cos)
        };
        let step = 0.05 / 0.25;
        assert!((angle(9) - angle(8) - step).abs() < 1e-4);
    }
}
