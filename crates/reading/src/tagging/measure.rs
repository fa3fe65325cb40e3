//! Numbers with a unit: hours of the day and ages.

use crate::Language;
use crate::lexicon::{Attribute, Inflection, Sense, Speech};
use crate::token::{Kind, Token};
use crate::vocabulary::{Age, Time};

use super::Tag;

/// Reads an hour ("3am", "22 h") or an age ("5 year old", "de 8 ans") at a position; returns its sense and its length.
pub(super) fn measure(tokens: &[Token], at: usize, language: Language) -> Option<(Tag, usize)> {
    let Kind::Number(number) = tokens[at].kind else {
        return None;
    };
    // The next words, and the tokens up to the end of each.
    let words: Vec<(&str, usize)> = tokens[at + 1..]
        .iter()
        .enumerate()
        .filter(|(_, it)| it.kind != Kind::Mark('-'))
        .map(|(offset, it)| (it.text.as_str(), offset + 2))
        .take(4)
        .collect();
    let word = |index: usize| words.get(index).map_or("", |it| it.0);
    let length = |index: usize| words.get(index).map_or(1, |it| it.1);
    let hour = match (language, word(0)) {
        (Language::English, "am") => Some((number % 12, 0)),
        (Language::English, "pm") => Some((number % 12 + 12, 0)),
        (Language::English, "a" | "p") if word(1) == "." && word(2) == "m" => {
            let afternoon = if word(0) == "p" { 12 } else { 0 };
            Some((number % 12 + afternoon, 2))
        }
        (Language::French, "h" | "heures" | "heure") if number < 25 => match word(1) {
            "du" if word(2).starts_with("mat") => Some((number % 12, 2)),
            "du" if word(2) == "soir" => Some((number % 12 + 12, 2)),
            _ => Some((number, 0)),
        },
        _ => None,
    };
    if let Some((hour, last)) = hour {
        let (time, exact) = time_of(hour);
        let fields = [(Attribute::Time(time), exact)];
        let tag = Tag::Entry(
            Speech::Fixed,
            Inflection::default(),
            Sense::Fields(fields.into()),
        );
        return Some((tag, length(last)));
    }
    let last = match (language, word(0), word(1)) {
        (Language::English, "year" | "years" | "yr" | "yrs", "old") => 1,
        (Language::English, "yo", _) => 0,
        (Language::French, "ans", _) => 0,
        _ => return None,
    };
    let sense = match number {
        0..=12 => Some(Age::Child),
        13..=29 => Some(Age::Young),
        60.. => Some(Age::Old),
        _ => None,
    };
    let tag = match sense {
        Some(age) => Tag::Entry(
            Speech::Adjective,
            Inflection::default(),
            Sense::Fields([(Attribute::Age(age), true)].into()),
        ),
        None => Tag::Entry(Speech::Ordinary, Inflection::default(), Sense::Ordinary),
    };
    Some((tag, length(last)))
}

/// Time of day of an hour, and whether it is one of the vocabulary's own.
fn time_of(hour: u32) -> (Time, bool) {
    match hour % 24 {
        6..=8 | 18 | 19 => (Time::Sunset, false),
        9..=17 => (Time::Day, true),
        _ => (Time::Night, true),
    }
}
