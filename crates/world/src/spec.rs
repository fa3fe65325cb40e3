//! What a scene is: subjects, place, style, camera and action, from a seed or from fields.

use serde::{Deserialize, Serialize};

pub use kinora_sound::{Material, Place};

use crate::rng::Rng;

/// Declares a closed vocabulary: an enum, its canonical words and its class order.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// All values in class order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The canonical word.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

vocabulary!(
    /// The shape of a subject.
    Object {
        /// A sphere with a stripe.
        Ball = "ball",
        /// A box with equal sides.
        Cube = "cube",
        /// A tin with a label.
        Can = "can",
        /// A circular cone.
        Cone = "cone",
        /// A torus that faces the camera.
        Ring = "ring",
        /// An egg.
        Egg = "egg",
        /// A thick five-pointed star.
        Star = "star",
        /// A pyramid on a square.
        Pyramid = "pyramid",
    }
);
vocabulary!(
    /// The colour of a subject.
    Colour {
        /// Red.
        Red = "red",
        /// Orange.
        Orange = "orange",
        /// Yellow.
        Yellow = "yellow",
        /// Green.
        Green = "green",
        /// Blue.
        Blue = "blue",
        /// Purple.
        Purple = "purple",
        /// Pink.
        Pink = "pink",
        /// White.
        White = "white",
    }
);
vocabulary!(
    /// How the clip looks.
    Style {
        /// Soft light, natural colours.
        Realistic = "realistic",
        /// Teal and orange, dark corners, bars above and below.
        Cinematic = "cinematic",
        /// Outlines and flat two-tone colours.
        Animated = "animated",
    }
);
vocabulary!(
    /// How the camera moves.
    Camera {
        /// It does not.
        Static = "static",
        /// It turns slowly to one side.
        Pan = "pan",
        /// It moves slowly closer.
        Zoom = "zoom",
    }
);
vocabulary!(
    /// What happens.
    Action {
        /// Thrown sideways, it bounces several times.
        Bounce = "bounce",
        /// It rolls or tumbles along the ground.
        Roll = "roll",
        /// The first subject hits the second.
        Collide = "collide",
        /// It drops, lands with little bounce, topples and settles.
        Fall = "fall",
        /// It swings on a rope.
        Pendulum = "pendulum",
    }
);

/// One thing in a scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject {
    /// Its shape.
    pub object: Object,
    /// Its colour.
    pub colour: Colour,
    /// What it is made of.
    pub material: Material,
}

/// The canonical word of a material.
pub fn material_word(material: Material) -> &'static str {
    match material {
        Material::Rubber => "rubber",
        Material::Wood => "wood",
        Material::Metal => "metal",
        Material::Stone => "stone",
    }
}

/// The canonical words of a place.
pub fn place_word(place: Place) -> &'static str {
    match place {
        Place::WoodenFloor => "wooden floor",
        Place::Beach => "beach",
        Place::Meadow => "meadow",
        Place::Street => "street",
    }
}

/// A scene, complete: equal specs give equal bytes. The seed decides what the fields leave open (side, speed, size, spin).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "Fields", into = "Fields")]
pub struct SceneSpec {
    /// Decides everything that has no field.
    pub seed: u64,
    /// The subject of the sentence.
    pub first: Subject,
    /// What the first one hits; only in [`Action::Collide`].
    pub second: Option<Subject>,
    /// Where.
    pub place: Place,
    /// How it looks.
    pub style: Style,
    /// How the camera moves.
    pub camera: Camera,
    /// What happens.
    pub action: Action,
}

impl SceneSpec {
    /// The scene of a seed. Bounces are a little more common than the other actions.
    pub fn from_seed(seed: u64) -> Self {
        let mut rng = Rng::new(seed, 1);
        const ACTIONS: [Action; 7] = [
            Action::Bounce,
            Action::Bounce,
            Action::Bounce,
            Action::Roll,
            Action::Collide,
            Action::Fall,
            Action::Pendulum,
        ];
        let action = ACTIONS[rng.below(ACTIONS.len())];
        let first = random_subject(&mut rng);
        let mut second = random_subject(&mut rng);
        if second.colour == first.colour {
            second.colour = Colour::ALL[(first.colour as usize + 1 + rng.below(7)) % 8];
        }
        Self {
            seed,
            first,
            second: (action == Action::Collide).then_some(second),
            place: Place::ALL[rng.below(4)],
            style: Style::ALL[rng.below(3)],
            camera: Camera::ALL[rng.below(3)],
            action,
        }
    }

    /// A scene of one subject; in [`Action::Collide`] it hits a ball of the next colour until [`Self::hitting`] says else.
    pub fn new(subject: Subject, action: Action, place: Place) -> Self {
        let other = Subject {
            object: Object::Ball,
            colour: Colour::ALL[(subject.colour as usize + 1) % 8],
            material: Material::Rubber,
        };
        Self {
            seed: 0,
            first: subject,
            second: (action == Action::Collide).then_some(other),
            place,
            style: Style::Realistic,
            camera: Camera::Static,
            action,
        }
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

    /// The same subject and place, but now it hits `other`.
    pub fn hitting(mut self, other: Subject) -> Self {
        self.action = Action::Collide;
        self.second = Some(other);
        self
    }

    /// The subjects in order.
    pub fn subjects(&self) -> impl Iterator<Item = Subject> {
        core::iter::once(self.first).chain(self.second)
    }

    /// Whether this combination of fields is kept out of training: one in sixteen, whatever the seed and the second subject.
    pub fn is_held_out(&self) -> bool {
        let words = [
            self.first.object.word(),
            self.first.colour.word(),
            material_word(self.first.material),
            place_word(self.place),
            self.style.word(),
            self.camera.word(),
            self.action.word(),
        ];
        let digest = blake3::hash(words.join("|").as_bytes());
        digest.as_bytes()[0].is_multiple_of(16)
    }
}

fn random_subject(rng: &mut Rng) -> Subject {
    Subject {
        object: Object::ALL[rng.below(8)],
        colour: Colour::ALL[rng.below(8)],
        material: Material::ALL[rng.below(4)],
    }
}

/// The flat form in JSON: one key per slot of the text model, `null` where there is no second subject.
#[derive(Serialize, Deserialize)]
struct Fields {
    seed: u64,
    object1: Object,
    colour1: Colour,
    material1: Material,
    object2: Option<Object>,
    colour2: Option<Colour>,
    material2: Option<Material>,
    place: Place,
    style: Style,
    camera: Camera,
    action: Action,
}

impl From<Fields> for SceneSpec {
    fn from(fields: Fields) -> Self {
        let second = match (fields.object2, fields.colour2, fields.material2) {
            (Some(object), Some(colour), Some(material)) => Some(Subject {
                object,
                colour,
                material,
            }),
            _ => None,
        };
        let first = Subject {
            object: fields.object1,
            colour: fields.colour1,
            material: fields.material1,
        };
        let mut spec = Self::new(first, fields.action, fields.place);
        if fields.action == Action::Collide && second.is_some() {
            spec.second = second;
        }
        spec.seed = fields.seed;
        spec.style = fields.style;
        spec.camera = fields.camera;
        spec
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
            place: spec.place,
            style: spec.style,
            camera: spec.camera,
            action: spec.action,
        }
    }
}
