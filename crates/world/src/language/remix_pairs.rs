//! Remix pairs: two scenes that differ in one field, and the edit instruction between them.
//!
//! Both scenes have the same seed, so that everything else is equal.

use kinora_scene::rng::Rng;
use kinora_scene::vocabulary::{
    Action, Camera, Colour, Cover, Material, Place, Style, Time, Vocabulary, Weather,
};

use crate::heads::{Cut, HELD_OUT_IDS, TRAINING_IDS};
use crate::language::phrases::{
    article, camera_phrases, colour_words, cover_phrases, hair_words, material_adjectives,
    material_nouns, noun_words, object_words, place_phrases, style_adjectives, time_phrases, verbs,
    weather_phrases,
};
use crate::spec::casting::{THINGS, natural_material, role};
use crate::spec::{SceneSpec, moves_past};
use crate::utterances::Line;

/// A field that an edit changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Object of the first subject.
    Object,
    /// Colour of the first subject.
    Colour,
    /// Colour of the second subject, if its noun differs from the first one's.
    OtherColour,
    /// Material of the first subject.
    Material,
    /// Action of a single object.
    Action,
    /// Place.
    Place,
    /// Weather, outdoors.
    Weather,
    /// Time of day.
    Time,
    /// Style.
    Style,
    /// Camera move.
    Camera,
    /// Pillar, in actions that cross the frame.
    Cover,
    /// Head, in portraits.
    Person,
    /// Spoken line, in talking portraits.
    Line,
}

/// Two scenes that differ in one field, and the instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remix {
    /// Scene before the edit.
    pub before: SceneSpec,
    /// Scene after the edit.
    pub after: SceneSpec,
    /// Field that differs.
    pub field: Field,
    /// Edit instruction: "make it animated".
    pub instruction: String,
}

/// Draws an edit of a scene by seed.
pub fn remix(before: &SceneSpec, seed: u64) -> Remix {
    let mut rng = Rng::new(before.seed ^ seed.rotate_left(23), 6);
    let fields = fields_of(before);
    let field = fields[rng.below(fields.len())];
    let (after, instruction) = match field {
        Field::Person => other_person(before, &mut rng),
        Field::Line => other_line(before, &mut rng),
        _ => {
            let after = changed(before, field, &mut rng);
            (after, instruction(before, &after, field, &mut rng))
        }
    };
    Remix {
        before: *before,
        after,
        field,
        instruction,
    }
}

/// Draws an edit that leads to `after` from another scene. Excludes heads and lines, whose instructions state several things.
pub fn revision(after: &SceneSpec, seed: u64) -> Remix {
    let mut rng = Rng::new(after.seed ^ seed.rotate_left(29), 61);
    let mut fields = fields_of(after);
    let scene = after.portrait.is_none();
    fields.retain(|field| match field {
        // The object of a character determines its material.
        Field::Object => !after.first.object.is_character() && role(after.action, 0) == THINGS,
        Field::Cover | Field::Person | Field::Line => false,
        _ => true,
    });
    let moves = MOVES.contains(&after.action);
    fields.extend((scene && moves).then_some(Field::Action));
    let field = fields[rng.below(fields.len())];
    let before = match field {
        Field::Object => {
            let mut before = *after;
            let things = THINGS
                .iter()
                .copied()
                .filter(|object| natural_material(*object).is_none());
            before.first.object = other(&mut rng, &things.collect::<Vec<_>>(), after.first.object);
            before
        }
        Field::Action => {
            let mut before = *after;
            before.action = other(&mut rng, &MOVES, after.action);
            before.cover = Cover::Open;
            before
        }
        _ => changed(after, field, &mut rng),
    };
    Remix {
        before,
        after: *after,
        field,
        instruction: instruction(&before, after, field, &mut rng),
    }
}

/// Actions of a single object.
const MOVES: [Action; 4] = [Action::Bounce, Action::Roll, Action::Fall, Action::Pendulum];

