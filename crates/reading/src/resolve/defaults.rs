//! What is usual: values for fields that a prompt leaves open, by what it states.

use kinora_scene::casting::Casting;
use kinora_scene::vocabulary::{
    Action, Colour, Gait, Material, Motion, Object, Place, Time, Weather,
};

/// Places that suit a stated weather and how the pictures of a scene move; any place where neither matters.
pub(super) fn places(casting: &Casting, weather: Option<Weather>) -> &'static [Place] {
    match weather {
        Some(Weather::Snow) => return &[Place::Snow, Place::Snow, Place::Forest],
        Some(Weather::Rain | Weather::Fog) => return OPEN_AIR,
        Some(Weather::Clear) | None => {}
    }
    let gaits: Vec<Gait> = casting
        .pictures
        .iter()
        .flatten()
        .map(|it| it.gait)
        .collect();
    let any = |gait: &[Gait]| gaits.iter().any(|it| gait.contains(it));
    if any(&[Gait::Swim, Gait::Sail]) {
        &[Place::Beach]
    } else if any(&[Gait::Drive]) {
        &[Place::Street, Place::Street, Place::Desert]
    } else if any(&[Gait::Fly]) {
        &[Place::Meadow, Place::Mountain, Place::Rooftop]
    } else if any(&[Gait::Walk, Gait::Hop, Gait::Crawl]) {
        &[Place::Meadow, Place::Forest, Place::Street, Place::Beach]
    } else {
        Place::ALL
    }
}

/// Places without a roof.
const OPEN_AIR: &[Place] = &[
    Place::Street,
    Place::Meadow,
    Place::Forest,
    Place::Beach,
    Place::Rooftop,
    Place::Mountain,
];

/// Times of day; day is twice as likely as each other one.
pub(super) const TIMES: &[Time] = &[Time::Day, Time::Day, Time::Sunset, Time::Night];
/// Weathers that suit a place; mostly clear.
pub(super) fn weathers(place: Place) -> &'static [Weather] {
    match place {
        Place::Desert => &[Weather::Clear],
        Place::Snow => &[Weather::Clear, Weather::Clear, Weather::Snow],
        place if place.is_indoors() => &[Weather::Clear],
        _ => OUTDOORS,
    }
}

/// Weathers outdoors.
const OUTDOORS: &[Weather] = &[
    Weather::Clear,
    Weather::Clear,
    Weather::Clear,
    Weather::Clear,
    Weather::Rain,
    Weather::Fog,
];

/// Returns the action whose sound and background suit a computed motion.
pub(super) fn stand_in_of_motion(motion: Option<Motion>) -> Action {
    match motion {
        Some(Motion::Walk | Motion::Enter | Motion::Leave) => Action::Walk,
        Some(Motion::Run | Motion::Race | Motion::Chase) => Action::Run,
        Some(Motion::Roll | Motion::Drive | Motion::Slide | Motion::Swim) => Action::Roll,
        Some(Motion::Bounce | Motion::Fly | Motion::Rise) => Action::Bounce,
        Some(Motion::Jump | Motion::Hop) => Action::Jump,
        Some(Motion::Flip) => Action::Flip,
        Some(Motion::Dance | Motion::Shake | Motion::Spin) => Action::Dance,
        Some(Motion::Topple) => Action::Topple,
        Some(Motion::Swing) => Action::Pendulum,
        Some(Motion::Fall | Motion::Sink) => Action::Fall,
        Some(Motion::Rest | Motion::Wave) | None => Action::Wave,
    }
}

/// Returns the minimum and maximum number of subjects of an action.
pub(super) fn seats(action: Action) -> (usize, usize) {
    match action {
        Action::Collide | Action::Stack | Action::Throw => (2, 3),
        Action::Catch | Action::Pour => (2, 2),
        Action::Talk | Action::Look => (1, 1),
        _ => (1, 3),
    }
}

