//! Things: each is a solid (a signed distance), its paint and its outline for the physics.
//!
//! Unit size: outlines lie within the unit circle, solids within [`Form::BOUND`]; x right, y up, z away from the camera.
//! A new thing is a [`Form`] in one of the files here, a line in `with_form` and `profile_of`, a value in `vocabulary`
//! and its names in `words`.

mod creatures;
mod food;
mod solids;
mod toys;
mod vessels;

use kinora_scene::vocabulary::{Action, Object};

use crate::geometry::outline::Profile;
use crate::geometry::vector::V3;

/// What a point of a surface is painted with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tint {
    /// The colour of the subject.
    Main,
    /// The colour of the subject, darker (below 1) or lighter.
    Shade(f32),
    /// Its contrasting colour by an amount: stripes, labels, dots.
    Mark(f32),
    /// A colour of its own: a stem, a beak, a wheel.
    Own(V3),
}

/// The solid of a thing.
pub trait Form {
    /// Radius of a ball around the origin that holds the solid.
    const BOUND: f32 = 1.02;

    /// Signed distance to the surface; it may fall short, but never overshoot by much.
    fn distance(p: V3) -> f32;

    /// The paint at a point of the surface.
    fn tint(_p: V3) -> Tint {
        Tint::Main
    }

    /// The convex outline in the image plane, as it stands.
    fn outline() -> Profile;
}

/// A thing that lies on its side: its upward axis points away from the camera.
pub struct Lying<F>(core::marker::PhantomData<F>);

impl<F: Form> Form for Lying<F> {
    const BOUND: f32 = F::BOUND;

    fn distance(p: V3) -> f32 {
        F::distance(V3(p.0, p.2, -p.1))
    }

    fn tint(p: V3) -> Tint {
        F::tint(V3(p.0, p.2, -p.1))
    }

    fn outline() -> Profile {
        F::outline()
    }
}

/// Calls `$go` with the form of an object as type `$form`, compiled for each: the inner loops have no branch on the object.
/// Characters have no form; they never get here.
macro_rules! with_form {
    ($object:expr, $attitude:expr, $form:ident => $go:expr) => {{
        macro_rules! go {
            ($of:ty) => {{
                type $form = $of;
                $go
            }};
        }
        match $object {
            Object::Cube => go!(solids::Cube),
            Object::Can if $attitude == Attitude::Lying => go!(solids::LyingCan),
            Object::Can => go!(solids::Can),
            Object::Cone => go!(solids::Cone),
            Object::Ring => go!(solids::Ring),
            Object::Egg => go!(solids::Egg),
            Object::Star => go!(solids::Star),
            Object::Pyramid => go!(solids::Pyramid),
            Object::Apple => go!(food::Apple),
            Object::Heart => go!(toys::Heart),
            Object::Mushroom => go!(food::Mushroom),
            Object::Cup => go!(vessels::Cup),
            Object::Bottle if $attitude == Attitude::Lying => go!(Lying<vessels::Bottle>),
            Object::Bottle if $attitude == Attitude::Open => go!(vessels::OpenBottle),
            Object::Bottle => go!(vessels::Bottle),
            Object::Book if $attitude == Attitude::Lying => go!(toys::LyingBook),
            Object::Book if $attitude == Attitude::Edge => go!(toys::EdgeBook),
            Object::Book => go!(toys::Book),
            Object::Duck => go!(creatures::Duck),
            Object::Car => go!(toys::Car),
            Object::Fish => go!(creatures::Fish),
            Object::Rocket => go!(toys::Rocket),
            Object::Bell => go!(vessels::Bell),
            Object::Drum if $attitude == Attitude::Lying => go!(Lying<vessels::Drum>),
            Object::Drum => go!(vessels::Drum),
            Object::Barrel if $attitude == Attitude::Lying => go!(Lying<vessels::Barrel>),
            Object::Barrel => go!(vessels::Barrel),
            Object::Pumpkin => go!(food::Pumpkin),
            Object::Snowman => go!(creatures::Snowman),
            Object::Gift => go!(toys::Gift),
            Object::Bird => go!(creatures::Bird),
            Object::Ball | Object::Person | Object::Robot | Object::Bear => go!(solids::Ball),
        }
    }};
}

