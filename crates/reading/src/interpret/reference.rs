//! Which subject a noun names: a new one, or one that was named before.

use crate::lexicon::{Attribute, Function, Sense, Speech, Thing};
use crate::noun_phrase::{Head, Pending};
use crate::scene_reading::{Field, SUBJECTS};
use crate::tagging::Tag;
use crate::vocabulary::Gender;
use crate::{Outcome, Reason};

use super::Interpreter;
use super::pronoun::implies_gender;

impl Interpreter<'_> {
    /// "une scientifique" is a woman.
    pub(super) fn french_gender(&mut self, index: usize, at: usize) {
        let before = self.items[..at]
            .iter()
            .rev()
            .find(|it| it.function().is_some());
        let feminine = before.is_some_and(|it| {
            matches!(
                &self.prompt[it.span.clone()].to_lowercase()[..],
                "une" | "la" | "cette"
            )
        });
        // Feminine words for anyone, and beings that are women anyway.
        const EPICENE: &[&str] = &[
            "personne",
            "sirène",
            "fée",
            "sentinelle",
            "star",
            "vedette",
            "créature",
            "momie",
            "silhouette",
            "recrue",
            "victime",
            "figure",
        ];
        let epicene = EPICENE.contains(&self.items[at].text.as_str());
        let says = ["trice", "euse", "ère", "ienne", "esse"]
            .iter()
            .any(|it| self.items[at].text.ends_with(it));
        let span = self.items[at].span.clone();
        let subject = self.subject_mut(index);
        let role = says
            || (feminine
                && subject
                    .thing
                    .as_ref()
                    .is_some_and(|it| it.value.label() != "person" || it.exact));
        if role
            && !epicene
            && subject.is_person()
            && !implies_gender(subject)
            && subject.gender.is_none()
        {
            subject.state(index, &Attribute::Gender(Gender::Woman), true, &span);
        }
    }

    /// Adds the French adjectives after a noun: "la voiture bleue dépasse la voiture rouge".
    pub(super) fn with_following(&self, at: usize, pending: &Pending) -> Pending {
        let mut all = pending.clone();
        if let (
            crate::Language::French,
            Some(Tag::Entry(Speech::Adjective, _, Sense::Fields(fields))),
        ) = (
            self.reading.language,
            self.items.get(at + 1).map(|it| &it.tag),
        ) {
            let own = fields.iter().cloned();
            all.attributes
                .extend(own.map(|(attribute, exact)| (attribute, exact, at + 1)));
        }
        all
    }

    /// Finds the subject that a noun repeats: "the ball", after "a ball".
    pub(super) fn known_subject(
        &self,
        thing: &Thing,
        more: &[(Attribute, bool)],
        pending: &Pending,
    ) -> Option<usize> {
        if pending.another || (pending.open && !pending.definite && !self.edit.active) {
            return None;
        }
        if self.edit.active && pending.open && !pending.definite && self.edit.adds() {
            return None;
        }
        let same = |it: &Option<Thing>| it.as_ref() == Some(thing);
        let named: Vec<Option<Thing>> = self
            .reading
            .subjects
            .iter()
            .map(|it| it.thing.as_ref().map(|it| it.value.clone()))
            .collect();
        let found = named.iter().position(same);
        // "the red car … the blue car": another one.
        let differs = |index: &usize| {
            let subject = &self.reading.subjects[*index];
            pending
                .attributes
                .iter()
                .any(|(attribute, ..)| match attribute {
                    Attribute::Colour(it) => {
                        subject.colour.as_ref().is_some_and(|own| own.value != *it)
                    }
                    Attribute::Material(it) => subject
                        .material
                        .as_ref()
                        .is_some_and(|own| own.value != *it),
                    Attribute::Size(it) => {
                        subject.size.as_ref().is_some_and(|own| own.value != *it)
                    }
                    _ => false,
                })
                // "a boy … his grandmother"
                || more.iter().any(|(attribute, _)| match attribute {
                    Attribute::Gender(it) => {
                        subject.gender.as_ref().is_some_and(|own| own.value != *it)
                    }
                    Attribute::Age(it) => match &subject.age {
                        Some(own) => own.value != *it,
                        // "une maman … le bébé"
                        None => subject.gender.is_some(),
                    },
                    _ => false,
                })
        };
        found
            .filter(|it| !differs(it))
            .or_else(|| self.edit.known(thing))
    }

    /// Takes back the subject that was named last.
    pub(super) fn withdraw(&mut self) {
        let Some(index) = self
            .last
            .filter(|it| *it + 1 == self.reading.subjects.len())
        else {
            return;
        };
        self.reading.subjects.pop();
        for outcome in self.outcomes.iter_mut() {
            let own = matches!(
                outcome,
                Some(Outcome::Used(Field::Subject(it, _)) | Outcome::Approximated(Field::Subject(it, _), _)) if *it == index
            );
            if own {
                *outcome = Some(Outcome::NotUsed(Reason::Contradiction));
            }
        }
        self.positions.retain(|it| it.to != index);
        self.last = index.checked_sub(1);
        self.head = self.last.map_or(Head::None, Head::Subject);
    }

    /// Index of the next subject.
    pub(super) fn free_subject(&self) -> usize {
        self.reading.subjects.len().max(self.edit.subjects())
    }
}

impl Interpreter<'_> {
    /// States a thing that a verb brings along.
    pub(super) fn bring(&mut self, at: usize, thing: Thing, exact: bool) {
        let index = self.free_subject();
        if index >= SUBJECTS || self.edit.active {
            return;
        }
        let span = self.items[at].span.clone();
        self.subject_mut(index)
            .state(index, &Attribute::Thing(thing), exact, &span);
        self.last = Some(index);
    }
}

impl Interpreter<'_> {
    /// "la maîtresse, une dame à lunettes": the person of a role who is then described.
    pub(super) fn apposition(&self, at: usize, thing: &Thing) -> Option<usize> {
        let start = self.phrase_start(at);
        let opens = start > 1 && matches!(self.items[start - 1].tag, Tag::Mark(',' | '('));
        let last = self.last?;
        let subject = self.reading.subjects.get(last)?;
        let role = subject.thing.as_ref()?;
        // Words for anyone, which describe whom a narrower word named.
        const ANYONE: &[&str] = &[
            "woman", "man", "lady", "girl", "boy", "person", "guy", "femme", "homme", "dame",
            "fille", "garçon", "personne", "monsieur", "type",
        ];
        let any = |at: usize| {
            self.items[at]
                .text
                .split(' ')
                .any(|it| ANYONE.contains(&it))
        };
        let described = opens
            && thing.label() == "person"
            && any(at)
            && (role.value.label() != "person" || !any(start - 2))
            && subject.is_person()
            && !self.verb_seen
            && self.items[start - 2].speech() == Some(Speech::Noun)
            && !self.items[at + 1..]
                .iter()
                .any(|it| it.function() == Some(Function::And));
        described.then_some(last)
    }
}
