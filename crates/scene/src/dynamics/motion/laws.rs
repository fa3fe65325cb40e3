//! The law of each motion: where a subject is at an instant, how it is turned, and how its picture is deformed.

use core::f32::consts::{FRAC_PI_2, PI, TAU};

use super::{Actor, EDGE, Pose, State, Timeline, gait};
use crate::constants::{GRAVITY, GROUND_Y, bounce_restitution, friction};
use crate::interpolation::smoothstep;
use crate::vocabulary::{Arrangement, Gait, Motion};

/// Half the way of a subject that crosses the frame.
const HALF_WAY: f32 = 0.8;
/// Height of a flight above the ground.
const FLIGHT: f32 = 0.62;
/// Distance between a subject and the one that it chases.
const CHASE_GAP: f32 = 0.95;
/// Share of its restitution that a falling subject has: it lands, it is not thrown.
const FALLING: f32 = 0.5;

impl Timeline<'_> {
    /// The law of a motion that lasts `duration`.
    pub(super) fn by(
        &self,
        motion: Motion,
        index: usize,
        time: f32,
        duration: f32,
        step: f32,
    ) -> State {
        let actor = &self.actors()[index];
        let home = self.homes[index];
        let progress = (time / duration).clamp(0.0, 1.0);
        let phase = self.phase + index as f32 * 0.37;
        let here = State::at(home);
        let mut state = match motion {
            Motion::Rest => gait::idle(actor, here, time, phase),
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
                height: 1.7 * progress * progress,
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
            Motion::Jump => gait::leap(here, actor, time, 0.9, 0.95, step),
            Motion::Flip => {
                let state = gait::leap(here, actor, time, 1.3, 1.5, step);
                let turned = smoothstep(0.12, 0.92, (time % 1.3) / 1.3);
                State {
                    angle: self.side * TAU * turned,
                    ..state
                }
            }
            Motion::Fall => self.fall(actor, home, (time, step), FALLING),
            Motion::Bounce => {
                let fall = self.fall(actor, home, (time, step), 1.0);
                State {
                    x: self.side * HALF_WAY * (1.6 * progress - 0.8) + home * 0.5,
                    angle: self.side * 2.2 * progress,
                    ..fall
                }
            }
            Motion::Dance => {
                let beat = libm::sinf(TAU * (time + phase));
                let hop = libm::fabsf(beat);
                State {
                    x: home + 0.1 * beat,
                    height: 0.14 * hop,
                    angle: 0.22 * beat,
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
                ..gait::idle(actor, here, time, phase)
            },
            Motion::Topple => self.topple(actor, here, time, step),
        };
        let turns = !matches!(motion, Motion::Spin | Motion::Dance);
        if turns {
            state.pose.width *= self.mirror(actor, motion, index);
        }
        self.arrange(index, state)
    }

    /// Even motion through the frame; `share` of the whole way.
    fn glide(&self, home: f32, progress: f32, share: f32) -> State {
        State::at(home * 0.8 + self.side * HALF_WAY * share * (2.0 * progress - 1.0))
    }

    /// Locomotion through the frame by the subject's gait: the share of the whole way, and the steps per second.
    fn travel(
        &self,
        actor: &Actor,
        home: f32,
        progress: f32,
        (time, step): (f32, f32),
        (share, steps): (f32, f32),
    ) -> State {
        gait::step(
            actor,
            self.glide(home, progress, share),
            (time, step),
            steps,
        )
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
            gait::step(actor, state, (time, step), 2.4)
        } else {
            state
        }
    }

    /// Height of a flight, at which the subject is in the frame. Those beside the first fly at other heights.
    fn flight(&self, actor: &Actor, home: f32) -> f32 {
        let highest = GROUND_Y + EDGE - 0.1 - actor.height();
        (FLIGHT + 0.16 * home).min(highest).max(0.1)
    }

    /// Free fall, then bounces by the restitution of material and ground, of which a share is left.
    fn fall(&self, actor: &Actor, home: f32, (time, step): (f32, f32), share: f32) -> State {
        let restitution = share * bounce_restitution(actor.material, self.of.place);
        let drop = 1.15 - 0.1 * home;
        let mut state = State::at(home);
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
            state.pose = gait::squash(actor, speed, since);
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
        let other = self.actors().get(1).map_or(0.3, Actor::height);
        let run = self.side * HALF_WAY * (2.0 * time / duration - 1.0);
        let mut state = if gone > 0.0 && gone < 1.0 {
            State {
                height: 4.0 * (other + 0.12) * gone * (1.0 - gone),
                angle: self.side * 0.35 * (2.0 * gone - 1.0),
                ..State::at(run)
            }
        } else {
            gait::step(actor, State::at(run), (time, step), 3.2)
        };
        let landing = end * duration;
        if (landing..landing + step).contains(&time) {
            state.impact = 0.5;
        }
        state
    }
}

/// A width of zero has no inverse.
fn away_from_zero(width: f32) -> f32 {
    // Thinner, a turning picture looks like a card.
    const LEAST: f32 = 0.18;
    if libm::fabsf(width) >= LEAST {
        width
    } else if width < 0.0 {
        -LEAST
    } else {
        LEAST
    }
}
