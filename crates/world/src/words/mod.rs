//! The words of captions, one table per slot. The first entry is the plain one; repeats make a word more common.
//!
//! The parser reads the same tables, so a phrase may stand for one value of a slot only.

mod actions;
mod subjects;
mod surroundings;

use crate::spec::{Action, Camera, Colour, Cover, Material, Object, Place, Style, Time, Weather};

pub use actions::*;
pub use subjects::*;
pub use surroundings::*;

/// Words between the slots, plural forms and words that people add.
pub const GLUE: &[&str] = &[
    "a an the of in on with and as it while is are made from at to into by its this there that one scene clip video",
    "shot showing shows look style camera movie some then again not no without two three only",
    "sound please make me create slowly quickly nobody else turn change replace instead same but now",
    "small big little large bright coloured colored",
    "balls spheres cubes cans cones rings eggs stars pyramids boxes books bottles people robots bears",
    "bounce bouncing roll rolling fall falling drop dropping swing swinging hit hitting collision collide bump",
];

/// Every word that captions can write, and close relatives, sorted.
pub fn vocabulary() -> Vec<&'static str> {
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
    for style in Style::ALL {
        phrases.extend(style_phrases(*style));
        phrases.extend(style_adjectives(*style));
    }
    for camera in Camera::ALL {
        phrases.extend(camera_phrases(*camera));
    }
    for action in Action::ALL {
        phrases.extend(verbs(*action));
        phrases.extend(gerunds(*action));
        phrases.extend(action_tags(*action));
        phrases.extend(linked_to(*action));
    }
    let mut words: Vec<&str> = phrases
        .iter()
        .flat_map(|phrase| phrase.split_whitespace())
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}
