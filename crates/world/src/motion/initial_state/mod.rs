//! Initial state of each action: positions, velocities, elasticities. All numbers that make an action readable are here.
//!
//! A new action is a function in one of these files that returns a [`Setup`], an arm of [`setup`], its seats in
//! `spec::casting`, a class of `kinora_scene::vocabulary::Action`, and its verbs in `language::phrases`.

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

/// Initial state of a rigid body; lengths in half image heights, y up from the ground line.
#[derive(Clone, Debug)]
pub struct Body {
    /// Outline of unit size.
    pub profile: Profile,
    /// Radius of the bounding circle.
    pub radius: f32,
    /// Initial x.
    pub x: f32,
    /// Initial height.
    pub y: f32,
    /// Initial rotation in radians, counter-clockwise.
    pub angle: f32,
    /// Initial velocity per second.
    pub velocity: [f32; 2],
    /// Initial spin in radians per second.
    pub spin: f32,
    /// Angular damping.
    pub damping: f32,
    /// Linear damping.
    pub drag: f32,
    /// Mass per volume.
    pub density: f32,
    /// Friction coefficient.
    pub friction: f32,
    /// Coefficient of restitution, 0 ..= 1.
    pub restitution: f32,
}

/// Initial state of a subject.
pub enum Actor {
    /// A simulated rigid body.
    Body(Body),
    /// A character.
    Figure(Box<Figure>),
    /// A vessel that is lifted and tilted.
    Vessel(Body, Tilt),
    /// The person of a portrait.
    Head(Box<Performance>),
}

/// Tilt of a pouring vessel.
#[derive(Clone, Copy, Debug)]
pub struct Tilt {
    /// Start of the tilt in seconds.
    pub from_s: f32,
    /// End of the tilt in seconds.
    pub to_s: f32,
    /// Maximum rotation in radians, counter-clockwise.
    pub angle: f32,
}

/// Interval in which a character holds a body.
#[derive(Clone, Copy, Debug)]
pub struct Hold {
    /// Subject index of the body.
    pub body: usize,
    /// Subject index of the character.
    pub by: usize,
    /// Start in seconds.
    pub from_s: f32,
    /// End in seconds.
    pub to_s: f32,
    /// Velocity at the release.
    pub throw: [f32; 2],
}

/// Initial state of a scene.
pub struct Setup {
    /// One entry per subject.
    pub actors: Vec<Actor>,
    /// Anchor of the rope.
    pub anchor: Option<[f32; 2]>,
    /// Intervals in which characters hold bodies.
    pub holds: Vec<Hold>,
    /// Poured liquid.
    pub stream: Option<LiquidStream>,
}

/// Builds the initial state of a scene; `text` replaces the spoken line of a portrait.
pub fn setup(spec: &SceneSpec, shape: Shape, text: Option<&str>) -> Setup {
    if let Some(portrait) = &spec.portrait {
        let play = perform(spec, portrait, shape, text);
        return Setup::cast(vec![Actor::Head(Box::new(play))]);
    }
    let aspect = shape.aspect();
    let mut rng = Rng::new(spec.seed, 2);
    let side = rng.sign();
    // Portrait frames get smaller objects and shorter paths, landscape frames slightly longer paths.
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
        // Consistent specs of these actions have a portrait and return above.
        Action::Talk | Action::Look => Setup::cast(Vec::new()),
    }
}

/// Extent of the frame in which an action takes place.
struct Room {
    /// Side of entry: −1 is left.
    side: f32,
    /// Half the available horizontal distance.
    reach: f32,
    /// Scale of sizes.
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

/// Builds a body at rest in the centre with the constants of its material.
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

/// Places a body on the ground at its rotation.
fn stand(body: &mut Body) {
    body.y = body
        .profile
        .depth(libm::cosf(body.angle), libm::sinf(body.angle))
        * body.radius;
}

/// Scale that equalises apparent sizes: slim shapes fill less of their bounding circle.
fn presence(object: Object) -> f32 {
    match object {
        Object::Ball | Object::Ring | Object::Pumpkin => 0.95,
        Object::Apple => 1.04,
        Object::Egg | Object::Star | Object::Heart | Object::Duck | Object::Mushroom => 1.06,
        Object::Bottle | Object::Rocket | Object::Snowman => 1.20,
        _ => 1.13,
    }
}
