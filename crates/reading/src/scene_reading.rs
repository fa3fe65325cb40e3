//! The reading of a prompt: typed fields with their source, and what became of every word.

use std::fmt;
use std::ops::Range;

use serde::Serialize;

use crate::lexicon::{Attribute, Thing};
use crate::vocabulary::*;
use crate::{Language, WordUse};

/// Maximum number of different subjects.
pub const SUBJECTS: usize = 3;

/// A stated value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stated<T> {
    /// Value.
    pub value: T,
    /// False if the value stands for something near, which the user is told.
    pub exact: bool,
    /// Confidence that the prompt says so, 0 ..= 1.
    pub confidence: f32,
    /// Bytes of the prompt that say it.
    pub spans: Vec<Range<usize>>,
}

/// A subject.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[allow(missing_docs, reason = "each field is named after its vocabulary")]
pub struct Subject {
    pub thing: Option<Stated<Thing>>,
    pub count: Option<Stated<u32>>,
    pub colour: Option<Stated<Colour>>,
    pub material: Option<Stated<Material>>,
    pub size: Option<Stated<Size>>,
    pub gender: Option<Stated<Gender>>,
    pub age: Option<Stated<Age>>,
    pub hair: Option<Stated<HairColour>>,
    pub cut: Option<Stated<Cut>>,
    pub beard: Option<Stated<Beard>>,
    pub glasses: Option<Stated<Glasses>>,
    pub freckles: Option<Stated<bool>>,
    /// Whether an edit removes it.
    pub removed: bool,
}

/// A value that the prompt excludes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Denied {
    /// A thing that must not appear.
    Thing(Thing),
    /// A value of a field of the scene.
    Value(&'static str, String),
}

/// A prompt as it was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SceneReading {
    /// Language of the prompt.
    pub language: Language,
    /// Subjects, the one who acts first.
    pub subjects: Vec<Subject>,
    /// What the first subject does.
    pub action: Option<Stated<Action>>,
    /// What it does next.
    pub then: Option<Stated<Action>>,
    /// Where it moves.
    pub direction: Option<Stated<Direction>>,
    /// Position of the first subject with respect to the second.
    pub relation: Option<Stated<Relation>>,
    /// Whether a pillar hides the subject.
    pub cover: Option<Stated<Cover>>,
    /// Place.
    pub place: Option<Stated<Place>>,
    /// Weather.
    pub weather: Option<Stated<Weather>>,
    /// Time of day.
    pub time: Option<Stated<Time>>,
    /// Style.
    pub style: Option<Stated<Style>>,
    /// Camera move.
    pub camera: Option<Stated<Camera>>,
    /// Framing of a portrait.
    pub shot: Option<Stated<Shot>>,
    /// Spoken words.
    pub speech: Option<Stated<String>>,
    /// Excluded values, with the bytes that say so.
    pub denied: Vec<(Denied, Range<usize>)>,
    /// Every word, in order.
    pub words: Vec<WordUse>,
}

/// A field, as it is named in reports and recipes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Field {
    /// A field of a subject, from 0.
    Subject(usize, &'static str),
    /// A field of the scene.
    Scene(&'static str),
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subject(subject, name) => write!(f, "s{}.{name}", subject + 1),
            Self::Scene(name) => f.write_str(name),
        }
    }
}

