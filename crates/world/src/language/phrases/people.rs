//! Phrases for portraits: noun, age, hair and framing.

use kinora_scene::vocabulary::Shot;

use crate::heads::{Age, Beard, Cut, Glasses, HairColour, Noun};

/// Noun of a person.
pub fn noun_words(noun: Noun) -> &'static [&'static str] {
    match noun {
        Noun::Woman => &["woman", "woman", "lady"],
        Noun::Man => &["man", "man", "gentleman"],
    }
}

/// Adjectives of age; none for the middle.
pub fn age_words(age: Age) -> &'static [&'static str] {
    match age {
        Age::Young => &["young"],
        Age::Grown => &[],
        Age::Old => &["old", "elderly"],
    }
}

/// The colour of hair, with the word hair.
pub fn hair_words(hair: HairColour) -> &'static [&'static str] {
    match hair {
        HairColour::Black => &["black hair"],
        HairColour::Brown => &["brown hair"],
        HairColour::Red => &["red hair", "ginger hair"],
        HairColour::Blond => &["blond hair", "fair hair"],
        HairColour::Grey => &["grey hair", "gray hair"],
        HairColour::White => &["white hair"],
        HairColour::Blue => &["blue hair"],
        HairColour::Pink => &["pink hair"],
        HairColour::Green => &["green hair"],
    }
}

/// Haircut before the colour: "long red hair".
pub fn cut_adjective(cut: Cut) -> Option<&'static str> {
    match cut {
        Cut::Short => Some("with short"),
        Cut::Curly => Some("with curly"),
        Cut::Long => Some("with long"),
        Cut::Wavy => Some("with wavy"),
        _ => None,
    }
}

/// Haircut after the colour.
pub fn cut_words(cut: Cut) -> &'static [&'static str] {
    match cut {
        Cut::Bald => &["bald"],
        Cut::Buzz => &["a buzz cut"],
        Cut::Quiff => &["a quiff"],
        Cut::Afro => &["an afro"],
        Cut::Bob => &["a bob"],
        Cut::Ponytail => &["a ponytail"],
        Cut::Bun => &["a bun", "a topknot"],
        Cut::Pigtails => &["pigtails"],
        Cut::Mohawk => &["a mohawk"],
        Cut::Fringe => &["a fringe"],
        Cut::Short | Cut::Curly | Cut::Long | Cut::Wavy => &[],
    }
}

/// Facial hair.
pub fn beard_words(beard: Beard) -> &'static [&'static str] {
    match beard {
        Beard::Shaven => &[],
        Beard::Stubble => &["stubble"],
        Beard::Moustache => &["a moustache", "a mustache"],
        Beard::Goatee => &["a goatee"],
        Beard::Full => &["a beard", "a full beard"],
    }
}

/// Glasses.
pub fn glasses_words(glasses: Glasses) -> &'static [&'static str] {
    match glasses {
        Glasses::None => &[],
        Glasses::Clear => &["glasses", "spectacles"],
        Glasses::Dark => &["sunglasses", "dark glasses"],
    }
}

/// Framing before "of".
pub fn shot_words(shot: Shot) -> &'static [&'static str] {
    match shot {
        Shot::CloseUp => &["close-up", "close-up", "tight shot"],
        Shot::Bust => &["bust shot", "bust", "head and shoulders"],
    }
}

/// Words of portrait captions outside the tables.
pub const PORTRAIT_GLUE: &[&str] = &["wearing freckles shirt happens bald hair with"];
