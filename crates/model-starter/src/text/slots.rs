//! Slots: the fields of a scene that the text encoder's heads classify, their classes, and their probabilities as conditioning.
//!
//! Slot probabilities condition the tokens of their subject directly, so that the video model does not have to infer by attention
//! which subject is red. The plan carries camera and action already, so these two are not among the conditioning. Twin:
//! `TextEncoder.slot_probs` in the training package.

use kinora_contract::event::SlotReading;
use kinora_contract::plan::SUBJECTS;
use kinora_contract::{Camera, Scene, Style};
use kinora_scene::vocabulary::{
    Action, Colour, Direction, Material, Object, Place, Size, Time, Vocabulary, Weather,
};
use serde::Deserialize;
use thiserror::Error;

/// Word of the class of a subject that is absent.
pub const NONE: &str = "none";

/// A field of the scene, in the order of the encoder's slot rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// Object of a subject, from 0.
    Object(usize),
    /// Colour of a subject, from 0.
    Colour(usize),
    /// Material of a subject, from 0.
    Material(usize),
    /// Place.
    Place,
    /// Style.
    Style,
    /// Camera move.
    Camera,
    /// Action.
    Action,
    /// Weather.
    Weather,
    /// Time of day.
    Time,
}

impl Slot {
    /// All slots in the order of the encoder's rows.
    pub const ALL: [Self; 15] = [
        Self::Object(0),
        Self::Colour(0),
        Self::Material(0),
        Self::Object(1),
        Self::Colour(1),
        Self::Material(1),
        Self::Object(2),
        Self::Colour(2),
        Self::Material(2),
        Self::Place,
        Self::Style,
        Self::Camera,
        Self::Action,
        Self::Weather,
        Self::Time,
    ];

    /// Row of the encoder that reads this slot.
    pub fn row(self) -> usize {
        match self {
            Self::Object(subject) => 3 * subject,
            Self::Colour(subject) => 3 * subject + 1,
            Self::Material(subject) => 3 * subject + 2,
            Self::Place => 9,
            Self::Style => 10,
            Self::Camera => 11,
            Self::Action => 12,
            Self::Weather => 13,
            Self::Time => 14,
        }
    }

    /// Name in events and in `config.json`: the field, and the number of the subject from 1.
    pub fn name(self) -> String {
        match self.subject() {
            Some(subject) => format!("{}{}", self.field(), subject + 1),
            None => self.field().to_owned(),
        }
    }

    /// The subject that the slot describes, from 0.
    pub fn subject(self) -> Option<usize> {
        match self {
            Self::Object(subject) | Self::Colour(subject) | Self::Material(subject) => {
                Some(subject)
            }
            _ => None,
        }
    }

    /// Whether its head has a last class for an absent subject. Subject 0 is always present.
    pub fn is_optional(self) -> bool {
        self.subject().is_some_and(|subject| subject > 0)
    }

    /// Key of its classes in `config.json`.
    pub fn field(self) -> &'static str {
        match self {
            Self::Object(_) => "object",
            Self::Colour(_) => "colour",
            Self::Material(_) => "material",
            Self::Place => "place",
            Self::Style => "style",
            Self::Camera => "camera",
            Self::Action => "action",
            Self::Weather => "weather",
            Self::Time => "time",
        }
    }
}

/// Reasons to refuse a resolved scene.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SceneError {
    /// A field is missing.
    #[error("the recipe's scene has no field {field}")]
    Missing {
        /// Its name.
        field: String,
    },
    /// A value outside the vocabulary.
    #[error("this model has no {field} \"{word}\"")]
    Unknown {
        /// Name of the field.
        field: String,
        /// The value.
        word: String,
    },
}

/// Classes of each field in the order of the heads' outputs. A word outside of the vocabulary is an error.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classes {
    /// Objects.
    pub object: Vec<Object>,
    /// Colours.
    pub colour: Vec<Colour>,
    /// Materials.
    pub material: Vec<Material>,
    /// Places.
    pub place: Vec<Place>,
    /// Styles.
    pub style: Vec<Style>,
    /// Camera moves.
    pub camera: Vec<Camera>,
    /// Actions.
    pub action: Vec<Action>,
    /// Weathers.
    pub weather: Vec<Weather>,
    /// Times of day.
    pub time: Vec<Time>,
}

