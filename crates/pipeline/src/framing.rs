//! A plan in a narrow frame. The planner has learned square ones: in a frame less wide than high the same things happen
//! smaller, on the same ground, so that nobody leaves the picture and whoever touched still touches.

use kinora_contract::Plan;
use kinora_contract::plan::subframe_of;

/// Shrinks a plan to a frame of this aspect (width over height); frames at least as wide as high keep it as it is. The first
/// `deciding` pixel frames say where the ground is: a clip that goes on stays where it stood.
pub fn frame(plan: &mut Plan, aspect: f32, deciding: usize) {
    // Ways shrink with the width, sizes with its root in the world's own narrow scenes; one scale for both keeps contacts.
    let scale = libm::powf(aspect.clamp(0.5, 1.0), 0.8);
    if scale == 1.0 {
        return;
    }
    let states: Vec<_> = (0..plan.frames()).filter_map(|f| plan.frame(f)).collect();
    let subjects = states.iter().take(deciding);
    let subjects = subjects.flat_map(|state| &state.subjects);
    let lowest = |low: f32, s: &kinora_contract::plan::Subject| low.max(s.y + s.r);
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
    fn square_and_wide_frames_keep_the_plan() {
        for aspect in [1.0, 160.0 / 96.0] {
            let mut plan = touching();
            frame(&mut plan, aspect, 9);
            assert_eq!(plan, touching());
        }
    }

    #[test]
    fn a_narrow_frame_shrinks_everything_alike_and_keeps_the_ground() {
        let mut plan = touching();
        frame(&mut plan, 0.6, 9);
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

    #[test]
    fn what_comes_later_does_not_move_the_ground() {
        let (mut plan, mut longer) = (touching(), touching());
        let mut sunk = longer.frame(8).unwrap();
        sunk.subjects[0].y += 0.3;
        assert!(longer.set_frame(8, &sunk));
        frame(&mut plan, 0.6, 5);
        frame(&mut longer, 0.6, 5);
        assert_eq!(plan.frame(4), longer.frame(4));
        let mut moved = touching();
        assert!(moved.set_frame(8, &sunk));
        frame(&mut moved, 0.6, 9);
        assert_ne!(plan.frame(4), moved.frame(4));
    }
}
