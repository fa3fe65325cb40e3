//! Portraits: who is seen from near, how near, and what that person says.

use serde::{Deserialize, Serialize};

use crate::heads::{HELD_OUT_IDS, Head, Noun, TRAINING_IDS};
use crate::lines::Line;
use crate::rng::Rng;
use crate::spec::{
    Action, Camera, Colour, Cover, Material, Object, Place, SceneSpec, Style, Subject, Time,
    Weather,
};
use crate::vocabulary::{Shot, VERSION_1_ACTIONS};

/// What a portrait has beside the fields of every scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Portrait {
    /// Whose head.
    pub head: u64,
    /// How near.
    pub shot: Shot,
    /// What is said; `None` where nobody talks.
    pub line: Option<Line>,
}

/// Kinds of scenes that a stream can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Subjects and what they do.
    Scenes,
    /// Somebody looks about, seen from near.
    Heads,
    /// Somebody talks.
    Talk,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Scenes, Self::Heads, Self::Talk];

    /// The canonical word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Scenes => "scenes",
            Self::Heads => "heads",
            Self::Talk => "talk",
        }
    }

    /// The kind of a canonical word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Which of several kinds a seed has.
    pub fn of_seed(kinds: &[Self], seed: u64) -> Self {
        match kinds {
            [] => Self::Scenes,
            kinds => kinds[Rng::new(seed, 62).below(kinds.len())],
        }
    }
}

impl Portrait {
    /// The portrait of a seed, of somebody out of these ids.
    pub fn of_seed(seed: u64, ids: core::ops::Range<u64>, talks: bool) -> Self {
        let mut rng = Rng::new(seed, 60);
        let count = (ids.end - ids.start).max(1);
        Self {
            head: ids.start + rng.next_u64() % count,
            shot: if rng.chance(0.55) {
                Shot::Bust
            } else {
                Shot::CloseUp
            },
            line: talks.then(|| Line::new(rng.next_u64() >> 20)),
        }
    }

    /// What fits an action: somebody talks, looks about, or there is no portrait.
    pub fn fitting(portrait: Option<Self>, action: Action, seed: u64) -> Option<Self> {
        let talks = match action {
            Action::Talk => true,
            Action::Look => false,
            _ => return None,
        };
        let own = Self::of_seed(seed, TRAINING_IDS, talks);
        let portrait = portrait.unwrap_or(own);
        Some(Self {
            line: portrait.line.filter(|_| talks).or(own.line),
            ..portrait
        })
    }

    /// Whether training never sees this person.
    pub fn is_held_out(&self) -> bool {
        HELD_OUT_IDS.contains(&self.head)
    }

    /// Who.
    pub fn head(&self) -> Head {
        Head::from_id(self.head)
    }

    /// The voice of the person, by name, and its pitch as a factor.
    pub fn voice(&self) -> (&'static str, f32) {
        let head = self.head();
        let names = match head.traits.noun {
            Noun::Woman => ["willow", "birch"],
            Noun::Man => ["oak", "cedar"],
        };
        (names[Rng::new(self.head, 63).below(2)], head.genes.voice)
    }
}

impl SceneSpec {
    /// The scene of a seed and a kind, with people out of these ids; of scenes without portraits it is [`Self::from_seed`].
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
            style: Style::ALL[any(Style::ALL.len(), 0.0)],
            camera: Camera::ALL[any(Camera::ALL.len(), 0.25)],
            action,
            cover: Cover::Open,
            portrait: Some(Portrait::of_seed(seed, ids, kind == Kind::Talk)),
        };
        spec.fitted()
    }

    /// The same portrait with another head, shot or line; scenes without portraits stay as they are.
    pub fn with_portrait(mut self, portrait: Portrait) -> Self {
        self.portrait = Some(portrait);
        self.fitted()
    }
}

/// Actions of the first version of the world: seeds of scenes draw from these.
pub(crate) fn scene_actions() -> &'static [Action] {
    &Action::ALL[..VERSION_1_ACTIONS]
}
