//! Verbs: actions in their order, camera moves, and speech.

use crate::Language;
use crate::lexicon::{Attribute, Function, Inflection, Sense, Speech};
use crate::noun_phrase::Head;
use crate::scene_reading::{Outcome, Reason, Set};
use crate::tagging::Tag;
use crate::vocabulary::{Action, Camera};

use super::{Interpreter, is_of_subject};

/// Stands for the subject that the next noun names.
pub(crate) const NEXT: usize = usize::MAX;

/// A verb with its actor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Act {
    pub action: Action,
    pub exact: bool,
    /// Subject that acts, or [`NEXT`]; none if the text names none.
    pub actor: Option<usize>,
    /// Item.
    pub at: usize,
    /// A quotation says it, no verb.
    pub inferred: bool,
}

impl Interpreter<'_> {
    pub(super) fn verb(&mut self, at: usize, fields: &[(Attribute, bool)], inflection: Inflection) {
        self.passive = inflection.past;
        let preposition = self.items[at].preposition.map(|it| (it, at));
        for (attribute, exact) in fields {
            match attribute {
                Attribute::Action(action) => self.act(at, *action, *exact),
                it if is_of_subject(it) => self.describe_head(it, *exact, at),
                it => self.state_scene(at, it, *exact),
            }
        }
        self.governing = preposition.or(self.governing);
    }

    /// States an action of the clause's subject.
    pub(super) fn act(&mut self, at: usize, action: Action, exact: bool) {
        if self.edit.skip_instead(&mut self.governing) {
            self.outcomes[at] = Some(Outcome::Function);
            return;
        }
        if std::mem::take(&mut self.negated) {
            self.outcomes[at] = Some(Outcome::NotUsed(Reason::Denied));
            return;
        }
        if self.camera {
            match camera_of(action) {
                Some(camera) => return self.state_scene(at, &Attribute::Camera(camera), true),
                None => {
                    self.outcomes[at] = Some(Outcome::NotUsed(Reason::NoField));
                    return;
                }
            }
        }
        let after_style = at > 0
            && matches!(&self.items[at - 1].tag, Tag::Entry(_, _, Sense::Fields(fields)) if matches!(fields.first(), Some((Attribute::Style(_), _))));
        if action == Action::Look && after_style {
            self.outcomes[at] = Some(Outcome::Function);
            return;
        }
        // "rain falls"
        if self.head == Head::Weather
            && matches!(action, Action::Fall | Action::Rise | Action::Roll)
            && self.actor.is_none_or(|_| self.verb_seen)
        {
            self.outcomes[at] = Some(Outcome::Function);
            return;
        }
        self.verb_seen |= !self.pending.open;
        self.speaking = action == Action::Talk && self.says(at);
        // "a cat looking at it": the noun before a participle acts.
        let text = &self.prompt[self.items[at].span.clone()];
        let infinitive = self.reading.language == Language::French
            && ["er", "ir", "re"].iter().any(|end| text.ends_with(end));
        let (gerund, past) = match &self.items[at].tag {
            Tag::Entry(Speech::Verb, inflection, _) => (inflection.gerund, inflection.past),
            _ => (false, false),
        };
        let participle = gerund || infinitive;
        // "an overturned barrel"
        if past && self.pending.open && self.noun_follows(at) {
            self.outcomes[at] = Some(Outcome::NotUsed(Reason::NoField));
            return;
        }
        let after_noun = at > 0 && self.items[at - 1].speech() == Some(Speech::Noun);
        let actor = match &self.head {
            // "a sleeping man": the noun to come.
            _ if gerund && self.pending.open && self.noun_follows(at) => Some(NEXT),
            Head::Subject(index) if participle && after_noun && self.object => Some(*index),
            _ => self.actor,
        };
        self.next = false;
        self.acts.push(Act {
            action,
            exact,
            actor,
            at,
            inferred: false,
        });
    }

    /// States the first two actions of whoever acts first.
    pub(super) fn order_actions(&mut self) {
        let mut acts = std::mem::take(&mut self.acts);
        acts.iter_mut()
            .filter(|it| it.actor == Some(NEXT))
            .for_each(|it| it.actor = None);
        // Standing is what everyone does who does nothing else.
        if acts.iter().any(|it| it.action != Action::Rest) {
            let (rest, others): (Vec<Act>, Vec<Act>) =
                acts.into_iter().partition(|it| it.action == Action::Rest);
            for act in rest {
                self.outcomes[act.at].get_or_insert(Outcome::Function);
            }
            acts = others;
        }
        let Some(first) = acts.first().copied() else {
            return;
        };
        self.first_actor = self.first_actor.or(first.actor);
        let own = |it: &Act| it.actor == first.actor || it.actor.is_none() || first.actor.is_none();
        let (mut acts, others): (Vec<Act>, Vec<Act>) = acts.into_iter().partition(own);
        for act in others {
            self.outcomes[act.at] = Some(Outcome::NotUsed(Reason::TooMany));
        }
        acts.dedup_by(|next, act| next.action == act.action);
        // A clip has two actions: those that are exact before those that are near.
        while acts.len() > 2 {
            let near = acts
                .iter()
                .position(|it| !it.exact)
                .unwrap_or(acts.len() - 1);
            let act = acts.remove(near);
            self.outcomes[act.at] = Some(Outcome::NotUsed(Reason::TooMany));
        }
        for (index, act) in acts.iter().enumerate() {
            let span = self.items[act.at].span.clone();
            let set = match index {
                0 => self.reading.state_action(act.action, act.exact, &span),
                _ => self.reading.state_then(act.action, act.exact, &span),
            };
            if !act.inferred {
                self.note_value(act.at, set, act.exact, &Attribute::Action(act.action));
            }
        }
    }

    /// Whether an item is a verb that introduces speech.
    fn says(&self, at: usize) -> bool {
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

    pub(super) fn says_before(&self, at: usize) -> bool {
        at > 0 && self.acts.last().is_some_and(|it| it.action == Action::Talk) && self.says(at - 1)
    }

    /// Takes the items from `from` to the end of the clause as speech.
    pub(super) fn unquoted(&mut self, from: usize) {
        let ends = |tag: &Tag| {
            matches!(tag, Tag::Mark('.' | '!' | '?' | ',' | ';') | Tag::Quote(_))
                || matches!(
                    tag,
                    Tag::Entry(_, _, Sense::Function(Function::Then | Function::While))
                )
                || matches!(tag, Tag::Entry(Speech::Fixed, _, Sense::Fields(_)))
        };
        let end = self.items[from..]
            .iter()
            .position(|it| ends(&it.tag))
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

/// Camera move that a verb means when the camera or the viewer does it.
fn camera_of(action: Action) -> Option<Camera> {
    match action {
        Action::Chase | Action::Walk | Action::Run | Action::Race | Action::Drive => {
            Some(Camera::Follow)
        }
        Action::Slide | Action::Swing => Some(Camera::Pan),
        Action::Shake | Action::Bounce => Some(Camera::Handheld),
        Action::Rise | Action::Sink | Action::Fall => Some(Camera::Tilt),
        Action::Rest | Action::Look => Some(Camera::Static),
        _ => None,
    }
}
