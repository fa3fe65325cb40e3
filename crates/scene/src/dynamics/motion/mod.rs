//! Computed motion: plans of up to three subjects that walk, fly, race or tip over, as laws of time.
//!
//! A law states where each subject is, how it is turned, and how its picture is deformed. Pictures are rigid, so a [`Gait`] stands for
//! limbs: steps rock, leaps squash at the landing, crawling stretches. Units are those of the world; times are in seconds.

mod gait;
mod laws;

use kinora_contract::Plan;
use kinora_contract::plan::{CameraState, Contact, SUBJECTS, Subframe, Subject};

use crate::constants::GROUND_Y;
use crate::interpolation::smoothstep;
use crate::rng::Rng;
use crate::vocabulary::{Arrangement, Direction, Facing, Gait, Material, Motion, Place};

/// Stream of the seeded choices.
const STREAM: u64 = 0x6d6f_7469;
/// Beyond this distance from the centre a subject is outside a square frame, its radius aside.
const EDGE: f32 = 1.0;
/// Share of a clip after which a second motion begins.
const SECOND_AT: f32 = 0.5;
/// Depth between two lanes of a race.
const LANE: f32 = 0.4;
/// Depth of a subject behind the plane of action.
const BEHIND: f32 = 0.3;

/// A subject of a computed motion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Actor {
    /// Radius of the bounding circle.
    pub radius: f32,
    /// Half the width and half the height of the picture over the radius.
    pub half: [f32; 2],
    /// How it moves by itself.
    pub gait: Gait,
    /// Where its picture faces; front for what has no front.
    pub facing: Facing,
    /// Material, for impacts.
    pub material: Material,
}

impl Actor {
    /// Height of the picture in world units.
    fn height(&self) -> f32 {
        2.0 * self.half[1] * self.radius
    }
}

/// What a plan is computed from.
#[derive(Clone, Debug, PartialEq)]
pub struct Choreography {
    /// Subjects, at most [`SUBJECTS`].
    pub actors: Vec<Actor>,
    /// Motion of the first subject; of all, unless an arrangement is stated.
    pub motion: Motion,
    /// Motion of the second half.
    pub then: Option<Motion>,
    /// Where it moves; none: where the first picture faces, or by the seed.
    pub direction: Option<Direction>,
    /// Position of the first subject with respect to the second.
    pub arrangement: Option<Arrangement>,
    /// Place, whose ground absorbs impacts.
    pub place: Place,
    /// Seed of the choices.
    pub seed: u64,
}

/// Deformation of a subject's picture in one frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose {
    /// Horizontal scale; negative mirrors.
    pub width: f32,
    /// Vertical scale about the lower edge.
    pub height: f32,
    /// The lower edge, in radii below the centre.
    pub low: f32,
}

impl Pose {
    /// The picture as it is.
    pub const PLAIN: Self = Self {
        width: 1.0,
        height: 1.0,
        low: 1.0,
    };

    /// The picture on the same side, not deformed.
    pub fn at_rest(self) -> Self {
        Self {
            width: self.width.signum(),
            height: 1.0,
            low: self.low,
        }
    }
}

/// A computed motion.
#[derive(Clone, Debug, PartialEq)]
pub struct ComputedMotion {
    /// The plan, before any camera move but with a camera that follows the first subject.
    pub plan: Plan,
    /// Poses of the subjects by pixel frame.
    pub poses: Vec<[Pose; SUBJECTS]>,
}

/// State of a subject at an instant, before it stands on the ground.
#[derive(Clone, Copy, Debug)]
struct State {
    x: f32,
    /// Height of the lower edge above the ground.
    height: f32,
    /// Rotation, clockwise.
    angle: f32,
    pose: Pose,
    /// Energy of an impact that begins at this instant, 0 ..= 1.
    impact: f32,
}

impl State {
    fn at(x: f32) -> Self {
        Self {
            x,
            height: 0.0,
            angle: 0.0,
            pose: Pose::PLAIN,
            impact: 0.0,
        }
    }
}

