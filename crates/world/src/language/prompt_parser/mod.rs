//! Prompt parser: words become fields with confidences; words outside the world are reported.
//!
//! The parser knows the phrases of `language::phrases`, one typing error per word, negations, and the nearest relative of many
//! unknown words. It matches the longest phrase at each word; adjectives attach to the following noun, or else to the
//! preceding one ("a person in red", "a ball made of wood").

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
/// Confidence in the nearest relative of an unknown word.
const RELATIVE: f32 = 0.4;

/// A field that a prompt states.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stated<T> {
    /// Value.
    pub value: T,
    /// Confidence: 1 for an exact phrase, less for a typing error, least for a relative.
    pub confidence: f32,
}

/// A subject that a prompt states.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StatedSubject {
    /// Shape.
    pub object: Stated<Object>,
    /// Colour, if stated.
    pub colour: Option<Stated<Colour>>,
    /// Material, if stated.
    pub material: Option<Stated<Material>>,
}

/// A word outside the world's vocabulary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// As typed, in lower case.
    pub word: String,
    /// Canonical word of the substitute, if there is one.
    pub used: Option<&'static str>,
}

/// Fields that a prompt states.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// Subjects in order of mention, at most three.
    pub subjects: Vec<StatedSubject>,
    /// Location.
    pub place: Option<Stated<Place>>,
    /// Weather.
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
    /// Face and framing.
    pub face: StatedFace,
    /// Quoted speech as typed.
    pub said: Option<String>,
    /// Unknown words.
    pub unknown: Vec<Unknown>,
}

/// Parses a prompt.
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
    /// Builds a scene with all stated fields; the seed determines the rest.
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

    /// Builds the portrait with the stated face. For speech that is not a line of the world, [`SceneSpec::fitted`] picks one.
    fn portrait(&self, seed: u64) -> Option<Portrait> {
        let own = Portrait::of_seed(seed, TRAINING_IDS, true);
        let head = Head::find(TRAINING_IDS, own.head, |traits| self.face.fits(traits));
        Some(Portrait {
            head: head.id,
            shot: self.face.shot.map_or(own.shot, |shot| shot.value),
            line: self.said.as_deref().and_then(Line::of_text),
        })
    }

    /// Default action of the subjects.
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

/// Splits into lower-case words; separators such as commas are words.
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

/// Parser state.
#[derive(Default)]
struct Reader {
    parsed: Parsed,
    colour: Option<Stated<Colour>>,
    material: Option<Stated<Material>>,
    /// Whether the next phrase is negated.
    denied: bool,
    /// Whether the next material belongs to the preceding noun.
    made: bool,
}

impl Reader {
    /// Parses the phrase at the start; returns its number of words.
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

    /// Attaches trailing adjectives to the preceding noun.
    fn settle(&mut self) {
        let (colour, material) = (self.colour.take(), self.material.take());
        if let Some(last) = self.parsed.subjects.last_mut() {
            last.colour = last.colour.or(colour);
            last.material = last.material.or(material);
        }
    }
}

/// Keeps the statement of higher confidence, or the first of equal ones.
fn state<T>(field: &mut Option<Stated<T>>, value: T, confidence: f32) {
    if field.as_ref().is_none_or(|old| old.confidence < confidence) {
        *field = Some(Stated { value, confidence });
    }
}
