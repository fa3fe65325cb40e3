//! Persons of portraits in words.

use super::stated;
use crate::scene_reading::Subject;
use crate::vocabulary::{Age, Beard, Cut, Gender, Glasses, HairColour};

/// Writes a person of a portrait: "an old bald man with a beard, glasses and freckles".
pub(super) fn person(subject: Option<&Subject>) -> String {
    let Some(subject) = subject else {
        return "a person".to_owned();
    };
    let noun = match stated(&subject.gender) {
        Some(Gender::Woman) => "woman",
        Some(Gender::Man) => "man",
        None => "person",
    };
    let age = match stated(&subject.age) {
        Some(Age::Child | Age::Young) => "young ",
        Some(Age::Old) => "old ",
        None => "",
    };
    let bald = if stated(&subject.cut) == Some(Cut::Bald) {
        "bald "
    } else {
        ""
    };
    let mut features: Vec<String> = Vec::new();
    let hair = stated(&subject.hair).map(HairColour::word);
    match (stated(&subject.cut), hair) {
        (Some(Cut::Bald), _) | (None, None) => {}
        (Some(cut @ (Cut::Short | Cut::Curly | Cut::Long | Cut::Wavy)), hair) => {
            let hair = hair.map_or(String::new(), |it| format!("{it} "));
            features.push(format!("{} {hair}hair", cut.word()));
        }
        (Some(Cut::Pigtails), hair) => features.extend(
            [
                hair.map(|it| format!("{it} hair")),
                Some("pigtails".to_owned()),
            ]
            .into_iter()
            .flatten(),
        ),
        (Some(cut), hair) => {
            features.extend(hair.map(|it| format!("{it} hair")));
            let article = if cut == Cut::Afro { "an" } else { "a" };
            features.push(format!("{article} {}", cut.word()));
        }
        (None, Some(hair)) => features.push(format!("{hair} hair")),
    }
    match stated(&subject.beard) {
        Some(Beard::Stubble) => features.push("stubble".to_owned()),
        Some(beard) => features.push(format!("a {}", beard.word())),
        None => {}
    }
    match stated(&subject.glasses) {
        Some(Glasses::Clear) => features.push("glasses".to_owned()),
        Some(Glasses::Dark) => features.push("sunglasses".to_owned()),
        None => {}
    }
    if subject.freckles.is_some() {
        features.push("freckles".to_owned());
    }
    let article = if age.starts_with('o') { "an" } else { "a" };
    let features = match &features[..] {
        [] => String::new(),
        [one] => format!(" with {one}"),
        [before @ .., last] => format!(" with {} and {last}", before.join(", ")),
    };
    let shirt =
        stated(&subject.colour).map_or(String::new(), |it| format!(" in a {} shirt", it.word()));
    format!("{article} {age}{bald}{noun}{features}{shirt}")
}
