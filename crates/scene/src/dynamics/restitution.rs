//! Bounces as ballistic arcs with the material's restitution.
//!
//! The planner's first fall is fitted; later arcs are computed from it.

use kinora_contract::Plan;
use kinora_contract::plan::Contact;

use crate::constants::{GRAVITY, GROUND_Y, bounce_restitution, bouncing_outline_ratio};
use crate::vocabulary::{Material, Object, Place};

/// Minimum frames of a first fall whose parabola can be fitted.
const MIN_FALL_FRAMES: usize = 4;
/// Maximum RMS distance from the fitted parabola, and maximum error of the known contact height, world units.
const MAX_FIT_RMS: f32 = 0.08;
/// Rebound speed below which the object rests, world units per second.
const REST_SPEED: f32 = 0.2;

/// A ballistic arc.
struct BallisticArc {
    /// Height at the start, world y.
    y: f32,
    /// Downward speed at the start, world units per second.
    speed: f32,
    /// Time of the start in seconds.
    start_s: f32,
}

/// Replaces subject 1's heights after the first impact by ballistic arcs with the restitution of `material` on the
/// ground of `place`, and the contacts by their impacts.
///
/// No-op unless the object is round and its first fall is ballistic.
pub fn apply_restitution(
    plan: &mut Plan,
    object: Object,
    material: Material,
    place: Place,
    fps: f32,
) {
    let Some(outline_ratio) = bouncing_outline_ratio(object) else {
        return;
    };
    let restitution = bounce_restitution(material, place);
    let states: Vec<_> = (0..plan.frames()).filter_map(|f| plan.frame(f)).collect();
    let Some(first) = states.first() else { return };
    let ys: Vec<f32> = states
        .iter()
        .map(|state| {
            state
                .camera
                .back(state.subjects[0].x, state.subjects[0].y)
                .1
        })
        .collect();
    let contact_y = GROUND_Y - first.subjects[0].r / first.camera.zoom / outline_ratio;
    let Some(fall) = fit_first_fall(&ys, contact_y, fps) else {
        return;
    };
    let (ys, contacts) = bounces(fall, contact_y, restitution, ys.len(), fps);
    let energy = states.iter().map(|state| state.contact.energy);
    let energy = energy.fold(0.0, f32::max);
    for (frame, mut state) in states.into_iter().enumerate() {
        let (x, _) = state.camera.back(state.subjects[0].x, state.subjects[0].y);
        state.subjects[0].y = state.camera.project(x, ys[frame]).1;
        let struck = contacts.iter().rev().find(|(at, _)| *at == frame);
        state.contact = match struck {
            Some((_, share)) => Contact {
                onset: 1.0,
                energy: energy * share,
            },
            None => Contact {
                onset: -1.0,
                energy: 0.0,
            },
        };
        plan.set_frame(frame, &state);
    }
}

/// Fits the arc up to the first impact by least squares with known gravity; `None` unless it is a free fall that ends at
/// `contact_y`.
fn fit_first_fall(ys: &[f32], contact_y: f32, fps: f32) -> Option<BallisticArc> {
    let turns = |y: &[f32]| y[2] - 2.0 * y[1] + y[0] < -GRAVITY / (fps * fps) / 2.0;
    let turn = ys.windows(3).position(turns)?;
    if turn + 1 < MIN_FALL_FRAMES {
        return None;
    }
    let count = (turn + 1) as f32;
    let without_gravity = |(frame, y): (usize, &f32)| {
        let t = frame as f32 / fps;
        (t, y - GRAVITY / 2.0 * t * t)
    };
    let fall: Vec<(f32, f32)> = ys[..=turn]
        .iter()
        .enumerate()
        .map(without_gravity)
        .collect();
    let mean = |of: fn(&(f32, f32)) -> f32| fall.iter().map(of).sum::<f32>() / count;
    let (mean_t, mean_y) = (mean(|(t, _)| *t), mean(|(_, y)| *y));
    let covariance: f32 = fall.iter().map(|(t, y)| (t - mean_t) * y).sum();
    let variance: f32 = fall.iter().map(|(t, _)| (t - mean_t) * (t - mean_t)).sum();
    let speed = covariance / variance;
    let y = mean_y - speed * mean_t;
    let squared = |(t, at): &(f32, f32)| (at - y - speed * t) * (at - y - speed * t);
    let rms = libm::sqrtf(fall.iter().map(squared).sum::<f32>() / count);
    let lowest = ys.iter().copied().fold(f32::MIN, f32::max);
    let ballistic =
        rms <= MAX_FIT_RMS && (lowest - contact_y).abs() <= MAX_FIT_RMS && y < contact_y;
    ballistic.then_some(BallisticArc {
        y,
        speed,
        start_s: 0.0,
    })
}