impl Classes {
    /// Classes of a slot's head, the one of an absent subject included.
    pub fn count(&self, slot: Slot) -> usize {
        let known = match slot {
            Slot::Object(_) => self.object.len(),
            Slot::Colour(_) => self.colour.len(),
            Slot::Material(_) => self.material.len(),
            Slot::Place => self.place.len(),
            Slot::Style => self.style.len(),
            Slot::Camera => self.camera.len(),
            Slot::Action => self.action.len(),
            Slot::Weather => self.weather.len(),
            Slot::Time => self.time.len(),
        };
        known + usize::from(slot.is_optional())
    }

    /// Word of a class; [`NONE`] past the known ones.
    pub fn word(&self, slot: Slot, class: usize) -> &'static str {
        let word = match slot {
            Slot::Object(_) => self.object.get(class).map(|it| it.word()),
            Slot::Colour(_) => self.colour.get(class).map(|it| it.word()),
            Slot::Material(_) => self.material.get(class).map(|it| it.word()),
            Slot::Place => self.place.get(class).map(|it| it.word()),
            Slot::Style => self.style.get(class).map(|it| it.as_str()),
            Slot::Camera => self.camera.get(class).map(|it| it.as_str()),
            Slot::Action => self.action.get(class).map(|it| it.word()),
            Slot::Weather => self.weather.get(class).map(|it| it.word()),
            Slot::Time => self.time.get(class).map(|it| it.word()),
        };
        word.unwrap_or(NONE)
    }

    /// Whether a class is that of an absent subject.
    pub fn is_none(&self, slot: Slot, class: usize) -> bool {
        slot.is_optional() && class + 1 == self.count(slot)
    }

    /// Finds the class of a word in a slot; [`NONE`] is that of an absent subject.
    pub fn class(&self, slot: Slot, word: &str) -> Option<usize> {
        (0..self.count(slot)).find(|&class| self.word(slot, class) == word)
    }

    /// Returns the classes of a resolved scene, in the order of [`Slot::ALL`].
    ///
    /// # Errors
    ///
    /// [`SceneError`] for a missing field and for a word that is no class of it.
    fn of_scene(&self, scene: &Scene) -> Result<[usize; Slot::ALL.len()], SceneError> {
        let mut classes = [0; Slot::ALL.len()];
        for slot in Slot::ALL {
            let field = slot.name();
            let Some(word) = scene.get(&field) else {
                return Err(SceneError::Missing { field });
            };
            let Some(class) = self.class(slot, word) else {
                let word = word.to_owned();
                return Err(SceneError::Unknown { field, word });
            };
            classes[slot.row()] = class;
        }
        Ok(classes)
    }

    /// Resolves a scene: its classes in the order of [`Slot::ALL`], and its reading with the optional fields of staging.
    ///
    /// # Errors
    ///
    /// [`SceneError`] for a missing field and for a word outside the vocabulary of its field.
    pub fn reading_of(
        &self,
        scene: &Scene,
    ) -> Result<([usize; Slot::ALL.len()], SceneReading), SceneError> {
        let classes = self.of_scene(scene)?;
        let reading = SceneReading {
            direction: optional(scene, "direction")?,
            size: optional(scene, "size1")?,
            ..self.reading(classes)
        };
        Ok((classes, reading))
    }

    /// Resolves the classes of all slots, in the order of [`Slot::ALL`].
    pub fn reading(&self, classes: [usize; Slot::ALL.len()]) -> SceneReading {
        let class = |slot: Slot| classes[slot.row()];
        SceneReading {
            subjects: std::array::from_fn(|s| SubjectReading {
                object: self.object.get(class(Slot::Object(s))).copied(),
                colour: self.colour.get(class(Slot::Colour(s))).copied(),
                material: self.material.get(class(Slot::Material(s))).copied(),
            }),
            place: self.place[class(Slot::Place)],
            style: self.style[class(Slot::Style)],
            camera: self.camera[class(Slot::Camera)],
            action: self.action[class(Slot::Action)],
            weather: self.weather[class(Slot::Weather)],
            time: self.time[class(Slot::Time)],
            direction: None,
            size: None,
        }
    }
}

fn optional<T: Vocabulary>(scene: &Scene, field: &str) -> Result<Option<T>, SceneError> {
    let Some(word) = scene.get(field) else {
        return Ok(None);
    };
    let unknown = || SceneError::Unknown {
        field: field.to_owned(),
        word: word.to_owned(),
    };
    T::from_word(word).map(Some).ok_or_else(unknown)
}

