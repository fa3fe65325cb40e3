//! What the words of an instruction do to the scene before.

use crate::Outcome;
use crate::instruction::{Mode, Noun};
use crate::lexicon::{Attribute, Function, Thing};
use crate::noun_phrase::Head;
use crate::scene_reading::Field;
use crate::vocabulary::Action;

use super::Interpreter;

impl Interpreter<'_> {
    /// Ends a removal or addition: "remove the crab and make the otters three".
    pub(crate) fn end_edit(&mut self) {
        if self.edit.active && self.edit.mode == Mode::Remove {
            self.edit.mode = Mode::Describe;
        }
    }

    /// "only two of them", "one more": a number without a noun counts the first subject, or the one named before.
    pub(crate) fn counts(&mut self, at: usize, number: u32) -> bool {
        const MORE: &[&str] = &[
            "more",
            "de plus",
            "en plus",
            "supplémentaire",
            "plus",
            "another",
            "encore un",
            "encore une",
            "third",
            "fourth",
            "troisième",
            "quatrième",
        ];
        // "mets-en quatre": those that are several.
        let several = |it: &Option<u32>| it.is_some_and(|it| it > 1);
        let index = self
            .head
            .subject()
            .or_else(|| self.edit.counts.iter().position(several))
            .unwrap_or(0);
        let rest: Vec<&str> = self.items[at + 1..]
            .iter()
            .map(|it| it.text.as_str())
            .take(2)
            .collect();
        let rest = rest.join(" ");
        let own = self.items[at].text.clone();
        let more = MORE
            .iter()
            .any(|it| rest.starts_with(it) || own.contains(it));
        let single = self.edit.has_many() && self.pending.attributes.is_empty();
        if number == 1 && !more && !single {
            return false;
        }
        let before = self.edit.counts.get(index).copied().flatten().unwrap_or(1);
        let count = if more {
            before.saturating_add(number)
        } else {
            number
        };
        self.head = Head::Subject(index);
        self.describe_head(&Attribute::Count(count), true, at);
        true
    }

    /// "a potato instead of the mushroom": what was just named takes the place of this thing.
    pub(crate) fn takes_place_of(&mut self, thing: &Thing) -> bool {
        let (Some(old), Some(new)) = (
            self.edit.known(thing).filter(|_| self.edit.active),
            self.last,
        ) else {
            return false;
        };
        if old != new && new < self.reading.subjects.len() {
            let subject = std::mem::take(&mut self.reading.subjects[new]);
            *self.subject_mut(old) = subject;
            for outcome in self.outcomes.iter_mut().flatten() {
                if let Outcome::Used(Field::Subject(index, _))
                | Outcome::Approximated(Field::Subject(index, _), _) = outcome
                    && *index == new
                {
                    *index = old;
                }
            }
        }
        true
    }

    /// "follow him", "suis-la": the camera does it.
    pub(crate) fn camera_follows(&self, at: usize, action: Action) -> bool {
        let pronoun = self.items[at + 1..]
            .iter()
            .find(|it| !matches!(it.tag, crate::tagging::Tag::Mark('-')))
            .is_some_and(|it| {
                matches!(
                    it.text.as_str(),
                    "him" | "her" | "it" | "them" | "le" | "la" | "les" | "lui"
                )
            });
        let starts = at == 0
            || self.items[at - 1].function() == Some(Function::And)
            || matches!(self.items[at - 1].tag, crate::tagging::Tag::Mark(_));
        action == Action::Chase && pronoun && starts
    }

    /// "swap the colours": each of the first two takes the other's.
    pub(crate) fn swap_colours(&mut self, at: usize) -> bool {
        let (Some(Some(first)), Some(Some(second))) = (
            self.edit.colours.first().copied(),
            self.edit.colours.get(1).copied(),
        ) else {
            return false;
        };
        if !self.edit.active || self.edit.mode != Mode::Replace {
            return false;
        }
        for (index, colour) in [(0, second), (1, first)] {
            self.head = Head::Subject(index);
            self.describe_head(&Attribute::Colour(colour), true, at);
        }
        self.edit.mode = Mode::Remove;
        true
    }

    /// "the boy becomes a woman": what follows takes the place of what was named.
    pub(crate) fn becomes(&mut self) {
        if let (true, Head::Subject(index)) = (self.edit.active, self.head.clone()) {
            // What it was is not stated.
            *self.subject_mut(index) = crate::Subject::default();
            self.edit.mode = Mode::With(index);
        }
    }

    /// "turn them into cats", "transforme-la en cube": the pronoun names what is replaced. Returns whether it does.
    pub(crate) fn replaces_pronoun(&mut self) -> bool {
        let replaces = self.edit.active && self.edit.mode == Mode::Replace;
        if replaces {
            self.edit.mode = Mode::With(self.head.subject().unwrap_or(0));
        }
        replaces
    }

    /// "swap the cat and the dog": the second takes the place of the first, and the first that of the second.
    pub(crate) fn exchange(&mut self, index: usize, exact: bool, span: &std::ops::Range<usize>) {
        let Mode::With(target) = self.edit.mode else {
            return;
        };
        let old = self.edit.before.get(target).cloned().flatten();
        if let (Some(old), true) = (old, index != target) {
            self.subject_mut(index)
                .state(index, &Attribute::Thing(old), exact, span);
        }
    }

    /// "both of them": what the text says of the first subject holds for the second.
    pub(crate) fn share(&mut self) {
        if let (true, Some(first)) = (self.edit.both, self.reading.subjects.first().cloned()) {
            let second = self.subject_mut(1);
            second.colour = second.colour.take().or(first.colour);
            second.material = second.material.take().or(first.material);
            second.size = second.size.take().or(first.size);
        }
    }

    /// "change the animal": a word for any of the subjects before; returns the one it means.
    pub(crate) fn generic(&self, at: usize) -> Option<usize> {
        const GENERIC: &[&str] = &[
            "animal",
            "creature",
            "character",
            "personnage",
            "créature",
            "bête",
        ];
        let acts = |it: &Option<Thing>| it.as_ref().is_some_and(|it| it.kind().is_animate());
        GENERIC
            .contains(&self.items[at].text.as_str())
            .then(|| self.edit.before.iter().position(acts))?
    }

    /// Begins to replace, remove or add.
    pub(crate) fn start_edit(&mut self, at: usize, function: Function) {
        if self.edit.active {
            self.edit.mode = match function {
                Function::Replace => Mode::Replace,
                Function::Remove => Mode::Remove,
                _ => Mode::Add,
            };
            // "change-les en chats"
            let pronoun = [" le", " la", " les"]
                .iter()
                .any(|it| self.items[at].text.ends_with(it));
            if pronoun && !self.noun_follows(at) {
                self.replaces_pronoun();
            }
        }
    }

    /// "rain -> snow": what was named last is replaced by what follows.
    pub(crate) fn arrow(&mut self) {
        if !self.edit.active {
            return;
        }
        if let Head::Subject(index) = self.head {
            self.edit.mode = Mode::With(index);
        }
        match self.edit.last.take() {
            Some(Attribute::Place(_)) => self.reading.place = None,
            Some(Attribute::Weather(_)) => self.reading.weather = None,
            Some(Attribute::Time(_)) => self.reading.time = None,
            Some(Attribute::Style(_)) => self.reading.style = None,
            Some(Attribute::Camera(_)) => self.reading.camera = None,
            _ => {}
        }
    }

    /// Whether a value of the scene is the old one of a replacement.
    pub(crate) fn skips(&mut self, at: usize, attribute: &Attribute) -> bool {
        if !self.edit.active {
            return false;
        }
        let skips = self.edit.skip_instead(&mut self.governing)
            || (self.edit.mode == Mode::Replace && self.edit.scene.contains(attribute))
            || self.edit.mode == Mode::Remove;
        if skips {
            self.outcomes[at] = Some(Outcome::Function);
            if matches!(self.edit.mode, Mode::Replace | Mode::Remove) {
                self.edit.mode = Mode::WithScene;
            }
        }
        skips
    }

    /// Decides what a noun does in an instruction; elsewhere it states its subject.
    pub(crate) fn edit_noun(&mut self, index: usize, is_new: bool) -> Noun {
        if !self.edit.active {
            return Noun::States(index);
        }
        match self.edit.mode {
            Mode::Remove if !is_new => Noun::Removes,
            Mode::Replace => {
                self.edit.mode = Mode::With(index.min(self.edit.before.len().saturating_sub(1)));
                Noun::Names(index)
            }
            Mode::With(target) => {
                self.edit.denied = None;
                self.edit.replaced = true;
                self.edit.mode = Mode::Describe;
                Noun::States(target)
            }
            // "an orangutan would be funnier": takes the place of the first subject.
            Mode::Describe
                if is_new && self.head == Head::None && self.reading.subjects.is_empty() =>
            {
                Noun::States(0)
            }
            _ if is_new => Noun::States(index),
            _ => Noun::Names(index),
        }
    }
}