/// Computes the height of each frame, and the contacts: the frame, and the energy relative to the first impact.
fn bounces(
    mut arc: BallisticArc,
    contact_y: f32,
    restitution: f32,
    frames: usize,
    fps: f32,
) -> (Vec<f32>, Vec<(usize, f32)>) {
    let (mut ys, mut contacts) = (Vec::with_capacity(frames), Vec::new());
    let (mut first_impact, mut resting) = (None, false);
    let mut end_s = arc.end_s(contact_y);
    for frame in 0..frames {
        let t = frame as f32 / fps;
        while !resting && t >= end_s {
            let impact = arc.speed + GRAVITY * (end_s - arc.start_s);
            let share = impact / *first_impact.get_or_insert(impact);
            // The impact lies between this frame and the one before.
            contacts.push((frame.saturating_sub(1), share * share));
            arc = BallisticArc {
                y: contact_y,
                speed: -restitution * impact,
                start_s: end_s,
            };
            resting = -arc.speed < REST_SPEED;
            end_s = arc.end_s(contact_y);
        }
        let t = t - arc.start_s;
        let y = arc.y + arc.speed * t + GRAVITY / 2.0 * t * t;
        ys.push(if resting { contact_y } else { y });
    }
    (ys, contacts)
}

impl BallisticArc {
    /// Time of the impact at `contact_y`, in seconds.
    fn end_s(&self, contact_y: f32) -> f32 {
        let drop = (contact_y - self.y).max(0.0);
        let root = libm::sqrtf(self.speed * self.speed + 2.0 * GRAVITY * drop);
        self.start_s + (root - self.speed) / GRAVITY
    }
}

#[cfg(test)]
mod tests {
    use kinora_contract::plan::{CameraState, Subframe, Subject};

    use super::*;

    /// A ball that falls from a height and then lies on the ground with jitter, before a moving camera.
    fn falling(height: f32) -> Plan {
        let mut plan = Plan::empty(9);
        let (contact_y, zoom) = (GROUND_Y - 0.25, 1.2);
        for frame in 0..plan.frames() {
            let t = frame as f32 / 12.0;
            let jitter = if frame % 2 == 0 { 0.004 } else { -0.004 };
            let y = (height + 3.0 * t * t).min(contact_y) + jitter;
            let mut state = Subframe::EMPTY;
            state.camera = CameraState {
                pan_x: 0.01 * frame as f32,
                pan_y: -0.02 * frame as f32,
                zoom,
            };
            let (x, y) = state.camera.project(0.1, y);
            state.subjects[0] = Subject {
                x,
                y,
                r: 0.25 * zoom,
                cos: 1.0,
                visible: 1.0,
                ..Subject::ABSENT
            };
            state.contact.energy = 0.5;
            assert!(plan.set_frame(frame, &state));
        }
        plan
    }

    fn heights(plan: &Plan) -> Vec<f32> {
        let states = (0..plan.frames()).filter_map(|f| plan.frame(f));
        let y = |s: Subframe| s.camera.back(s.subjects[0].x, s.subjects[0].y).1;
        states.map(y).collect()
    }

    #[test]
    fn a_ball_rebounds_to_the_height_of_its_restitution() {
        for (material, place, restitution) in [
            (Material::Rubber, Place::Street, 0.86f32),
            (Material::Cloth, Place::Street, 0.668),
            (Material::Wood, Place::Snow, 0.764 * 0.86),
        ] {
            let mut plan = falling(-0.8);
            apply_restitution(&mut plan, Object::Ball, material, place, 12.0);
            let ys = heights(&plan);
            let contact_y = GROUND_Y - 0.25;
            // The fall takes 7.4 frames; the next arc follows.
            let top = ys[8..20].iter().copied().fold(f32::MAX, f32::min);
            let want = contact_y - restitution * restitution * (contact_y + 0.8);
            assert!((top - want).abs() < 0.03, "{material}: {top}, not {want}");
            assert!(ys.iter().all(|y| *y <= contact_y + 1e-4));
            let struck: Vec<usize> = (0..33)
                .filter(|f| plan.frame(*f).unwrap().contact.onset > 0.0)
                .collect();
            assert_eq!(struck[0], 7, "{struck:?}");
            assert!((plan.frame(7).unwrap().contact.energy - 0.5).abs() < 1e-6);
            let second = plan.frame(struck[1]).unwrap().contact.energy;
            assert!((second - 0.5 * restitution * restitution).abs() < 1e-3);
        }
    }

    #[test]
    fn a_cloth_ball_comes_to_rest() {
        let mut plan = falling(0.0);
        apply_restitution(&mut plan, Object::Ball, Material::Cloth, Place::Snow, 12.0);
        let ys = heights(&plan);
        assert!(
            ys[30..]
                .iter()
                .all(|y| (y - (GROUND_Y - 0.25)).abs() < 1e-4)
        );
    }

    #[test]
    fn cornered_objects_and_other_paths_stay_as_planned() {
        for (object, height) in [
            (Object::Cube, -0.8),
            (Object::Ball, 0.28),
            (Object::Ball, 0.9),
        ] {
            let mut plan = falling(height);
            apply_restitution(&mut plan, object, Material::Rubber, Place::Street, 12.0);
            assert_eq!(plan, falling(height), "{object} from {height}");
        }
    }
}
