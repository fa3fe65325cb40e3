//! Initial states of stacked and standing bodies: stack, topple, pour.

use kinora_scene::constants::GROUND_Y;
use kinora_scene::effects::{LiquidStream, PourSource};
use kinora_scene::rng::Rng;

use super::{Actor, Body, Room, Setup, Tilt, body, stand};
use crate::geometry::outline::Profile;
use crate::spec::SceneSpec;

pub fn stack(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
    let radius = rng.range(0.25, 0.28) * room.fit;
    let x = rng.range(-0.15, 0.15) * room.reach;
    let mut top = 0.0;
    let mut below = Vec::new();
    for other in [spec.second, spec.third].into_iter().flatten() {
        let mut next = steady(body(other, spec, radius));
        next.x = x + rng.range(-0.02, 0.02);
        next.y = top + next.profile.depth(1.0, 0.0) * next.radius;
        top = next.y + next.profile.depth(-1.0, 0.0) * next.radius;
        below.push(next);
    }
    let mut first = steady(body(spec.first, spec, radius));
    first.x = x + rng.range(-0.05, 0.05);
    let space = 1.50 - top - first.radius;
    first.y = top + first.profile.depth(1.0, 0.0) * first.radius + space.clamp(0.15, 0.75);
    let mut bodies = vec![first];
    bodies.append(&mut below);
    Setup::of(bodies)
}

pub fn topple(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
    let count = spec.subjects().count();
    let radius = [0.42, 0.34, 0.29][count - 1] * room.fit * rng.range(0.95, 1.05);
    let way = -room.side;
    let mut bodies = Vec::with_capacity(count);
    for (index, subject) in spec.subjects().enumerate() {
        let mut next = body(subject, spec, radius);
        next.friction = 0.9;
        next.restitution = 0.02;
        next.damping = 0.5;
        if let (0, Profile::Polygon(corners)) = (index, &next.profile) {
            // Slightly past the angle at which the centroid is above the edge.
            let ([edge, base], [x, y]) = (corners[1], next.profile.centroid());
            let balance = libm::atan2f(edge - way.signum() * x, y - base);
            next.angle = -way * balance * rng.range(1.05, 1.10);
        }
        stand(&mut next);
        bodies.push(next);
    }
    // In a row on the side to which the first body tips.
    let reach = |body: &Body, side: f32| {
        let span = body
            .profile
            .span(libm::cosf(body.angle), libm::sinf(body.angle));
        span[usize::from(side > 0.0)].abs() * body.radius
    };
    for index in 1..count {
        let gap = reach(&bodies[index - 1], way) + reach(&bodies[index], -way) + 0.20 * room.fit;
        bodies[index].x = bodies[index - 1].x + way * gap;
    }
    let middle = if count > 1 {
        bodies[count - 1].x * 0.5
    } else {
        way * 0.12
    };
    for body in &mut bodies {
        body.x -= middle;
    }
    Setup::of(bodies)
}

pub fn pour(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
    let way = -room.side;
    let radius = 0.27 * room.fit;
    let mut vessel = body(spec.first, spec, radius);
    vessel.x = room.side * rng.range(0.26, 0.32) * room.reach;
    vessel.y = rng.range(0.92, 1.0);
    let tilt = Tilt {
        from_s: 0.35,
        to_s: 1.0,
        angle: -way * rng.range(1.85, 2.0),
    };
    let source = PourSource::of(spec.first.object, spec.time);
    // World y points down, so the angle changes sign.
    let turn = (libm::cosf(tilt.angle), -libm::sinf(tilt.angle));
    let lip = source.lip([vessel.x, GROUND_Y - vessel.y], vessel.radius, turn);
    let mut cup = spec.second.map(|cup| body(cup, spec, radius * 0.95));
    let surface_y = LiquidStream::surface_y(cup.as_ref().map_or(0.0, |cup| cup.radius));
    let stream = LiquidStream::new(source, lip, way * 0.18, surface_y);
    if let Some(cup) = &mut cup {
        stand(cup);
        let [x, _] = stream.at(stream.fall_s());
        cup.x = x + LiquidStream::INLET_OFFSET * cup.radius;
        cup.friction = 1.0;
    }
    let mut actors = vec![Actor::Vessel(vessel, tilt)];
    actors.extend(cup.map(Actor::Body));
    Setup {
        stream: Some(stream),
        ..Setup::cast(actors)
    }
}

/// Damps a body so that it does not bounce on landing.
fn steady(mut body: Body) -> Body {
    body.restitution = 0.06;
    body.friction = 0.9;
    body.damping = 0.6;
    body
}
