//! Completing the prompt: what its words leave open is chosen by the recipe's seed, and said in words.
//!
//! Networks that are told *perhaps day, perhaps night* draw a place in which both are mixed. So an open field is decided before
//! anything is drawn, and the sentence is read again with the words for it, in forms that the text encoder was trained on. A word that
//! is not read as it is meant, or that changes how another is read, is left out. A clip that is made of another one decides as that did.
//! Twin: `training/completion.py`.

use kinora_model::starter::SlotConfig;

use crate::readings::value;
use kinora_contract::event::{CHOSEN_BELOW, SlotReading as Understood};

/// From this probability on a field is said.
pub(crate) const SURE: f32 = 0.95;
/// Fields that were read with this probability may not change when others are said.
const READ: f32 = 0.9;

/// The class of a subject that is not there.
const NONE: &str = "none";

/// Fields in the order in which they are completed; those of a row together. What comes early decides about what is likely later on.
pub(crate) const ORDER: [&[&str]; 10] = [
    &["action"],
    &["object1"],
    &["place"],
    &["style", "weather", "time"],
    &["colour2"],
    &["material2"],
    &["colour3"],
    &["material3"],
    &["colour1"],
    &["material1"],
];

/// How a prompt was read: for each slot the probabilities of its classes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub slots: &'a [SlotConfig],
    pub probabilities: &'a [Vec<f32>],
}

/// What a field is to be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Choice {
    pub slot: &'static str,
    pub value: String,
}

/// What choices of a row may be said together: all of them, or, where that is misread, each by itself.
pub(crate) fn attempts(choices: &[Choice]) -> Vec<&[Choice]> {
    let alone = choices.chunks(1).filter(|_| choices.len() > 1);
    std::iter::once(choices).chain(alone).collect()
}

impl Reading<'_> {
    fn of(&self, slot: &str) -> Option<(&[String], &[f32])> {
        let at = self.slots.iter().position(|it| it.name == slot)?;
        Some((&self.slots[at].classes, &self.probabilities[at]))
    }

    /// The likeliest class of a field, and how likely it is.
    pub fn likeliest(&self, slot: &str) -> Option<(&str, f32)> {
        let (classes, probabilities) = self.of(slot)?;
        let best = |a, b| {
            if probabilities[b] > probabilities[a] {
                b
            } else {
                a
            }
        };
        let class = (0..probabilities.len()).reduce(best)?;
        Some((&classes[class], probabilities[class]))
    }

    /// What a field that is open is to be: as it was before, if there is a before, or by `luck`, uniform in 0..1.
    pub fn choose(&self, slot: &'static str, before: &[Understood], luck: f64) -> Option<Choice> {
        let (likeliest, most) = self.likeliest(slot)?;
        if most >= SURE || !self.has_subject(slot) {
            return None;
        }
        let (classes, probabilities) = self.of(slot)?;
        let class = if most >= CHOSEN_BELOW && likeliest != NONE {
            classes.iter().position(|class| class == likeliest)?
        } else {
            let kept = classes.iter().position(|it| it == value(before, slot));
            kept.filter(|&class| classes[class] != NONE)
                .unwrap_or_else(|| drawn(classes, probabilities, luck))
        };
        Some(Choice {
            slot,
            value: classes[class].clone(),
        })
    }

    /// A prompt with the words for a choice.
    pub fn said(&self, prompt: &str, choice: &Choice) -> String {
        let value = choice.value.as_str();
        let prompt = prompt.trim_end_matches(['.', ',', ' ']);
        let subject = |slot: &str| self.likeliest(slot).map_or("", |(object, _)| object);
        match (choice.slot, value) {
            ("object1", _) => format!("{value}: {prompt}"),
            ("colour1" | "material1", _) => format!("{prompt}. make it {value}"),
            ("colour2", _) => format!("{prompt}, the {} is {value}", subject("object2")),
            ("colour3", _) => format!("{prompt}, the {} is {value}", subject("object3")),
            ("material2", _) => format!("{prompt}, {value} {}", subject("object2")),
            ("material3", _) => format!("{prompt}, {value} {}", subject("object3")),
            ("weather", "clear") => format!("{prompt}, under a clear sky"),
            ("weather", "rain" | "fog") => format!("{prompt}, in the {value}"),
            ("weather", _) => format!("{prompt}, in falling {value}"),
            ("time", "sunset" | "night") => format!("{prompt}, at {value}"),
            ("time", _) => format!("{prompt}, by {value}"),
            _ => format!("{prompt}, {value}"),
        }
    }

    /// Whether a prompt that was read like this may become one that is read as `longer`, in which choices are said.
    pub fn becomes(&self, longer: &Reading, choices: &[Choice]) -> bool {
        self.slots.iter().all(|slot| {
            let read = longer.likeliest(&slot.name).map(|(class, _)| class);
            match choices.iter().find(|choice| choice.slot == slot.name) {
                Some(choice) => read == Some(choice.value.as_str()),
                None => self
                    .likeliest(&slot.name)
                    .is_none_or(|(class, sure)| sure < READ || read == Some(class)),
            }
        })
    }

    /// Whether the subject that a field is about is there; others always are.
    fn has_subject(&self, slot: &str) -> bool {
        let Some(number @ ('2' | '3')) = slot.chars().last() else {
            return true;
        };
        let object = self.likeliest(&format!("object{number}"));
        object.is_some_and(|(object, sure)| object != NONE && sure >= READ)
    }
}

