//! Casting: the number of subjects of each action and the objects that fit each seat.

use kinora_scene::vocabulary::{Action, Material, Object};

/// Number of subjects of an action.
pub struct Seats {
    /// Minimum.
    pub least: usize,
    /// Maximum.
    pub most: usize,
}

/// Number of subjects of an action.
pub fn seats(action: Action) -> Seats {
    let (least, most) = match action {
        Action::Bounce | Action::Roll | Action::Fall | Action::Pendulum => (1, 1),
        Action::Collide | Action::Stack => (2, 3),
        Action::Topple => (1, 3),
        Action::Throw => (2, 3),
        Action::Catch | Action::Pour => (2, 2),
        Action::Walk | Action::Wave | Action::Dance | Action::Run => (1, 2),
        Action::Jump | Action::Flip | Action::Talk | Action::Look => (1, 1),
    };
    Seats { least, most }
}

/// Lists the objects that fit a seat of an action, the most usual first.
pub fn role(action: Action, seat: usize) -> &'static [Object] {
    match (action, seat) {
        (Action::Bounce | Action::Roll | Action::Collide | Action::Fall | Action::Pendulum, _) => {
            THINGS
        }
        (Action::Stack, _) => &[Object::Cube, Object::Can, Object::Drum, Object::Book],
        (Action::Topple, _) => &[Object::Book, Object::Bottle, Object::Can, Object::Barrel],
        (Action::Throw | Action::Catch, 1) => THROWN,
        (Action::Pour, 0) => &[Object::Bottle, Object::Cup],
        (Action::Pour, _) => &[Object::Cup],
        (Action::Talk | Action::Look, _) => &[Object::Person],
        (
            Action::Throw
            | Action::Catch
            | Action::Walk
            | Action::Run
            | Action::Jump
            | Action::Flip
            | Action::Wave
            | Action::Dance,
            _,
        ) => &[Object::Person, Object::Robot, Object::Bear],
    }
}

/// Returns the object for a seat of a randomly drawn scene. An object with corners slides instead of rolling, so a round object or
/// the car replaces it.
pub fn readable(action: Action, object: Object) -> Object {
    match action {
        Action::Roll if !ROLLING.contains(&object) => ROLLING[object as usize % ROLLING.len()],
        _ => object,
    }
}

/// Fixed material of a character; other objects take any material.
pub fn natural_material(object: Object) -> Option<Material> {
    match object {
        Object::Person | Object::Bear => Some(Material::Cloth),
        Object::Robot => Some(Material::Metal),
        _ => None,
    }
}

const THROWN: &[Object] = &[
    Object::Ball,
    Object::Apple,
    Object::Cube,
    Object::Star,
    Object::Heart,
    Object::Gift,
];

/// Objects that roll.
pub const ROLLING: &[Object] = &[
    Object::Ball,
    Object::Can,
    Object::Ring,
    Object::Apple,
    Object::Bottle,
    Object::Car,
    Object::Drum,
    Object::Barrel,
];

/// Objects without limbs.
pub(crate) const THINGS: &[Object] = &[
    Object::Ball,
    Object::Cube,
    Object::Can,
    Object::Cone,
    Object::Ring,
    Object::Egg,
    Object::Star,
    Object::Pyramid,
    Object::Apple,
    Object::Heart,
    Object::Mushroom,
    Object::Cup,
    Object::Bottle,
    Object::Book,
    Object::Duck,
    Object::Car,
    Object::Fish,
    Object::Rocket,
    Object::Bell,
    Object::Drum,
    Object::Barrel,
    Object::Pumpkin,
    Object::Snowman,
    Object::Gift,
    Object::Bird,
];
