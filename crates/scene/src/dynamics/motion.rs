//! Computed motion: plans of up to three subjects that walk, fly, race or tip over, as laws of time.
//!
//! A law states where each subject is, how it is turned, and how its picture is deformed. Pictures are rigid, so a [`Gait`] stands for
//! limbs: steps rock, leaps squash at the landing, crawling stretches. Units are those of the world; times are in seconds.

use core::f32::consts::{FRAC_PI_2, PI, TAU};

use kinora_contract::Plan;
use kinora_contract::plan::{CameraState, Contact, SUBJECTS, Subframe, Subject};

use crate::constants::{GRAVITY, GROUND_Y, bounce_restitution, friction};
use crate::interpolation::smoothstep;
use crate::rng::Rng;
use crate::vocabulary::{Arrangement, Direction, Facing, Gait, Material, Motion, Place};

/// Stream of the seeded choices.
const STREAM: u64 = 0x6d6f_7469;
/// Half the way of a subject that crosses the frame.
const HALF_WAY: f32 = 0.8;
/// Beyond this distance from the centre a subject is outside a square frame, its radius aside.
const EDGE: f32 = 1.0;
/// Share of a clip after which a second motion begins.
const SECOND_AT: f32 = 0.5;
/// Height of a flight above the ground.
const FLIGHT: f32 = 0.62;
/// Seconds between two leaps.
const LEAP_S: f32 = 0.55;
/// Distance between a subject and the one that it chases.
const CHASE_GAP: f32 = 0.95;
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
    let stage = Stage::of(choreography, frames.saturating_sub(1) as f32 / fps);
    let mut poses = Vec::with_capacity(frames);
    for frame in 0..frames {
        let time = frame as f32 / fps;
        let mut state = Subframe::EMPTY;
        let states: Vec<State> = (0..stage.actors().len())
            .map(|index| stage.state(index, time, 1.0 / fps))
            .collect();
        let follow = states.first().map_or(0.0, |first| -first.x);
        state.camera = CameraState {
            pan_x: follow,
            ..CameraState::AT_REST
        };
        let mut row = [Pose::PLAIN; SUBJECTS];
        for (index, (actor, found)) in stage.actors().iter().zip(&states).enumerate() {
            state.subjects[index] = stage.subject(index, actor, found, follow);
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
struct Stage<'a> {
    of: &'a Choreography,
    duration: f32,
    /// +1 to the right.
    side: f32,
    /// Place of each subject at rest.
    homes: [f32; SUBJECTS],
    phase: f32,
}

impl<'a> Stage<'a> {
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

    /// The law of a motion that lasts `duration`.
    fn by(&self, motion: Motion, index: usize, time: f32, duration: f32, step: f32) -> State {
        let actor = &self.actors()[index];
        let home = self.homes[index];
        let progress = (time / duration).clamp(0.0, 1.0);
        let phase = self.phase + index as f32 * 0.37;
        let here = State::at(home);
        let mut state = match motion {
            Motion::Rest => self.idle(actor, here, time, phase),
            Motion::Walk => self.travel(actor, home, progress, (time, step), (0.62, 2.0)),
            Motion::Run | Motion::Drive => {
                self.travel(actor, home, progress, (time, step), (1.0, 3.2))
            }
            Motion::Hop => {
                let leaping = Actor {
                    gait: Gait::Hop,
                    ..*actor
                };
                self.travel(&leaping, home, progress, (time, step), (0.75, 2.0))
            }
            Motion::Swim => State {
                height: 0.25 + 0.05 * libm::sinf(TAU * (0.7 * time + phase)),
                angle: 0.12 * libm::sinf(TAU * (1.4 * time + phase)),
                ..self.glide(home, progress, 0.7)
            },
            Motion::Fly => State {
                height: self.flight(actor, home) + 0.06 * libm::sinf(TAU * (0.8 * time + phase)),
                angle: -self.side * 0.1 + 0.05 * libm::sinf(TAU * (1.1 * time + phase)),
                ..self.glide(home, progress, 1.0)
            },
            Motion::Slide => self.slide(actor, home, time, duration),
            Motion::Roll => {
                let state = self.slide(actor, home, time, duration);
                let start = self.slide(actor, home, 0.0, duration);
                State {
                    angle: (state.x - start.x) / actor.radius,
                    ..state
                }
            }
            Motion::Rise => State {
                height: 2.1 * progress * progress,
                x: home + 0.04 * libm::sinf(TAU * (0.6 * time + phase)) * progress,
                ..here
            },
            Motion::Sink => State {
                height: 1.1 * (1.0 - progress) * (1.0 - progress),
                x: home + 0.05 * libm::sinf(TAU * (0.5 * time + phase)) * (1.0 - progress),
                angle: 0.16 * libm::sinf(TAU * (0.45 * time + phase)) * (1.0 - progress),
                ..here
            },
            Motion::Race => {
                let last = index + 1 == self.actors().len() && index > 0;
                // The last one starts behind, and wins.
                let run = self.travel(actor, home * 0.35, progress, (time, step), (1.0, 3.4));
                let lead = if last { progress * 2.0 - 1.0 } else { 0.0 };
                State {
                    x: run.x + self.side * 0.35 * lead,
                    ..run
                }
            }
            Motion::Chase => {
                let count = self.actors().len();
                let ahead = if index == 0 { -0.5 } else { 0.5 } * CHASE_GAP;
                let gap = if count > 1 { ahead } else { 0.0 };
                let swaying = 0.05 * libm::sinf(TAU * (0.5 * time + phase));
                let run = self.travel(actor, 0.0, progress, (time, step), (1.0, 3.2));
                State {
                    x: run.x + self.side * gap + swaying,
                    ..run
                }
            }
            Motion::Enter => {
                let outside = -self.side * (EDGE + actor.radius * 1.1);
                self.between(actor, (outside, home), (0.0, 0.7), time, (duration, step))
            }
            Motion::Leave => {
                let outside = self.side * (EDGE + actor.radius * 1.2);
                self.between(actor, (home, outside), (0.2, 1.0), time, (duration, step))
            }
            Motion::Shake => State {
                angle: 0.12 * libm::sinf(TAU * 7.0 * time),
                x: home + 0.012 * libm::sinf(TAU * 9.0 * time + 1.0),
                ..here
            },
            Motion::Spin => State {
                pose: Pose {
                    width: away_from_zero(libm::cosf(TAU * 0.75 * time)),
                    height: 1.0,
                    ..Pose::PLAIN
                },
                ..here
            },
            Motion::Swing => {
                let angle = 0.55 * libm::cosf(TAU * 0.55 * time);
                State {
                    x: home - 0.9 * libm::sinf(angle),
                    height: 0.25 + 0.9 * (1.0 - libm::cosf(angle)),
                    angle,
                    ..here
                }
            }
            Motion::Jump if self.of.arrangement == Some(Arrangement::Over) && index == 0 => {
                self.leap_over(actor, time, duration, step)
            }
            Motion::Jump => leap(here, actor, time, 0.9, 0.95, step),
            Motion::Flip => {
                let state = leap(here, actor, time, 1.3, 1.5, step);
                let turned = smoothstep(0.12, 0.92, (time % 1.3) / 1.3);
                State {
                    angle: self.side * TAU * turned,
                    ..state
                }
            }
            Motion::Fall => self.fall(actor, home, time, step),
            Motion::Bounce => {
                let fall = self.fall(actor, home, time, step);
                State {
                    x: self.side * HALF_WAY * (1.6 * progress - 0.8) + home * 0.5,
                    angle: self.side * 2.2 * progress,
                    ..fall
                }
            }
            Motion::Dance => {
                let beat = libm::sinf(TAU * (1.0 * time + phase));
                let hop = libm::fabsf(libm::sinf(TAU * (1.0 * time + phase)));
                State {
                    x: home + 0.07 * beat,
                    height: 0.08 * hop,
                    angle: 0.16 * beat,
                    pose: Pose {
                        width: if libm::sinf(PI * time) < 0.0 {
                            -1.0
                        } else {
                            1.0
                        },
                        height: 0.94 + 0.08 * hop,
                        ..Pose::PLAIN
                    },
                    impact: 0.0,
                }
            }
            Motion::Wave => State {
                angle: 0.14 * libm::sinf(TAU * 1.6 * time),
                ..self.idle(actor, here, time, phase)
            },
            Motion::Topple => self.topple(actor, here, time, step),
        };
        let turns = !matches!(motion, Motion::Spin | Motion::Dance);
        if turns {
            state.pose.width *= self.mirror(actor, motion, index);
        }
        self.arrange(index, state)
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

    /// Breathing, or what stands for it.
    fn idle(&self, actor: &Actor, here: State, time: f32, phase: f32) -> State {
        let slow = libm::sinf(TAU * (0.45 * time + phase));
        match actor.gait {
            Gait::Fly => State {
                height: 0.04 + 0.03 * slow,
                ..here
            },
            Gait::Sail | Gait::Swim => State {
                angle: 0.05 * slow,
                ..here
            },
            Gait::Drive | Gait::Roll | Gait::Still => here,
            _ => State {
                pose: Pose {
                    width: 1.0,
                    height: 1.0 + 0.02 * slow,
                    ..Pose::PLAIN
                },
                ..here
            },
        }
    }

    /// Even motion through the frame; `share` of the whole way.
    fn glide(&self, home: f32, progress: f32, share: f32) -> State {
        State::at(home * 0.8 + self.side * HALF_WAY * share * (2.0 * progress - 1.0))
    }

    /// Locomotion through the frame by the subject's gait. `pace` is the share of the way and the steps per second.
    fn travel(
        &self,
        actor: &Actor,
        home: f32,
        progress: f32,
        (time, step): (f32, f32),
        (share, steps): (f32, f32),
    ) -> State {
        self.step(
            actor,
            self.glide(home, progress, share),
            (time, step),
            steps,
        )
    }

    /// Adds the gait of a subject under way.
    fn step(
        &self,
        actor: &Actor,
        on_the_way: State,
        (time, frame_s): (f32, f32),
        steps: f32,
    ) -> State {
        let swing = libm::sinf(PI * steps * time);
        let State { x, pose, .. } = on_the_way;
        let lifted = |height: f32, angle: f32| State {
            height,
            angle,
            ..on_the_way
        };
        match actor.gait {
            Gait::Walk => State {
                impact: footfall(time, frame_s, 1.0 / steps, 0.18),
                ..lifted(0.09 * actor.radius * libm::fabsf(swing), 0.06 * swing)
            },
            Gait::Waddle => State {
                impact: footfall(time, frame_s, 1.0 / steps, 0.12),
                ..lifted(0.05 * actor.radius * libm::fabsf(swing), 0.17 * swing)
            },
            Gait::Hop => leap(State::at(x), actor, time, LEAP_S, 1.0, frame_s),
            Gait::Crawl => State {
                pose: Pose {
                    width: pose.width * (1.0 + 0.07 * swing),
                    height: 1.0 - 0.05 * swing,
                    ..Pose::PLAIN
                },
                ..on_the_way
            },
            Gait::Swim => lifted(0.03 + 0.02 * swing, 0.1 * swing),
            Gait::Fly => lifted(0.3 + 0.05 * swing, 0.06 * swing),
            Gait::Drive => lifted(0.008 * libm::fabsf(libm::sinf(TAU * 4.3 * time)), 0.0),
            Gait::Sail => lifted(0.0, 0.07 * libm::sinf(TAU * 0.6 * time)),
            Gait::Roll => lifted(0.0, x / actor.radius),
            // As a toy that is walked by hand.
            Gait::Still => State {
                impact: footfall(time, frame_s, 1.0 / steps, 0.25),
                ..lifted(0.16 * actor.radius * libm::fabsf(swing), 0.1 * swing)
            },
        }
    }

    /// Friction from an initial speed that just suffices for the way.
    fn slide(&self, actor: &Actor, home: f32, time: f32, duration: f32) -> State {
        let lasts = (0.45 + 0.55 * (1.0 - friction(actor.material))) * duration;
        let gone = (time / lasts).min(1.0);
        let way = gone * (2.0 - gone);
        State::at(home * 0.8 + self.side * HALF_WAY * (1.7 * way - 1.0))
    }

    /// Locomotion from one point to another between two shares of the duration.
    fn between(
        &self,
        actor: &Actor,
        (from, to): (f32, f32),
        (start, end): (f32, f32),
        time: f32,
        (duration, step): (f32, f32),
    ) -> State {
        let progress = (time / duration - start) / (end - start);
        let state = State::at(from + (to - from) * smoothstep(0.0, 1.0, progress));
        if (0.0..1.0).contains(&progress) {
            self.step(actor, state, (time, step), 2.4)
        } else {
            state
        }
    }

    /// Height of a flight, at which the subject is in the frame. Those beside the first fly at other heights.
    fn flight(&self, actor: &Actor, home: f32) -> f32 {
        let highest = GROUND_Y + EDGE - 0.1 - 2.0 * actor.half[1] * actor.radius;
        (FLIGHT + 0.16 * home).min(highest).max(0.1)
    }

    /// Free fall, then bounces by the restitution of material and ground.
    fn fall(&self, actor: &Actor, home: f32, time: f32, step: f32) -> State {
        let bounce = bounce_restitution(actor.material, self.of.place);
        let restitution = match self.of.motion {
            Motion::Fall => 0.5 * bounce,
            _ => bounce,
        };
        let drop = 1.15 - 0.1 * home;
        let mut state = State::at(home);
        // The first half of a bounce from above.
        let mut since = time;
        let mut speed = libm::sqrtf(2.0 * GRAVITY * drop);
        let first = speed / GRAVITY;
        if since < first {
            state.height = drop - 0.5 * GRAVITY * since * since;
            return state;
        }
        since -= first;
        loop {
            let energy = speed * speed / (2.0 * GRAVITY * drop);
            if since < step {
                state.impact = energy.min(1.0);
            }
            let squash = squash(actor, speed, since);
            state.pose = squash;
            speed *= restitution;
            let flight = 2.0 * speed / GRAVITY;
            if flight < 2.0 * step {
                return state;
            }
            if since < flight {
                state.height = since * (speed - 0.5 * GRAVITY * since);
                return state;
            }
            since -= flight;
        }
    }

    /// Tips over its lower corner. What lies in its picture stands first.
    fn topple(&self, actor: &Actor, here: State, time: f32, step: f32) -> State {
        let lies = actor.half[0] > 1.2 * actor.half[1];
        let start = if lies { -self.side * FRAC_PI_2 } else { 0.0 };
        let (lasts, mut state) = (0.75, here);
        let gone = ((time - 0.45) / lasts).clamp(0.0, 1.0);
        state.angle = start + self.side * FRAC_PI_2 * gone * gone;
        state.x += self.side * 0.25 * gone * gone;
        let landed = time - 0.45 - lasts;
        if (0.0..step).contains(&landed) {
            state.impact = 0.6;
        }
        if landed > 0.0 {
            let settling = libm::expf(-landed / 0.12) * libm::fabsf(libm::sinf(PI * landed / 0.16));
            state.angle -= self.side * 0.12 * settling;
        }
        state
    }

    /// A leap from one side of the second subject to the other.
    fn leap_over(&self, actor: &Actor, time: f32, duration: f32, step: f32) -> State {
        let (start, end) = (0.2, 0.85);
        let gone = ((time / duration - start) / (end - start)).clamp(0.0, 1.0);
        let other = self
            .actors()
            .get(1)
            .map_or(0.3, |it| 2.0 * it.half[1] * it.radius);
        let run = self.side * HALF_WAY * (2.0 * time / duration - 1.0);
        let mut state = if gone > 0.0 && gone < 1.0 {
            State {
                height: 4.0 * (other + 0.12) * gone * (1.0 - gone),
                angle: self.side * 0.35 * (2.0 * gone - 1.0),
                ..State::at(run)
            }
        } else {
            self.step(actor, State::at(run), (time, step), 3.2)
        };
        let landing = end * duration;
        if (landing..landing + step).contains(&time) {
            state.impact = 0.5;
        }
        state
    }

    /// Places the first subject with respect to the second.
    fn arrange(&self, index: usize, mut state: State) -> State {
        let [Some(first), Some(second)] = [0, 1].map(|at| self.actors().get(at)) else {
            return state;
        };
        if index > 0 {
            return state;
        }
        let tall = |actor: &Actor| 2.0 * actor.half[1] * actor.radius;
        match self.of.arrangement {
            Some(Arrangement::On) => state.height += 0.92 * tall(second),
            Some(Arrangement::Over) if self.of.motion != Motion::Jump => {
                state.height = state.height.max(tall(second) + 0.15 * tall(first));
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

/// A jump every `period`, with a crouch before and a squash after it; `strength` 1 is about a body's height.
fn leap(here: State, actor: &Actor, time: f32, period: f32, strength: f32, step: f32) -> State {
    let at = time % period;
    let ground = 0.22 * period;
    let flight = period - ground;
    let peak = strength * actor.radius;
    if at < ground {
        let crouch = libm::sinf(PI * at / ground);
        let landed = time >= period && at < step;
        return State {
            pose: Pose {
                width: here.pose.width * (1.0 + 0.08 * crouch),
                height: 1.0 - 0.14 * crouch,
                ..Pose::PLAIN
            },
            impact: if landed { 0.35 * strength } else { 0.0 },
            ..here
        };
    }
    let gone = (at - ground) / flight;
    let speed = libm::fabsf(1.0 - 2.0 * gone);
    State {
        height: 4.0 * peak * gone * (1.0 - gone),
        pose: Pose {
            width: here.pose.width * (1.0 - 0.04 * speed),
            height: 1.0 + 0.08 * speed,
            ..Pose::PLAIN
        },
        ..here
    }
}

/// Energy of a footfall that lies within this frame.
fn footfall(time: f32, step: f32, period: f32, energy: f32) -> f32 {
    if time % period < step { energy } else { 0.0 }
}

/// Shortening of a soft subject `since` seconds after an impact of this speed.
fn squash(actor: &Actor, speed: f32, since: f32) -> Pose {
    let soft = match actor.material {
        Material::Rubber | Material::Cloth => 0.09,
        Material::Plastic => 0.04,
        _ => 0.0,
    };
    let amount = soft * speed.min(4.0) * libm::expf(-since / 0.07);
    Pose {
        width: 1.0 + 0.6 * amount,
        height: 1.0 - amount,
        ..Pose::PLAIN
    }
}

/// A width of zero has no inverse.
fn away_from_zero(width: f32) -> f32 {
    const LEAST: f32 = 0.06;
    if libm::fabsf(width) >= LEAST {
        width
    } else if width < 0.0 {
        -LEAST
    } else {
        LEAST
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
