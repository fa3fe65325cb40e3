//! Stand-ins: the nearest class of the starter for what it does not know.

use kinora_scene::vocabulary::{Action, Object, Place};

use crate::lexicon::Thing;
use crate::vocabulary;

/// Returns the object that stands for a thing: itself, or one of the same kind or shape.
pub(super) fn object(thing: &Thing) -> Object {
    if let Some(object) = Object::from_word(thing.label()) {
        return object;
    }
    if thing.is_person() {
        return Object::Person;
    }
    let label = thing.label();
    let has = |words: &[&str]| {
        words
            .iter()
            .any(|word| label.split(' ').any(|it| it == *word))
    };
    let rows: &[(&[&str], Object)] = &[
        (
            &[
                "bird",
                "eagle",
                "owl",
                "parrot",
                "penguin",
                "dove",
                "swan",
                "flamingo",
                "peacock",
                "rooster",
                "turkey",
                "goose",
                "chick",
                "chicken",
                "dodo",
                "phoenix",
                "bat",
                "butterfly",
                "bee",
                "feather",
            ],
            Object::Bird,
        ),
        (
            &[
                "shark",
                "whale",
                "dolphin",
                "octopus",
                "seal",
                "tropical",
                "blowfish",
                "crab",
                "lobster",
                "shrimp",
                "squid",
                "jellyfish",
                "mermaid",
                "merperson",
            ],
            Object::Fish,
        ),
        (
            &[
                "automobile",
                "taxi",
                "bus",
                "truck",
                "lorry",
                "tractor",
                "train",
                "tram",
                "locomotive",
                "van",
                "ambulance",
                "jeep",
                "scooter",
                "motorcycle",
                "bicycle",
                "skateboard",
                "car",
                "minibus",
                "trolleybus",
                "engine",
                "sled",
                "boat",
                "ship",
                "sailboat",
                "speedboat",
                "canoe",
                "ferry",
            ],
            Object::Car,
        ),
        (
            &[
                "airplane",
                "helicopter",
                "rocket",
                "saucer",
                "satellite",
                "parachute",
            ],
            Object::Rocket,
        ),
        (
            &[
                "ball",
                "football",
                "basketball",
                "baseball",
                "volleyball",
                "tennis",
                "balloon",
                "moon",
                "globe",
                "sun",
                "planet",
                "yarn",
                "bubbles",
                "orange",
                "tangerine",
                "melon",
                "crystal",
            ],
            Object::Ball,
        ),
        (
            &[
                "apple",
                "tomato",
                "peach",
                "pear",
                "cherries",
                "lemon",
                "lime",
                "strawberry",
                "mango",
                "grapes",
                "blueberries",
                "kiwi",
                "coconut",
            ],
            Object::Apple,
        ),
        (
            &["pumpkin", "pineapple", "onion", "potato", "eggplant"],
            Object::Pumpkin,
        ),
        (
            &[
                "glass", "mug", "teacup", "beverage", "milk", "teapot", "cocktail", "jar",
                "bucket", "bowl", "pot", "vase", "trophy", "bathtub",
            ],
            Object::Cup,
        ),
        (
            &[
                "bottle",
                "lotion",
                "sake",
                "champagne",
                "candle",
                "torch",
                "fire",
                "thermometer",
            ],
            Object::Bottle,
        ),
        (
            &[
                "book",
                "notebook",
                "ledger",
                "scroll",
                "newspaper",
                "page",
                "laptop",
                "envelope",
                "door",
                "television",
                "card",
                "window",
            ],
            Object::Book,
        ),
        (
            &[
                "package",
                "box",
                "brick",
                "briefcase",
                "computer",
                "radio",
                "toolbox",
                "house",
                "building",
                "castle",
                "hut",
                "ice",
                "chair",
                "couch",
                "bed",
                "cheese",
                "bread",
            ],
            Object::Cube,
        ),
        (
            &[
                "tree",
                "evergreen",
                "tent",
                "mountain",
                "volcano",
                "carrot",
                "cone",
                "hat",
            ],
            Object::Cone,
        ),
        (
            &[
                "flower",
                "rose",
                "tulip",
                "sunflower",
                "blossom",
                "hibiscus",
                "bouquet",
                "mushroom",
                "umbrella",
                "herb",
                "leaf",
            ],
            Object::Mushroom,
        ),
        (
            &[
                "doughnut", "ring", "wheel", "bagel", "tire", "buoy", "crown", "watch", "bracelet",
            ],
            Object::Ring,
        ),
        (&["star", "starfish", "snowflake", "sparkles"], Object::Star),
        (&["bell", "lantern", "lamp", "bulb"], Object::Bell),
        (
            &[
                "drum",
                "cake",
                "pie",
                "pizza",
                "hamburger",
                "cookie",
                "coin",
                "dvd",
            ],
            Object::Drum,
        ),
        (&["duck", "swan"], Object::Duck),
        (&["heart"], Object::Heart),
        (&["snowman"], Object::Snowman),
        (&["egg"], Object::Egg),
        (&["present", "gift"], Object::Gift),
        (&["robot", "alien", "monster"], Object::Robot),
    ];
    let found = rows.iter().find(|(words, _)| has(words));
    // What remains is mostly animals, which move by themselves as the bear does.
    found.map_or(Object::Bear, |(_, object)| *object)
}

