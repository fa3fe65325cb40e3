//! Reading a prompt: words become fields with confidences, and what is not in this world is named.
//!
//! The parser knows the phrases of `words`, one typing error in a word, negations, and the nearest relative of many words
//! from outside. It finds the longest phrase at each word; adjectives go to the noun that follows or, failing one, to the
//! noun before ("a person in red", "a ball made of wood").

mod face;
mod lexicon;
mod nearest_word;

use kinora_scene::vocabulary::{
    Action, Camera, Colour, Cover, Material, Object, Place, Style, Time, Weather,
};

use crate::heads::{Head, TRAINING_IDS};
use crate::spec::portrait::Portrait;
use crate::spec::{SceneSpec, Subject};
use crate::utterances::Line;
pub use face::StatedFace;
use lexicon::{Meaning, lookup};

/// Confidence in a word with a typing error.
const MISTYPED: f32 = 0.8;
/// Confidence in the nearest relative of a word from outside.
const RELATIVE: f32 = 0.4;

/// A field that a prompt states.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stated<T> {
    /// What it says.
    pub value: T,
    /// 1 for a known phrase, less for a typing error, least for a guess.
    pub confidence: f32,
}

/// A subject that a prompt states.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StatedSubject {
    /// Shape.
    pub object: Stated<Object>,
    /// Its colour, if stated.
    pub colour: Option<Stated<Colour>>,
    /// What it is made of, if stated.
    pub material: Option<Stated<Material>>,
}

/// A word that is not in this world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// As typed, in lower case.
    pub word: String,
    /// The canonical word of what is used instead, if there is something near.
    pub used: Option<&'static str>,
}

/// What a prompt says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// In order of mention, at most three.
    pub subjects: Vec<StatedSubject>,
    /// Location.
    pub place: Option<Stated<Place>>,
    /// What falls.
    pub weather: Option<Stated<Weather>>,
    /// Time of day.
    pub time: Option<Stated<Time>>,
    /// Visual style.
    pub style: Option<Stated<Style>>,
    /// Camera move.
    pub camera: Option<Stated<Camera>>,
    /// Action.
    pub action: Option<Stated<Action>>,
    /// Whether a pillar stands in the way.
    pub cover: Option<Stated<Cover>>,
    /// Whose face, and how near.
    pub face: StatedFace,
    /// What is said, as typed between quotes.
    pub said: Option<String>,
    /// Words from outside.
    pub unknown: Vec<Unknown>,
}

/// Reads a prompt.
pub fn parse(prompt: &str) -> Parsed {
    let (said, prompt) = face::unquoted(prompt);
    let words = split(&prompt);
    let mut reader = Reader::default();
    reader.parsed.said = said;
    let mut at = 0;
    while at < words.len() {
        at += reader.read(&words[at..]);
    }
    reader.settle();
    reader.parsed
}

impl Parsed {
    /// A scene that has all that is stated; what is open is drawn by the seed.
    pub fn to_spec(&self, seed: u64) -> SceneSpec {
        let own = SceneSpec::from_seed(seed);
        let subject = |index: usize, own: Option<Subject>| {
            let stated = self.subjects.get(index)?;
            let own = own.unwrap_or(SceneSpec::from_seed(seed.wrapping_add(index as u64)).first);
            Some(Subject {
                object: stated.object.value,
                colour: stated.colour.map_or(own.colour, |colour| colour.value),
                material: stated
                    .material
                    .map_or(own.material, |material| material.value),
            })
        };
        let action = self.action.map(|action| action.value);
        let spec = SceneSpec {
            seed,
            first: subject(0, Some(own.first)).unwrap_or(own.first),
            second: subject(1, own.second),
            third: subject(2, own.third),
            place: self.place.map_or(own.place, |it| it.value),
            weather: self.weather.map_or(Weather::Clear, |it| it.value),
            time: self.time.map_or(Time::Day, |it| it.value),
            style: self.style.map_or(own.style, |it| it.value),
            camera: self.camera.map_or(own.camera, |it| it.value),
            action: action.unwrap_or_else(|| self.usual_action()),
            cover: self.cover.map_or(Cover::Open, |it| it.value),
            portrait: self.portrait(seed),
        };
        spec.fitted()
    }

    /// Somebody with the stated face; for words that are no line of this world [`SceneSpec::fitted`] chooses one.
    fn portrait(&self, seed: u64) -> Option<Portrait> {
        let own = Portrait::of_seed(seed, TRAINING_IDS, true);
        let head = Head::find(TRAINING_IDS, own.head, |traits| self.face.fits(traits));
        Some(Portrait {
            head: head.id,
            shot: self.face.shot.map_or(own.shot, |shot| shot.value),
            line: self.said.as_deref().and_then(Line::of_text),
        })
    }

