//! Completion: fields that a prompt leaves open are chosen by the recipe's seed and appended to the prompt in words.
//!
//! A network conditioned on *perhaps day, perhaps night* draws a blend of both. So an open field is decided before anything is drawn, and
//! the longer sentence is read again, in forms that the text encoder was trained on. A phrase that is misread, or that changes how
//! another field is read, is dropped. A remix or extension chooses as its source did. See ADR 17.

use kinora_contract::event::CHOSEN_BELOW;
use kinora_scene::vocabulary::{Time, Weather};

use super::slots::{Classes, Slot};

/// From this probability on a field counts as stated.
pub(crate) const STATED: f32 = 0.95;
/// Fields read with at least this probability may not change when others are stated.
const FIRM: f32 = 0.9;

/// Slots in the order of their completion; those of a row together. Earlier ones decide what is likely later.
pub(crate) const ORDER: [&[Slot]; 10] = [
    &[Slot::Action],
    &[Slot::Object(0)],
    &[Slot::Place],
    &[Slot::Style, Slot::Weather, Slot::Time],
    &[Slot::Colour(1)],
    &[Slot::Material(1)],
    &[Slot::Colour(2)],
    &[Slot::Material(2)],
    &[Slot::Colour(0)],
    &[Slot::Material(0)],
];

/// A prompt as it was read: class probabilities per slot, in the order of [`Slot::ALL`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub classes: &'a Classes,
    pub probabilities: &'a [Vec<f32>],
}

/// A class for a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Choice {
    pub slot: Slot,
    pub class: usize,
}

/// Returns the sets of choices to try: all of a row together, then each alone.
pub(crate) fn attempts(choices: &[Choice]) -> Vec<&[Choice]> {
    let alone = choices.chunks(1).filter(|_| choices.len() > 1);
    std::iter::once(choices).chain(alone).collect()
}

