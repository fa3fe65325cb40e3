//! Scene specification: subjects, place, light, style, camera and action, from a seed or from fields.

pub mod casting;
pub mod portrait;
pub mod sampling;
pub mod shape;

use kinora_scene::vocabulary::{
    Action, Camera, Colour, Cover, Material, Object, Place, Shot, Style, Time, Vocabulary, Weather,
};
use serde::{Deserialize, Serialize};

use crate::spec::casting::{natural_material, role, seats};
use crate::spec::portrait::Portrait;
use crate::utterances::Line;

/// An object or character in a scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject {
    /// Shape.
    pub object: Object,
    /// Colour.
    pub colour: Colour,
    /// Material.
    pub material: Material,
}

/// Complete specification of a scene: equal specs give equal bytes. The seed determines everything without a field (side, speed, size,
/// spin).
///
/// Fields are always consistent: constructors replace a subject that an action cannot use ([`casting`]) and clear the
/// weather indoors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Fields", into = "Fields")]
pub struct SceneSpec {
    /// Determines everything without a field.
    pub seed: u64,
    /// Grammatical subject of the caption.
    pub first: Subject,
    /// Object of the action, or companion.
    pub second: Option<Subject>,
    /// Another one.
    pub third: Option<Subject>,
    /// Location.
    pub place: Place,
    /// Weather.
    pub weather: Weather,
    /// Time of day.
    pub time: Time,
    /// Visual style.
    pub style: Style,
    /// Camera move.
    pub camera: Camera,
    /// Action.
    pub action: Action,
    /// Whether a pillar stands in the way.
    pub cover: Cover,
    /// Head, framing and spoken line of a portrait.
    pub portrait: Option<Portrait>,
}

impl SceneSpec {
    /// Builds a scene of one subject in clear daylight. An action that needs a second subject gets one; [`Self::with`] replaces it.
    pub fn new(subject: Subject, action: Action, place: Place) -> Self {
        let spec = Self {
            seed: 0,
            first: subject,
            second: None,
            third: None,
            place,
            weather: Weather::Clear,
            time: Time::Day,
            style: Style::Realistic,
            camera: Camera::Static,
            action,
            cover: Cover::Open,
            portrait: None,
        };
        spec.fitted()
    }

    /// Replaces the seed.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Replaces the style.
    pub fn with_style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    /// Replaces the camera move.
    pub fn with_camera(mut self, camera: Camera) -> Self {
        self.camera = camera;
        self
    }

    /// Replaces weather and time of day; indoors the weather stays clear.
    pub fn with_air(mut self, weather: Weather, time: Time) -> Self {
        self.weather = weather;
        self.time = time;
        self.fitted()
    }

    /// Replaces the occlusion by a pillar; no effect on actions that do not cross the frame.
    pub fn with_cover(mut self, cover: Cover) -> Self {
        self.cover = cover;
        self.fitted()
    }

    /// Replaces the further subjects, up to the maximum of the action.
    pub fn with(mut self, second: Option<Subject>, third: Option<Subject>) -> Self {
        self.second = second;
        self.third = third;
        self.fitted()
    }

    /// Replaces the portrait; no effect on other scenes.
    pub fn with_portrait(mut self, portrait: Portrait) -> Self {
        self.portrait = Some(portrait);
        self.fitted()
    }

    /// Turns the scene into a collision of the first subject with `other`.
    pub fn hitting(mut self, other: Subject) -> Self {
        self.action = Action::Collide;
        self.with(Some(other), None)
    }

    /// Iterates over the subjects in order.
    pub fn subjects(&self) -> impl Iterator<Item = Subject> {
        core::iter::once(self.first)
            .chain(self.second)
            .chain(self.third)
    }

    /// Returns true if this combination of fields is held out of training: one in sixteen, independent of the seed, the other subjects,
    /// weather and time; and every person with a held-out head.
    pub fn is_held_out(&self) -> bool {
        let words = [
            self.first.object.word(),
            self.first.colour.word(),
            self.first.material.word(),
            self.place.word(),
            self.style.word(),
            self.camera.word(),
            self.action.word(),
        ];
        let digest = blake3::hash(words.join("|").as_bytes());
        let stranger = self.portrait.is_some_and(|portrait| portrait.is_held_out());
        stranger || digest.as_bytes()[0].is_multiple_of(16)
    }