/// Computes the motion of a clip of `latent_frames` at `fps`.
pub fn compute(choreography: &Choreography, latent_frames: usize, fps: f32) -> ComputedMotion {
    let mut plan = Plan::empty(latent_frames);
    let frames = plan.frames();
    let timeline = Timeline::of(choreography, frames.saturating_sub(1) as f32 / fps);
    let mut poses = Vec::with_capacity(frames);
    for frame in 0..frames {
        let time = frame as f32 / fps;
        let mut state = Subframe::EMPTY;
        let states: Vec<State> = (0..timeline.actors().len())
            .map(|index| timeline.state(index, time, 1.0 / fps))
            .collect();
        let follow = states.first().map_or(0.0, |first| -first.x);
        state.camera = CameraState {
            pan_x: follow,
            ..CameraState::AT_REST
        };
        let mut row = [Pose::PLAIN; SUBJECTS];
        for (index, (actor, found)) in timeline.actors().iter().zip(&states).enumerate() {
            state.subjects[index] = timeline.subject(index, actor, found, follow);
            row[index] = Pose {
                low: actor.half[1],
                ..found.pose
            };
        }
        let impact = states.iter().map(|it| it.impact).fold(0.0, f32::max);
        if impact > 0.0 {
            state.contact = Contact {
                onset: 1.0,
                energy: impact.min(1.0),
            };
        }
        poses.push(row);
        plan.set_frame(frame, &state);
    }
    ComputedMotion { plan, poses }
}

/// A choreography with its open choices made.
struct Timeline<'a> {
    of: &'a Choreography,
    duration: f32,
    /// +1 to the right.
    side: f32,
    /// Place of each subject at rest.
    homes: [f32; SUBJECTS],
    phase: f32,
}

impl<'a> Timeline<'a> {
    fn of(of: &'a Choreography, duration: f32) -> Self {
        let mut rng = Rng::new(of.seed, STREAM);
        let chance = rng.sign();
        let side = match (of.direction, of.actors.first().map(|it| it.facing)) {
            (Some(Direction::Left), _) | (None, Some(Facing::Left)) => -1.0,
            (Some(Direction::Right), _) | (None, Some(Facing::Right)) => 1.0,
            _ => chance,
        };
        Self {
            of,
            duration: duration.max(1e-3),
            side,
            homes: homes(&of.actors, of.arrangement, side),
            phase: rng.range(0.0, 1.0),
        }
    }

    fn actors(&self) -> &[Actor] {
        &self.of.actors[..self.of.actors.len().min(SUBJECTS)]
    }

    /// State of a subject at an instant; `step` is the time between two frames.
    fn state(&self, index: usize, time: f32, step: f32) -> State {
        // Beside an arrangement only the first subject moves.
        if self
            .of
            .arrangement
            .is_some_and(|it| it != Arrangement::Beside)
            && index > 0
        {
            return self.by(Motion::Rest, index, time, self.duration, step);
        }
        let Some(then) = self.of.then else {
            return self.by(self.of.motion, index, time, self.duration, step);
        };
        let second = self.duration * SECOND_AT;
        let (first, rest) = (second, self.duration - second);
        if time < second {
            return self.by(self.of.motion, index, time, first, step);
        }
        // The second motion begins where the first ends.
        let end = self.by(self.of.motion, index, first, first, step);
        let start = self.by(then, index, 0.0, rest, step);
        let state = self.by(then, index, time - second, rest, step);
        let joined = 1.0 - smoothstep(0.0, 0.25, time - second);
        State {
            x: state.x + end.x - start.x,
            height: (state.height + (end.height - start.height) * joined).max(0.0),
            ..state
        }
    }

    /// −1 if a picture faces against the way.
    fn mirror(&self, actor: &Actor, motion: Motion, index: usize) -> f32 {
        let moves = !matches!(
            motion,
            Motion::Rest
                | Motion::Shake
                | Motion::Fall
                | Motion::Swing
                | Motion::Rise
                | Motion::Sink
        );
        // Subjects that stay look at each other.
        let towards = match (moves, self.actors().len()) {
            (true, _) => self.side,
            (false, 1) => return 1.0,
            (false, _) => {
                let middle = self.homes[..self.actors().len()].iter().sum::<f32>();
                let middle = middle / self.actors().len() as f32;
                if self.homes[index] > middle {
                    -1.0
                } else {
                    1.0
                }
            }
        };
        match actor.facing {
            Facing::Left => -towards,
            Facing::Right => towards,
            Facing::Front => 1.0,
        }
    }