/// A prompt as it was read, open fields completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SceneReading {
    /// Subjects; fields of an absent one are none.
    pub subjects: [SubjectReading; SUBJECTS],
    /// Place.
    pub place: Place,
    /// Style.
    pub style: Style,
    /// Camera move.
    pub camera: Camera,
    /// Action.
    pub action: Action,
    /// Weather.
    pub weather: Weather,
    /// Time of day.
    pub time: Time,
    /// Where the first subject moves; none: as planned.
    pub direction: Option<Direction>,
    /// Size of the first subject; none: as planned.
    pub size: Option<Size>,
}

/// One subject of a reading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SubjectReading {
    /// Object; none: the subject is absent.
    pub object: Option<Object>,
    /// Colour.
    pub colour: Option<Colour>,
    /// Material.
    pub material: Option<Material>,
}

impl SceneReading {
    /// Whether the clip is a portrait: a body as subject 0 and its head as subject 1.
    pub fn is_portrait(&self) -> bool {
        matches!(self.action, Action::Talk | Action::Look)
    }
}

/// Slots of the scene, in the order of the conditioning.
const SCENE_SLOTS: [Slot; 4] = [Slot::Place, Slot::Style, Slot::Weather, Slot::Time];
/// Slots of a subject, in the order of the conditioning.
const SUBJECT_SLOTS: [fn(usize) -> Slot; 3] = [Slot::Object, Slot::Colour, Slot::Material];

/// Class probabilities of the slots as conditioning of the tokens.
#[derive(Debug, Clone, PartialEq)]
pub struct SlotProbs {
    /// Of the scene, `[scene]`.
    pub scene: Vec<f32>,
    /// Of the subjects, `[SUBJECTS, subject]`.
    pub subjects: Vec<f32>,
}

/// Widths of [`SlotProbs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotDims {
    /// Values of the scene.
    pub scene: usize,
    /// Values of each subject.
    pub subject: usize,
}

impl SlotDims {
    /// Computes the widths for these classes.
    pub fn of(classes: &Classes) -> Self {
        let count = |slot| classes.count(slot);
        Self {
            scene: SCENE_SLOTS.into_iter().map(count).sum(),
            // Heads of an optional subject have one class more.
            subject: SUBJECT_SLOTS.iter().map(|slot| count(slot(1))).sum(),
        }
    }
}

impl SlotProbs {
    /// Builds the conditioning from per-slot class probabilities, in the order of [`Slot::ALL`].
    pub fn new(classes: &Classes, probabilities: &[Vec<f32>]) -> Self {
        let of = |slot: Slot| probabilities[slot.row()].as_slice();
        let scene = SCENE_SLOTS.iter().flat_map(|&slot| of(slot)).copied();
        let mut subjects = Vec::new();
        for subject in 0..SUBJECTS {
            for slot in SUBJECT_SLOTS {
                let start = subjects.len();
                subjects.extend_from_slice(of(slot(subject)));
                subjects.resize(start + classes.count(slot(1)), 0.0);
            }
        }
        Self {
            scene: scene.collect(),
            subjects,
        }
    }
}

impl SlotProbs {
    /// Builds the conditioning of a reading that leaves nothing open: `classes` in the order of [`Slot::ALL`].
    pub fn one_hot(all: &Classes, classes: [usize; Slot::ALL.len()]) -> Self {
        let row = |slot: Slot| {
            let mut row = vec![0.0; all.count(slot)];
            row[classes[slot.row()]] = 1.0;
            row
        };
        Self::new(all, &Slot::ALL.map(row))
    }
}

