//! Function words: determiners, prepositions, conjunctions, negation.

use super::{COPULAS, EXISTS};
use crate::Language;
use crate::Outcome;
use crate::lexicon::{Function, Preposition, Speech};
use crate::noun_phrase::{Head, Pending};
use crate::tagging::Tag;
use crate::vocabulary::Gender;

use super::Interpreter;

impl Interpreter<'_> {
    /// Handles a function word; returns the index of the next item.
    pub(super) fn function(&mut self, at: usize, function: Function) -> usize {
        self.outcomes[at] = Some(Outcome::Function);
        let pair = ["both", "les deux", "tous les deux", "toutes les deux"];
        if self.edit.subjects() > 1
            && pair.contains(&self.items[at].text.as_str())
            && !self.noun_follows(at)
        {
            self.edit.both = true;
            return at + 1;
        }
        // "says I am cold"
        let begins_speech = matches!(
            function,
            Function::Viewer
                | Function::Request
                | Function::Filler
                | Function::Not
                | Function::Auxiliary
        );
        if begins_speech && self.speaking && self.says_before(at) && !self.is_quoted(at) {
            self.unquoted(at);
            return at + 1;
        }
        if let Some(number) = function.number() {
            self.number(at, number, true);
            return at + 1;
        }
        if let Some(preposition) = function.preposition() {
            // "verse de l'eau": some of it.
            let verb_before = at > 0
                && (self.items[at - 1].speech() == Some(Speech::Verb)
                    || (self.plain && !self.pending.open && self.after_verb(at)));
            if preposition == Preposition::Of
                && self.reading.language == Language::French
                && verb_before
            {
                self.pending.open = true;
                self.pending.partitive = true;
                return at + 1;
            }
            // "as a falcon flies past"
            if preposition == Preposition::As
                && self.items[at].text.starts_with("as ")
                && self.clause_follows(at)
            {
                self.boundary();
                self.camera = false;
                self.aside = true;
                self.pending.open = true;
                return at + 1;
            }
            self.preposition(at, preposition);
            return at + 1;
        }
        match function {
            // "transforme-la en cube"
            Function::Definite
                if at > 0
                    && matches!(self.items[at - 1].tag, Tag::Mark('-'))
                    && self.replaces_pronoun() => {}
            Function::Indefinite | Function::Definite | Function::Another => {
                if function == Function::Another
                    && self.edit.active
                    && !self.noun_follows(at)
                    && self.counts(at, 1)
                {
                    return at + 1;
                }
                self.pending.open = true;
                self.pending.definite = function == Function::Definite;
                self.pending.another |= function == Function::Another;
            }
            Function::Several => self.number(at, 3, false),
            Function::Not if self.takes_back(at) => {
                self.boundary();
                self.retract = true;
            }
            Function::Not if self.denies_before(at) => {}
            Function::Not => self.negated = true,
            // "un crayon, enfin une règle"
            Function::Then
                if self.items[at].text == "enfin"
                    && at > 0
                    && matches!(self.items[at - 1].tag, Tag::Mark(_))
                    && self.items.get(at + 1).is_some_and(|it| {
                        it.function().is_some() || it.speech() == Some(Speech::Noun)
                    }) =>
            {
                self.boundary();
                self.retract = true;
            }
            // "have him wave at the end"
            Function::Then
                if !self.acts.is_empty()
                    && self
                        .items
                        .get(at + 1)
                        .is_none_or(|it| matches!(it.tag, Tag::Mark(_))) =>
            {
                if let Some(act) = self.acts.last_mut() {
                    act.next = true;
                }
            }
            Function::After if self.after(at) => {}
            Function::Then | Function::After => {
                self.next = !self.acts.is_empty() || self.plain || self.edit.active;
                self.aside = false;
                self.governing = None;
            }
            Function::Before => self.next = true,
            Function::And | Function::Or | Function::But | Function::While | Function::Relative => {
                if matches!(function, Function::But | Function::While) {
                    self.boundary();
                    self.aside = function == Function::While;
                }
                // "with a bob and dark lipstick"
                if function == Function::And && self.governing.is_none() && self.noun_follows(at) {
                    self.governing = self.complement.filter(|it| {
                        matches!(
                            it.0,
                            Preposition::With | Preposition::For | Preposition::Through
                        )
                    });
                }
                self.camera &= match function {
                    Function::And => true,
                    // "cam qui suit"
                    Function::Relative => {
                        at > 0 && self.items[at - 1].function() == Some(Function::Camera)
                    }
                    _ => false,
                };
                if function == Function::Relative && self.subject_follows(at) {
                    // "a cup into which a boy pours milk", "un ballon que lance un garçon": whoever is named next acts.
                    self.governing = None;
                    self.actor = None;
                    self.verb_seen = false;
                } else if function == Function::Relative
                    && (self.verb_seen || !(self.joined && self.plural_verb(at + 1)))
                {
                    self.actor = self.head.subject().or(self.actor);
                    // "with a cow that watches"
                    self.companion = matches!(self.complement, Some((Preposition::With, _)))
                        && self.head.subject().is_some_and(|it| it > 0);
                }
            }
            Function::Camera | Function::Viewer => {
                self.camera = true;
                self.viewer = function == Function::Viewer;
            }
            Function::Wears => {
                self.worn = true;
                self.governing = None;
            }
            Function::He | Function::She | Function::Pronoun
                if !self.noun_follows(at) && self.replaces_pronoun() => {}
            Function::He | Function::She => {
                let gender = if function == Function::He {
                    Gender::Man
                } else {
                    Gender::Woman
                };
                self.gendered_pronoun(at, gender);
            }
            Function::Pronoun if self.introduces(at) => {
                let gender = match self.items[at].text.as_str() {
                    "elle" => Gender::Woman,
                    _ => Gender::Man,
                };
                self.gendered_pronoun(at, gender);
            }
            Function::Pronoun => {
                self.camera &= !self.viewer;
                self.pronoun();
            }
            Function::Auxiliary => {
                // "lose the chair, keep the cat"
                if self.items[at].text == "keep" {
                    self.end_edit();
                }
                if ["become", "devien"]
                    .iter()
                    .any(|it| self.items[at].text.starts_with(it))
                {
                    self.becomes();
                }
                if let (Some(actor), false) = (self.actor, self.pending.open) {
                    self.head = Head::Subject(actor);
                    self.predicate = COPULAS.contains(&self.items[at].text.as_str());
                }
            }
            Function::Retract => {
                self.boundary();
                self.retract = true;
            }
            Function::Filler if EXISTS.contains(&self.items[at].text.as_str()) => {
                // "and there's a cat looking at it": a clause of its own.
                self.boundary();
                self.actor = None;
                self.verb_seen = false;
            }
            Function::Request if self.asks(at) => self.withdraw(),
            Function::Request => {
                self.camera &= !self.viewer;
                self.end_edit();
            }
            Function::Medium => {
                self.pending = Pending {
                    attributes: std::mem::take(&mut self.pending.attributes),
                    ..Pending::default()
                }
            }
            Function::Replace | Function::Remove | Function::Add => self.start_edit(at, function),
            _ => {}
        }
        at + 1
    }

    pub(super) fn preposition(&mut self, at: usize, preposition: Preposition) {
        // "swap the ball for a duck"
        if self.edit.active
            && matches!(self.edit.mode, crate::instruction::Mode::With(_))
            && preposition != Preposition::Instead
            && self.edit.last.is_none()
        {
            return;
        }
        // "look out of a bus"
        let after_verb = at > 0 && self.items[at - 1].speech() == Some(Speech::Verb);
        let preposition = match preposition {
            Preposition::Of if after_verb => Preposition::From,
            other => other,
        };
        // "a ball, red, on a beach"
        if !self.pending.open {
            let waiting = std::mem::take(&mut self.pending);
            for (attribute, exact, item) in waiting.attributes {
                self.describe_head(&attribute, exact, item);
            }
        }
        self.governing = Some((preposition, at));
    }

    pub(super) fn number(&mut self, at: usize, number: u32, exact: bool) {
        self.outcomes[at] = Some(Outcome::Function);
        if self.edit.active && !self.noun_follows(at) && exact {
            self.negated = false;
        }
        if self.edit.active && !self.noun_follows(at) && exact && self.counts(at, number) {
            return;
        }
        // "a wooden one"
        let is_proform = self.items[at].text == "one" || self.items[at].text == "ones";
        if is_proform && self.pending.open && !self.noun_follows(at) {
            return self.proform(at);
        }
        self.pending.open = true;
        let known = self.pending.count.is_some_and(|it| it.2);
        // "a row of four": the number counts, not the row.
        let single = self.edit.active && self.edit.has_many();
        if (number != 1 || single) && (exact || !known) {
            self.pending.count = Some((number, at, exact));
        }
    }
}
