//! What bounces loses as much of its speed as its material and the ground take. The planner knows how it falls at first; after that, every bounce
//! follows. Twin: `training/bouncing.py`.

use kinora_contract::Plan;
use kinora_contract::plan::{Contact, GRAVITY, GROUND_Y};

/// Round things and their radius in the plan over the one on which they touch. What has corners tumbles as planned.
const ROUND: [(&str, f32); 4] = [
    ("apple", 1.136),
    ("ball", 1.0),
    ("pumpkin", 1.0),
    ("ring", 1.0),
];
/// How much of a speed a bounce leaves, by material.
const RESTITUTION: [(&str, f32); 8] = [
    ("rubber", 0.86),
    ("plastic", 0.812),
    ("glass", 0.78),
    ("wood", 0.764),
    ("metal", 0.748),
    ("stone", 0.716),
    ("ice", 0.716),
    ("cloth", 0.668),
];
/// How much of that is left where the ground is soft.
const SOFTNESS: [(&str, f32); 5] = [
    ("snowfield", 0.86),
    ("beach", 0.93),
    ("meadow", 0.93),
    ("desert", 0.93),
    ("forest", 0.93),
];
/// Frames of a first fall that can be measured.
const LEAST_FALL: usize = 4;
/// Screen units that they may leave its parabola (root mean square), and the ground the one that is known.
const STRAIGHT: f32 = 0.08;
/// Screen units per second below which nothing bounces any more.
const AT_REST: f32 = 0.2;

/// A flight: where it begins, how fast downwards, and when.
struct Flight {
    height: f32,
    speed: f32,
    start: f32,
}

/// Makes subject 1 bounce after its first fall, if it is a round thing of this name and material; otherwise it moves as planned.
pub fn bounce(plan: &mut Plan, [object, material, place]: [&str; 3], fps: f32) {
    let find = |all: &[(&str, f32)], name: &str| {
        let found = all.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| *value)
    };
    let (Some(slender), Some(elastic)) = (find(&ROUND, object), find(&RESTITUTION, material))
    else {
        return;
    };
    let elastic = elastic * find(&SOFTNESS, place).unwrap_or(1.0);
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
    let touching = GROUND_Y - first.subjects[0].r / first.camera.zoom / slender;
    let Some(fall) = first_fall(&ys, touching, fps) else {
        return;
    };
    let (ys, contacts) = bounces(fall, touching, elastic, ys.len(), fps);
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

/// The first flight of a way whose first contact is at `touching`; none where it does not begin with a free fall onto it.
fn first_fall(ys: &[f32], touching: f32, fps: f32) -> Option<Flight> {
    let turns = |y: &[f32]| y[2] - 2.0 * y[1] + y[0] < -GRAVITY / (fps * fps) / 2.0;
    let turn = ys.windows(3).position(turns)?;
    if turn + 1 < LEAST_FALL {
        return None;
    }
    let count = (turn + 1) as f32;
    let rest = |(frame, y): (usize, &f32)| {
        let t = frame as f32 / fps;
        (t, y - GRAVITY / 2.0 * t * t)
    };
    let fall: Vec<(f32, f32)> = ys[..=turn].iter().enumerate().map(rest).collect();
    let mean = |of: fn(&(f32, f32)) -> f32| fall.iter().map(of).sum::<f32>() / count;
    let (middle, level) = (mean(|(t, _)| *t), mean(|(_, y)| *y));
    let along: f32 = fall.iter().map(|(t, y)| (t - middle) * y).sum();
    let spread: f32 = fall.iter().map(|(t, _)| (t - middle) * (t - middle)).sum();
    let speed = along / spread;
    let height = level - speed * middle;
    let off = |(t, y): &(f32, f32)| (y - height - speed * t) * (y - height - speed * t);
    let residual = libm::sqrtf(fall.iter().map(off).sum::<f32>() / count);
    let lowest = ys.iter().copied().fold(f32::MIN, f32::max);
    let free = residual <= STRAIGHT && (lowest - touching).abs() <= STRAIGHT && height < touching;
    free.then_some(Flight {
        height,
        speed,
        start: 0.0,
    })
}