/// Actions that suit a first subject.
pub(super) fn actions(object: Option<Object>, speaks: bool) -> &'static [Action] {
    match object {
        Some(Object::Person) | None if speaks => &[Action::Talk],
        Some(Object::Person) => &[
            Action::Walk,
            Action::Wave,
            Action::Dance,
            Action::Jump,
            Action::Run,
            Action::Look,
        ],
        Some(Object::Robot | Object::Bear) => {
            &[Action::Walk, Action::Wave, Action::Dance, Action::Jump]
        }
        Some(Object::Ball) | None => &[Action::Bounce, Action::Roll],
        Some(Object::Car | Object::Can | Object::Ring | Object::Drum | Object::Barrel) => {
            &[Action::Roll]
        }
        Some(Object::Apple | Object::Pumpkin | Object::Egg) => {
            &[Action::Fall, Action::Roll, Action::Bounce]
        }
        Some(Object::Bell) => &[Action::Pendulum],
        Some(Object::Bottle | Object::Book | Object::Cup) => &[Action::Topple, Action::Fall],
        Some(_) => &[Action::Fall, Action::Bounce, Action::Pendulum],
    }
}

/// Objects for a seat of an action.
pub(super) fn objects(action: Action, seat: usize) -> &'static [Object] {
    match (action, seat) {
        (Action::Talk | Action::Look, _) => &[Object::Person],
        (Action::Throw | Action::Catch, 1) => &[Object::Ball, Object::Apple, Object::Gift],
        (Action::Pour, 0) => &[Object::Bottle, Object::Cup],
        (Action::Pour, _) => &[Object::Cup],
        (Action::Stack, _) => &[Object::Cube, Object::Book, Object::Drum],
        (Action::Topple, _) => &[Object::Bottle, Object::Book, Object::Can],
        (action, 0) if moves_by_itself(action) => &[Object::Person, Object::Robot, Object::Bear],
        (Action::Collide, _) => &[Object::Cube, Object::Can, Object::Ball],
        (Action::Roll, _) => &[Object::Ball, Object::Barrel, Object::Car],
        _ => &[Object::Ball, Object::Apple, Object::Cube],
    }
}

fn moves_by_itself(action: Action) -> bool {
    matches!(
        action,
        Action::Throw
            | Action::Catch
            | Action::Walk
            | Action::Run
            | Action::Jump
            | Action::Flip
            | Action::Wave
            | Action::Dance
    )
}

/// Returns the material of a character, which is always the same.
pub(super) fn fixed_material(object: Object) -> Option<Material> {
    match object {
        Object::Person | Object::Bear => Some(Material::Cloth),
        Object::Robot => Some(Material::Metal),
        _ => None,
    }
}

/// Materials of which a thing is usually made.
pub(super) fn materials(object: Object) -> &'static [Material] {
    match object {
        Object::Ball | Object::Duck => &[Material::Rubber],
        Object::Cube | Object::Barrel | Object::Drum => &[Material::Wood],
        Object::Can | Object::Bell | Object::Ring | Object::Rocket => &[Material::Metal],
        Object::Cup | Object::Bottle => &[Material::Glass, Material::Plastic],
        Object::Book | Object::Gift => &[Material::Cloth],
        Object::Snowman => &[Material::Ice],
        Object::Pyramid => &[Material::Stone],
        _ => &[Material::Plastic],
    }
}

/// Colours in which a thing usually comes.
pub(super) fn colours(object: Object) -> &'static [Colour] {
    match object {
        Object::Apple => &[Colour::Red, Colour::Green],
        Object::Pumpkin | Object::Cone => &[Colour::Orange],
        Object::Duck => &[Colour::Yellow],
        Object::Star | Object::Bell => &[Colour::Yellow],
        Object::Heart => &[Colour::Red, Colour::Pink],
        Object::Egg | Object::Snowman => &[Colour::White],
        Object::Mushroom => &[Colour::Red],
        Object::Barrel | Object::Bear => &[Colour::Brown],
        Object::Robot | Object::Can => &[Colour::Grey, Colour::Blue],
        Object::Fish => &[Colour::Orange, Colour::Blue],
        Object::Bottle => &[Colour::Green, Colour::Blue],
        Object::Pyramid => &[Colour::Yellow, Colour::Brown],
        Object::Rocket => &[Colour::Red, Colour::White],
        _ => &[
            Colour::Red,
            Colour::Blue,
            Colour::Yellow,
            Colour::Green,
            Colour::Purple,
            Colour::Orange,
        ],
    }
}
