//! The start of each action: who stands where, how fast, how elastic. All numbers that make an action readable are here.
//!
//! A new action is a function in one of these files that returns a [`Setup`], an arm of [`setup`], its seats in `cast`, a
//! value in `vocabulary` and its verbs in `words`.

mod characters;
mod free_bodies;
mod stacked_bodies;

use kinora_scene::constants::{density, friction, restitution};
use kinora_scene::effects::LiquidStream;
use kinora_scene::rng::Rng;
use kinora_scene::vocabulary::{Action, Object};

use crate::geometry::outline::Profile;
use crate::motion::character::Figure;
use crate::motion::head_performance::{Performance, perform};
use crate::objects::profile_of;
use crate::spec::shape::Shape;
use crate::spec::{SceneSpec, Subject};

/// A rigid body before the first step; lengths in half image heights, y up from the ground line.
#[derive(Clone, Debug)]
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

/// A subject before the first frame.
pub enum Actor {
    /// What the laws of motion drive.
    Body(Body),
    /// A character.
    Figure(Box<Figure>),
    /// A vessel that is lifted and tilted by a hand out of sight.
    Vessel(Body, Tilt),
    /// Somebody seen from near.
    Head(Box<Performance>),
}

/// The way of a vessel that pours.
#[derive(Clone, Copy, Debug)]
pub struct Tilt {
    /// Start and end of the tilting.
    pub from_s: f32,
    /// End of the tilting.
    pub to_s: f32,
    /// Greatest rotation, counter-clockwise.
    pub angle: f32,
}

/// A time in which a body is in a character's hands.
#[derive(Clone, Copy, Debug)]
pub struct Hold {
    /// The body, by subject.
    pub body: usize,
    /// The character, by subject.
    pub by: usize,
    /// From this instant.
    pub from_s: f32,
    /// Until this instant.
    pub to_s: f32,
    /// Velocity with which it leaves.
    pub throw: [f32; 2],
}

/// A scene before its first frame.
pub struct Setup {
    /// One per subject.
    pub actors: Vec<Actor>,
    /// Fixed end of the rope.
    pub anchor: Option<[f32; 2]>,
    /// Who holds what when.
    pub holds: Vec<Hold>,
    /// What is poured.
    pub stream: Option<LiquidStream>,
}

/// The start of a scene in a shape; in a portrait `text` is said in place of the line of the spec.
pub fn setup(spec: &SceneSpec, shape: Shape, text: Option<&str>) -> Setup {
    if let Some(portrait) = &spec.portrait {
        let play = perform(spec, portrait, shape, text);
        return Setup::cast(vec![Actor::Head(Box::new(play))]);
    }
    let aspect = shape.aspect();
    let mut rng = Rng::new(spec.seed, 2);
    let side = rng.sign();
    // Narrow frames get smaller objects and shorter ways; wide ones a little longer ways.
    let reach = aspect.clamp(0.5, 1.35);
    let room = Room {
        side,
        reach,
        fit: reach.min(1.0).sqrt(),
        aspect,
    };
    match spec.action {
        Action::Bounce => free_bodies::bounce(spec, &room, &mut rng),
        Action::Roll => free_bodies::roll(spec, &room, &mut rng),
        Action::Collide => free_bodies::collide(spec, &room, &mut rng),
        Action::Fall => free_bodies::fall(spec, &room, &mut rng),
        Action::Pendulum => free_bodies::pendulum(spec, &room, &mut rng),
        Action::Stack => stacked_bodies::stack(spec, &room, &mut rng),
        Action::Topple => stacked_bodies::topple(spec, &room, &mut rng),
        Action::Pour => stacked_bodies::pour(spec, &room, &mut rng),
        Action::Throw => characters::throw(spec, &room, &mut rng),
        Action::Catch => characters::catch(spec, &room, &mut rng),
        Action::Walk => characters::walk(spec, &room, &mut rng),
        Action::Run => characters::run(spec, &room, &mut rng),
        Action::Jump => characters::jump(spec, &room, &mut rng),
        Action::Flip => characters::flip(spec, &room, &mut rng),
        Action::Wave => characters::wave(spec, &room, &mut rng),
        Action::Dance => characters::dance(spec, &room, &mut rng),
        // Specs that fit have a portrait then, and never get here.
        Action::Talk | Action::Look => Setup::cast(Vec::new()),
    }
}

/// The frame that an action has to fit in.
struct Room {
    /// Side of entry, -1 left.
    side: f32,
    /// Half of the way that there is sideways.
    reach: f32,
    /// Scale for sizes.
    fit: f32,
    /// Width over height.
    aspect: f32,
}

impl Setup {
    /// Bodies only.
    fn of(bodies: Vec<Body>) -> Self {
        Self::cast(bodies.into_iter().map(Actor::Body).collect())
    }

    fn cast(actors: Vec<Actor>) -> Self {
        Self {
            actors,
            anchor: None,
            holds: Vec::new(),
            stream: None,
        }
    }
}

/// A body at rest in the middle, with the nature of its material.
fn body(subject: Subject, spec: &SceneSpec, radius: f32) -> Body {
    Body {
        profile: profile_of(subject.object, spec.action),
        radius: radius * presence(subject.object),
        x: 0.0,
        y: radius,
        angle: 0.0,
        velocity: [0.0, 0.0],
        spin: 0.0,
        damping: 0.1,
        drag: 0.0,
        density: density(subject.material),
        friction: friction(subject.material),
        restitution: restitution(subject.material),
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
        Object::Ball | Object::Ring | Object::Pumpkin => 0.95,
        Object::Apple => 1.04,
        Object::Egg | Object::Star | Object::Heart | Object::Duck | Object::Mushroom => 1.06,
        Object::Bottle | Object::Rocket | Object::Snowman => 1.20,
        _ => 1.13,
    }
}
