//! The start of each action: where the bodies are, how fast, how elastic. All numbers that make an action readable are here.

use crate::GROUND_Y;
use crate::profile::Profile;
use crate::rng::Rng;
use crate::spec::{Action, Material, Object, Place, SceneSpec, Subject};

/// A body before the first step; lengths in half image heights, y up from the ground line.
pub struct Body {
    /// Outline, unit size.
    pub profile: Profile,
    /// Radius of the bounding circle.
    pub radius: f32,
    /// Start, right.
    pub x: f32,
    /// Start, up.
    pub y: f32,
    /// Start rotation in radians, counter-clockwise.
    pub angle: f32,
    /// Start velocity per second.
    pub velocity: [f32; 2],
    /// Start spin in radians per second.
    pub spin: f32,
    /// Damping of the spin.
    pub damping: f32,
    /// Damping of the speed.
    pub drag: f32,
    /// Mass per volume.
    pub density: f32,
    /// Friction with the ground.
    pub friction: f32,
    /// Elasticity, 0..1.
    pub restitution: f32,
}

/// A scene before its first step.
pub struct Setup {
    /// One per subject.
    pub bodies: Vec<Body>,
    /// Fixed end of the rope.
    pub anchor: Option<[f32; 2]>,
}

/// The start of a scene in a frame of this aspect (width over height).
pub fn setup(spec: &SceneSpec, aspect: f32) -> Setup {
    let mut rng = Rng::new(spec.seed, 2);
    let side = rng.sign();
    // Narrow frames get smaller objects and shorter ways; wide ones a little longer ways.
    let reach = aspect.clamp(0.5, 1.35);
    let room = Room {
        side,
        reach,
        fit: reach.min(1.0).sqrt(),
    };
    match spec.action {
        Action::Bounce => bounce(spec, &room, &mut rng),
        Action::Roll => roll(spec, &room, &mut rng),
        Action::Collide => collide(spec, &room, &mut rng),
        Action::Fall => fall(spec, &room, &mut rng),
        Action::Pendulum => pendulum(spec, &room, &mut rng),
    }
}

/// The frame that an action has to fit in: side of entry (-1 left), width, and a scale for sizes.
struct Room {
    side: f32,
    reach: f32,
    fit: f32,
}

fn bounce(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
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
        // Corners that grip turn a bounce into a tumble out of the frame.
        body.friction = 0.06;
        body.spin *= 0.5;
        body.damping = 0.7;
    }
    let elastic: f32 = if spec.first.material == Material::Rubber {
        0.86
    } else {
        0.75
    };
    body.restitution = elastic * softness(spec.place);
    Setup {
        bodies: vec![body],
        anchor: None,
    }
}

fn roll(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
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
    } else {
        // What has corners tumbles in small hops, then slides on; with real friction it would stop at once.
        body.y = body.radius * 1.25;
        body.velocity = [way * speed * 1.2, 0.8];
        body.spin = -way * speed * 1.7 / body.radius;
        body.restitution = 0.60;
        body.friction = 0.03;
    }
    Setup {
        bodies: vec![body],
        anchor: None,
    }
}

fn collide(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
    let radius = rng.range(0.21, 0.245) * room.fit;
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
    if let Some(other) = spec.second {
        let mut second = body(other, spec, radius * rng.range(0.95, 1.05));
        stand(&mut second);
        second.x = way * 0.06 * room.reach;
        second.restitution = 0.3;
        bodies.push(second);
    }
    for body in &mut bodies {
        // Corners slide here; on the usual friction they would stop before they meet.
        if matches!(body.profile, Profile::Polygon(_)) {
            body.friction = 0.09;
        } else {
            // Round things roll on for ever without it, out of the frame.
            body.drag = 0.35;
            body.damping = 0.35;
        }
    }
    Setup {
        bodies,
        anchor: None,
    }
}

fn fall(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
    let mut body = body(spec.first, spec, rng.range(0.27, 0.33) * room.fit);
    body.x = rng.range(-0.25, 0.25) * room.reach;
    body.y = GROUND_Y + 0.86 - body.radius;
    body.angle = room.side * rng.range(0.25, 0.6);
    body.spin = room.side * rng.range(0.2, 0.8);
    body.restitution = if spec.first.material == Material::Rubber {
        0.36
    } else {
        0.22
    };
    body.damping = 0.8;
    Setup {
        bodies: vec![body],
        anchor: None,
    }
}

fn pendulum(spec: &SceneSpec, room: &Room, rng: &mut Rng) -> Setup {
    let radius = rng.range(0.25, 0.30) * room.fit;
    let mut body = body(spec.first, spec, radius);
    let anchor = [0.0, GROUND_Y + 1.12];
    let length = rng.range(0.98, 1.08);
    // The swing stays inside the frame: its width at the far end is length * sin(angle).
    let widest = libm::asinf(((room.reach - radius * 1.25) / length).clamp(0.2, 0.75));
    let angle = room.side * widest * rng.range(0.8, 1.0);
    body.x = length * libm::sinf(angle);
    body.y = anchor[1] - length * libm::cosf(angle);
    body.angle = angle;
    body.damping = 0.0;
    Setup {
        bodies: vec![body],
        anchor: Some(anchor),
    }
}

/// A body at rest in the middle, with the nature of its material.
fn body(subject: Subject, spec: &SceneSpec, radius: f32) -> Body {
    let (density, friction, restitution) = match subject.material {
        Material::Rubber => (1.0, 0.85, 0.75),
        Material::Wood => (0.9, 0.5, 0.45),
        Material::Metal => (1.5, 0.35, 0.4),
        Material::Stone => (1.4, 0.6, 0.3),
    };
    Body {
        profile: Profile::of(subject.object, spec.action),
        radius: radius * presence(subject.object),
        x: 0.0,
        y: radius,
        angle: 0.0,
        velocity: [0.0, 0.0],
        spin: 0.0,
        damping: 0.1,
        drag: 0.0,
        density,
        friction,
        restitution,
    }
}

/// Puts a body on the ground as it stands.
fn stand(body: &mut Body) {
    body.y = body
        .profile
        .depth(libm::cosf(body.angle), libm::sinf(body.angle))
        * body.radius;
}

/// Slim shapes fill less of their bounding circle; this evens out how big they look.
fn presence(object: Object) -> f32 {
    match object {
        Object::Ball | Object::Ring => 0.95,
        Object::Egg | Object::Star => 1.06,
        Object::Cube | Object::Can | Object::Cone | Object::Pyramid => 1.15,
    }
}

/// Sand and grass take some of a bounce.
fn softness(place: Place) -> f32 {
    match place {
        Place::WoodenFloor | Place::Street => 1.0,
        Place::Beach | Place::Meadow => 0.93,
    }
}