/// Lists the fields that can change independently. The action is not among them: it changes other fields too.
pub fn fields_of(spec: &SceneSpec) -> Vec<Field> {
    let mut fields = vec![
        Field::Colour,
        Field::Place,
        Field::Time,
        Field::Style,
        Field::Camera,
    ];
    if role(spec.action, 0).len() > 1 {
        fields.push(Field::Object);
    }
    if !spec.first.object.is_character() {
        fields.push(Field::Material);
    }
    if !spec.place.is_indoors() {
        fields.push(Field::Weather);
    }
    if moves_past(spec.action) {
        fields.push(Field::Cover);
    }
    let other = spec
        .second
        .filter(|second| second.object != spec.first.object);
    fields.extend(other.map(|_| Field::OtherColour));
    if let Some(portrait) = &spec.portrait {
        fields.extend([Field::Person, Field::Person]);
        fields.extend(portrait.line.map(|_| Field::Line));
    }
    fields
}

/// Replaces the value of one field.
fn changed(before: &SceneSpec, field: Field, rng: &mut Rng) -> SceneSpec {
    let mut after = *before;
    match field {
        Field::Object => {
            after.first.object = other(rng, role(before.action, 0), before.first.object);
            let material = natural_material(after.first.object);
            after.first.material = material.unwrap_or(before.first.material);
        }
        Field::Colour => after.first.colour = other_colour(before, before.first.colour, rng),
        Field::OtherColour => {
            if let Some(second) = &mut after.second {
                second.colour = other_colour(before, second.colour, rng);
            }
        }
        Field::Material => {
            after.first.material = other(rng, Material::ALL, before.first.material);
        }
        Field::Place => {
            // Weather is clear indoors: stay on the same side of the roof, or clear the weather.
            let keeps = |place: &Place| before.weather == Weather::Clear || !place.is_indoors();
            let places: Vec<Place> = Place::ALL.iter().copied().filter(keeps).collect();
            after.place = other(rng, &places, before.place);
        }
        Field::Weather => after.weather = other(rng, Weather::ALL, before.weather),
        Field::Time => after.time = other(rng, Time::ALL, before.time),
        Field::Style => after.style = other(rng, Style::CLASSES, before.style),
        Field::Camera => after.camera = other(rng, Camera::CLASSES, before.camera),
        Field::Cover => after.cover = other(rng, Cover::ALL, before.cover),
        Field::Action | Field::Person | Field::Line => {}
    }
    after.fitted()
}

/// Draws a colour that no subject has.
fn other_colour(spec: &SceneSpec, than: Colour, rng: &mut Rng) -> Colour {
    let taken: Vec<Colour> = spec.subjects().map(|subject| subject.colour).collect();
    let mut free = Colour::ALL.to_vec();
    free.retain(|colour| !taken.contains(colour));
    other(rng, &free, than)
}

