//! Phrase tables of captions, one per slot. The first entry is the plain one; repeats raise the frequency of a phrase.
//!
//! The prompt parser reads the same tables, so a phrase denotes one value only.

mod actions;
mod people;
mod subjects;
mod surroundings;

use kinora_scene::vocabulary::{
    Action, Camera, Colour, Cover, Material, Object, Place, Shot, Style, Time, Vocabulary, Weather,
};

use crate::heads::{Age, Beard, Cut, Glasses, HairColour, Noun};
use crate::spec::sampling::scene_actions;

pub use actions::*;
pub use people::*;
pub use subjects::*;
pub use surroundings::*;

/// Function words, plural forms and common additions.
pub const GLUE: &[&str] = &[
    "a an the of in on with and as it while is are made from at to into by its this there that one scene clip video",
    "shot showing shows look style camera movie some then again not no without two three only",
    "sound please make me create slowly quickly nobody else turn change replace instead same but now",
    "small big little large bright coloured colored",
    "balls spheres cubes cans cones rings eggs stars pyramids boxes books bottles people robots bears",
    "bounce bouncing roll rolling fall falling drop dropping swing swinging hit hitting collision collide bump",
];

/// Words of edit instructions alone.
const EDIT_GLUE: &[&str] = &[
    "let use put happen another should be take pass",
    "colour color",
];

/// Lists every word that captions can contain outside quotes, and close relatives: words of scenes, then of portraits
/// alone, then of instructions alone. Models depend on the indices of the first group.
pub fn vocabulary() -> Vec<&'static str> {
    let mut words: Vec<&str> = Vec::new();
    for part in [of_scenes(), of_portraits(), EDIT_GLUE.to_vec()] {
        let mut more = sorted_words(part);
        more.retain(|word| !words.contains(word));
        words.append(&mut more);
    }
    words
}

fn sorted_words(phrases: Vec<&'static str>) -> Vec<&'static str> {
    let mut words: Vec<&str> = phrases
        .iter()
        .flat_map(|phrase| phrase.split_whitespace())
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

fn of_portraits() -> Vec<&'static str> {
    let mut phrases: Vec<&'static str> = PORTRAIT_GLUE.to_vec();
    for action in &Action::ALL[scene_actions().len()..] {
        phrases.extend(verbs(*action));
        phrases.extend(gerunds(*action));
        phrases.extend(action_tags(*action));
    }
    Noun::ALL
        .iter()
        .for_each(|noun| phrases.extend(noun_words(*noun)));
    Age::ALL
        .iter()
        .for_each(|age| phrases.extend(age_words(*age)));
    HairColour::ALL
        .iter()
        .for_each(|hair| phrases.extend(hair_words(*hair)));
    for cut in Cut::ALL {
        phrases.extend(cut_adjective(*cut));
        phrases.extend(cut_words(*cut));
    }
    Beard::ALL
        .iter()
        .for_each(|beard| phrases.extend(beard_words(*beard)));
    Glasses::ALL
        .iter()
        .for_each(|glasses| phrases.extend(glasses_words(*glasses)));
    Shot::ALL
        .iter()
        .for_each(|shot| phrases.extend(shot_words(*shot)));
    phrases
}

fn of_scenes() -> Vec<&'static str> {
    let mut phrases: Vec<&'static str> = GLUE.to_vec();
    for object in Object::ALL {
        phrases.extend(object_words(*object));
    }
    for colour in Colour::ALL {
        phrases.extend(colour_words(*colour));
    }
    for material in Material::ALL {
        phrases.extend(material_adjectives(*material));
        phrases.extend(material_nouns(*material));
    }
    for place in Place::ALL {
        phrases.extend(place_phrases(*place));
        phrases.extend(place_tags(*place));
    }
    for weather in Weather::ALL {
        phrases.extend(weather_phrases(*weather));
    }
    for time in Time::ALL {
        phrases.extend(time_phrases(*time));
    }
    for cover in Cover::ALL {
        phrases.extend(cover_phrases(*cover));
    }
    for style in Style::CLASSES {
        phrases.extend(style_phrases(*style));
        phrases.extend(style_adjectives(*style));
    }
    for camera in Camera::CLASSES {
        phrases.extend(camera_phrases(*camera));
    }
    for action in scene_actions() {
        phrases.extend(verbs(*action));
        phrases.extend(gerunds(*action));
        phrases.extend(action_tags(*action));
        phrases.extend(linked_to(*action));
    }
    phrases
}

/// Returns the indefinite article before a word.
pub(crate) fn article(next: &str) -> &'static str {
    if next.starts_with(['a', 'e', 'i', 'o']) {
        "an"
    } else {
        "a"
    }
}
