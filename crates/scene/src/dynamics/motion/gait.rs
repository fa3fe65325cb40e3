//! Gaits: what stands for limbs while a subject is under way, waits, leaps and lands.

use core::f32::consts::{PI, TAU};

use super::{Actor, Pose, State};
use crate::vocabulary::{Gait, Material};

/// Seconds between two leaps.
const LEAP_S: f32 = 0.55;

/// Adds the gait of a subject under way.
pub(super) fn step(
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

/// Breathing, or what stands for it.
pub(super) fn idle(actor: &Actor, here: State, time: f32, phase: f32) -> State {
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

/// A jump every `period`, with a crouch before and a squash after it; `strength` 1 is about a body's height.
pub(super) fn leap(
    here: State,
    actor: &Actor,
    time: f32,
    period: f32,
    strength: f32,
    step: f32,
) -> State {
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
pub(super) fn squash(actor: &Actor, speed: f32, since: f32) -> Pose {
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