    /// Makes the fields consistent. Idempotent.
    pub fn fitted(mut self) -> Self {
        let seats = seats(self.action);
        let taken = self.first;
        self.first = fitting(self.action, 0, taken);
        if self.second.is_none() {
            // A required partner gets the next colour, so that the two are distinguishable.
            self.second = (seats.least > 1).then(|| Subject {
                colour: next_colour(taken.colour),
                ..taken
            });
            self.third = None;
        }
        let other = |seat: usize, subject: Option<Subject>| {
            let subject = subject.filter(|_| seat < seats.most);
            subject.map(|subject| fitting(self.action, seat, subject))
        };
        (self.second, self.third) = (other(1, self.second), other(2, self.third));
        if self.place.is_indoors() {
            self.weather = Weather::Clear;
        }
        if !moves_past(self.action) {
            self.cover = Cover::Open;
        }
        self.portrait = Portrait::fitting(self.portrait, self.action, self.seed);
        self
    }
}

/// Returns true if the first subject crosses the frame, so that a pillar can occlude it.
pub fn moves_past(action: Action) -> bool {
    matches!(
        action,
        Action::Bounce | Action::Roll | Action::Walk | Action::Run
    )
}

/// Returns the next colour in class order.
pub fn next_colour(colour: Colour) -> Colour {
    Colour::ALL[(colour as usize + 1) % Colour::ALL.len()]
}

/// Returns the subject if it fits a seat, else the most usual object there in the same colour.
fn fitting(action: Action, seat: usize, subject: Subject) -> Subject {
    let fits = role(action, seat);
    let object = if fits.contains(&subject.object) {
        subject.object
    } else {
        fits[0]
    };
    let material = natural_material(object).unwrap_or(subject.material);
    Subject {
        object,
        material,
        ..subject
    }
}

/// Flat JSON form: one key per slot of the text model, `null` for absent subjects.
#[derive(Serialize, Deserialize)]
struct Fields {
    seed: u64,
    object1: Object,
    colour1: Colour,
    material1: Material,
    object2: Option<Object>,
    colour2: Option<Colour>,
    material2: Option<Material>,
    #[serde(default)]
    object3: Option<Object>,
    #[serde(default)]
    colour3: Option<Colour>,
    #[serde(default)]
    material3: Option<Material>,
    place: Place,
    #[serde(default = "clear")]
    weather: Weather,
    #[serde(default = "day")]
    time: Time,
    style: Style,
    camera: Camera,
    action: Action,
    #[serde(default = "open")]
    cover: Cover,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    head: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shot: Option<Shot>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    line: Option<Line>,
}

fn clear() -> Weather {
    Weather::Clear
}

fn day() -> Time {
    Time::Day
}

fn open() -> Cover {
    Cover::Open
}

impl From<Fields> for SceneSpec {
    fn from(fields: Fields) -> Self {
        let subject = |object, colour, material| {
            Some(Subject {
                object: object?,
                colour: colour?,
                material: material?,
            })
        };
        let first = Subject {
            object: fields.object1,
            colour: fields.colour1,
            material: fields.material1,
        };
        let spec = Self {
            seed: fields.seed,
            first,
            second: subject(fields.object2, fields.colour2, fields.material2),
            third: subject(fields.object3, fields.colour3, fields.material3),
            place: fields.place,
            weather: fields.weather,
            time: fields.time,
            style: fields.style,
            camera: fields.camera,
            action: fields.action,
            cover: fields.cover,
            portrait: fields.head.map(|head| Portrait {
                head,
                shot: fields.shot.unwrap_or(Shot::Bust),
                line: fields.line,
            }),
        };
        spec.fitted()
    }
}

impl From<SceneSpec> for Fields {
    fn from(spec: SceneSpec) -> Self {
        Self {
            seed: spec.seed,
            object1: spec.first.object,
            colour1: spec.first.colour,
            material1: spec.first.material,
            object2: spec.second.map(|subject| subject.object),
            colour2: spec.second.map(|subject| subject.colour),
            material2: spec.second.map(|subject| subject.material),
            object3: spec.third.map(|subject| subject.object),
            colour3: spec.third.map(|subject| subject.colour),
            material3: spec.third.map(|subject| subject.material),
            place: spec.place,
            weather: spec.weather,
            time: spec.time,
            style: spec.style,
            camera: spec.camera,
            action: spec.action,
            cover: spec.cover,
            head: spec.portrait.map(|portrait| portrait.head),
            shot: spec.portrait.map(|portrait| portrait.shot),
            line: spec.portrait.and_then(|portrait| portrait.line),
        }
    }
}