/// How a thing stands at the start of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attitude {
    /// Upright.
    Standing,
    /// On its side: its upward axis points away from the camera.
    Lying,
    /// Upright, its narrow side towards the camera.
    Edge,
    /// Upright, without its cap.
    Open,
}

/// How an object stands in an action: what is round about its axis rolls, books are stacked flat and topple like dominoes.
pub fn attitude(object: Object, action: Action) -> Attitude {
    match (object, action) {
        (
            Object::Can | Object::Drum | Object::Barrel | Object::Bottle,
            Action::Roll | Action::Collide,
        )
        | (Object::Book, Action::Stack) => Attitude::Lying,
        (Object::Book, Action::Topple) => Attitude::Edge,
        (Object::Bottle, Action::Pour) => Attitude::Open,
        _ => Attitude::Standing,
    }
}

/// The outline of an object as it stands in an action.
pub fn profile_of(object: Object, action: Action) -> Profile {
    match (object, attitude(object, action)) {
        (Object::Bottle, Attitude::Lying) => Profile::Circle(vessels::BOTTLE_RADIUS),
        (Object::Drum, Attitude::Lying) => Profile::Circle(vessels::DRUM_RADIUS),
        (Object::Barrel, Attitude::Lying) => Profile::Circle(vessels::BARREL_RADIUS),
        (_, attitude) => with_form!(object, attitude, F => F::outline()),
    }
}

/// What a ray met: a place on (or, when it missed, nearest to) the surface, in the object's own frame.
pub struct Hit {
    /// Location.
    pub at: V3,
    /// Smallest distance to the surface along the ray; at most 0 on a hit.
    pub miss: f32,
}

/// Unit normal by central differences on a tetrahedron.
pub fn normal(object: Object, attitude: Attitude, p: V3) -> V3 {
    with_form!(object, attitude, F => gradient(F::distance, p))
}

/// The paint at a point of the surface.
pub fn tint(object: Object, attitude: Attitude, p: V3) -> Tint {
    with_form!(object, attitude, F => F::tint(p))
}

/// Radius of a ball that holds the object: corners may stand out towards and away from the camera.
pub fn bound(object: Object, attitude: Attitude) -> f32 {
    with_form!(object, attitude, F => F::BOUND)
}

/// Follows a ray from its entry into the bounding ball (enlarged by `margin`) to the surface.
pub fn cast(
    object: Object,
    attitude: Attitude,
    origin: V3,
    direction: V3,
    margin: f32,
) -> Option<Hit> {
    with_form!(object, attitude, F => march(F::distance, origin, direction, F::BOUND + margin, margin))
}

/// Unit gradient of a distance.
pub fn gradient(distance: impl Fn(V3) -> f32, p: V3) -> V3 {
    // Wide enough to soften edges over about half a pixel of a small object.
    const E: f32 = 0.03;
    let corners = [V3(E, -E, -E), V3(-E, -E, E), V3(-E, E, -E), V3(E, E, E)];
    let gradient = corners.iter().fold(V3::default(), |sum, corner| {
        sum + *corner * distance(p + *corner)
    });
    gradient.normal()
}

/// Follows a ray through the ball of radius `reach`; misses by up to `margin` are told too.
pub fn march(
    distance: impl Fn(V3) -> f32,
    origin: V3,
    direction: V3,
    reach: f32,
    margin: f32,
) -> Option<Hit> {
    let along = -origin.dot(direction);
    let nearest = origin + direction * along;
    let inside = reach * reach - nearest.dot(nearest);
    if inside <= 0.0 {
        return None;
    }
    let half = inside.sqrt();
    let (mut at, end) = (along - half, along + half);
    let mut best = Hit {
        at: nearest,
        miss: f32::MAX,
    };
    for _ in 0..36 {
        let p = origin + direction * at;
        let gap = distance(p);
        if gap < best.miss {
            best = Hit { at: p, miss: gap };
        }
        if gap < 0.006 {
            best.miss = best.miss.min(0.0);
            return Some(best);
        }
        at += gap;
        if at > end {
            break;
        }
    }
    (best.miss < margin).then_some(best)
}
