//! Vocabularies that a prompt can state. They are wider than those of any model: what a model cannot draw is approximated or refused
//! later, by name.

use kinora_scene::closed_vocabulary;

pub use kinora_scene::vocabulary::{
    Camera, Colour, Cover, Direction, Material, Shot, Size, Style, Time, Vocabulary, Weather,
};

closed_vocabulary!(
    /// What a subject does.
    Action: "action" {
        /// It bounces along.
        Bounce = "bounce",
        /// It rolls along the ground.
        Roll = "roll",
        /// It hits another subject.
        Collide = "collide",
        /// It falls to the ground.
        Fall = "fall",
        /// It swings on a rope.
        Pendulum = "pendulum",
        /// It lands on top of others and stays there.
        Stack = "stack",
        /// It tips over.
        Topple = "topple",
        /// It throws another subject.
        Throw = "throw",
        /// It catches another subject.
        Catch = "catch",
        /// It walks.
        Walk = "walk",
        /// It runs.
        Run = "run",
        /// It jumps up and down.
        Jump = "jump",
        /// It does a somersault.
        Flip = "flip",
        /// It is emptied into another vessel.
        Pour = "pour",
        /// It waves.
        Wave = "wave",
        /// It dances.
        Dance = "dance",
        /// It speaks.
        Talk = "talk",
        /// It looks around.
        Look = "look",
        /// It flies.
        Fly = "fly",
        /// It slides along the ground.
        Slide = "slide",
        /// It rises.
        Rise = "rise",
        /// It sinks.
        Sink = "sink",
        /// It swims or floats on water.
        Swim = "swim",
        /// It drives.
        Drive = "drive",
        /// It races another subject.
        Race = "race",
        /// It hops forward.
        Hop = "hop",
        /// It shakes.
        Shake = "shake",
        /// It spins about its vertical axis.
        Spin = "spin",
        /// It swings to and fro.
        Swing = "swing",
        /// It chases another subject.
        Chase = "chase",
        /// It enters the frame.
        Enter = "enter",
        /// It leaves the frame.
        Leave = "leave",
        /// It stays where it is.
        Rest = "rest",
    }
);

closed_vocabulary!(
    /// Where the scene is.
    Place: "place" {
        /// A room with floorboards.
        WoodenFloor = "wooden floor",
        /// Sand beside the sea.
        Beach = "beach",
        /// Grass under an open sky.
        Meadow = "meadow",
        /// Asphalt between houses.
        Street = "street",
        /// Dunes.
        Desert = "desert",
        /// A field of snow.
        Snowfield = "snowfield",
        /// Trunks and moss.
        Forest = "forest",
        /// Tiles and an oven.
        Kitchen = "kitchen",
        /// A sports hall.
        Gym = "gym",
        /// A theatre stage.
        Stage = "stage",
        /// A flat roof over a town.
        Rooftop = "rooftop",
        /// A shore before snowy peaks.
        Mountain = "mountain",
        /// A furnished flat.
        Apartment = "apartment",
        /// A bridge with a roof.
        CoveredBridge = "covered bridge",
        /// A bridge for pedestrians.
        Footbridge = "footbridge",
        /// A square between tall buildings.
        CitySquare = "city square",
        /// Rocks and dry grass.
        Savanna = "savanna",
        /// A hall with shops.
        ShoppingMall = "shopping mall",
        /// A hall with chandeliers.
        Ballroom = "ballroom",
        /// A room full of machines.
        Laboratory = "laboratory",
        /// The entrance hall of a hotel.
        Lobby = "lobby",
        /// Lawn between trees.
        Park = "park",
        /// Above the clouds.
        Clouds = "clouds",
        /// A grey photo studio.
        PhotoStudio = "photo studio",
        /// A wide field.
        Field = "field",
        /// A square in Venice.
        Piazza = "piazza",
        /// A quay beside water.
        Quay = "quay",
        /// An empty warehouse.
        Warehouse = "warehouse",
        /// A craftsman's workshop.
        Workshop = "workshop",
        /// A path between redwoods.
        Redwoods = "redwoods",
    }
);

