//! Initial states of character actions: throw, catch, walk, run, jump, flip, wave, dance.

use core::f32::consts::FRAC_PI_2;

use kinora_scene::constants::GRAVITY;
use kinora_scene::rng::Rng;

use super::{Actor, Hold, Room, Setup, body};
use crate::motion::character::{
    Build, Catch, Dance, Figure, Gait, Leap, Motion, Throw, Tumble, Wave,
};
use crate::spec::{SceneSpec, Subject};

pub fn throw(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
    let way = -room.side;
    let release_s = 0.80;
    let thrower = figure(
        spec.first,
        room,
        0.84,
        room.side * 0.56 * room.reach,
        way,
        0.35,
    )
    .doing(Motion::Throw(Throw { release_s }));
    let mut actors = vec![Actor::Figure(Box::new(thrower.clone()))];
    let Some(thing) = spec.second else {
        return Setup::cast(actors);
    };
    let mut ball = body(thing, spec, 0.115 * room.fit);
    ball.restitution = ball.restitution.clamp(0.2, 0.7);
    ball.damping = 0.6;
    let grip = thrower.grip(release_s, ball.radius);
    let mut throw = [
        way * room.reach * rng.range(0.95, 1.15),
        rng.range(1.1, 1.4),
    ];
    let mut holds = Vec::new();
    if let Some(other) = spec.third {
        let catch_s = release_s + 0.62;
        let catcher = figure(other, room, 0.84, way * 0.60 * room.reach, -way, 0.2)
            .doing(Motion::Catch(Catch { catch_s }));
        let target = catcher.grip(catch_s, ball.radius);
        throw = aim([grip.0, grip.1], [target.0, target.1], catch_s - release_s);
        holds.push(hold(1, 2, catch_s, f32::MAX, [0.0, 0.0]));
        actors.push(Actor::Figure(Box::new(catcher)));
    }
    holds.insert(0, hold(1, 0, 0.0, release_s, throw));
    ball.spin = -way * 4.0;
    let start = thrower.grip(0.0, ball.radius);
    (ball.x, ball.y) = (start.0, start.1);
    actors.insert(1, Actor::Body(ball));
    Setup {
        holds,
        ..Setup::cast(actors)
    }
}

pub fn catch(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
    let way = -room.side;
    let catch_s = rng.range(0.85, 1.05);
    let catcher = figure(spec.first, room, 0.92, way * 0.36 * room.reach, -way, 0.25)
        .doing(Motion::Catch(Catch { catch_s }));
    let mut actors = vec![Actor::Figure(Box::new(catcher.clone()))];
    let Some(thing) = spec.second else {
        return Setup::cast(actors);
    };
    let mut ball = body(thing, spec, 0.13 * room.fit);
    let target = catcher.grip(catch_s, ball.radius);
    let start = [
        room.side * room.reach * rng.range(0.70, 0.84),
        rng.range(0.45, 0.75),
    ];
    (ball.x, ball.y) = (start[0], start[1]);
    ball.velocity = aim(start, [target.0, target.1], catch_s);
    ball.spin = -way * rng.range(2.0, 5.0);
    actors.push(Actor::Body(ball));
    Setup {
        holds: vec![hold(1, 0, catch_s, f32::MAX, [0.0, 0.0])],
        ..Setup::cast(actors)
    }
}

pub fn walk(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
    let speed = room.reach.max(0.8) * rng.range(0.38, 0.46);
    pace(spec, room, 0.94, |build, _| Gait::walk(build, speed))
}

pub fn run(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
    let crowd = if spec.second.is_some() { 0.84 } else { 1.0 };
    let speed = room.reach.max(0.7) * rng.range(0.51, 0.58) * crowd;
    pace(spec, room, 0.88, |_, index| {
        // The second runner is a little slower.
        Gait::run(speed * if index == 0 { 1.0 } else { 0.94 })
    })
}