/// Writes the instruction for the change of a field between two scenes.
fn instruction(before: &SceneSpec, after: &SceneSpec, field: Field, rng: &mut Rng) -> String {
    let noun = rng.pick(object_words(before.first.object));
    // A single subject can be "it".
    let alone = before.second.is_none() && rng.chance(0.5);
    let first = if alone {
        "it".to_owned()
    } else {
        format!("the {noun}")
    };
    match field {
        Field::Object => {
            let new = rng.pick(object_words(after.first.object));
            let new = format!("{} {new}", article(new));
            match rng.below(5) {
                0 => format!("replace the {noun} with {new}"),
                1 => format!("make {first} {new} instead"),
                2 => format!("use {new} instead of the {noun}"),
                3 => format!("turn the {noun} into {new}"),
                _ => format!("now {first} is {new}"),
            }
        }
        Field::Colour => {
            let new = rng.pick(colour_words(after.first.colour));
            if before.portrait.is_some() {
                return coloured("the shirt", "shirt", new, rng);
            }
            coloured(&first, noun, new, rng)
        }
        Field::OtherColour => {
            let Some(second) = after.second else {
                return String::new();
            };
            let noun = rng.pick(object_words(second.object));
            let new = rng.pick(colour_words(second.colour));
            coloured(&format!("the {noun}"), noun, new, rng)
        }
        Field::Material => {
            let material = after.first.material;
            match rng.below(3) {
                0 => format!("make {first} of {}", rng.pick(material_nouns(material))),
                1 => format!("make {first} {}", rng.pick(material_adjectives(material))),
                _ => format!(
                    "{first} should be of {}",
                    rng.pick(material_nouns(material))
                ),
            }
        }
        Field::Place => {
            let new = rng.pick(place_phrases(after.place));
            if rng.chance(0.25) {
                format!("put {first} {new}")
            } else {
                at(new, rng)
            }
        }
        Field::Weather => at(rng.pick(weather_phrases(after.weather)), rng),
        Field::Time => at(rng.pick(time_phrases(after.time)), rng),
        Field::Style => {
            let new = rng.pick(style_adjectives(after.style));
            match rng.below(4) {
                0 => format!("make it {new}"),
                1 => format!("the same, but {new}"),
                2 => format!("{new} instead"),
                _ => format!("now {new}"),
            }
        }
        Field::Camera => {
            let new = rng.pick(camera_phrases(after.camera));
            match rng.below(3) {
                0 => format!("the same with another camera: {new}"),
                1 => format!("{new} instead"),
                _ => format!("now with {new}"),
            }
        }
        Field::Action => {
            let new = rng.pick(verbs(after.action));
            match rng.below(3) {
                0 => format!("now {first} {new}"),
                1 => format!("{first} {new} instead"),
                _ => format!("the same, but {first} {new}"),
            }
        }
        Field::Cover => match after.cover {
            Cover::Open => "take the pillar away".to_owned(),
            cover => format!("let the {noun} pass {}", cover_phrases(cover)[0]),
        },
        Field::Person | Field::Line => String::new(),
    }
}

fn coloured(it: &str, noun: &str, new: &str, rng: &mut Rng) -> String {
    match rng.below(4) {
        0 => format!("make {it} {new}"),
        1 => format!("turn {it} {new}"),
        2 => format!("{it} should be {new}"),
        _ => format!("change the colour of the {noun} to {new}"),
    }
}

fn at(new: &str, rng: &mut Rng) -> String {
    match rng.below(4) {
        0 => format!("the same {new}"),
        1 => format!("let it happen {new}"),
        2 => format!("now {new}"),
        _ => format!("{new} instead"),
    }
}

/// Replaces the person by another one of the same split (training or held out).
fn other_person(before: &SceneSpec, rng: &mut Rng) -> (SceneSpec, String) {
    let mut after = *before;
    let Some(portrait) = &mut after.portrait else {
        return (after, String::new());
    };
    let ids = if portrait.is_held_out() {
        HELD_OUT_IDS
    } else {
        TRAINING_IDS
    };
    let count = (ids.end - ids.start) as usize;
    let step = 1 + rng.below(count - 1) as u64;
    portrait.head = ids.start + (portrait.head - ids.start + step) % count as u64;
    let traits = portrait.head().traits;
    let who = noun_words(traits.noun)[0];
    let instruction = match traits.cut {
        Cut::Bald => format!("make it a bald {who} instead"),
        _ => format!(
            "make it a {who} with {} instead",
            rng.pick(hair_words(traits.hair))
        ),
    };
    (after.fitted(), instruction)
}

/// Replaces the spoken line.
fn other_line(before: &SceneSpec, rng: &mut Rng) -> (SceneSpec, String) {
    let mut after = *before;
    let Some(portrait) = &mut after.portrait else {
        return (after, String::new());
    };
    let mut line = Line::new(rng.next_u64() >> 20);
    if Some(line) == portrait.line {
        line = line.following();
    }
    portrait.line = Some(line);
    (
        after.fitted(),
        format!("the same, but saying \"{}\"", line.text()),
    )
}

/// Draws a value other than `than`.
fn other<T: Copy + PartialEq>(rng: &mut Rng, values: &[T], than: T) -> T {
    let others: Vec<T> = values
        .iter()
        .copied()
        .filter(|value| *value != than)
        .collect();
    if others.is_empty() {
        than
    } else {
        others[rng.below(others.len())]
    }
}
