//! Verbs: actions in their order, camera moves, and speech.

use crate::Language;
use crate::lexicon::{Attribute, Function, Inflection, Preposition, Sense, Speech};
use crate::noun_phrase::Head;
use crate::tagging::Tag;
use crate::vocabulary::{Action, Camera};
use crate::{Outcome, Reason};

use super::Interpreter;
use super::description::is_of_subject;
use super::order::WATERS;

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
    /// "then", "afterwards": it follows what was said before.
    pub next: bool,
    /// A participle says it: "empilés".
    pub is_state: bool,
    /// It accompanies what another subject does.
    pub aside: bool,
    /// A quotation says it, no verb.
    pub inferred: bool,
}

impl Interpreter<'_> {
    pub(super) fn verb(&mut self, at: usize, fields: &[(Attribute, bool)], inflection: Inflection) {
        self.predicate = false;
        // "la caméra l'accompagne": the article is a pronoun.
        if at > 0 && matches!(self.items[at - 1].text.as_str(), "le" | "la" | "les" | "l'") {
            self.pending.open = false;
        }
        let acts = self.acts.len();
        let preposition = self.items[at].preposition.map(|it| (it, at));
        for (attribute, exact) in fields {
            match attribute {
                Attribute::Action(action) => self.act(at, *action, *exact),
                // "fait du skate": the verb brings its thing along.
                Attribute::Thing(thing) => self.bring(at, thing.clone(), *exact),
                it if is_of_subject(it) => self.describe_head(it, *exact, at),
                it => self.state_scene(at, it, *exact),
            }
        }
        self.passive = (inflection.past && self.acts.len() > acts).then_some(Some(acts));
        // The "over" of "knocks over" is no place.
        let is_particle = fields.iter().any(|it| {
            matches!(
                it.0,
                Attribute::Action(Action::Topple | Action::Flip | Action::Spin)
            )
        });
        self.governing = preposition.filter(|_| !is_particle).or(self.governing);
    }

    /// States an action of the clause's subject.
    pub(super) fn act(&mut self, at: usize, action: Action, exact: bool) {
        if self.companion {
            self.outcomes[at] = Some(Outcome::NotUsed(Reason::TooMany));
            return;
        }
        // "ses cheveux flottent"
        if std::mem::take(&mut self.part_acts) {
            self.outcomes[at] = Some(Outcome::NotUsed(Reason::NoField));
            return;
        }
        if self.edit.active && self.camera_follows(at, action) {
            return self.state_scene(at, &Attribute::Camera(Camera::Follow), true);
        }
        let text = self.items[at].text.clone();
        let starts = |words: &[&str]| words.iter().any(|it| text.starts_with(it));
        if self.edit.skip_instead(&mut self.governing) {
            self.outcomes[at] = Some(Outcome::Function);
            return;
        }
        // "stop the shaking"
        if self.edit.removes() {
            self.end_edit();
            self.outcomes[at] = Some(Outcome::Function);
            return;
        }
        self.denied_verb = std::mem::take(&mut self.negated);
        if self.denied_verb {
            self.outcomes[at] = Some(Outcome::NotUsed(Reason::Denied));
            return;
        }
        // "from a few steps away"
        let names = self.reading.language == Language::English
            && self.pending.open
            && matches!(&self.items[at].tag, Tag::Entry(Speech::Verb, inflection, _) if !inflection.gerund && !inflection.past);
        if names {
            self.outcomes[at] = Some(Outcome::NotUsed(Reason::NoField));
            self.boundary();
            return;
        }
        // "like a pendulum"
        let compares = at > 0 && matches!(self.items[at - 1].text.as_str(), "like" | "comme");
        if compares || matches!(self.governing, Some((Preposition::As, _))) {
            self.outcomes[at] = Some(Outcome::Function);
            self.governing = None;
            return;
        }
        let past = matches!(&self.items[at].tag, Tag::Entry(_, inflection, _) if inflection.past);
        let tag_before = at.checked_sub(1).map(|it| &self.items[it].tag);
        // "arms crossed", "bras levés"
        if past && matches!(tag_before, Some(Tag::Entry(_, _, Sense::Part(_)))) {
            self.outcomes[at] = Some(Outcome::NotUsed(Reason::NoField));
            return;
        }
        // "the camera rises while tilting"
        let goes_on = at > 1
            && matches!(
                self.items[at - 1].text.as_str(),
                "en" | "while" | "and" | "et"
            )
            && matches!(
                &self.outcomes[at - 2],
                Some(Outcome::Used(crate::Field::Scene("camera")))
            );
        self.camera |= goes_on;
        // "un cuisinier fait sauter une crêpe"
        let tossed = action == Action::Jump
            && !self.edit.active
            && at > 0
            && matches!(
                self.items[at - 1].text.as_str(),
                "fait" | "font" | "faisant"
            );
        let action = if tossed { Action::Flip } else { action };
        // "goes down the street", "descend la rue": a way, not a depth.
        let is_path = matches!(action, Action::Sink | Action::Rise)
            && [
                "go", "come", "climb", "walk", "descen", "mont", "grav", "grimp",
            ]
            .iter()
            .any(|it| self.items[at].text.starts_with(it))
            && self.items.get(at + 1).is_some_and(|it| {
                matches!(
                    it.function(),
                    Some(Function::Definite | Function::Indefinite)
                )
            });
        let (action, exact) = if is_path {
            (Action::Walk, false)
        } else {
            (action, exact)
        };
        // "soulève son chapeau", "les renverse": it happens to something else.
        let before = at.checked_sub(1).map(|it| self.items[it].text.as_str());
        let object_follows = self.items.get(at + 1).is_some_and(|it| {
            matches!(it.tag, Tag::Number(_))
                || matches!(
                    it.function(),
                    Some(Function::Definite | Function::Indefinite)
                )
        });
        let clitic = matches!(before, Some("le" | "la" | "les" | "l'"));
        let french = self.reading.language == Language::French;
        // "flips a pancake": it flies, not who flips it.
        let (action, exact) = match action {
            Action::Flip if object_follows && !tossed && !text.contains(' ') => {
                (Action::Throw, false)
            }
            other => (other, exact),
        };
        let causes = match action {
            Action::Rise => {
                starts(&[
                    "lift", "hoist", "heave", "launch", "lèv", "lev", "soul", "hiss", "élev",
                ]) && object_follows
                    && !matches!(before, Some("se" | "s'"))
            }
            Action::Topple | Action::Fall => french && clitic,
            // "vole un sandwich", "sort un lapin de son chapeau"
            Action::Fly => french && starts(&["vol"]) && object_follows,
            // "leaving tracks behind"
            Action::Leave if !french => {
                starts(&["leav"])
                    && self.items.get(at + 1).is_some_and(|it| {
                        it.speech() == Some(Speech::Ordinary)
                            && !matches!(&it.tag, Tag::Entry(_, inflection, _) if inflection.gerund)
                    })
            }
            Action::Leave => starts(&["sor"]) && object_follows,
            // "l'eau coule"
            Action::Sink => before.is_some_and(|it| WATERS.contains(&it)),
            _ => false,
        };
        if causes {
            self.outcomes[at] = Some(Outcome::NotUsed(Reason::NoField));
            self.plain = true;
            self.verb_seen = true;
            if self.acts.is_empty() {
                self.doer = self.doer.or(self.actor);
            }
            return;
        }
        if std::mem::take(&mut self.retract)
            && let Some(act) = self.acts.pop()
        {
            self.outcomes[act.at] = Some(Outcome::NotUsed(Reason::Contradiction));
        }
        if self.camera && self.viewer && action != Action::Chase {
            // "une pièce qu'on fait tourner": the thing turns; else the viewer does it.
            self.camera = false;
            let caused = starts(&["fai", "fait"])
                .then(|| self.head.subject())
                .flatten();
            match caused {
                Some(index) => self.actor = Some(index),
                None => {
                    self.outcomes[at] = Some(Outcome::NotUsed(Reason::NoField));
                    return;
                }
            }
        }
        if self.camera {
            let next = self.items.get(at + 1).map_or("", |it| it.text.as_str());
            match camera_of(action, &format!("{} {next}", self.items[at].text)) {
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
            && matches!(
                action,
                Action::Fall
                    | Action::Rise
                    | Action::Roll
                    | Action::Run
                    | Action::Pour
                    | Action::Drive
            )
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
        // "un papillon bleu voler"
        let after_noun = self.items[..at]
            .iter()
            .rev()
            .find(|it| {
                it.speech() != Some(Speech::Adjective) && it.function() != Some(Function::Filler)
            })
            .is_some_and(|it| it.speech() == Some(Speech::Noun));
        // "quatre cubes empilés": a state, unless someone is named who brought it about.
        let is_state = french
            && past
            && after_noun
            && self.items[at - 1].function() != Some(Function::Auxiliary);
        let actor = match &self.head {
            // "a sleeping man": the noun to come.
            _ if gerund && self.pending.open && self.noun_follows(at) => Some(NEXT),
            Head::Subject(index)
                if participle && after_noun && self.object && self.able(*index, action) =>
            {
                Some(*index)
            }
            _ => self.actor,
        };
        let next = std::mem::take(&mut self.next);
        self.plain = false;
        self.plain_object = false;
        let aside = self.aside || (actor.is_some() && actor != self.actor && actor != Some(NEXT));
        if std::mem::take(&mut self.prior) {
            // In an edit it is what happens already.
            self.next = self.edit.active;
            if self.edit.active {
                self.outcomes[at] = Some(Outcome::Function);
                return;
            }
            if let Some(last) = self.acts.last_mut() {
                last.next = true;
            }
            let first = self.acts.len().saturating_sub(1);
            let act = Act {
                action,
                exact,
                actor: self.actor,
                at,
                next: false,
                aside: self.aside,
                is_state: false,
                inferred: false,
            };
            self.acts.insert(first, act);
            return;
        }
        self.acts.push(Act {
            next,
            aside,
            is_state,
            action,
            exact,
            actor,
            at,
            inferred: false,
        });
    }
}

/// Camera move that a verb means when the camera or the viewer does it.
pub(super) fn camera_of(action: Action, text: &str) -> Option<Camera> {
    let says = |words: &[&str]| words.iter().any(|it| text.contains(it));
    match action {
        _ if says(&["back", "away", "recul", "éloign"]) => Some(Camera::ZoomOut),
        _ if says(&["closer", "approach", "approch", "forward", "avanc"]) => Some(Camera::Zoom),
        Action::Chase | Action::Walk | Action::Run | Action::Race | Action::Drive => {
            Some(Camera::Follow)
        }
        Action::Slide | Action::Swing => Some(Camera::Pan),
        Action::Shake | Action::Bounce => Some(Camera::Handheld),
        Action::Rise | Action::Sink | Action::Fall | Action::Topple => Some(Camera::Tilt),
        Action::Rest | Action::Look => Some(Camera::Static),
        _ => None,
    }
}
