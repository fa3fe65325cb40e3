//! Closed class vocabularies of a scene: every value of every field, with its canonical word and class order.
//!
//! Class order is part of the model format. Append new values at the end.

use std::fmt;

pub use kinora_contract::{Camera, Style};
use thiserror::Error;

/// A closed vocabulary with a fixed class order.
pub trait Vocabulary: Copy + Eq + fmt::Debug + 'static {
    /// Name of the field that takes these values.
    const FIELD: &'static str;
    /// All values in class order.
    const CLASSES: &'static [Self];

    /// Returns the canonical word.
    fn word(self) -> &'static str;

    /// Returns the value of a canonical word.
    fn from_word(word: &str) -> Option<Self> {
        Self::CLASSES.iter().copied().find(|it| it.word() == word)
    }

    /// Parses a canonical word.
    ///
    /// # Errors
    /// [`UnknownWord`], which lists the vocabulary.
    fn parse_word(word: &str) -> Result<Self, UnknownWord> {
        Self::from_word(word).ok_or_else(|| UnknownWord {
            field: Self::FIELD,
            word: word.chars().take(40).collect(),
            known: Self::CLASSES.iter().map(|it| it.word()).collect(),
        })
    }

    /// Returns the index in [`Self::CLASSES`].
    fn class(self) -> usize {
        let found = Self::CLASSES.iter().position(|it| *it == self);
        found.unwrap_or(Self::CLASSES.len())
    }
}

/// A word outside a vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown {field} \"{word}\"; expected one of: {}", .known.join(", "))]
pub struct UnknownWord {
    /// Field of the vocabulary.
    pub field: &'static str,
    /// The word, cut after 40 characters.
    pub word: String,
    /// All canonical words in class order.
    pub known: Vec<&'static str>,
}

