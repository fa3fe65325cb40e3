//! Speech without quotation marks.

use crate::Outcome;
use crate::lexicon::{Function, Sense, Speech};
use crate::scene_reading::Set;
use crate::tagging::{Item, Tag};
use crate::vocabulary::Action;

use super::Interpreter;

impl Interpreter<'_> {
    /// Whether an item is a verb that introduces speech.
    pub(super) fn says(&self, at: usize) -> bool {
        let text = self.prompt[self.items[at].span.clone()].to_lowercase();
        [
            "say",
            "said",
            "dit",
            "dis",
            "yell",
            "shout",
            "cri",
            "whisper",
            "murmur",
            "annonce",
            "whispering",
        ]
        .iter()
        .any(|it| text.starts_with(it))
    }

    /// Whether a quotation is a name, not speech: "an « antique » look".
    pub(super) fn is_title(&self, at: usize) -> bool {
        let talks = self.acts.iter().any(|it| it.action == Action::Talk) || self.edit.talks;
        let noun = at > 0
            && matches!(
                self.items[at - 1].speech(),
                Some(Speech::Noun | Speech::Ordinary)
            );
        noun && !talks && self.head.subject().is_none()
    }

    /// Whether a quotation follows in the sentence.
    pub(super) fn is_quoted(&self, at: usize) -> bool {
        self.items[at..]
            .iter()
            .take_while(|it| !matches!(it.tag, Tag::Mark('.' | '!' | '?' | ';')))
            .any(|it| matches!(it.tag, Tag::Quote(_)))
    }

    pub(super) fn says_before(&self, at: usize) -> bool {
        at > 0 && self.acts.last().is_some_and(|it| it.action == Action::Talk) && self.says(at - 1)
    }

    /// Takes the items from `from` to the end of the clause as speech.
    pub(super) fn unquoted(&mut self, from: usize) {
        let ends = |item: &Item| {
            let tag = &item.tag;
            // "I am so cold"
            if matches!(item.text.as_str(), "so" | "as" | "si") {
                return false;
            }
            matches!(tag, Tag::Mark('.' | '!' | '?' | ',' | ';') | Tag::Quote(_))
                || matches!(
                    tag,
                    Tag::Entry(_, _, Sense::Function(Function::Then | Function::While))
                )
                || matches!(tag, Tag::Entry(Speech::Fixed, _, Sense::Fields(_)))
                || matches!(
                    tag,
                    Tag::Entry(_, _, Sense::Function(Function::And | Function::In))
                )
        };
        let end = self.items[from..]
            .iter()
            .position(ends)
            .map_or(self.items.len(), |it| from + it);
        if end == from {
            return;
        }
        let span = self.items[from].span.start..self.items[end - 1].span.end;
        let text = self.prompt[span.clone()].to_owned();
        let set = self.reading.state_speech(&text, &span);
        let Set::Done(field) = set else { return };
        for item in from..end {
            self.outcomes[item] = Some(Outcome::Used(field.clone()));
            self.items[item].tag = Tag::Mark('"');
        }
    }
}
