//! Scene specifications drawn from seeds.

use kinora_scene::rng::Rng;
use kinora_scene::vocabulary::{
    Action, Camera, Colour, Cover, Material, Object, Place, Style, Time, Vocabulary, Weather,
};

use crate::spec::casting::{natural_material, readable, role, seats};
use crate::spec::portrait::Portrait;
use crate::spec::{SceneSpec, Subject, next_colour};

/// Number of actions of the first version of the world. Seeds of [`Kind::Scenes`] draw from these, so that a seed keeps
/// its scene.
const VERSION_1_ACTIONS: usize = 16;

/// Kinds of scenes in a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Subjects and their actions.
    Scenes,
    /// Silent portraits.
    Heads,
    /// Talking portraits.
    Talk,
}

impl Kind {
    /// All kinds, in order.
    pub const ALL: [Self; 3] = [Self::Scenes, Self::Heads, Self::Talk];

    /// Returns the canonical word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Scenes => "scenes",
            Self::Heads => "heads",
            Self::Talk => "talk",
        }
    }

    /// Returns the kind of a canonical word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Picks one of several kinds by seed.
    pub fn of_seed(kinds: &[Self], seed: u64) -> Self {
        match kinds {
            [] => Self::Scenes,
            kinds => kinds[Rng::new(seed, 62).below(kinds.len())],
        }
    }
}

impl SceneSpec {
    /// Draws the scene of a seed. Bounces are twice as common as any other action; half of the scenes are in clear daylight.
    pub fn from_seed(seed: u64) -> Self {
        let mut rng = Rng::new(seed, 1);
        let actions = scene_actions();
        let action = match rng.below(actions.len() + 1) {
            index if index < actions.len() => actions[index],
            _ => Action::Bounce,
        };
        let subjects = random_subjects(action, &mut rng);
        let spec = Self {
            seed,
            first: subjects[0],
            second: subjects.get(1).copied(),
            third: subjects.get(2).copied(),
            place: Place::ALL[rng.below(Place::ALL.len())],
            weather: *first_or(&mut rng, Weather::ALL, 0.5),
            time: *first_or(&mut rng, Time::ALL, 0.5),
            style: Style::CLASSES[rng.below(Style::CLASSES.len())],
            camera: *first_or(&mut rng, Camera::CLASSES, 0.25),
            action,
            cover: *first_or(&mut rng, Cover::ALL, 0.7),
            portrait: None,
        };
        spec.fitted()
    }

    /// Draws the scene of a seed and a kind, with heads out of `ids`. [`Kind::Scenes`] equals [`Self::from_seed`].
    pub fn of_kind(seed: u64, kind: Kind, ids: core::ops::Range<u64>) -> Self {
        let action = match kind {
            Kind::Scenes => return Self::from_seed(seed),
            Kind::Heads => Action::Look,
            Kind::Talk => Action::Talk,
        };
        let mut rng = Rng::new(seed, 64);
        let mut any = |count: usize, usual: f32| {
            if rng.chance(usual) {
                0
            } else {
                rng.below(count)
            }
        };
        let spec = Self {
            seed,
            first: Subject {
                object: Object::Person,
                colour: Colour::ALL[any(Colour::ALL.len(), 0.0)],
                material: Material::Cloth,
            },
            second: None,
            third: None,
            place: Place::ALL[any(Place::ALL.len(), 0.0)],
            weather: Weather::ALL[any(Weather::ALL.len(), 0.5)],
            time: Time::ALL[any(Time::ALL.len(), 0.4)],
            style: Style::CLASSES[any(Style::CLASSES.len(), 0.0)],
            camera: Camera::CLASSES[any(Camera::CLASSES.len(), 0.25)],
            action,
            cover: Cover::Open,
            portrait: Some(Portrait::of_seed(seed, ids, kind == Kind::Talk)),
        };
        spec.fitted()
    }
}

/// Actions that seeds of [`Kind::Scenes`] draw from.
pub(crate) fn scene_actions() -> &'static [Action] {
    &Action::ALL[..VERSION_1_ACTIONS]
}

/// Draws subjects of distinct colours for the seats of an action.
fn random_subjects(action: Action, rng: &mut Rng) -> Vec<Subject> {
    let seats = seats(action);
    let mut count = seats.least;
    while count < seats.most && rng.chance(0.35) {
        count += 1;
    }
    let mut subjects: Vec<Subject> = Vec::with_capacity(count);
    for seat in 0..count {
        let object = readable(action, *pick(rng, role(action, seat)));
        let material = *pick(rng, Material::ALL);
        let mut colour = *pick(rng, Colour::ALL);
        while subjects.iter().any(|other| other.colour == colour) {
            colour = next_colour(colour);
        }
        subjects.push(Subject {
            object,
            colour,
            material: natural_material(object).unwrap_or(material),
        });
    }
    subjects
}

fn pick<'a, T>(rng: &mut Rng, items: &'a [T]) -> &'a T {
    &items[rng.below(items.len())]
}

/// Picks the first item with this probability, else one of the others.
fn first_or<'a, T>(rng: &mut Rng, items: &'a [T], probability: f32) -> &'a T {
    if rng.chance(probability) {
        &items[0]
    } else {
        &items[1 + rng.below(items.len() - 1)]
    }
}