pub fn jump(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
    let x = rng.range(-0.2, 0.2) * room.reach;
    let leap = Leap {
        speed: rng.range(1.75, 2.0) * room.fit.sqrt(),
        wait_s: rng.range(0.0, 0.12),
    };
    solo(figure(spec.first, room, 0.90, x, -room.side, 0.75).doing(Motion::Leap(leap)))
}

pub fn flip(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
    let flips = 1 + rng.below(2);
    let (steps, run) = if flips == 1 { (3, 0.72) } else { (2, 0.70) };
    let forward = if flips == 1 { 0.42 } else { 0.34 };
    let speed = rng.range(2.25, 2.40) * room.fit.sqrt();
    let tumble = Tumble::new(run * room.reach, steps, flips, speed, forward * room.reach);
    let start = room.side * room.reach * 0.68;
    solo(figure(spec.first, room, 0.80, start, -room.side, 0.0).doing(Motion::Tumble(tumble)))
}

pub fn wave(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
    let beat_hz = rng.range(1.3, 1.8);
    beside(spec, room, 1.05, |index| {
        Motion::Wave(Wave {
            beat_hz: beat_hz + 0.2 * index as f32,
        })
    })
}

pub fn dance(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
    let beat_s = rng.range(0.46, 0.58);
    beside(spec, room, 1.0, |_| Motion::Dance(Dance { beat_s }))
}

/// One or two characters that move in the same direction.
fn pace(spec: &SceneSpec, room: &Room, scale: f32, gait: impl Fn(&Build, usize) -> Gait) -> Setup {
    let scale = if spec.second.is_some() {
        scale * 0.86
    } else {
        scale
    };
    let actors = spec.subjects().enumerate().map(|(index, subject)| {
        let lead = if spec.second.is_some() && index == 0 {
            0.34
        } else {
            0.74
        };
        let start = room.side * lead * room.reach;
        let figure = figure(subject, room, scale, start, -room.side, 0.0);
        let gait = gait(&figure.build, index);
        Actor::Figure(Box::new(figure.doing(Motion::Gait(gait))))
    });
    Setup::cast(actors.collect())
}

/// One or two characters that face the camera.
fn beside(spec: &SceneSpec, room: &Room, scale: f32, motion: impl Fn(usize) -> Motion) -> Setup {
    let pair = spec.second.is_some();
    let scale = if pair { scale * 0.82 } else { scale };
    let actors = spec.subjects().enumerate().map(|(index, subject)| {
        let side = if index == 0 { room.side } else { -room.side };
        let x = if pair { side * 0.44 * room.reach } else { 0.0 };
        let figure = figure(subject, room, scale, x, -side, FRAC_PI_2 - 0.25);
        Actor::Figure(Box::new(figure.doing(motion(index))))
    });
    Setup::cast(actors.collect())
}

fn solo(figure: Figure) -> Setup {
    Setup::cast(vec![Actor::Figure(Box::new(figure))])
}

/// Builds a standing character; `way` is the side that it faces, `yaw` turns it to the camera.
fn figure(subject: Subject, room: &Room, scale: f32, x: f32, way: f32, yaw: f32) -> Figure {
    let build = Build::of(subject.object, scale * room.fit);
    Figure {
        limit: room.aspect + build.tall() * 0.6,
        build,
        origin: x,
        side: way,
        yaw,
        motion: Motion::Wave(Wave { beat_hz: 1.0 }),
    }
}

impl Figure {
    fn doing(mut self, motion: Motion) -> Self {
        self.motion = motion;
        self
    }
}

fn hold(body: usize, by: usize, from_s: f32, to_s: f32, throw: [f32; 2]) -> Hold {
    Hold {
        body,
        by,
        from_s,
        to_s,
        throw,
    }
}

/// Launch velocity of a ballistic path between two points in a given time.
fn aim(from: [f32; 2], to: [f32; 2], time_s: f32) -> [f32; 2] {
    [
        (to[0] - from[0]) / time_s,
        (to[1] - from[1]) / time_s + 0.5 * GRAVITY * time_s,
    ]
}
