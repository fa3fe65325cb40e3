//! The parts of a caption: subjects, places, denials, and typing errors.

use kinora_scene::rng::Rng;
use kinora_scene::vocabulary::{Cover, Object, Style, Time, Vocabulary, Weather};

use super::Writer;
use crate::language::phrases::*;
use crate::specification::Subject;

/// Share of words with a typing error in short captions.
const TYPOS: f32 = 0.03;

impl Writer<'_> {
    /// Writes the other subjects after the verb, each with its link and a leading space.
    pub(super) fn others(&mut self, mut write: impl FnMut(&mut Self, Subject) -> String) -> String {
        let mut text = String::new();
        let others = [self.spec.second, self.spec.third];
        for (link, other) in linked_to(self.spec.action).into_iter().zip(others) {
            if let Some(other) = other {
                let name = write(self, other);
                let space = if link.is_empty() { "" } else { " " };
                text = format!("{text}{space}{link} {name}");
            }
        }
        text
    }

    /// Writes a subject with its article.
    pub(super) fn subject(&mut self, subject: Subject, detail: Detail) -> String {
        let object = self.rng.pick(object_words(subject.object));
        let colour = self.rng.pick(colour_words(subject.colour));
        if subject.object == Object::Person && self.rng.chance(0.6) {
            return format!("{} {object} in {colour}", article(object));
        }
        if detail == Detail::Full && !subject.object.is_character() && self.rng.chance(0.2) {
            let noun = self.rng.pick(material_nouns(subject.material));
            return format!("{} {colour} {object} made of {noun}", article(colour));
        }
        let bare = self.bare(subject, detail);
        let luck = self.rng.range(0.0, 1.0);
        match detail {
            Detail::Some if luck < 0.15 => format!("the {bare}"),
            _ if luck > 0.95 => format!("one {bare}"),
            _ => format!("{} {bare}", article(&bare)),
        }
    }

    /// Writes a subject without article: colour, material, object; the first two are optional. The material of a character is
    /// omitted.
    pub(super) fn bare(&mut self, subject: Subject, detail: Detail) -> String {
        let mut words = Vec::with_capacity(3);
        let keep = if detail == Detail::Full {
            3
        } else {
            1 + self.rng.below(2)
        };
        if keep & 1 == 1 {
            words.push(self.rng.pick(colour_words(subject.colour)));
        }
        if keep & 2 == 2 && !subject.object.is_character() {
            words.push(self.rng.pick(material_adjectives(subject.material)));
        }
        words.push(self.rng.pick(object_words(subject.object)));
        words.join(" ")
    }

    /// Writes place, time and weather; fair weather and daytime are mostly omitted.
    pub(super) fn place(&mut self, detail: Detail) -> String {
        let mut text = self.rng.pick(place_phrases(self.spec.place)).to_string();
        let full = detail == Detail::Full;
        let usual = |rng: &mut Rng| rng.chance(0.15);
        if (full && self.spec.time != Time::Day) || usual(&mut self.rng) {
            text = format!("{text} {}", time_phrases(self.spec.time)[self.rng.below(4)]);
        }
        if (full && self.spec.weather != Weather::Clear) || usual(&mut self.rng) {
            let phrases = weather_phrases(self.spec.weather);
            let phrase = phrases[self.rng.below(phrases.len().min(3))];
            text = format!("{text} {phrase}");
        }
        text
    }

    pub(super) fn cover(&mut self, detail: Detail) -> String {
        if self.spec.cover == Cover::Open || (detail == Detail::Some && self.rng.chance(0.5)) {
            return String::new();
        }
        format!(" {}", self.rng.pick(cover_phrases(self.spec.cover)))
    }

    /// Occasionally adds a negation.
    pub(super) fn denied(&mut self, text: String) -> String {
        if !self.rng.chance(0.12) {
            return text;
        }
        let absent =
            |rng: &mut Rng, own: usize, count: usize| (own + 1 + rng.below(count - 1)) % count;
        let denial = match self.rng.below(3) {
            0 => {
                let at = absent(
                    &mut self.rng,
                    self.spec.style as usize,
                    Style::CLASSES.len(),
                );
                format!("not {}", style_adjectives(Style::CLASSES[at])[0])
            }
            1 => {
                let at = absent(&mut self.rng, self.spec.time as usize, Time::ALL.len());
                format!("not {}", time_phrases(Time::ALL[at])[0])
            }
            _ => {
                let at = absent(
                    &mut self.rng,
                    self.spec.first.object as usize,
                    Object::ALL.len(),
                );
                let object = object_words(Object::ALL[at])[0];
                format!("not {} {object}", article(object))
            }
        };
        format!("{text}, {denial}")
    }

    pub(super) fn style(&mut self) -> &'static str {
        self.rng.pick(style_phrases(self.spec.style))
    }

    pub(super) fn adjective(&mut self) -> &'static str {
        self.rng.pick(style_adjectives(self.spec.style))
    }

    pub(super) fn camera(&mut self) -> &'static str {
        self.rng.pick(camera_phrases(self.spec.camera))
    }
}

/// Level of detail of a subject.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    Full,
    Some,
}

/// Adds a few typing errors: a missing letter, or two swapped ones.
pub(super) fn mistyped(text: &str, rng: &mut Rng) -> String {
    let mistype = |word: &str| {
        let letters: Vec<char> = word.chars().collect();
        if letters.len() < 6 || !letters.iter().all(char::is_ascii_alphabetic) || !rng.chance(TYPOS)
        {
            return word.to_string();
        }
        let mut letters = letters;
        let at = 1 + rng.below(letters.len() - 3);
        if rng.chance(0.5) {
            letters.swap(at, at + 1);
        } else {
            letters.remove(at);
        }
        letters.into_iter().collect()
    };
    text.split(' ').map(mistype).collect::<Vec<_>>().join(" ")
}
