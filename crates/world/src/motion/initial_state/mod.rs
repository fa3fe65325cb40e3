//! The start of each action: who stands where, how fast, how elastic. All numbers that make an action readable are here.
//!
//! A new action is a function in one of these files that returns a [`Setup`], an arm of [`setup`], its seats in `cast`, a
//! value in `vocabulary` and its verbs in `words`.

mod bodies;
mod piles;
mod play;

use crate::figure::Figure;
use crate::matter::matter;
use crate::objects::profile_of;
use crate::perform::{Performance, perform};
use crate::profile::Profile;
use crate::rng::Rng;
use crate::scene::Shape;
use crate::spec::{Action, Object, SceneSpec, Subject};

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

/// Water that falls from a mouth into a cup.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stream {
    /// When the first water leaves the mouth.
    pub from_s: f32,
    /// When the last does.
    pub to_s: f32,
    /// Where the mouth is.
    pub mouth: [f32; 2],
    /// Velocity at the mouth.
    pub velocity: [f32; 2],
    /// Height at which it lands.
    pub end_y: f32,
}

impl Stream {
    /// Seconds from mouth to cup.
    pub fn fall_s(&self) -> f32 {
        let (v, drop) = (self.velocity[1], self.mouth[1] - self.end_y);
        (v + (v * v + 2.0 * crate::physics::GRAVITY * drop)
            .max(0.0)
            .sqrt())
            / crate::physics::GRAVITY
    }

    /// Where water is, `age` seconds after it left the mouth.
    pub fn at(&self, age: f32) -> [f32; 2] {
        let [x, y] = self.mouth;
        let [vx, vy] = self.velocity;
        [
            x + vx * age,
            y + vy * age - 0.5 * crate::physics::GRAVITY * age * age,
        ]
    }
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
    pub stream: Option<Stream>,
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
        Action::Bounce => bodies::bounce(spec, &room, &mut rng),
        Action::Roll => bodies::roll(spec, &room, &mut rng),
        Action::Collide => bodies::collide(spec, &room, &mut rng),
        Action::Fall => bodies::fall(spec, &room, &mut rng),
        Action::Pendulum => bodies::pendulum(spec, &room, &mut rng),
        Action::Stack => piles::stack(spec, &room, &mut rng),
        Action::Topple => piles::topple(spec, &room, &mut rng),
        Action::Pour => piles::pour(spec, &room, &mut rng),
        Action::Throw => play::throw(spec, &room, &mut rng),
        Action::Catch => play::catch(spec, &room, &mut rng),
        Action::Walk => play::walk(spec, &room, &mut rng),
        Action::Run => play::run(spec, &room, &mut rng),
        Action::Jump => play::jump(spec, &room, &mut rng),
        Action::Flip => play::flip(spec, &room, &mut rng),
        Action::Wave => play::wave(spec, &room, &mut rng),
        Action::Dance => play::dance(spec, &room, &mut rng),
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
    let matter = matter(subject.material);
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
        density: matter.density,
        friction: matter.friction,
        restitution: matter.restitution,
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