/// Returns the action that stands for one, depending on who acts; none if there is nothing near.
pub(super) fn action(action: vocabulary::Action, first: Option<Object>) -> Option<Action> {
    use vocabulary::Action as Stated;
    let person = matches!(first, Some(Object::Person) | None);
    let character = first.is_none_or(Object::is_character);
    let pick = |living: Action, thing: Action| Some(if character { living } else { thing });
    match action {
        Stated::Talk | Stated::Look if !person => match character {
            true => Some(Action::Wave),
            false => None,
        },
        Stated::Fly | Stated::Rise => pick(Action::Jump, Action::Bounce),
        Stated::Hop => pick(Action::Jump, Action::Bounce),
        Stated::Slide | Stated::Swim | Stated::Enter | Stated::Leave => {
            pick(Action::Walk, Action::Roll)
        }
        Stated::Drive | Stated::Race | Stated::Chase => pick(Action::Run, Action::Roll),
        Stated::Sink => Some(Action::Fall),
        Stated::Shake | Stated::Spin => pick(Action::Dance, Action::Roll),
        Stated::Swing => Some(Action::Pendulum),
        Stated::Rest if person => Some(Action::Look),
        Stated::Rest => pick(Action::Wave, Action::Fall),
        other => Action::from_word(other.word()),
    }
}

/// Returns the place that stands for one.
pub(super) fn place(place: vocabulary::Place) -> Place {
    use vocabulary::Place as Stated;
    match place {
        Stated::WoodenFloor
        | Stated::Apartment
        | Stated::Lobby
        | Stated::Workshop
        | Stated::Laboratory
        | Stated::PhotoStudio => Place::WoodenFloor,
        Stated::Ballroom => Place::Stage,
        Stated::Warehouse | Stated::ShoppingMall => Place::Gym,
        Stated::Beach | Stated::Quay => Place::Beach,
        Stated::Meadow | Stated::Park | Stated::Field => Place::Meadow,
        Stated::Street
        | Stated::CitySquare
        | Stated::Piazza
        | Stated::CoveredBridge
        | Stated::Footbridge => Place::Street,
        Stated::Desert | Stated::Savanna => Place::Desert,
        Stated::Snowfield => Place::Snow,
        Stated::Forest | Stated::Redwoods => Place::Forest,
        Stated::Kitchen => Place::Kitchen,
        Stated::Gym => Place::Gym,
        Stated::Stage => Place::Stage,
        Stated::Rooftop | Stated::Clouds => Place::Rooftop,
        Stated::Mountain => Place::Mountain,
    }
}
