//! Edits: a scene with one field changed, and the instruction in words that asks for it.
//!
//! Both scenes have the same seed, so that everything else is the same: a perfect pair for learning to remix.

use crate::cast::role;
use crate::heads::{Cut, HELD_OUT_IDS, TRAINING_IDS};
use crate::lines::Line;
use crate::rng::Rng;
use crate::spec::{
    Camera, Colour, Cover, Material, Place, SceneSpec, Style, Time, Weather, moves_past,
};
use crate::words::{
    camera_phrases, colour_words, cover_phrases, hair_words, noun_words, object_words,
    place_phrases, style_adjectives, time_phrases, weather_phrases,
};

/// A field that an edit can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The object of the first subject.
    Object,
    /// The colour of the first subject.
    Colour,
    /// The material of the first subject.
    Material,
    /// The place.
    Place,
    /// The weather; only outdoors.
    Weather,
    /// The time of day.
    Time,
    /// The style.
    Style,
    /// The camera.
    Camera,
    /// The pillar; only where something moves past.
    Cover,
    /// Whose head; only in portraits.
    Person,
    /// What is said; only where somebody talks.
    Line,
}

/// Two scenes that differ in one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remix {
    /// The scene as it was.
    pub before: SceneSpec,
    /// The scene as it is wanted.
    pub after: SceneSpec,
    /// What differs.
    pub field: Field,
    /// What a person would type: "make it animated".
    pub instruction: String,
}

/// One edit of a scene, by a seed: a field that can change here, with another value.
pub fn remix(before: &SceneSpec, seed: u64) -> Remix {
    let mut rng = Rng::new(before.seed ^ seed.rotate_left(23), 6);
    let fields = fields_of(before);
    let field = fields[rng.below(fields.len())];
    let (after, instruction) = edited(before, field, &mut rng);
    Remix {
        before: *before,
        after,
        field,
        instruction,
    }
}

/// The fields that can change in a scene without changing another.
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
    if let Some(portrait) = &spec.portrait {
        fields.extend([Field::Person, Field::Person]);
        fields.extend(portrait.line.map(|_| Field::Line));
    }
    fields
}

fn edited(before: &SceneSpec, field: Field, rng: &mut Rng) -> (SceneSpec, String) {
    let mut after = *before;
    let noun = rng.pick(object_words(before.first.object));
    let instruction = match field {
        Field::Object => {
            after.first.object = other(rng, role(before.action, 0), before.first.object);
            let material = crate::cast::natural_material(after.first.object);
            after.first.material = material.unwrap_or(before.first.material);
            let new = rng.pick(object_words(after.first.object));
            let article = if new.starts_with(['a', 'e', 'i', 'o', 'u']) {
                "an"
            } else {
                "a"
            };
            match rng.below(3) {
                0 => format!("replace the {noun} with {article} {new}"),
                1 => format!("make it {article} {new} instead"),
                _ => format!("use {article} {new} instead of the {noun}"),
            }
        }
        Field::Colour => {
            let taken = before
                .subjects()
                .map(|subject| subject.colour)
                .collect::<Vec<_>>();
            let free: Vec<Colour> = Colour::ALL
                .iter()
                .copied()
                .filter(|colour| !taken.contains(colour))
                .collect();
            after.first.colour = other(rng, &free, before.first.colour);
            let new = rng.pick(colour_words(after.first.colour));
            let noun = if before.portrait.is_some() {
                "shirt"
            } else {
                noun
            };
            match rng.below(3) {
                0 => format!("make the {noun} {new}"),
                1 => format!("turn the {noun} {new}"),
                _ => format!("change the colour of the {noun} to {new}"),
            }
        }
        Field::Material => {
            after.first.material = other(rng, Material::ALL, before.first.material);
            format!(
                "make the {noun} of {}",
                crate::words::material_nouns(after.first.material)[0]
            )
        }
        Field::Place => {
            // Under a roof there is no weather: a place of the same kind, or clear air.
            let keeps = |place: &Place| before.weather == Weather::Clear || !place.is_indoors();
            let places: Vec<Place> = Place::ALL.iter().copied().filter(keeps).collect();
            after.place = other(rng, &places, before.place);
            let new = rng.pick(place_phrases(after.place));
            match rng.below(2) {
                0 => format!("the same {new}"),
                _ => format!("let it happen {new}"),
            }
        }
        Field::Weather => {
            after.weather = other(rng, Weather::ALL, before.weather);
            format!("the same {}", rng.pick(weather_phrases(after.weather)))
        }
        Field::Time => {
            after.time = other(rng, Time::ALL, before.time);
            format!("the same {}", time_phrases(after.time)[rng.below(2)])
        }
        Field::Style => {
            after.style = other(rng, Style::ALL, before.style);
            let new = rng.pick(style_adjectives(after.style));
            match rng.below(2) {
                0 => format!("make it {new}"),
                _ => format!("the same, but {new}"),
            }
        }
        Field::Camera => {
            after.camera = other(rng, Camera::ALL, before.camera);
            format!(
                "the same with another camera: {}",
                rng.pick(camera_phrases(after.camera))
            )
        }
        Field::Cover => {
            after.cover = other(rng, Cover::ALL, before.cover);
            match after.cover {
                Cover::Open => "take the pillar away".to_string(),
                cover => format!("let the {noun} pass {}", cover_phrases(cover)[0]),
            }
        }
        Field::Person => other_person(&mut after, rng),
        Field::Line => other_line(&mut after, rng),
    };
    (after.fitted(), instruction)
}

/// Gives a portrait to somebody else of the same group: training never meets the held-out ones.
fn other_person(spec: &mut SceneSpec, rng: &mut Rng) -> String {
    let Some(portrait) = &mut spec.portrait else {
        return String::new();
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
    match traits.cut {
        Cut::Bald => format!("make it a bald {who} instead"),
        _ => format!(
            "make it a {who} with {} instead",
            rng.pick(hair_words(traits.hair))
        ),
    }
}

/// Lets the person say something else.
fn other_line(spec: &mut SceneSpec, rng: &mut Rng) -> String {
    let Some(portrait) = &mut spec.portrait else {
        return String::new();
    };
    let mut line = Line::new(rng.next_u64() >> 20);
    if Some(line) == portrait.line {
        line = line.following();
    }
    portrait.line = Some(line);
    format!("the same, but saying \"{}\"", line.text())
}

/// One of the values that is not this one.
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
