//! Substitutes for words outside the world's vocabulary.

use kinora_scene::vocabulary::{Action, Colour, Material, Object, Place, Style, Time, Weather};

use super::lexicon::Meaning;

/// Returns the nearest meaning of a word.
pub fn relative(word: &str) -> Option<Meaning> {
    let singular = word.strip_suffix('s').unwrap_or(word);
    let has = |(words, _): &&(&str, Meaning)| {
        words
            .split(' ')
            .any(|known| known == word || known == singular)
    };
    RELATIVES.iter().find(has).map(|(_, meaning)| *meaning)
}

const RELATIVES: &[(&str, Meaning)] = &[
    (
        "dragon eagle owl parrot penguin chicken hen crow pigeon swan butterfly bee bat plane airplane helicopter drone",
        Meaning::Object(Object::Bird),
    ),
    (
        "dog puppy cat kitten horse cow pig sheep lion tiger wolf fox rabbit bunny elephant monkey panda dinosaur monster animal",
        Meaning::Object(Object::Bear),
    ),
    (
        "man woman boy girl kid baby adult king queen knight wizard dancer athlete player actor singer teacher doctor soldier men women children astronaut hero princess guy lady",
        Meaning::Object(Object::Person),
    ),
    (
        "alien droid cyborg machine mech humanoid",
        Meaning::Object(Object::Robot),
    ),
    (
        "truck bus train taxi van bike bicycle motorcycle tractor tank skateboard",
        Meaning::Object(Object::Car),
    ),
    ("boat ship goose frog turtle", Meaning::Object(Object::Duck)),
    (
        "shark whale dolphin salmon octopus",
        Meaning::Object(Object::Fish),
    ),
    (
        "banana pear lemon peach tomato cherry fruit strawberry mango",
        Meaning::Object(Object::Apple),
    ),
    (
        "melon watermelon squash lantern cabbage",
        Meaning::Object(Object::Pumpkin),
    ),
    (
        "vase jar jug wine lamp candle",
        Meaning::Object(Object::Bottle),
    ),
    (
        "pot bowl bucket teacup coffee tea basket",
        Meaning::Object(Object::Cup),
    ),
    (
        "dice die crate brick chest table chair house cake tv computer phone",
        Meaning::Object(Object::Cube),
    ),
    (
        "planet moon globe basketball football soccerball balloon marble pearl bubble bomb",
        Meaning::Object(Object::Ball),
    ),
    (
        "wheel tire tyre bagel bracelet crown",
        Meaning::Object(Object::Ring),
    ),
    ("tent diamond gem", Meaning::Object(Object::Pyramid)),
    (
        "tree cactus hat funnel carrot icecream",
        Meaning::Object(Object::Cone),
    ),
    (
        "magazine newspaper notebook letter card",
        Meaning::Object(Object::Book),
    ),
    (
        "missile arrow satellite ufo",
        Meaning::Object(Object::Rocket),
    ),
    ("guitar piano violin trumpet", Meaning::Object(Object::Drum)),
    ("doll statue scarecrow", Meaning::Object(Object::Snowman)),
    ("flower rose plant tulip", Meaning::Object(Object::Mushroom)),
    ("gold golden beige cream", Meaning::Colour(Colour::Yellow)),
    ("silver", Meaning::Colour(Colour::Grey)),
    ("navy azure", Meaning::Colour(Colour::Blue)),
    ("crimson maroon ruby", Meaning::Colour(Colour::Red)),
    ("magenta", Meaning::Colour(Colour::Pink)),
    ("lime emerald olive", Meaning::Colour(Colour::Green)),
    ("indigo lavender lilac", Meaning::Colour(Colour::Purple)),
    ("tan chocolate", Meaning::Colour(Colour::Brown)),
    (
        "concrete brickwork clay ceramic porcelain",
        Meaning::Material(Material::Stone),
    ),
    (
        "iron copper bronze brass aluminium aluminum",
        Meaning::Material(Material::Metal),
    ),
    (
        "wool cotton silk paper velvet leather cardboard fluffy furry",
        Meaning::Material(Material::Cloth),
    ),
    ("jelly gummy", Meaning::Material(Material::Rubber)),
    (
        "office bedroom classroom school hall library home apartment",
        Meaning::Place(Place::WoodenFloor),
    ),
    (
        "park garden farm countryside hillside",
        Meaning::Place(Place::Meadow),
    ),
    (
        "highway bridge alley town village market",
        Meaning::Place(Place::Street),
    ),
    ("jungle rainforest", Meaning::Place(Place::Forest)),
    ("restaurant bakery cafe", Meaning::Place(Place::Kitchen)),
    ("stadium arena court", Meaning::Place(Place::Gym)),
    ("concert cinema circus opera", Meaning::Place(Place::Stage)),
    (
        "castle tower skyscraper balcony",
        Meaning::Place(Place::Rooftop),
    ),
    (
        "lake river valley canyon volcano cliff",
        Meaning::Place(Place::Mountain),
    ),
    ("island coast harbour harbor", Meaning::Place(Place::Beach)),
    ("arctic glacier", Meaning::Place(Place::Snow)),
    ("storm thunder drizzle wet", Meaning::Weather(Weather::Rain)),
    (
        "blizzard snowing snowstorm",
        Meaning::Weather(Weather::Snow),
    ),
    ("cloudy haze hazy smoke", Meaning::Weather(Weather::Fog)),
    ("sunny", Meaning::Weather(Weather::Clear)),
    ("dawn sunrise twilight evening", Meaning::Time(Time::Sunset)),
    ("midnight moonlight", Meaning::Time(Time::Night)),
    ("morning afternoon noon", Meaning::Time(Time::Day)),
    (
        "anime manga pixar disney watercolor watercolour claymation sketch drawing",
        Meaning::Style(Style::Animated),
    ),
    (
        "noir hollywood epic moody",
        Meaning::Style(Style::Cinematic),
    ),
    (
        "documentary realism photograph",
        Meaning::Style(Style::Realistic),
    ),
    (
        "flies fly flying kicks kick shoots",
        Meaning::Action(Action::Throw),
    ),
    (
        "slides slide sliding spins spin spinning rotates drives drive driving",
        Meaning::Action(Action::Roll),
    ),
    ("explodes sinks lands", Meaning::Action(Action::Fall)),
    (
        "cartwheel backflip frontflip handspring gymnastics",
        Meaning::Action(Action::Flip),
    ),
    ("sings sing plays", Meaning::Action(Action::Dance)),
    (
        "swims swim crawls marches sneaks",
        Meaning::Action(Action::Walk),
    ),
    ("skates races chases", Meaning::Action(Action::Run)),
    ("climbs climb", Meaning::Action(Action::Jump)),
    ("talks speaks says greets", Meaning::Action(Action::Wave)),
    ("smashes punches fights", Meaning::Action(Action::Collide)),
];