    /// Places the first subject with respect to the second.
    fn arrange(&self, index: usize, mut state: State) -> State {
        let [Some(first), Some(second)] = [0, 1].map(|at| self.actors().get(at)) else {
            return state;
        };
        if index > 0 {
            return state;
        }
        match self.of.arrangement {
            Some(Arrangement::On) => state.height += 0.92 * second.height(),
            Some(Arrangement::Over) if self.of.motion != Motion::Jump => {
                state.height = state.height.max(second.height() + 0.15 * first.height());
            }
            _ => {}
        }
        state
    }

    /// The plan's values of a state. The picture stands on its lowest point.
    fn subject(&self, index: usize, actor: &Actor, state: &State, pan_x: f32) -> Subject {
        let (sin, cos) = (libm::sinf(state.angle), libm::cosf(state.angle));
        let low = libm::fabsf(cos) * actor.half[1] + libm::fabsf(sin) * actor.half[0];
        let depth = match (self.of.arrangement, index) {
            (Some(Arrangement::Behind), 0) | (Some(Arrangement::Front), 1) => BEHIND,
            // Each runs in a lane of its own.
            _ if self.of.motion == Motion::Race => LANE * index as f32,
            _ => 0.0,
        };
        // What stands farther away stands higher on the screen.
        let y = GROUND_Y - state.height - low * actor.radius - 0.25 * depth;
        let inside = libm::fabsf(state.x) < EDGE + actor.radius && y > -EDGE - actor.radius;
        Subject {
            x: state.x + pan_x,
            y,
            r: actor.radius,
            cos,
            sin,
            visible: if inside { 1.0 } else { -1.0 },
            depth,
            mouth: 0.0,
        }
    }
}

