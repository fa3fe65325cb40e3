//! Pronouns: who is meant, and where.

use crate::Language;
use crate::lexicon::{Attribute, Preposition, Speech};
use crate::noun_phrase::Head;
use crate::tagging::Tag;
use crate::vocabulary::Gender;
use crate::{Outcome, Reason};

use super::Interpreter;
use super::relation::relation_of;

/// Whether what a subject is says whether it is a woman or a man.
pub(super) fn implies_gender(subject: &crate::Subject) -> bool {
    subject.thing.as_ref().is_some_and(|it| {
        matches!(
            it.value.label(),
            "prince" | "princess" | "Santa Claus" | "Mrs. Claus" | "mermaid" | "merman"
        )
    })
}

impl Interpreter<'_> {
    /// "he", "her": the last person, or a new one if none was named.
    pub(super) fn gendered_pronoun(&mut self, at: usize, gender: Gender) {
        let span = self.items[at].span.clone();
        if self.edit.active {
            self.head = Head::Subject(self.edit.person().unwrap_or(0));
            return;
        }
        let possessive = matches!(&*self.prompt[span.clone()].to_lowercase(), "his" | "her")
            && self.noun_follows(at);
        let subjects = &self.reading.subjects;
        let fits = |it: &crate::Subject| {
            it.is_person() && it.gender.as_ref().is_none_or(|own| own.value == gender)
        };
        // "the singer waves to the crowd, then she sings": who acted goes on.
        let acting = self.acts.last().and_then(|it| it.actor).or(self.actor);
        let person = acting
            .filter(|it| self.governing.is_none() && subjects.get(*it).is_some_and(fits))
            .or_else(|| subjects.iter().rposition(fits))
            .or_else(|| subjects.iter().rposition(crate::Subject::is_person));
        let index = match person {
            Some(index) => index,
            None if self.reading.subjects.is_empty() && !possessive => {
                let thing = Attribute::Thing(crate::Thing::new("person"));
                self.subject_mut(0).state(0, &thing, true, &span);
                0
            }
            None => return self.pronoun(),
        };
        let subject = self.subject_mut(index);
        if subject.gender.is_none() && !implies_gender(subject) {
            subject.state(index, &Attribute::Gender(gender), true, &span);
        }
        if possessive {
            self.pending.open = true;
            self.pending.definite = true;
        } else if matches!(&*self.items[at].text, "him" | "her" | "himself" | "herself") {
            self.pronoun();
        } else if self.governing.is_none() {
            self.head = Head::Subject(index);
            self.actor = Some(index);
            self.verb_seen = false;
        } else {
            self.pronoun();
        }
    }

    /// Whether a French "il" or "elle" is the first that the prompt names: "elle ouvre un livre".
    pub(super) fn introduces(&self, at: usize) -> bool {
        matches!(self.items[at].text.as_str(), "il" | "elle")
            && self.reading.language == Language::French
            && self.reading.subjects.is_empty()
            && !self.edit.active
            && self
                .items
                .get(at + 1)
                .is_some_and(|it| matches!(it.speech(), Some(Speech::Verb | Speech::Ordinary)))
    }

    /// Whether a "no" between marks takes back what was said: "a cat, no, a dog".
    pub(super) fn takes_back(&self, at: usize) -> bool {
        let is_mark = |at: usize| {
            self.items
                .get(at)
                .is_some_and(|it| matches!(it.tag, Tag::Mark(',' | '.' | '…' | '—' | '–')))
        };
        matches!(self.items[at].text.as_str(), "no" | "non" | "nope" | "nan")
            && at > 1
            && is_mark(at - 1)
            && is_mark(at + 1)
            && self.items[at - 2].speech() == Some(Speech::Noun)
            && !self.edit.active
    }

    /// "il mange pas, il dort": the spoken negation follows its verb. Returns whether it does.
    pub(super) fn denies_before(&mut self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).filter(|_| self.items[at].text == "pas") else {
            return false;
        };
        let verbal = matches!(
            &self.items[before].tag,
            Tag::Entry(Speech::Verb | Speech::Ordinary, inflection, _) if inflection.finite
        );
        if verbal && self.acts.last().is_some_and(|it| it.at == before) {
            self.acts.pop();
            self.outcomes[before] = Some(Outcome::NotUsed(Reason::Denied));
        }
        verbal
    }

    /// "a wooden one": another of the kind that was named last.
    pub(super) fn proform(&mut self, at: usize) {
        // "a dragon, a big purple one": the same.
        let start = self.phrase_start(at);
        let same = self.governing.is_none()
            && start > 0
            && (matches!(self.items[start - 1].tag, Tag::Mark(_))
                || self.items[start - 1].speech() == Some(Speech::Noun));
        if let (true, Some(last)) = (same, self.last) {
            self.head = Head::Subject(last);
            return self.boundary();
        }
        let named = self
            .last
            .and_then(|it| self.reading.subjects.get(it)?.thing.clone());
        if let Some(thing) = named {
            self.pending.another = true;
            self.thing(at, (thing.value, thing.exact), &[], false);
        }
    }

    /// Returns what a phrase of place belongs to: the actor once there is a verb, else the noun before; the companion in "with ships
    /// behind them".
    pub(super) fn owner(&self) -> Option<usize> {
        let is_companion = matches!(self.complement, Some((Preposition::With, _)));
        match self.actor.filter(|_| self.verb_seen && !is_companion) {
            Some(actor) => Some(actor),
            None => self.head.subject(),
        }
    }

    /// "lands on it": the position with respect to what was named before.
    pub(super) fn pronoun(&mut self) {
        // "say it"
        self.speaking = false;
        let Some((preposition, item)) = self.governing.take() else {
            return;
        };
        let others = self.reading.subjects.len().max(self.edit.subjects());
        if others < 2 || relation_of(preposition).is_none() {
            return;
        }
        let of = self.owner();
        let to = (0..others).rev().find(|it| Some(*it) != of).unwrap_or(1);
        self.relate(Some((preposition, item)), of, to);
    }
}
