//! What a scene is: subjects, place, light, style, camera and action, from a seed or from fields.

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

/// One thing or character in a scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject {
    /// Its shape.
    pub object: Object,
    /// Its colour.
    pub colour: Colour,
    /// What it is made of.
    pub material: Material,
}

/// A scene, complete: equal specs give equal bytes. The seed decides what the fields leave open (side, speed, size, spin).
///
/// Fields always fit together: the constructors put a fitting subject where an action can't use the given one
/// ([`crate::cast`]), and leave weather outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Fields", into = "Fields")]
pub struct SceneSpec {
    /// Decides everything that has no field.
    pub seed: u64,
    /// The subject of the sentence.
    pub first: Subject,
    /// What the first one acts on, or its companion.
    pub second: Option<Subject>,
    /// One more.
    pub third: Option<Subject>,
    /// Where.
    pub place: Place,
    /// What falls from the sky.
    pub weather: Weather,
    /// When.
    pub time: Time,
    /// How it looks.
    pub style: Style,
    /// How the camera moves.
    pub camera: Camera,
    /// What happens.
    pub action: Action,
    /// Whether a pillar stands in the way.
    pub cover: Cover,
    /// Whose head, how near and what is said, where the action is seen from near.
    pub portrait: Option<Portrait>,
}

impl SceneSpec {
    /// A scene of one subject by clear daylight; where the action needs a second, it gets one until [`Self::with`] says else.
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

    /// The same scene with another seed.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The same scene in another style.
    pub fn with_style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    /// The same scene with another camera.
    pub fn with_camera(mut self, camera: Camera) -> Self {
        self.camera = camera;
        self
    }

    /// The same scene in other weather and at another time; indoors the weather stays clear.
    pub fn with_air(mut self, weather: Weather, time: Time) -> Self {
        self.weather = weather;
        self.time = time;
        self.fitted()
    }

    /// The same scene with or without a pillar; only where something moves past.
    pub fn with_cover(mut self, cover: Cover) -> Self {
        self.cover = cover;
        self.fitted()
    }

    /// The same scene with these further subjects, as far as the action has room for them.
    pub fn with(mut self, second: Option<Subject>, third: Option<Subject>) -> Self {
        self.second = second;
        self.third = third;
        self.fitted()
    }

    /// The same portrait with another head, shot or line; scenes without portraits stay as they are.
    pub fn with_portrait(mut self, portrait: Portrait) -> Self {
        self.portrait = Some(portrait);
        self.fitted()
    }

    /// The same subject and place, but now it hits `other`.
    pub fn hitting(mut self, other: Subject) -> Self {
        self.action = Action::Collide;
        self.with(Some(other), None)
    }

    /// The subjects in order.
    pub fn subjects(&self) -> impl Iterator<Item = Subject> {
        core::iter::once(self.first)
            .chain(self.second)
            .chain(self.third)
    }

    /// Whether this combination of fields is kept out of training: one in sixteen, whatever the seed, the other subjects,
    /// the weather and the time; and everybody with a held-out head.
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

    /// Makes the fields fit together; a spec that fits stays as it is.
    pub fn fitted(mut self) -> Self {
        let seats = seats(self.action);
        let taken = self.first;
        self.first = fitting(self.action, 0, taken);
        if self.second.is_none() {
            // A needed partner has the next colour, so that the two can be told apart.
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

/// Whether the first subject crosses the frame in an action, so that a pillar can hide it.
pub fn moves_past(action: Action) -> bool {
    matches!(
        action,
        Action::Bounce | Action::Roll | Action::Walk | Action::Run
    )
}

/// The next colour in class order.
pub fn next_colour(colour: Colour) -> Colour {
    Colour::ALL[(colour as usize + 1) % Colour::ALL.len()]
}

/// The subject if it can take a seat, else the most usual object there, of the same colour.
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

/// The flat form in JSON: one key per slot of the text model, `null` where there is no such subject.
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
