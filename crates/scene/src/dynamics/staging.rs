//! Staging: stated directions and sizes, applied to a planned motion.

use kinora_contract::Plan;
use kinora_contract::plan::GROUND_Y;

use crate::vocabulary::{Direction, Size};

/// Horizontal travel in world units from which a motion has a direction.
const TRAVEL: f32 = 0.15;

/// Returns the scale of a stated size.
pub fn scale_of(size: Option<Size>) -> f32 {
    match size {
        None => 1.0,
        Some(Size::Small) => 0.65,
        Some(Size::Large) => 1.4,
    }
}

/// Mirrors a plan whose first subject travels against `direction`. No-op if it hardly travels.
pub fn turn_towards(plan: &mut Plan, direction: Direction) {
    let Some(travel) = travel(plan) else { return };
    let wanted = match direction {
        Direction::Left => -1.0,
        Direction::Right => 1.0,
    };
    if travel.abs() < TRAVEL || travel * wanted > 0.0 {
        return;
    }
    for frame in 0..plan.frames() {
        let Some(mut state) = plan.frame(frame) else {
            continue;
        };
        for subject in &mut state.subjects {
            subject.x = -subject.x;
            subject.sin = -subject.sin;
        }
        state.camera.pan_x = -state.camera.pan_x;
        plan.set_frame(frame, &state);
    }
}

/// Scales the first subject about the point of the ground below it, so that what stands on the ground keeps standing on it.
pub fn resize(plan: &mut Plan, scale: f32) {
    for frame in 0..plan.frames() {
        let Some(mut state) = plan.frame(frame) else {
            continue;
        };
        let (camera, subject) = (state.camera, &mut state.subjects[0]);
        let (x, y) = camera.back(subject.x, subject.y);
        let y = GROUND_Y + (y - GROUND_Y) * scale;
        (subject.x, subject.y) = camera.project(x, y);
        subject.r *= scale;
        plan.set_frame(frame, &state);
    }
}

/// Returns the horizontal travel of the first subject in world units, between the first and the last frame that show it.
fn travel(plan: &Plan) -> Option<f32> {
    let states = (0..plan.frames()).filter_map(|frame| plan.frame(frame));
    let mut places = states
        .filter(|state| state.subjects[0].is_present() && state.subjects[0].is_visible())
        .map(|state| {
            state
                .camera
                .back(state.subjects[0].x, state.subjects[0].y)
                .0
        });
    let first = places.next()?;
    Some(places.next_back()? - first)
}

#[cfg(test)]
mod tests {
    use kinora_contract::plan::{CameraState, Subframe, Subject};

    use super::*;

    /// A subject that moves to the right, standing on the ground.
    fn walk() -> Plan {
        let mut plan = Plan::empty(5);
        for frame in 0..plan.frames() {
            let mut state = Subframe::EMPTY;
            state.camera = CameraState {
                pan_x: 0.1,
                pan_y: 0.05,
                zoom: 1.2,
            };
            let (x, y) = state
                .camera
                .project(-0.4 + 0.05 * frame as f32, GROUND_Y - 0.3);
            state.subjects[0] = Subject {
                x,
                y,
                r: 0.36,
                cos: 0.8,
                sin: 0.6,
                visible: 1.0,
                ..Subject::ABSENT
            };
            plan.set_frame(frame, &state);
        }
        plan
    }

    #[test]
    fn a_plan_is_mirrored_only_against_its_direction() {
        let mut plan = walk();
        turn_towards(&mut plan, Direction::Right);
        assert_eq!(plan, walk());
        turn_towards(&mut plan, Direction::Left);
        assert!(travel(&plan).unwrap() < -TRAVEL);
        let (before, after) = (walk().frame(7).unwrap(), plan.frame(7).unwrap());
        assert_eq!(after.subjects[0].x, -before.subjects[0].x);
        assert_eq!(after.subjects[0].sin, -0.6);
        assert_eq!(after.camera.pan_x, -0.1);
        turn_towards(&mut plan, Direction::Right);
        assert_eq!(plan, walk());
    }

    #[test]
    fn what_stands_on_the_ground_keeps_standing_on_it() {
        let mut plan = walk();
        resize(&mut plan, scale_of(Some(Size::Large)));
        let state = plan.frame(3).unwrap();
        let (_, y) = state.camera.back(state.subjects[0].x, state.subjects[0].y);
        // The feet are one radius below the centre in both.
        let radius = state.subjects[0].r / state.camera.zoom;
        assert!((y + radius - GROUND_Y).abs() < 1e-5, "{y} {radius}");
        assert!((radius - 0.42).abs() < 1e-5);
    }
}