/// Places of subjects at rest.
fn homes(actors: &[Actor], arrangement: Option<Arrangement>, side: f32) -> [f32; SUBJECTS] {
    match (arrangement, actors.len()) {
        (Some(Arrangement::On | Arrangement::Over), 2..) => [0.0, 0.0, 0.7],
        (Some(Arrangement::Behind | Arrangement::Front), 2..) => [-side * 0.22, side * 0.12, 0.75],
        (Some(Arrangement::Between), 3) => [0.0, -side * 0.62, side * 0.62],
        (_, 0 | 1) => [0.0; SUBJECTS],
        (_, 2) => [-side * 0.42, side * 0.42, 0.0],
        _ => [-side * 0.62, 0.0, side * 0.62],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constants::GRAVITY;
    use crate::vocabulary::Vocabulary;

    const FPS: f32 = 12.0;

    fn actor(gait: Gait) -> Actor {
        Actor {
            radius: 0.35,
            half: [1.0, 0.8],
            gait,
            facing: Facing::Left,
            material: Material::Rubber,
        }
    }

    fn of(motion: Motion, actors: &[Actor]) -> Choreography {
        Choreography {
            actors: actors.to_vec(),
            motion,
            then: None,
            direction: None,
            arrangement: None,
            place: Place::Meadow,
            seed: 1,
        }
    }

    /// World coordinates of a subject by frame.
    fn path(motion: &ComputedMotion, subject: usize) -> Vec<(f32, f32)> {
        let plan = &motion.plan;
        let states = (0..plan.frames()).filter_map(|frame| plan.frame(frame));
        states
            .map(|it| {
                it.camera
                    .back(it.subjects[subject].x, it.subjects[subject].y)
            })
            .collect()
    }

    #[test]
    fn every_motion_is_finite_and_above_the_ground_for_every_gait() {
        for (&motion, &gait) in Motion::CLASSES
            .iter()
            .flat_map(|motion| Gait::CLASSES.iter().map(move |gait| (motion, gait)))
        {
            for actors in 1..=SUBJECTS {
                let found = compute(&of(motion, &vec![actor(gait); actors]), 9, FPS);
                assert_eq!(found.poses.len(), found.plan.frames());
                for frame in 0..found.plan.frames() {
                    let state = found.plan.frame(frame).unwrap();
                    for (s, subject) in state.subjects.iter().enumerate() {
                        assert_eq!(subject.is_present(), s < actors);
                        assert!(subject.to_values().iter().all(|it| it.is_finite()));
                        let low = subject.y + 0.8 * subject.r * subject.cos.abs();
                        assert!(
                            !subject.is_present() || low < GROUND_Y + 1e-4,
                            "{motion} {gait}"
                        );
                        let pose = found.poses[frame][s];
                        assert!(
                            pose.width.abs() > 0.05 && pose.height > 0.5,
                            "{motion} {gait}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn a_picture_is_mirrored_only_against_its_way() {
        let left = compute(&of(Motion::Walk, &[actor(Gait::Walk)]), 9, FPS);
        assert!(path(&left, 0)[32].0 < path(&left, 0)[0].0);
        assert!(left.poses.iter().all(|it| it[0].width > 0.0));
        let stated = Choreography {
            direction: Some(Direction::Right),
            ..of(Motion::Walk, &[actor(Gait::Walk)])
        };
        let right = compute(&stated, 9, FPS);
        assert!(path(&right, 0)[32].0 > path(&right, 0)[0].0);
        assert!(right.poses.iter().all(|it| it[0].width < 0.0));
    }

    #[test]
    fn a_fall_accelerates_by_gravity_and_is_heard_when_it_lands() {
        let found = compute(&of(Motion::Fall, &[actor(Gait::Still)]), 9, FPS);
        let path = path(&found, 0);
        let second_difference = path[2].1 - 2.0 * path[1].1 + path[0].1;
        assert!((second_difference * FPS * FPS - GRAVITY).abs() < 1e-3);
        let onsets: Vec<usize> = (0..33)
            .filter(|&frame| found.plan.frame(frame).unwrap().contact.onset > 0.0)
            .collect();
        // sqrt(2 · 1.15 / 6) s = 0.62 s.
        assert_eq!(onsets[0], 8);
    }

    #[test]
    fn the_pursued_runs_ahead_and_the_last_one_wins_the_race() {
        let two = [actor(Gait::Walk), actor(Gait::Walk)];
        let chase = compute(&of(Motion::Chase, &two), 9, FPS);
        for (hunter, hunted) in path(&chase, 0).into_iter().zip(path(&chase, 1)) {
            assert!(hunted.0 < hunter.0 - 0.5);
        }
        let race = compute(&of(Motion::Race, &two), 9, FPS);
        assert!(path(&race, 1)[0].0 > path(&race, 0)[0].0);
        assert!(path(&race, 1)[32].0 < path(&race, 0)[32].0);
    }

    #[test]
    fn a_second_motion_goes_on_where_the_first_ends() {
        let both = Choreography {
            then: Some(Motion::Jump),
            ..of(Motion::Walk, &[actor(Gait::Walk)])
        };
        let path = path(&compute(&both, 9, FPS), 0);
        for pair in path.windows(2) {
            assert!((pair[1].0 - pair[0].0).abs() < 0.15, "{pair:?}");
        }
        assert!(path[..16].iter().any(|it| (it.0 - path[0].0).abs() > 0.5));
        assert!(path[17..].iter().any(|it| it.1 < path[16].1 - 0.2));
    }

    #[test]
    fn what_is_on_something_rests_on_it() {
        let on = Choreography {
            arrangement: Some(Arrangement::On),
            ..of(Motion::Rest, &[actor(Gait::Roll), actor(Gait::Drive)])
        };
        let found = compute(&on, 9, FPS);
        let state = found.plan.frame(5).unwrap();
        let low = state.subjects[0].y + 0.8 * state.subjects[0].r;
        let top = state.subjects[1].y - 0.8 * state.subjects[1].r;
        assert!((low - top).abs() < 0.06, "{low} {top}");
    }
}
