//! Attributes: one stated value of one field.

use std::fmt;

use crate::vocabulary::*;

use super::Kind;

/// A kind of thing: its label, such as `ball` or `hot air balloon`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Thing(Box<str>);

impl Thing {
    /// Creates the thing of a label.
    pub fn new(label: &str) -> Self {
        Self(label.into())
    }

    /// Returns the label.
    pub fn label(&self) -> &str {
        &self.0
    }

    /// Whether it is a human being: someone, or a role.
    pub fn is_person(&self) -> bool {
        self.kind() == Kind::Person
    }

    /// Returns the kind of beings or things that it belongs to.
    pub(crate) fn kind(&self) -> Kind {
        Kind::of(self.label())
    }
}

impl fmt::Debug for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// A value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is the field of its vocabulary")]
pub enum Attribute {
    Thing(Thing),
    Count(u32),
    Colour(Colour),
    Material(Material),
    Size(Size),
    Gender(Gender),
    Age(Age),
    Hair(HairColour),
    Cut(Cut),
    Beard(Beard),
    Glasses(Glasses),
    Freckles,
    Action(Action),
    Direction(Direction),
    Relation(Relation),
    Place(Place),
    Weather(Weather),
    Time(Time),
    Style(Style),
    Camera(Camera),
    Shot(Shot),
}

impl Attribute {
    /// Parses a value of a lexicon line.
    pub(super) fn parse(field: &str, value: &str) -> Result<Self, String> {
        fn of<T: Vocabulary>(value: &str, make: fn(T) -> Attribute) -> Result<Attribute, String> {
            T::parse_word(value)
                .map(make)
                .map_err(|error| error.to_string())
        }
        match field {
            "thing" => Ok(Self::Thing(Thing::new(value))),
            "count" => value
                .parse()
                .map(Self::Count)
                .map_err(|_| format!("\"{value}\" is no count")),
            "colour" => of(value, Self::Colour),
            "material" => of(value, Self::Material),
            "size" => of(value, Self::Size),
            "gender" => of(value, Self::Gender),
            "age" => of(value, Self::Age),
            "hair" => of(value, Self::Hair),
            "cut" => of(value, Self::Cut),
            "beard" => of(value, Self::Beard),
            "glasses" => of(value, Self::Glasses),
            "freckles" => Ok(Self::Freckles),
            "action" => of(value, Self::Action),
            "direction" => of(value, Self::Direction),
            "relation" => of(value, Self::Relation),
            "place" => of(value, Self::Place),
            "weather" => of(value, Self::Weather),
            "time" => of(value, Self::Time),
            "style" => of(value, Self::Style),
            "camera" => of(value, Self::Camera),
            "shot" => of(value, Self::Shot),
            other => Err(format!("unknown field \"{other}\"")),
        }
    }

    /// Returns the value as a word.
    pub fn word(&self) -> String {
        match self {
            Self::Thing(it) => it.label().to_owned(),
            Self::Count(it) => it.to_string(),
            Self::Colour(it) => it.word().to_owned(),
            Self::Material(it) => it.word().to_owned(),
            Self::Size(it) => it.word().to_owned(),
            Self::Gender(it) => it.word().to_owned(),
            Self::Age(it) => it.word().to_owned(),
            Self::Hair(it) => it.word().to_owned(),
            Self::Cut(it) => it.word().to_owned(),
            Self::Beard(it) => it.word().to_owned(),
            Self::Glasses(it) => it.word().to_owned(),
            Self::Freckles => "yes".to_owned(),
            Self::Action(it) => it.word().to_owned(),
            Self::Direction(it) => it.word().to_owned(),
            Self::Relation(it) => it.word().to_owned(),
            Self::Place(it) => it.word().to_owned(),
            Self::Weather(it) => it.word().to_owned(),
            Self::Time(it) => it.word().to_owned(),
            Self::Style(it) => it.word().to_owned(),
            Self::Camera(it) => it.word().to_owned(),
            Self::Shot(it) => it.word().to_owned(),
        }
    }
}