/// Computes the softmax of `logits`.
pub fn softmax(logits: &[f32]) -> Vec<f32> {
    let most = logits.iter().copied().fold(f32::MIN, f32::max);
    let powers: Vec<f32> = logits.iter().map(|it| libm::expf(it - most)).collect();
    let sum: f32 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

/// Describes a slot for an event.
pub(crate) fn slot_reading(
    classes: &Classes,
    slot: Slot,
    class: usize,
    confidence: f32,
) -> SlotReading {
    SlotReading {
        slot: slot.name(),
        value: classes.word(slot, class).to_owned(),
        confidence,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A vocabulary of two words a field, one colour.
    pub(crate) fn classes() -> Classes {
        Classes {
            object: vec![Object::Ball, Object::Cube],
            colour: vec![Colour::Red, Colour::Blue],
            material: vec![Material::Rubber],
            place: vec![Place::Beach, Place::Gym],
            style: vec![Style::Realistic],
            camera: vec![Camera::Pan],
            action: vec![Action::Roll],
            weather: vec![Weather::Clear],
            time: vec![Time::Day, Time::Night],
        }
    }

    /// Probabilities that are 1 for the first class of each slot, and for the last class of optional ones.
    pub(crate) fn certain(classes: &Classes) -> Vec<Vec<f32>> {
        let one_hot = |slot: Slot| {
            let count = classes.count(slot);
            let class = if slot.is_optional() { count - 1 } else { 0 };
            (0..count)
                .map(|it| f32::from(u8::from(it == class)))
                .collect()
        };
        Slot::ALL.into_iter().map(one_hot).collect()
    }

    #[test]
    fn rows_follow_the_order_of_the_slots() {
        for (row, slot) in Slot::ALL.into_iter().enumerate() {
            assert_eq!(slot.row(), row, "{}", slot.name());
        }
        assert_eq!(Slot::Colour(1).name(), "colour2");
    }

    #[test]
    fn each_subject_gets_its_own_probabilities() {
        let classes = classes();
        let mut probabilities = certain(&classes);
        probabilities[Slot::Object(0).row()] = vec![0.9, 0.1];
        probabilities[Slot::Object(1).row()] = vec![0.2, 0.3, 0.5];
        probabilities[Slot::Place.row()] = vec![0.4, 0.6];
        let probs = SlotProbs::new(&classes, &probabilities);
        assert_eq!(probs.scene, [0.4, 0.6, 1.0, 1.0, 1.0, 0.0]);
        // Object 3, colour 3, material 2 values a subject; subject 0 has no class for its absence.
        assert_eq!(
            probs.subjects[..8],
            [0.9, 0.1, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0]
        );
        assert_eq!(probs.subjects[8..11], [0.2, 0.3, 0.5]);
        let dims = SlotDims::of(&classes);
        assert_eq!((dims.scene, dims.subject), (6, 8));
        assert_eq!(probs.subjects.len(), SUBJECTS * dims.subject);
    }

    #[test]
    fn classes_become_a_reading_and_absent_subjects_are_none() {
        let mut indices = [0; 15];
        indices[Slot::Object(1).row()] = 2;
        indices[Slot::Object(2).row()] = 1;
        let reading = classes().reading(indices);
        assert_eq!(reading.subjects[0].object, Some(Object::Ball));
        assert_eq!(reading.subjects[1].object, None);
        assert_eq!(reading.subjects[2].object, Some(Object::Cube));
        assert_eq!(classes().word(Slot::Object(1), 2), NONE);
        assert!(classes().is_none(Slot::Object(1), 2));
        assert!(!classes().is_none(Slot::Object(0), 1));
    }

    #[test]
    fn a_resolved_scene_names_a_class_for_every_slot() {
        let classes = classes();
        let mut scene = Scene::default();
        for slot in Slot::ALL {
            let last = classes.count(slot) - 1;
            scene
                .fields
                .insert(slot.name(), classes.word(slot, last).to_owned());
        }
        let found = classes.of_scene(&scene).unwrap();
        assert!(
            Slot::ALL
                .into_iter()
                .all(|it| found[it.row()] == classes.count(it) - 1)
        );
        scene
            .fields
            .insert("object1".to_owned(), "horse".to_owned());
        let error = classes.of_scene(&scene).unwrap_err().to_string();
        assert_eq!(error, "this model has no object1 \"horse\"");
        scene.fields.remove("place");
        scene.fields.insert("object1".to_owned(), "ball".to_owned());
        let error = classes.of_scene(&scene).unwrap_err().to_string();
        assert_eq!(error, "the recipe's scene has no field place");
    }

    #[test]
    fn an_unknown_class_is_an_error() {
        let json = r#"{"object":["ball"],"colour":["red"],"material":["rubber"],"place":["gym"],
            "style":["realistic"],"camera":["pan"],"action":["swing"],"weather":["clear"],"time":["day"]}"#;
        let error = serde_json::from_str::<Classes>(json)
            .unwrap_err()
            .to_string();
        assert!(error.contains("swing"), "{error}");
    }

    #[test]
    fn softmax_sums_to_one_for_large_logits() {
        let [a, b, c] = softmax(&[900.0, 902.0, 900.0])[..] else {
            panic!("three");
        };
        assert!((b - 0.787).abs() < 1e-3 && a == c && (a + b + c - 1.0).abs() < 1e-6);
    }
}