/// Declares a vocabulary: an enum in class order with its field name and canonical words. The calling crate depends
/// on `serde`.
#[macro_export]
macro_rules! closed_vocabulary {
    (
        $(#[$meta:meta])*
        $name:ident: $field:literal { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize,
        )]
        pub enum $name { $($(#[$doc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// All values in class order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the canonical word.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Returns the value of a canonical word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl $crate::vocabulary::Vocabulary for $name {
            const FIELD: &'static str = $field;
            const CLASSES: &'static [Self] = Self::ALL;

            fn word(self) -> &'static str {
                self.word()
            }

            fn from_word(word: &str) -> Option<Self> {
                Self::from_word(word)
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::vocabulary::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                $crate::vocabulary::Vocabulary::parse_word(word)
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

impl Vocabulary for Style {
    const FIELD: &'static str = "style";
    const CLASSES: &'static [Self] = &Self::ALL;

    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Vocabulary for Camera {
    const FIELD: &'static str = "camera";
    /// Class order, which differs from the order of the recipe's [`Camera::ALL`].
    const CLASSES: &'static [Self] = &[
        Self::Static,
        Self::Pan,
        Self::Zoom,
        Self::ZoomOut,
        Self::Tilt,
        Self::Follow,
        Self::Handheld,
    ];

    fn word(self) -> &'static str {
        self.as_str()
    }
}

closed_vocabulary!(
    /// Shape of a subject. The last three are characters.
    Object: "object" {
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
        /// An apple with a stem and a leaf.
        Apple = "apple",
        /// A thick heart.
        Heart = "heart",
        /// A toadstool with dots.
        Mushroom = "mushroom",
        /// A mug with a handle.
        Cup = "cup",
        /// A bottle with a label.
        Bottle = "bottle",
        /// A thick book.
        Book = "book",
        /// A bath duck.
        Duck = "duck",
        /// A toy car.
        Car = "car",
        /// A fish with a tail fin.
        Fish = "fish",
        /// A rocket with fins.
        Rocket = "rocket",
        /// A bell.
        Bell = "bell",
        /// A drum.
        Drum = "drum",
        /// A barrel with hoops.
        Barrel = "barrel",
        /// A ribbed pumpkin with a stem.
        Pumpkin = "pumpkin",
        /// Three balls with a carrot.
        Snowman = "snowman",
        /// A box with a ribbon and a bow.
        Gift = "gift",
        /// A small bird.
        Bird = "bird",
        /// A human; the colour is that of the shirt.
        Person = "person",
        /// A robot.
        Robot = "robot",
        /// A plush bear that walks upright.
        Bear = "bear",
    }
);

impl Object {
    /// Returns true for characters, which have limbs.
    pub fn is_character(self) -> bool {
        matches!(self, Self::Person | Self::Robot | Self::Bear)
    }
}

closed_vocabulary!(
    /// Colour of a subject.
    Colour: "colour" {
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
        /// Black.
        Black = "black",
        /// Brown.
        Brown = "brown",
        /// Between green and blue.
        Turquoise = "turquoise",
        /// Grey.
        Grey = "grey",
    }
);
closed_vocabulary!(
    /// Material of a subject.
    Material: "material" {
        /// Soft and very elastic.
        Rubber = "rubber",
        /// Short and hollow.
        Wood = "wood",
        /// Bright and ringing.
        Metal = "metal",
        /// Heavy, hard, matt.
        Stone = "stone",
        /// Clear, with sharp highlights.
        Glass = "glass",
        /// Light, smooth, glossy.
        Plastic = "plastic",
        /// Clear, pale and slippery.
        Ice = "ice",
        /// Soft and matt; absorbs impacts.
        Cloth = "cloth",
    }
);
closed_vocabulary!(
    /// Location of the scene.
    Place: "place" {
        /// A room with floorboards.
        WoodenFloor = "wooden floor",
        /// Sand beside the sea.
        Beach = "beach",
        /// Grass under an open sky.
        Meadow = "meadow",
        /// Asphalt between houses.
        Street = "street",
        /// Dunes with cactuses.
        Desert = "desert",
        /// A snowfield before firs.
        Snow = "snowfield",
        /// Trunks and moss.
        Forest = "forest",
        /// Tiles, cupboards and an oven.
        Kitchen = "kitchen",
        /// A sports hall with wall bars.
        Gym = "gym",
        /// A theatre stage with a curtain.
        Stage = "stage",
        /// A flat roof over a town.
        Rooftop = "rooftop",
        /// A shore before snowy peaks.
        Mountain = "mountain",
    }
);

impl Place {
    /// Returns true under a roof, where the weather is always clear.
    pub fn is_indoors(self) -> bool {
        matches!(
            self,
            Self::WoodenFloor | Self::Kitchen | Self::Gym | Self::Stage
        )
    }
}

closed_vocabulary!(
    /// Weather; always clear indoors.
    Weather: "weather" {
        /// Fair sky.
        Clear = "clear",
        /// Rainfall.
        Rain = "rain",
        /// Snowfall.
        Snow = "snow",
        /// Distance fades to white.
        Fog = "fog",
    }
);
closed_vocabulary!(
    /// Time of day.
    Time: "time" {
        /// Bright.
        Day = "day",
        /// Low warm light.
        Sunset = "sunset",
        /// Dark and blue outside, lamps inside.
        Night = "night",
    }
);
closed_vocabulary!(
    /// What the subjects do.
    Action: "action" {
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
        /// The first subject drops onto the others and stays there.
        Stack = "stack",
        /// It loses its balance and tips over, into the others if there are any.
        Topple = "topple",
        /// A character throws the second subject, to the third if there is one.
        Throw = "throw",
        /// A character catches the second subject.
        Catch = "catch",
        /// A character walks past.
        Walk = "walk",
        /// A character runs past.
        Run = "run",
        /// A character jumps up and down.
        Jump = "jump",
        /// A gymnast's run-up, somersaults and landing.
        Flip = "flip",
        /// The first subject, a vessel, is emptied into the second.
        Pour = "pour",
        /// A character waves.
        Wave = "wave",
        /// A character dances.
        Dance = "dance",
        /// A person says a sentence, in close-up.
        Talk = "talk",
        /// A person looks around, in close-up.
        Look = "look",
    }
);

impl Action {
    /// Returns true for portraits: head and shoulders of one person.
    pub fn is_portrait(self) -> bool {
        matches!(self, Self::Talk | Self::Look)
    }
}

closed_vocabulary!(
    /// Framing of a portrait.
    Shot: "shot" {
        /// The head fills the frame.
        CloseUp = "close-up",
        /// Head and shoulders.
        Bust = "bust",
    }
);

closed_vocabulary!(
    /// Occlusion by a pillar.
    Cover: "cover" {
        /// No pillar.
        Open = "open",
        /// The subject passes behind a pillar.
        Behind = "behind",
        /// The subject passes in front of a pillar.
        Front = "in front",
    }
);

closed_vocabulary!(
    /// Size of a subject relative to its kind.
    Size: "size" {
        /// Smaller than usual.
        Small = "small",
        /// Larger than usual.
        Large = "large",
    }
);

closed_vocabulary!(
    /// Horizontal direction on the screen.
    Direction: "direction" {
        /// Towards the left edge.
        Left = "left",
        /// Towards the right edge.
        Right = "right",
    }
);

closed_vocabulary!(
    /// Motion of subjects that is computed instead of planned ([`crate::dynamics::motion`]).
    Motion: "motion" {
        /// It stays where it is.
        Rest = "rest",
        /// It walks past.
        Walk = "walk",
        /// It runs past.
        Run = "run",
        /// It jumps up and down.
        Jump = "jump",
        /// It hops past.
        Hop = "hop",
        /// It flies past.
        Fly = "fly",
        /// It slides until friction stops it.
        Slide = "slide",
        /// It rises out of the frame.
        Rise = "rise",
        /// It sinks to the ground.
        Sink = "sink",
        /// It swims past.
        Swim = "swim",
        /// It drives past.
        Drive = "drive",
        /// All subjects run; the last one overtakes.
        Race = "race",
        /// It shakes.
        Shake = "shake",
        /// It spins about its vertical axis.
        Spin = "spin",
        /// It swings to and fro.
        Swing = "swing",
        /// The first subject runs after the others.
        Chase = "chase",
        /// It comes into the frame and stays.
        Enter = "enter",
        /// It leaves the frame.
        Leave = "leave",
        /// It falls and bounces as its material does.
        Fall = "fall",
        /// Thrown sideways, it bounces.
        Bounce = "bounce",
        /// It rolls until friction stops it.
        Roll = "roll",
        /// It dances.
        Dance = "dance",
        /// It does a somersault.
        Flip = "flip",
        /// It wags from side to side.
        Wave = "wave",
        /// It tips over.
        Topple = "topple",
    }
);

closed_vocabulary!(
    /// How a thing moves by itself.
    Gait: "gait" {
        /// Steps on legs.
        Walk = "walk",
        /// Steps from side to side.
        Waddle = "waddle",
        /// Leaps.
        Hop = "hop",
        /// Creeps, stretching and shortening.
        Crawl = "crawl",
        /// Swims with its body.
        Swim = "swim",
        /// Flies.
        Fly = "fly",
        /// Drives on wheels.
        Drive = "drive",
        /// Rocks on water.
        Sail = "sail",
        /// Rolls when it is pushed.
        Roll = "roll",
        /// Does not move by itself.
        Still = "still",
    }
);

closed_vocabulary!(
    /// Where a picture faces.
    Facing: "facing" {
        /// Towards the left edge.
        Left = "left",
        /// Towards the right edge.
        Right = "right",
        /// Towards the viewer.
        Front = "front",
    }
);

closed_vocabulary!(
    /// Position of the first subject with respect to the second.
    Arrangement: "arrangement" {
        /// Side by side.
        Beside = "beside",
        /// On top.
        On = "on",
        /// In the air above; a motion passes over it.
        Over = "over",
        /// Behind, partly hidden.
        Behind = "behind",
        /// In front, hiding it partly.
        Front = "in front",
        /// Between the second and the third.
        Between = "between",
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: Vocabulary + serde::Serialize>() {
        for (class, value) in T::CLASSES.iter().enumerate() {
            assert_eq!(value.class(), class);
            assert_eq!(T::from_word(value.word()), Some(*value));
            assert_eq!(serde_json::to_value(value).unwrap(), value.word());
        }
        assert_eq!(T::from_word("nothing of this kind"), None);
    }

    #[test]
    fn words_classes_and_serialized_names_agree() {
        check::<Object>();
        check::<Colour>();
        check::<Material>();
        check::<Place>();
        check::<Weather>();
        check::<Time>();
        check::<Style>();
        check::<Camera>();
        check::<Action>();
        check::<Shot>();
        check::<Cover>();
        check::<Size>();
        check::<Direction>();
        check::<Motion>();
        check::<Gait>();
        check::<Facing>();
        check::<Arrangement>();
    }

    #[test]
    fn camera_classes_are_the_recipe_moves() {
        assert_eq!(Camera::CLASSES.len(), Camera::ALL.len());
        assert!(Camera::ALL.iter().all(|it| Camera::CLASSES.contains(it)));
    }

    #[test]
    fn an_unknown_word_names_field_word_and_vocabulary() {
        let error = "hail".parse::<Weather>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown weather \"hail\"; expected one of: clear, rain, snow, fog"
        );
        assert_eq!("zoom out".parse::<Camera>().unwrap(), Camera::ZoomOut);
    }
}