closed_vocabulary!(
    /// Position of the first subject with respect to the second.
    Relation: "relation" {
        /// On top of it.
        On = "on",
        /// Below it.
        Under = "under",
        /// Behind it.
        Behind = "behind",
        /// Before it.
        InFront = "in_front",
        /// At its side.
        Beside = "beside",
        /// Above it, without contact.
        Over = "over",
        /// Going in.
        Into = "into",
        /// Between two others.
        Between = "between",
    }
);

closed_vocabulary!(
    /// Gender of a person.
    Gender: "gender" {
        /// A woman or a girl.
        Woman = "woman",
        /// A man or a boy.
        Man = "man",
    }
);

closed_vocabulary!(
    /// Age of a person.
    Age: "age" {
        /// A child.
        Child = "child",
        /// A young adult.
        Young = "young",
        /// An old person.
        Old = "old",
    }
);

closed_vocabulary!(
    /// Colour of hair.
    HairColour: "hair" {
        /// Black.
        Black = "black",
        /// Brown.
        Brown = "brown",
        /// Ginger.
        Red = "red",
        /// Blond.
        Blond = "blond",
        /// Grey.
        Grey = "grey",
        /// White.
        White = "white",
        /// Blue.
        Blue = "blue",
        /// Pink.
        Pink = "pink",
        /// Green.
        Green = "green",
    }
);

impl HairColour {
    /// Returns the colour of something else that a word of hair colour denotes; the flag is false for the nearest one.
    pub fn colour(self) -> (Colour, bool) {
        match self {
            Self::Black => (Colour::Black, true),
            Self::Brown => (Colour::Brown, true),
            Self::Red => (Colour::Orange, false),
            Self::Blond => (Colour::Yellow, false),
            Self::Grey => (Colour::Grey, true),
            Self::White => (Colour::White, true),
            Self::Blue => (Colour::Blue, true),
            Self::Pink => (Colour::Pink, true),
            Self::Green => (Colour::Green, true),
        }
    }

    /// Returns the hair colour that a colour word denotes; the flag is false for the nearest one.
    pub fn of(colour: Colour) -> (Self, bool) {
        match colour {
            Colour::Black => (Self::Black, true),
            Colour::Brown => (Self::Brown, true),
            Colour::Red => (Self::Red, true),
            Colour::Orange => (Self::Red, false),
            Colour::Yellow => (Self::Blond, true),
            Colour::Grey => (Self::Grey, true),
            Colour::White => (Self::White, true),
            Colour::Blue => (Self::Blue, true),
            Colour::Turquoise => (Self::Blue, false),
            Colour::Pink => (Self::Pink, true),
            Colour::Purple => (Self::Pink, false),
            Colour::Green => (Self::Green, true),
        }
    }
}

closed_vocabulary!(
    /// Haircut.
    Cut: "cut" {
        /// No hair.
        Bald = "bald",
        /// Shorn.
        Buzz = "buzz cut",
        /// Short.
        Short = "short",
        /// Brushed up.
        Quiff = "quiff",
        /// Curls.
        Curly = "curly",
        /// A round mass of curls.
        Afro = "afro",
        /// Chin length.
        Bob = "bob",
        /// Long and straight.
        Long = "long",
        /// Long waves.
        Wavy = "wavy",
        /// One tail.
        Ponytail = "ponytail",
        /// A knot.
        Bun = "bun",
        /// Two tails.
        Pigtails = "pigtails",
        /// A crest.
        Mohawk = "mohawk",
        /// Hair over the brow.
        Fringe = "fringe",
    }
);

closed_vocabulary!(
    /// Facial hair.
    Beard: "beard" {
        /// A few days.
        Stubble = "stubble",
        /// A moustache.
        Moustache = "moustache",
        /// A goatee.
        Goatee = "goatee",
        /// A full beard.
        Full = "beard",
    }
);

closed_vocabulary!(
    /// Glasses.
    Glasses: "glasses" {
        /// Clear ones.
        Clear = "glasses",
        /// Sunglasses.
        Dark = "sunglasses",
    }
);