impl Reading<'_> {
    /// Returns the likeliest class of a slot and its probability.
    pub fn likeliest(&self, slot: Slot) -> (usize, f32) {
        let probabilities = &self.probabilities[slot.row()];
        let best = |a, b| {
            if probabilities[b] > probabilities[a] {
                b
            } else {
                a
            }
        };
        let class = (0..probabilities.len()).reduce(best).unwrap_or(0);
        (class, probabilities[class])
    }

    /// Chooses the class of an open slot: that of the source clip if it has one, else one drawn by `u`, uniform in (0, 1).
    /// Returns none for a stated slot and for one of an absent subject.
    pub fn choose(&self, slot: Slot, source: &[Choice], u: f64) -> Option<Choice> {
        let (likeliest, most) = self.likeliest(slot);
        if most >= STATED || !self.has_subject(slot) {
            return None;
        }
        let is_none = |class| self.classes.is_none(slot, class);
        let class = if most >= CHOSEN_BELOW && !is_none(likeliest) {
            likeliest
        } else {
            let before = source.iter().find(|choice| choice.slot == slot);
            let before = before.map(|choice| choice.class);
            before
                .filter(|&class| !is_none(class))
                .unwrap_or_else(|| self.draw(slot, u))
        };
        Some(Choice { slot, class })
    }

    /// Appends the words for a choice to a prompt.
    pub fn state(&self, prompt: &str, choice: Choice) -> String {
        let value = self.classes.word(choice.slot, choice.class);
        let prompt = prompt.trim_end_matches(['.', ',', ' ']);
        let object = |subject| {
            let slot = Slot::Object(subject);
            self.classes.word(slot, self.likeliest(slot).0)
        };
        match choice.slot {
            Slot::Object(0) => format!("{value}: {prompt}"),
            Slot::Colour(0) | Slot::Material(0) => format!("{prompt}. make it {value}"),
            Slot::Colour(subject) => format!("{prompt}, the {} is {value}", object(subject)),
            Slot::Material(subject) => format!("{prompt}, {value} {}", object(subject)),
            Slot::Weather => match self.classes.weather[choice.class] {
                Weather::Clear => format!("{prompt}, under a clear sky"),
                Weather::Rain | Weather::Fog => format!("{prompt}, in the {value}"),
                Weather::Snow => format!("{prompt}, in falling {value}"),
            },
            Slot::Time => match self.classes.time[choice.class] {
                Time::Sunset | Time::Night => format!("{prompt}, at {value}"),
                Time::Day => format!("{prompt}, by {value}"),
            },
            Slot::Object(_) | Slot::Place | Slot::Style | Slot::Camera | Slot::Action => {
                format!("{prompt}, {value}")
            }
        }
    }

    /// Whether `longer`, the reading of a prompt that states `choices`, has them and keeps every firm field of this one.
    pub fn keeps(&self, longer: &Reading, choices: &[Choice]) -> bool {
        Slot::ALL.into_iter().all(|slot| {
            let (read, _) = longer.likeliest(slot);
            match choices.iter().find(|choice| choice.slot == slot) {
                Some(choice) => read == choice.class,
                None => {
                    let (class, probability) = self.likeliest(slot);
                    probability < FIRM || read == class
                }
            }
        })
    }

    /// Whether the subject of a slot is present; subject 0 always is.
    fn has_subject(&self, slot: Slot) -> bool {
        if !slot.is_optional() {
            return true;
        }
        let object = slot.subject().map_or(slot, Slot::Object);
        let (class, probability) = self.likeliest(object);
        !self.classes.is_none(object, class) && probability >= FIRM
    }

    /// Draws a class by its probability; never the one of an absent subject.
    fn draw(&self, slot: Slot, u: f64) -> usize {
        let probabilities = &self.probabilities[slot.row()];
        let weight = |class: usize| {
            if self.classes.is_none(slot, class) {
                0.0
            } else {
                f64::from(probabilities[class])
            }
        };
        let total: f64 = (0..probabilities.len()).map(weight).sum();
        let mut left = u * total;
        let mut last = 0;
        for class in (0..probabilities.len()).filter(|&class| weight(class) > 0.0) {
            last = class;
            left -= weight(class);
            if left < 0.0 {
                break;
            }
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use super::super::slots::tests::{certain, classes};
    use super::*;

    fn open() -> Vec<Vec<f32>> {
        let mut probabilities = certain(&classes());
        probabilities[Slot::Place.row()] = vec![0.5, 0.5];
        probabilities[Slot::Time.row()] = vec![0.8, 0.2];
        probabilities[Slot::Object(1).row()] = vec![0.03, 0.97, 0.0];
        probabilities[Slot::Colour(1).row()] = vec![0.1, 0.1, 0.8];
        probabilities
    }

    fn with<T>(probabilities: &[Vec<f32>], use_it: impl FnOnce(Reading) -> T) -> T {
        use_it(Reading {
            classes: &classes(),
            probabilities,
        })
    }

    #[test]
    fn an_open_slot_is_drawn_and_a_likely_one_is_taken() {
        with(&open(), |reading| {
            let class = |slot, u| reading.choose(slot, &[], u).map(|it| it.class);
            assert_eq!(class(Slot::Place, 0.49), Some(0));
            assert_eq!(class(Slot::Place, 0.51), Some(1));
            assert_eq!(class(Slot::Time, 0.99), Some(0));
            // The cube is present, so it has a colour, however likely none is.
            assert_eq!(class(Slot::Colour(1), 0.99), Some(1));
            assert_eq!(class(Slot::Weather, 0.5), None);
            let source = [Choice {
                slot: Slot::Place,
                class: 1,
            }];
            let kept = reading.choose(Slot::Place, &source, 0.0);
            assert_eq!(kept.unwrap().class, 1);
        });
    }

    #[test]
    fn a_stated_slot_and_one_of_an_absent_subject_stay() {
        let mut probabilities = open();
        probabilities[Slot::Place.row()] = vec![0.04, 0.96];
        probabilities[Slot::Object(1).row()] = vec![0.3, 0.1, 0.6];
        with(&probabilities, |reading| {
            assert_eq!(reading.choose(Slot::Place, &[], 0.5), None);
            assert_eq!(reading.choose(Slot::Colour(1), &[], 0.5), None);
        });
    }

    #[test]
    fn a_phrase_that_changes_another_field_is_refused() {
        let keeps = |place: [f32; 2], object: [f32; 3]| {
            let mut longer = open();
            longer[Slot::Place.row()] = place.to_vec();
            longer[Slot::Object(1).row()] = object.to_vec();
            with(&open(), |before| {
                let choices = [before.choose(Slot::Place, &[], 0.0).unwrap()];
                assert_eq!(before.state("a cube.", choices[0]), "a cube, beach");
                with(&longer, |longer| before.keeps(&longer, &choices))
            })
        };
        assert!(keeps([0.9, 0.1], [0.1, 0.9, 0.0]));
        assert!(!keeps([0.4, 0.6], [0.1, 0.9, 0.0]));
        assert!(!keeps([0.9, 0.1], [0.9, 0.1, 0.0]));
    }
}