impl SceneReading {
    /// Lists the stated fields: name, value, and whether it is exact.
    pub fn fields(&self) -> Vec<(Field, String, bool)> {
        let mut out = Vec::new();
        for (index, subject) in self.subjects.iter().enumerate() {
            let mut add = |name: &'static str, value: Option<(String, bool)>| {
                out.extend(value.map(|(value, exact)| (Field::Subject(index, name), value, exact)));
            };
            if subject.removed {
                add("thing", Some(("none".to_owned(), true)));
                continue;
            }
            add(
                "thing",
                subject
                    .thing
                    .as_ref()
                    .map(|it| (it.value.label().to_owned(), it.exact)),
            );
            add(
                "count",
                subject
                    .count
                    .as_ref()
                    .map(|it| (it.value.to_string(), it.exact)),
            );
            add("colour", word(&subject.colour));
            add("material", word(&subject.material));
            add("size", word(&subject.size));
            add("gender", word(&subject.gender));
            add("age", word(&subject.age));
            add("hair", word(&subject.hair));
            add("cut", word(&subject.cut));
            add("beard", word(&subject.beard));
            add("glasses", word(&subject.glasses));
            add(
                "freckles",
                subject
                    .freckles
                    .as_ref()
                    .map(|it| ("yes".to_owned(), it.exact)),
            );
        }
        let mut add = |name: &'static str, value: Option<(String, bool)>| {
            out.extend(value.map(|(value, exact)| (Field::Scene(name), value, exact)));
        };
        add("action", word(&self.action));
        add("then", word(&self.then));
        add("direction", word(&self.direction));
        add("relation", word(&self.relation));
        add("cover", word(&self.cover));
        add("place", word(&self.place));
        add("weather", word(&self.weather));
        add("time", word(&self.time));
        add("style", word(&self.style));
        add("camera", word(&self.camera));
        add("shot", word(&self.shot));
        add(
            "speech",
            self.speech.as_ref().map(|it| (it.value.clone(), it.exact)),
        );
        for (denied, _) in &self.denied {
            match denied {
                Denied::Thing(thing) => add("without", Some((thing.label().to_owned(), true))),
                Denied::Value(field, value) => add(
                    match *field {
                        "time" => "not.time",
                        "style" => "not.style",
                        "place" => "not.place",
                        "weather" => "not.weather",
                        "camera" => "not.camera",
                        _ => "not.colour",
                    },
                    Some((value.clone(), true)),
                ),
            }
        }
        out
    }
}

fn word<T: Vocabulary>(stated: &Option<Stated<T>>) -> Option<(String, bool)> {
    stated
        .as_ref()
        .map(|it| (it.value.word().to_owned(), it.exact))
}

/// Result of stating a value.
pub(crate) enum Set {
    /// It is stated now.
    Done(Field),
    /// Another value was stated before.
    Contradiction,
    /// The field does not apply.
    NoField,
}

fn put<T: PartialEq>(
    slot: &mut Option<Stated<T>>,
    value: T,
    exact: bool,
    span: &Range<usize>,
    field: Field,
) -> Set {
    match slot {
        Some(stated) if stated.value == value => {
            stated.spans.push(span.clone());
            stated.exact |= exact;
            Set::Done(field)
        }
        Some(_) => Set::Contradiction,
        None => {
            let confidence = if exact { 1.0 } else { 0.8 };
            *slot = Some(Stated {
                value,
                exact,
                confidence,
                spans: vec![span.clone()],
            });
            Set::Done(field)
        }
    }
}

impl Subject {
    /// Whether it is a human being, or a role of one.
    pub(crate) fn is_person(&self) -> bool {
        self.thing.as_ref().is_some_and(|it| it.value.is_person())
    }

    /// Takes back the value of the field of an attribute.
    pub(crate) fn clear(&mut self, attribute: &Attribute) {
        match attribute {
            Attribute::Count(_) => self.count = None,
            Attribute::Colour(_) => self.colour = None,
            Attribute::Material(_) => self.material = None,
            Attribute::Size(_) => self.size = None,
            Attribute::Gender(_) => self.gender = None,
            Attribute::Age(_) => self.age = None,
            Attribute::Hair(_) => self.hair = None,
            Attribute::Cut(_) => self.cut = None,
            _ => {}
        }
    }

    /// Whether it can act of its own will.
    pub(crate) fn acts(&self) -> bool {
        self.thing
            .as_ref()
            .is_some_and(|it| it.value.kind().is_animate())
    }