    /// What the subjects do if nothing is said.
    fn usual_action(&self) -> Action {
        if self.said.is_some() {
            return Action::Talk;
        }
        if self.face.shot.is_some() {
            return Action::Look;
        }
        match &self.subjects[..] {
            [first, ..] if first.object.value.is_character() => Action::Walk,
            [_, _, ..] => Action::Collide,
            _ => Action::Bounce,
        }
    }
}

/// Lower-case words; a comma or another mark that separates is a word of its own.
fn split(prompt: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for letter in prompt.to_lowercase().chars() {
        let last = words.len() - 1;
        if letter.is_alphanumeric() || letter == '\'' {
            words[last].push(letter);
        } else {
            if ",.;:!?".contains(letter) {
                words.push(",".into());
            }
            words.push(String::new());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The state of reading.
#[derive(Default)]
struct Reader {
    parsed: Parsed,
    colour: Option<Stated<Colour>>,
    material: Option<Stated<Material>>,
    /// The next phrase is what the scene is not.
    denied: bool,
    /// The next material is that of the noun before.
    made: bool,
}

impl Reader {
    /// Reads the phrase at the start; returns its number of words.
    fn read(&mut self, words: &[String]) -> usize {
        let Some(found) = lookup(words) else {
            let used = nearest_word::relative(&words[0]);
            self.parsed.unknown.push(Unknown {
                word: words[0].clone(),
                used: used.map(Meaning::word),
            });
            if let Some(meaning) = used {
                self.take(meaning, RELATIVE);
            }
            return 1;
        };
        let confidence = if found.exact { 1.0 } else { MISTYPED };
        self.take(found.meaning, confidence);
        found.words
    }

    fn take(&mut self, meaning: Meaning, confidence: f32) {
        if meaning == Meaning::Not {
            self.denied = true;
            return;
        }
        if meaning == Meaning::Glue {
            return;
        }
        if meaning == Meaning::MadeOf {
            self.made = true;
            return;
        }
        if meaning == Meaning::Pause {
            self.denied = false;
            return self.settle();
        }
        if core::mem::take(&mut self.denied) {
            return;
        }
        let made = core::mem::take(&mut self.made);
        let parsed = &mut self.parsed;
        match meaning {
            Meaning::Material(value) if made && !parsed.subjects.is_empty() => {
                let last = parsed.subjects.len() - 1;
                parsed.subjects[last].material = Some(Stated { value, confidence });
            }
            Meaning::Colour(value) => self.colour = Some(Stated { value, confidence }),
            Meaning::Material(value) => self.material = Some(Stated { value, confidence }),
            Meaning::Object(value) => {
                if parsed.subjects.len() < 3 {
                    parsed.subjects.push(StatedSubject {
                        object: Stated { value, confidence },
                        colour: self.colour.take(),
                        material: self.material.take(),
                    });
                }
                (self.colour, self.material) = (None, None);
            }
            Meaning::Noun(value) => {
                state(&mut parsed.face.noun, value, confidence);
                return self.take(Meaning::Object(Object::Person), confidence);
            }
            Meaning::Age(value) => return state(&mut parsed.face.age, value, confidence),
            Meaning::Hair(value) => state(&mut parsed.face.hair, value, confidence),
            Meaning::Cut(value) => state(&mut parsed.face.cut, value, confidence),
            Meaning::Beard(value) => state(&mut parsed.face.beard, value, confidence),
            Meaning::Glasses(value) => state(&mut parsed.face.glasses, value, confidence),
            Meaning::Freckles => state(&mut parsed.face.freckles, true, confidence),
            Meaning::Shot(value) => state(&mut parsed.face.shot, value, confidence),
            Meaning::Place(value) => state(&mut parsed.place, value, confidence),
            Meaning::Weather(value) => state(&mut parsed.weather, value, confidence),
            Meaning::Time(value) => state(&mut parsed.time, value, confidence),
            Meaning::Style(value) => state(&mut parsed.style, value, confidence),
            Meaning::Camera(value) => state(&mut parsed.camera, value, confidence),
            Meaning::Cover(value) => state(&mut parsed.cover, value, confidence),
            Meaning::Action(value) => state(&mut parsed.action, value, confidence),
            Meaning::Not | Meaning::MadeOf | Meaning::Glue | Meaning::Pause => {}
        }
        if !matches!(
            meaning,
            Meaning::Colour(_) | Meaning::Material(_) | Meaning::Object(_)
        ) {
            self.settle();
        }
    }

    /// Adjectives that no noun followed belong to the noun before.
    fn settle(&mut self) {
        let (colour, material) = (self.colour.take(), self.material.take());
        if let Some(last) = self.parsed.subjects.last_mut() {
            last.colour = last.colour.or(colour);
            last.material = last.material.or(material);
        }
    }
}

/// The surer of two statements stays; of equal ones the first.
fn state<T>(field: &mut Option<Stated<T>>, value: T, confidence: f32) {
    if field.as_ref().is_none_or(|old| old.confidence < confidence) {
        *field = Some(Stated { value, confidence });
    }
}
