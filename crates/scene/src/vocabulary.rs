//! The closed vocabularies of a scene: every value that a field can have, with its canonical word and class order.
//!
//! New values go to the end: the order is the order of classes, and models count on it.

use serde::{Deserialize, Serialize};

/// Declares a closed vocabulary: an enum, its canonical words and its class order.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// All values in class order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The canonical word.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value of a canonical word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

pub(crate) use vocabulary;

vocabulary!(
    /// The shape of a subject; the last three are characters.
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
        /// A human being; the colour is that of the shirt.
        Person = "person",
        /// A robot.
        Robot = "robot",
        /// A plush bear that walks upright.
        Bear = "bear",
    }
);

impl Object {
    /// Whether it is a character, with limbs.
    pub fn is_character(self) -> bool {
        matches!(self, Self::Person | Self::Robot | Self::Bear)
    }
}

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
vocabulary!(
    /// What a subject is made of.
    Material {
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
        /// Soft and matt; takes the force of a fall.
        Cloth = "cloth",
    }
);
vocabulary!(
    /// Where.
    Place {
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
    /// Whether there is a roof: no weather.
    pub fn is_indoors(self) -> bool {
        matches!(
            self,
            Self::WoodenFloor | Self::Kitchen | Self::Gym | Self::Stage
        )
    }
}

vocabulary!(
    /// What falls from the sky; always clear indoors.
    Weather {
        /// Fair.
        Clear = "clear",
        /// It rains.
        Rain = "rain",
        /// It snows.
        Snow = "snow",
        /// Distance fades into white.
        Fog = "fog",
    }
);
vocabulary!(
    /// The time of day.
    Time {
        /// Bright.
        Day = "day",
        /// Low warm light.
        Sunset = "sunset",
        /// Dark and blue outside, lamps inside.
        Night = "night",
    }
);
vocabulary!(
    /// How the clip looks.
    Style {
        /// Soft light, natural colours, reflections, a trace of grain.
        Realistic = "realistic",
        /// Shallow focus, teal and orange, dark corners, bars above and below.
        Cinematic = "cinematic",
        /// Outlines and flat two-tone colours, twelve drawings a second.
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
        /// It moves slowly away.
        ZoomOut = "zoom out",
        /// It turns slowly up or down.
        Tilt = "tilt",
        /// It keeps the first subject in the middle.
        Follow = "follow",
        /// It sways in a hand.
        Handheld = "handheld",
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
        /// Somebody says a sentence, seen from near.
        Talk = "talk",
        /// Somebody looks about, seen from near.
        Look = "look",
    }
);

/// How many actions the first version of the world had: scenes are drawn from these.
pub const VERSION_1_ACTIONS: usize = 16;

impl Action {
    /// Whether it is seen from near: head and shoulders.
    pub fn is_portrait(self) -> bool {
        matches!(self, Self::Talk | Self::Look)
    }
}

vocabulary!(
    /// How near a portrait is.
    Shot {
        /// The head fills the frame.
        CloseUp = "close-up",
        /// Head and shoulders.
        Bust = "bust",
    }
);

vocabulary!(
    /// Whether a pillar stands in the way.
    Cover {
        /// None does.
        Open = "open",
        /// The subject passes behind a pillar.
        Behind = "behind",
        /// The subject passes in front of a pillar.
        Front = "in front",
    }
);