    /// States an attribute of the subject with this index.
    pub(crate) fn state(
        &mut self,
        index: usize,
        attribute: &Attribute,
        exact: bool,
        span: &Range<usize>,
    ) -> Set {
        let field = |name| Field::Subject(index, name);
        let person = self.thing.is_none() || self.is_person();
        match attribute {
            Attribute::Thing(it) => put(&mut self.thing, it.clone(), exact, span, field("thing")),
            Attribute::Count(it) => put(&mut self.count, *it, exact, span, field("count")),
            Attribute::Colour(it) => put(&mut self.colour, *it, exact, span, field("colour")),
            Attribute::Material(it) => put(&mut self.material, *it, exact, span, field("material")),
            Attribute::Size(it) => put(&mut self.size, *it, exact, span, field("size")),
            Attribute::Gender(it) => put(&mut self.gender, *it, exact, span, field("gender")),
            Attribute::Age(it) if person => put(&mut self.age, *it, exact, span, field("age")),
            Attribute::Hair(it) if person => put(&mut self.hair, *it, exact, span, field("hair")),
            Attribute::Cut(it) if person => put(&mut self.cut, *it, exact, span, field("cut")),
            Attribute::Beard(it) if person => {
                put(&mut self.beard, *it, exact, span, field("beard"))
            }
            Attribute::Glasses(it) => put(&mut self.glasses, *it, exact, span, field("glasses")),
            Attribute::Freckles if person => {
                put(&mut self.freckles, true, exact, span, field("freckles"))
            }
            _ => Set::NoField,
        }
    }
}

impl SceneReading {
    /// States an attribute of the scene.
    pub(crate) fn state(&mut self, attribute: &Attribute, exact: bool, span: &Range<usize>) -> Set {
        let field = Field::Scene;
        match attribute {
            Attribute::Direction(it) => {
                put(&mut self.direction, *it, exact, span, field("direction"))
            }
            Attribute::Place(it) => put(&mut self.place, *it, exact, span, field("place")),
            Attribute::Weather(it) => put(&mut self.weather, *it, exact, span, field("weather")),
            Attribute::Time(it) => put(&mut self.time, *it, exact, span, field("time")),
            Attribute::Style(it) => put(&mut self.style, *it, exact, span, field("style")),
            Attribute::Camera(it) => put(&mut self.camera, *it, exact, span, field("camera")),
            Attribute::Shot(it) => put(&mut self.shot, *it, exact, span, field("shot")),
            _ => Set::NoField,
        }
    }

    /// Takes back the value of the field of an attribute.
    pub(crate) fn clear(&mut self, attribute: &Attribute) {
        match attribute {
            Attribute::Direction(_) => self.direction = None,
            Attribute::Place(_) => self.place = None,
            Attribute::Weather(_) => self.weather = None,
            Attribute::Time(_) => self.time = None,
            Attribute::Style(_) => self.style = None,
            Attribute::Camera(_) => self.camera = None,
            Attribute::Shot(_) => self.shot = None,
            _ => {}
        }
    }

    pub(crate) fn state_relation(&mut self, relation: Relation, span: &Range<usize>) -> Set {
        put(
            &mut self.relation,
            relation,
            true,
            span,
            Field::Scene("relation"),
        )
    }

    pub(crate) fn state_cover(&mut self, cover: Cover, span: &Range<usize>) -> Set {
        put(&mut self.cover, cover, true, span, Field::Scene("cover"))
    }

    pub(crate) fn state_speech(&mut self, text: &str, span: &Range<usize>) -> Set {
        put(
            &mut self.speech,
            text.to_owned(),
            true,
            span,
            Field::Scene("speech"),
        )
    }

    pub(crate) fn state_action(&mut self, action: Action, exact: bool, span: &Range<usize>) -> Set {
        put(
            &mut self.action,
            action,
            exact,
            span,
            Field::Scene("action"),
        )
    }

    pub(crate) fn state_then(&mut self, action: Action, exact: bool, span: &Range<usize>) -> Set {
        put(&mut self.then, action, exact, span, Field::Scene("then"))
    }
}
