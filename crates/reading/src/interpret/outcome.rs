//! What became of every word.

use super::LONGEST;
use crate::lexicon::{Attribute, Sense, Speech};
use crate::noun_phrase::Head;
use crate::scene_reading::{Field, SceneReading, Set};
use crate::tagging::{Item, Tag};
use crate::{Outcome, Reason, WordUse};

use super::Interpreter;

impl Interpreter<'_> {
    pub(super) fn other(&mut self, at: usize, reason: Reason) {
        self.outcomes[at] = Some(Outcome::NotUsed(reason));
        if self.speaking && self.governing.is_none() && !self.pending.open {
            self.speaking = false;
            self.unquoted(at);
            return;
        }
        // "pas un rendu dessin animé"
        let is_last = !self.noun_follows(at)
            && !self.items.get(at + 1).is_some_and(|it| {
                matches!(
                    &it.tag,
                    Tag::Entry(Speech::Noun | Speech::Fixed, _, Sense::Fields(_))
                )
            });
        self.plain_object |= self.plain && self.pending.open;
        if self.pending.open && is_last {
            // A noun that no field describes: its adjectives go with it, unless they describe a person's clothes.
            let owner = self.head.subject();
            // "the lights go out": nobody of the scene does.
            let start = self.phrase_start(at);
            self.part_acts |= self.pending.definite
                && self.governing.is_none()
                && !self.edit.active
                && self.opens_clause(start)
                && self.verb_after(at);
            for (_, _, item) in std::mem::take(&mut self.pending).attributes {
                self.outcomes[item].get_or_insert(Outcome::NotUsed(Reason::NoField));
            }
            self.head = Head::Other(owner);
            self.governing = None;
            self.negated = false;
        }
    }

    /// Renames the subjects after the one at `actor` moved to the front.
    pub(super) fn renumber(&mut self, actor: usize) {
        let moved = |index: usize| match index {
            it if it == actor => 0,
            it if it < actor => it + 1,
            it => it,
        };
        for position in &mut self.positions {
            position.of = position.of.map(moved);
            position.to = moved(position.to);
        }
        for outcome in self.outcomes.iter_mut().flatten() {
            if let Outcome::Used(Field::Subject(index, _))
            | Outcome::Approximated(Field::Subject(index, _), _) = outcome
            {
                *index = moved(*index);
            }
        }
    }

    /// Records the outcome of a statement.
    pub(crate) fn note(&mut self, at: usize, set: Set, exact: bool) {
        let outcome = match set {
            Set::Done(field) if exact => Outcome::Used(field),
            Set::Done(field) => Outcome::Approximated(field, String::new()),
            Set::Contradiction => Outcome::NotUsed(Reason::Contradiction),
            Set::NoField => Outcome::NotUsed(Reason::NoField),
        };
        // A word that states two things is used if one of them is.
        match &self.outcomes[at] {
            Some(Outcome::Used(_) | Outcome::Approximated(..)) => {}
            _ => self.outcomes[at] = Some(outcome),
        }
    }

    pub(crate) fn note_value(&mut self, at: usize, set: Set, exact: bool, attribute: &Attribute) {
        self.note(at, set, exact);
        if let Some(Outcome::Approximated(_, value)) = &mut self.outcomes[at]
            && value.is_empty()
        {
            *value = attribute.word();
        }
    }

    pub fn finish(mut self) -> SceneReading {
        self.order_actions();
        self.first_actor = self.first_actor.or(self.doer);
        // The one who acts comes first.
        if let Some(actor) = self
            .first_actor
            .filter(|it| *it > 0 && *it < self.reading.subjects.len() && !self.edit.active)
        {
            let first = self.reading.subjects.remove(actor);
            self.reading.subjects.insert(0, first);
            self.renumber(actor);
        }
        self.state_positions();
        self.share();
        if let Some(index) = self.edit.denied {
            self.subject_mut(index).removed = true;
        }
        for (attribute, exact, at) in std::mem::take(&mut self.edit.late) {
            let span = self.items[at].span.clone();
            let set = match self.reading.subjects.iter().any(crate::Subject::is_person) {
                true => self.reading.state(&attribute, exact, &span),
                false => Set::NoField,
            };
            self.note_value(at, set, exact, &attribute);
        }
        let words = self.items.iter().zip(&self.outcomes);
        let words = words.filter(|(item, _)| !matches!(item.tag, Tag::Mark(_)));
        let word = |(item, outcome): (&Item, &Option<Outcome>)| WordUse {
            span: item.span.clone(),
            corrected: item.corrected.clone(),
            outcome: outcome.clone().unwrap_or(Outcome::Function),
        };
        self.reading.words = words.map(word).collect();
        let rest = self.items.last().map_or(0, |it| it.span.end);
        if self.items.len() == LONGEST && !self.prompt[rest..].trim().is_empty() {
            let span = rest..self.prompt.len();
            self.reading.words.push(WordUse {
                span,
                corrected: None,
                outcome: Outcome::NotUsed(Reason::TooMany),
            });
        }
        self.reading
    }
}
