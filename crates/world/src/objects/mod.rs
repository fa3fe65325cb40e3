//! Objects: each is a signed distance, its tints and its outline for the physics.
//!
//! Unit size: outlines lie within the unit circle, solids within [`Form::BOUND`]; x right, y up, z away from the camera.
//! A new object is a [`Form`] in one of the files here, a line in `with_form` and `profile_of`, a class of
//! `kinora_scene::vocabulary::Object` and its names in `language::phrases`.

mod creatures;
mod food;
mod solids;
mod toys;
mod vessels;

use kinora_scene::vocabulary::{Action, Object};

use crate::geometry::outline::Profile;
use crate::geometry::vector::V3;

/// Base colour of a surface point, relative to the subject's colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tint {
    /// The colour of the subject.
    Main,
    /// The colour of the subject, scaled.
    Shade(f32),
    /// The contrasting colour by an amount: stripes, labels, dots.
    Mark(f32),
    /// A fixed colour: a stem, a beak, a wheel.
    Own(V3),
}

/// The shape of an object.
pub trait Form {
    /// Radius of a bounding sphere around the origin.
    const BOUND: f32 = 1.02;

    /// Signed distance to the surface; a lower bound up to small errors.
    fn distance(p: V3) -> f32;

    /// Tint at a point of the surface.
    fn tint(_p: V3) -> Tint {
        Tint::Main
    }

    /// Convex outline in the image plane.
    fn outline() -> Profile;
}

/// A form on its side: its up axis points away from the camera.
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

/// Evaluates `$go` with the form of an object as type `$form`, monomorphised: the inner loops do not branch on the object.
/// Characters have no form and are rendered elsewhere.
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

/// Attitude of an object at the start of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attitude {
    /// Upright.
    Standing,
    /// On its side: its up axis points away from the camera.
    Lying,
    /// Upright, its narrow side towards the camera.
    Edge,
    /// Upright, without its cap.
    Open,
}

/// Returns the attitude of an object in an action: round objects roll on their side, books are stacked flat and topple like dominoes.
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

/// Returns the outline of an object in its attitude for an action.
pub fn profile_of(object: Object, action: Action) -> Profile {
    match (object, attitude(object, action)) {
        (Object::Bottle, Attitude::Lying) => Profile::Circle(vessels::BOTTLE_RADIUS),
        (Object::Drum, Attitude::Lying) => Profile::Circle(vessels::DRUM_RADIUS),
        (Object::Barrel, Attitude::Lying) => Profile::Circle(vessels::BARREL_RADIUS),
        (_, attitude) => with_form!(object, attitude, F => F::outline()),
    }
}

/// Ray hit: the surface point, or the nearest point of a miss, in the object's frame.
pub struct Hit {
    /// Position.
    pub at: V3,
    /// Minimum distance to the surface along the ray; ≤ 0 for a hit.
    pub miss: f32,
}

/// Unit normal by tetrahedral differences.
pub fn normal(object: Object, attitude: Attitude, p: V3) -> V3 {
    with_form!(object, attitude, F => gradient(F::distance, p))
}

/// Tint at a point of the surface.
pub fn tint(object: Object, attitude: Attitude, p: V3) -> Tint {
    with_form!(object, attitude, F => F::tint(p))
}

/// Radius of a bounding sphere: corners may extend towards and away from the camera.
pub fn bound(object: Object, attitude: Attitude) -> f32 {
    with_form!(object, attitude, F => F::BOUND)
}

/// Sphere-traces a ray from its entry into the bounding sphere, enlarged by `margin`.
pub fn cast(
    object: Object,
    attitude: Attitude,
    origin: V3,
    direction: V3,
    margin: f32,
) -> Option<Hit> {
    with_form!(object, attitude, F => march(F::distance, origin, direction, F::BOUND + margin, margin))
}

/// Normalised gradient of a distance function.
pub fn gradient(distance: impl Fn(V3) -> f32, p: V3) -> V3 {
    // Wide enough to soften edges over half a pixel of a small object.
    const E: f32 = 0.03;
    let corners = [V3(E, -E, -E), V3(-E, -E, E), V3(-E, E, -E), V3(E, E, E)];
    let gradient = corners.iter().fold(V3::default(), |sum, corner| {
        sum + *corner * distance(p + *corner)
    });
    gradient.normal()
}

/// Sphere-traces a ray through a sphere of radius `reach`; returns misses of up to `margin` too.
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

#[cfg(test)]
mod tests {
    use kinora_scene::constants::{bouncing_outline_ratio, rolling_outline_ratio};

    use super::*;
    use crate::specification::casting::role;

    /// The plan holds the radius of the bounding circle, so a ratio is the reciprocal of the outline's radius.
    #[test]
    fn circular_outlines_agree_with_the_ratios_of_the_dynamics() {
        for action in [Action::Bounce, Action::Roll] {
            for object in role(action, 0) {
                let ratio = if action == Action::Bounce {
                    bouncing_outline_ratio(*object)
                } else {
                    rolling_outline_ratio(*object)
                };
                let outline = match profile_of(*object, action) {
                    Profile::Circle(radius) => Some(1.0 / radius),
                    Profile::Polygon(_) => None,
                };
                let agree = match (ratio, outline) {
                    (Some(ratio), Some(outline)) => (ratio - outline).abs() < 1e-3,
                    // A ribbed outline touches the ground with its bounding circle.
                    (Some(ratio), None) => *object == Object::Pumpkin && ratio == 1.0,
                    (None, outline) => outline.is_none(),
                };
                assert!(agree, "{object} in {action}: {ratio:?}, {outline:?}");
            }
        }
    }
}