/// A class by its probability; one that says that there is nothing is not drawn.
fn drawn(classes: &[String], probabilities: &[f32], luck: f64) -> usize {
    let weight = |at: usize| {
        if classes[at] == NONE {
            0.0
        } else {
            f64::from(probabilities[at])
        }
    };
    let total: f64 = (0..classes.len()).map(weight).sum();
    let mut left = luck * total;
    let mut last = 0;
    for at in (0..classes.len()).filter(|&at| weight(at) > 0.0) {
        last = at;
        left -= weight(at);
        if left < 0.0 {
            break;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots() -> Vec<SlotConfig> {
        [
            ("place", &["beach", "gym"][..]),
            ("time", &["day", "night"]),
            ("object2", &["ball", "cube", "none"]),
            ("colour2", &["red", "blue", "none"]),
        ]
        .map(|(name, classes)| SlotConfig {
            name: name.into(),
            classes: classes.iter().map(|it| it.to_string()).collect(),
        })
        .to_vec()
    }

    fn reading<'a>(slots: &'a [SlotConfig], probabilities: &'a [Vec<f32>]) -> Reading<'a> {
        Reading {
            slots,
            probabilities,
        }
    }

    fn open() -> Vec<Vec<f32>> {
        vec![
            vec![0.5, 0.5],
            vec![0.8, 0.2],
            vec![0.03, 0.97, 0.0],
            vec![0.1, 0.1, 0.8],
        ]
    }

    #[test]
    fn what_is_open_is_drawn_and_what_is_likely_is_taken() {
        let (slots, probabilities) = (slots(), open());
        let reading = reading(&slots, &probabilities);
        let of = |slot, luck| reading.choose(slot, &[], luck).map(|it| it.value);
        assert_eq!(of("place", 0.49).as_deref(), Some("beach"));
        assert_eq!(of("place", 0.51).as_deref(), Some("gym"));
        assert_eq!(of("time", 0.99).as_deref(), Some("day"));
        // There is a cube, so it has a colour, however likely none is.
        assert_eq!(of("colour2", 0.99).as_deref(), Some("blue"));
        assert_eq!(of("weather", 0.5), None);
        let before = [Understood {
            slot: "place".into(),
            value: "gym".into(),
            confidence: 0.1,
        }];
        let kept = reading.choose("place", &before, 0.0);
        assert_eq!(kept.unwrap().value, "gym");
    }

    #[test]
    fn what_is_said_or_has_no_subject_stays() {
        let (slots, mut probabilities) = (slots(), open());
        probabilities[0] = vec![0.04, 0.96];
        probabilities[2] = vec![0.3, 0.1, 0.6];
        let reading = reading(&slots, &probabilities);
        assert_eq!(reading.choose("place", &[], 0.5), None);
        assert_eq!(reading.choose("colour2", &[], 0.5), None);
    }

    #[test]
    fn words_that_change_others_are_refused() {
        let (slots, probabilities) = (slots(), open());
        let before = reading(&slots, &probabilities);
        let choices = [before.choose("place", &[], 0.0).unwrap()];
        assert_eq!(before.said("a cube.", &choices[0]), "a cube, beach");
        let with = |place: [f32; 2], object: [f32; 3]| {
            let mut probabilities = open();
            (probabilities[0], probabilities[2]) = (place.to_vec(), object.to_vec());
            before.becomes(&reading(&slots, &probabilities), &choices)
        };
        assert!(with([0.9, 0.1], [0.1, 0.9, 0.0]));
        assert!(!with([0.4, 0.6], [0.1, 0.9, 0.0]));
        assert!(!with([0.9, 0.1], [0.9, 0.1, 0.0]));
    }
}