/// The way on from a first flight, and its contacts: the frame, and the energy as a share of the first one's.
fn bounces(
    mut flight: Flight,
    touching: f32,
    elastic: f32,
    frames: usize,
    fps: f32,
) -> (Vec<f32>, Vec<(usize, f32)>) {
    let (mut ys, mut contacts) = (Vec::with_capacity(frames), Vec::new());
    let (mut hardest, mut resting) = (None, false);
    let mut hit = flight.hits(touching);
    for frame in 0..frames {
        let t = frame as f32 / fps;
        while !resting && t >= hit {
            let impact = flight.speed + GRAVITY * (hit - flight.start);
            let share = impact / *hardest.get_or_insert(impact);
            // Between this frame and the one before.
            contacts.push((frame.saturating_sub(1), share * share));
            flight = Flight {
                height: touching,
                speed: -elastic * impact,
                start: hit,
            };
            resting = -flight.speed < AT_REST;
            hit = flight.hits(touching);
        }
        let t = t - flight.start;
        let y = flight.height + flight.speed * t + GRAVITY / 2.0 * t * t;
        ys.push(if resting { touching } else { y });
    }
    (ys, contacts)
}

impl Flight {
    /// When it ends on the ground.
    fn hits(&self, touching: f32) -> f32 {
        let drop = (touching - self.height).max(0.0);
        let root = libm::sqrtf(self.speed * self.speed + 2.0 * GRAVITY * drop);
        self.start + (root - self.speed) / GRAVITY
    }
}

#[cfg(test)]
mod tests {
    use kinora_contract::plan::{CameraState, Subframe, Subject};

    use super::*;

    /// A ball that falls from a height and then lies, trembling, before a camera that moves.
    fn falling(height: f32) -> Plan {
        let mut plan = Plan::empty(9);
        let (touching, zoom) = (GROUND_Y - 0.25, 1.2);
        for frame in 0..plan.frames() {
            let t = frame as f32 / 12.0;
            let tremble = if frame % 2 == 0 { 0.004 } else { -0.004 };
            let y = (height + 3.0 * t * t).min(touching) + tremble;
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
    fn a_rubber_ball_comes_back_as_high_as_rubber_does() {
        for (material, place, elastic) in [
            ("rubber", "street", 0.86f32),
            ("cloth", "street", 0.668),
            ("wood", "snowfield", 0.764 * 0.86),
        ] {
            let mut plan = falling(-0.8);
            bounce(&mut plan, ["ball", material, place], 12.0);
            let ys = heights(&plan);
            let touching = GROUND_Y - 0.25;
            // It falls for 7.4 frames; the rest is another parabola.
            let top = ys[8..20].iter().copied().fold(f32::MAX, f32::min);
            let want = touching - elastic * elastic * (touching + 0.8);
            assert!((top - want).abs() < 0.03, "{material}: {top}, not {want}");
            assert!(ys.iter().all(|y| *y <= touching + 1e-4));
            let struck: Vec<usize> = (0..33)
                .filter(|f| plan.frame(*f).unwrap().contact.onset > 0.0)
                .collect();
            assert_eq!(struck[0], 7, "{struck:?}");
            assert!((plan.frame(7).unwrap().contact.energy - 0.5).abs() < 1e-6);
            let second = plan.frame(struck[1]).unwrap().contact.energy;
            assert!((second - 0.5 * elastic * elastic).abs() < 1e-3);
        }
    }

    #[test]
    fn cloth_lies_still_in_the_end() {
        let mut plan = falling(0.0);
        bounce(&mut plan, ["ball", "cloth", "snowfield"], 12.0);
        let ys = heights(&plan);
        assert!(
            ys[30..]
                .iter()
                .all(|y| (y - (GROUND_Y - 0.25)).abs() < 1e-4)
        );
    }

    #[test]
    fn what_does_not_fall_freely_moves_as_planned() {
        for (object, height) in [("cube", -0.8), ("ball", 0.28), ("ball", 0.9)] {
            let mut plan = falling(height);
            bounce(&mut plan, [object, "rubber", "street"], 12.0);
            assert_eq!(plan, falling(height), "{object} from {height}");
        }
    }
}
