//! Verbs that no field expresses, and what comes before another action.

use super::action::camera_of;
use crate::lexicon::{Attribute, Function, Inflection, Preposition, Sense, Speech};
use crate::tagging::Tag;
use crate::vocabulary::Action;

use super::Interpreter;

impl Interpreter<'_> {
    /// Notes a verb that no field expresses: its subject acts, and what follows is its object.
    pub(super) fn plain_verb(&mut self, at: usize, inflection: Inflection) {
        if self.camera {
            let next = self.items.get(at + 1).map_or("", |it| it.text.as_str());
            let text = format!("{} {next}", self.items[at].text);
            if let Some(camera) = camera_of(Action::Talk, &text) {
                return self.state_scene(at, &Attribute::Camera(camera), true);
            }
        }
        let changes = ["turn", "chang", "transform", "morph", "se "]
            .iter()
            .any(|it| self.items[at].text.starts_with(it))
            && [" into", " en"]
                .iter()
                .any(|it| self.items[at].text.ends_with(it));
        if changes {
            self.becomes();
        }
        let before = at.checked_sub(1).map(|it| &self.items[it]);
        // "pour découvrir un château": a purpose, not what is meant for whom.
        let reveals = ["découvr", "révél", "dévoil", "montr", "reveal"]
            .iter()
            .any(|it| self.items[at].text.starts_with(it));
        if reveals && matches!(self.governing, Some((Preposition::For, _))) {
            self.governing = None;
            self.camera = false;
        }
        // "doesn't eat the cake": nor is the cake there.
        let denies = before.is_some_and(|it| {
            it.text.ends_with("n't") || it.text.ends_with("ne") || it.text.ends_with("n'")
        });
        if denies && std::mem::take(&mut self.negated) {
            self.denied_verb = true;
        }
        let subject = before.is_some_and(|it| {
            it.speech() == Some(Speech::Noun)
                || it.speech() == Some(Speech::Ordinary)
                || matches!(
                    it.function(),
                    Some(
                        Function::He
                            | Function::She
                            | Function::Pronoun
                            | Function::Relative
                            | Function::Auxiliary
                    )
                )
        });
        if inflection.past && before.is_some_and(|it| it.function() == Some(Function::Auxiliary)) {
            self.passive = Some(None);
            return;
        }
        // "trailed by a bird"
        if inflection.past && before.is_some_and(|it| matches!(it.tag, Tag::Mark(','))) {
            self.passive = Some(None);
        }
        let verbal = inflection.gerund || (inflection.finite && !inflection.past);
        if !verbal || !subject || self.pending.open || self.governing.is_some() {
            return;
        }
        self.predicate = false;
        if let Some(actor) = self.actor.or(self.head.subject()) {
            self.verb_seen = true;
            self.plain = true;
            // "casts a spell"
            self.plain_object = self.items[at].text.contains(' ');
            self.actor = Some(actor);
            if self.acts.is_empty() {
                self.doer = self.doer.or(Some(actor));
            }
        }
    }

    /// "after waving": what comes before. Returns whether a participle follows.
    pub(super) fn after(&mut self, at: usize) -> bool {
        // "after being hit": what is done to the subject is none of its own actions.
        let suffers = self
            .items
            .get(at + 1)
            .is_some_and(|it| it.function() == Some(Function::Auxiliary));
        if let (true, Some(item)) = (suffers, self.items.get_mut(at + 2))
            && item.speech() == Some(Speech::Verb)
        {
            item.tag = Tag::Entry(
                Speech::Ordinary,
                Inflection {
                    past: true,
                    ..Inflection::default()
                },
                Sense::Ordinary,
            );
            return true;
        }
        let gerund = self.items.get(at + 1).is_some_and(|it| {
            matches!(&it.tag, Tag::Entry(Speech::Verb, inflection, _) if inflection.gerund || inflection.past)
        });
        if gerund {
            self.prior = true;
        }
        gerund
    }

    /// Whether a subject can do something: things do not look, walk or talk as long as someone else is there.
    pub(super) fn able(&self, index: usize, action: Action) -> bool {
        let wilful = matches!(
            action,
            Action::Throw
                | Action::Catch
                | Action::Walk
                | Action::Run
                | Action::Wave
                | Action::Dance
                | Action::Talk
                | Action::Look
                | Action::Chase
                | Action::Flip
        );
        let subject = self.reading.subjects.get(index);
        !wilful
            || subject.is_none_or(crate::Subject::acts)
            || !self.reading.subjects.iter().any(crate::Subject::acts)
    }
}
