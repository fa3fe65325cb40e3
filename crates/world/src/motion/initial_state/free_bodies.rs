//! Initial states of free bodies: bounce, roll, collide, fall, pendulum.

use kinora_scene::constants::{GROUND_Y, bounce_restitution};
use kinora_scene::effects::SuspensionRope;
use kinora_scene::rng::Rng;
use kinora_scene::vocabulary::{Material, Object};

use super::{Room, Setup, body, stand};
use crate::geometry::outline::Profile;
use crate::spec::SceneSpec;

pub fn bounce(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
    let mut body = body(spec.first, spec, rng.range(0.24, 0.30) * room.fit);
    let way = -room.side;
    body.x = room.side * (0.62 * room.reach - rng.range(0.0, 0.1));
    body.y = rng.range(1.0, 1.15);
    body.velocity = [
        way * room.reach * rng.range(0.36, 0.46),
        rng.range(0.0, 0.5),
    ];
    body.spin = -way * rng.range(0.8, 2.2);
    body.friction = 0.4;
    if matches!(body.profile, Profile::Polygon(_)) {
        // With friction, corners would turn the bounce into a tumble out of the frame.
        body.friction = 0.06;
        body.spin *= 0.5;
        body.damping = 0.7;
    }
    body.restitution = bounce_restitution(spec.first.material, spec.place);
    Setup::of(vec![body])
}

pub fn roll(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
    let mut body = body(spec.first, spec, rng.range(0.27, 0.33) * room.fit);
    let way = -room.side;
    let speed = room.reach * rng.range(0.44, 0.52);
    body.x = room.side * 0.66 * room.reach;
    body.damping = 0.05;
    if let Profile::Circle(unit) = body.profile {
        body.y = unit * body.radius;
        body.velocity = [way * speed, 0.0];
        body.spin = -way * speed / (unit * body.radius);
        body.angle = rng.range(-3.0, 3.0);
        body.restitution = 0.0;
        body.friction = body.friction.max(0.3);
    } else if spec.first.object == Object::Car {
        // The wheels turn; the body slides without friction.
        stand(&mut body);
        body.velocity = [way * speed * 1.1, 0.0];
        body.restitution = 0.0;
        body.friction = 0.01;
    } else {
        // Polygons tumble in small hops, then slide; with real friction they would stop at once.
        body.y = body.radius * 1.25;
        body.velocity = [way * speed * 1.2, 0.8];
        body.spin = -way * speed * 1.7 / body.radius;
        body.restitution = 0.60;
        body.friction = 0.03;
    }
    Setup::of(vec![body])
}

pub fn collide(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
    let crowd = if spec.third.is_some() { 0.82 } else { 1.0 };
    let radius = rng.range(0.21, 0.245) * room.fit * crowd;
    let mut first = body(spec.first, spec, radius);
    let way = -room.side;
    let speed = room.reach * rng.range(0.95, 1.15);
    stand(&mut first);
    first.x = room.side * 0.66 * room.reach;
    first.velocity = [way * speed, 0.0];
    if let Profile::Circle(unit) = first.profile {
        first.spin = -way * speed / (unit * radius);
    }
    first.restitution = 0.55;
    let mut bodies = vec![first];
    let places = if spec.third.is_some() {
        [-0.06, 0.50]
    } else {
        [0.06, 0.0]
    };
    for (other, place) in [spec.second, spec.third].into_iter().flatten().zip(places) {
        let mut next = body(other, spec, radius * rng.range(0.95, 1.05));
        stand(&mut next);
        next.x = way * place * room.reach;
        next.restitution = 0.3;
        bodies.push(next);
    }
    for body in &mut bodies {
        // Polygons slide; with the usual friction they would stop before the collision.
        if matches!(body.profile, Profile::Polygon(_)) {
            body.friction = 0.09;
        } else {
            // Without drag, circles would roll out of the frame.
            body.drag = 0.35;
            body.damping = 0.35;
        }
    }
    Setup::of(bodies)
}

pub fn fall(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
    let mut body = body(spec.first, spec, rng.range(0.27, 0.33) * room.fit);
    body.x = rng.range(-0.25, 0.25) * room.reach;
    body.y = GROUND_Y + 0.86 - body.radius;
    body.angle = room.side * rng.range(0.25, 0.6);
    body.spin = room.side * rng.range(0.2, 0.8);
    if lands_upright(spec.first.object) {
        body.angle *= 0.25;
        body.spin *= 0.2;
        body.damping = 3.0;
    }
    body.restitution = match spec.first.material {
        Material::Rubber => 0.36,
        Material::Plastic => 0.30,
        Material::Cloth => 0.08,
        _ => 0.22,
    };
    body.damping = body.damping.max(0.8);
    body.friction = body.friction.max(0.3);
    Setup::of(vec![body])
}

/// Creatures land on their feet: upside down they are not recognisable.
fn lands_upright(object: Object) -> bool {
    matches!(
        object,
        Object::Duck | Object::Bird | Object::Snowman | Object::Heart
    )
}

pub fn pendulum(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
    let radius = rng.range(0.25, 0.30) * room.fit;
    let mut body = body(spec.first, spec, radius);
    let [anchor_x, anchor_y] = SuspensionRope::ANCHOR;
    let anchor = [anchor_x, GROUND_Y - anchor_y];
    let length = rng.range(0.98, 1.08);
    // Keeps the swing inside the frame: its half width is length · sin(angle).
    let widest = libm::asinf(((room.reach - radius * 1.25) / length).clamp(0.2, 0.75));
    let angle = room.side * widest * rng.range(0.8, 1.0);
    body.x = length * libm::sinf(angle);
    body.y = anchor[1] - length * libm::cosf(angle);
    body.angle = angle;
    body.damping = 0.0;
    Setup {
        anchor: Some(anchor),
        ..Setup::of(vec![body])
    }
}
