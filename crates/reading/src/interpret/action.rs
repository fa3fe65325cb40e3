//! Verbs: actions in their order, camera moves, and speech.

use crate::Language;
use crate::lexicon::{Attribute, Function, Inflection, Kind, Preposition, Sense, Speech};
use crate::noun_phrase::Head;
use crate::scene_reading::{Outcome, Reason};
use crate::tagging::Tag;
use crate::vocabulary::{Action, Camera, Relation};

use super::Interpreter;
use super::description::is_of_subject;

/// Words of water.
const WATERS: &[&str] = &[
    "water",
    "sea",
    "ocean",
    "lake",
    "pond",
    "river",
    "pool",
    "bathtub",
    "bath",
    "stream",
    "waves",
    "eau",
    "mer",
    "océan",
    "lac",
    "étang",
    "mare",
    "rivière",
    "fleuve",
    "piscine",
    "baignoire",
    "bain",
    "vagues",
    "cascade",
    "chute",
    "pluie",
    "lave",
    "sang",
    "larme",
    "waterfall",
    "lava",
];

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
        if std::mem::take(&mut self.negated) {
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
        if matches!(self.governing, Some((Preposition::As, _))) {
            self.outcomes[at] = Some(Outcome::Function);
            self.governing = None;
            return;
        }
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
            Action::Flip if object_follows && !text.contains(' ') => (Action::Throw, false),
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
            Action::Leave => french && starts(&["sor"]) && object_follows,
            // "l'eau coule"
            Action::Sink => before.is_some_and(|it| WATERS.contains(&it)),
            _ => false,
        };
        if causes {
            self.outcomes[at] = Some(Outcome::NotUsed(Reason::NoField));
            self.plain = true;
            self.verb_seen = true;
            return;
        }
        if std::mem::take(&mut self.retract) {
            if let Some(act) = self.acts.pop() {
                self.outcomes[act.at] = Some(Outcome::NotUsed(Reason::Contradiction));
            }
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

    /// Whether a subject can do something: things do not look, walk or talk as long as someone else is there.
    fn able(&self, index: usize, action: Action) -> bool {
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

    /// Notes a verb that no field expresses: its subject acts, and what follows is its object.
    pub(super) fn plain_verb(&mut self, at: usize, inflection: Inflection) {
        if self.camera {
            let next = self.items.get(at + 1).map_or("", |it| it.text.as_str());
            let text = format!("{} {next}", self.items[at].text);
            if let Some(camera) = camera_of(Action::Talk, &text) {
                return self.state_scene(at, &Attribute::Camera(camera), true);
            }
        }
        let before = at.checked_sub(1).map(|it| &self.items[it]);
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
        let gerund = self.items.get(at + 1).is_some_and(|it| {
            matches!(&it.tag, Tag::Entry(Speech::Verb, inflection, _) if inflection.gerund || inflection.past)
        });
        if gerund {
            self.prior = true;
        }
        gerund
    }

    /// Action that a verb of motion means for a subject: birds that cross fly, buses that pass drive.
    fn own_action(&self, act: &Act) -> (Action, bool) {
        let subject = self.reading.subjects.get(act.actor.unwrap_or(0));
        let Some(kind) = subject
            .and_then(|it| it.thing.as_ref())
            .map(|it| it.value.kind())
        else {
            return (act.action, act.exact);
        };
        match (act.action, kind) {
            (Action::Pendulum, kind) if !act.exact && kind.is_animate() => (Action::Swing, false),
            (Action::Slide, Kind::Aircraft) if !act.exact && self.floats(act.at) => {
                (Action::Fly, false)
            }
            (Action::Walk, Kind::Person | Kind::Animal)
                if ["cross", "travers"]
                    .iter()
                    .any(|it| self.items[act.at].text.starts_with(it)) =>
            {
                (Action::Walk, true)
            }
            (Action::Walk, Kind::Vehicle) if !act.exact => (Action::Drive, false),
            (Action::Roll, Kind::Vehicle) => (Action::Drive, act.exact),
            (Action::Walk, Kind::Flyer | Kind::Aircraft) if !act.exact => (Action::Fly, false),
            (Action::Walk, Kind::Swimmer | Kind::Vessel) if !act.exact => (Action::Swim, false),
            (Action::Fly | Action::Slide, Kind::Swimmer | Kind::Vessel) if self.floats(act.at) => {
                (Action::Swim, act.exact)
            }
            (Action::Fly, Kind::Object) if self.floats(act.at) && self.on_water() => {
                (Action::Swim, act.exact)
            }
            (Action::Walk | Action::Race, _) if !act.exact => match self.carrier(act.actor) {
                Some("skateboard" | "sled" | "skis" | "roller skate") => (Action::Slide, false),
                Some("bicycle" | "motorcycle" | "motor scooter" | "kick scooter") => {
                    (Action::Drive, false)
                }
                _ => (act.action, act.exact),
            },
            other => (other.0, act.exact),
        }
    }

    /// "à moto", "en skate": how someone moves says more than that he does, and less than what he does.
    fn drop_manners(&mut self, acts: &mut Vec<Act>) {
        let is_manner = |this: &Self, act: &Act| {
            this.items[act.at].speech() == Some(Speech::Fixed)
                && ["à ", "en ", "on "]
                    .iter()
                    .any(|it| this.items[act.at].text.starts_with(it))
        };
        let vague = |act: &Act| act.action == Action::Walk && !act.exact;
        let all = acts.clone();
        let manner = all.iter().find(|it| is_manner(self, it)).copied();
        let Some(manner) = manner else { return };
        let others = all.iter().any(|it| !is_manner(self, it) && !vague(it));
        acts.retain(|act| {
            let drops = match others {
                true => is_manner(self, act),
                false => vague(act) && act.actor == manner.actor,
            };
            if drops {
                self.outcomes[act.at] = Some(Outcome::NotUsed(Reason::NoField));
            }
            !drops
        });
    }

    /// Label of what a subject stands or sits on.
    fn carrier(&self, actor: Option<usize>) -> Option<&str> {
        let on = |it: &&super::relation::Position| it.relation == Relation::On && it.of == actor;
        let position = self.positions.iter().find(on)?;
        let thing = self.reading.subjects.get(position.to)?.thing.as_ref()?;
        Some(thing.value.label())
    }

    /// Whether a verb only says that something floats.
    fn floats(&self, at: usize) -> bool {
        ["float", "flott", "drift", "dériv"]
            .iter()
            .any(|it| self.items[at].text.starts_with(it))
    }

    /// Whether the prompt speaks of water.
    fn on_water(&self) -> bool {
        let water = |word: &str| WATERS.contains(&word);
        self.items.iter().any(|it| it.text.split(' ').any(water))
    }

    /// States the first two actions of whoever acts first.
    pub(super) fn order_actions(&mut self) {
        let mut acts = std::mem::take(&mut self.acts);
        acts.iter_mut()
            .filter(|it| it.actor == Some(NEXT))
            .for_each(|it| it.actor = None);
        self.drop_manners(&mut acts);
        acts.retain(|act| {
            // Animals bark and howl, but do not speak.
            let kind = act
                .actor
                .and_then(|it| self.reading.subjects.get(it)?.thing.as_ref())
                .map(|it| it.value.kind());
            let cries = act.action == Action::Talk
                && !act.exact
                && matches!(kind, Some(Kind::Animal | Kind::Flyer | Kind::Swimmer))
                && !["chant", "sing", "sang", "talk", "speak", "parl"]
                    .iter()
                    .any(|it| self.items[act.at].text.starts_with(it));
            let is_state = cries || (act.is_state && act.action != Action::Rest);
            if is_state {
                self.outcomes[act.at] = Some(Outcome::NotUsed(Reason::NoField));
            }
            !is_state
        });
        // Standing is what everyone does who does nothing else.
        let moves = acts.clone();
        acts.retain(|act| {
            // "sits, then falls"
            let goes_on = moves
                .iter()
                .any(|it| it.actor == act.actor && it.next && it.at > act.at)
                && !moves
                    .iter()
                    .any(|it| it.actor == act.actor && it.at < act.at);
            let idle = act.action == Action::Rest
                && !act.next
                && !goes_on
                && moves
                    .iter()
                    .any(|it| (it.actor == act.actor || !it.aside) && it.action != Action::Rest);
            if idle {
                self.outcomes[act.at].get_or_insert(Outcome::Function);
            }
            !idle
        });
        let main = acts.iter().position(|it| !it.aside).unwrap_or(0);
        let Some(first) = acts.get(main).copied() else {
            return;
        };
        // Things that a verb without a field speaks of are scenery: "a mushroom grows, a fairy lands".
        self.doer = self.doer.filter(|it| {
            self.reading
                .subjects
                .get(*it)
                .is_some_and(crate::Subject::acts)
        });
        self.first_actor = self.first_actor.or(self.doer).or(first.actor);
        let first = Act {
            actor: self.first_actor,
            ..first
        };
        for act in &mut acts {
            (act.action, act.exact) = self.own_action(act);
        }
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
        // "make it jump afterwards", "eats, then sleeps": what comes second although the first says nothing.
        let second = usize::from(acts.first().is_some_and(|it| {
            it.next && (self.edit.active || (self.doer.is_some() && it.actor == self.doer))
        }));
        for (index, act) in acts.iter().enumerate() {
            let span = self.items[act.at].span.clone();
            let set = match index + second {
                0 => self.reading.state_action(act.action, act.exact, &span),
                _ => self.reading.state_then(act.action, act.exact, &span),
            };
            if !act.inferred {
                self.note_value(act.at, set, act.exact, &Attribute::Action(act.action));
            }
        }
    }
}

/// Camera move that a verb means when the camera or the viewer does it.
fn camera_of(action: Action, text: &str) -> Option<Camera> {
    let says = |words: &[&str]| words.iter().any(|it| text.contains(it));
    match action {
        _ if says(&["back", "away", "recul", "éloign"]) => Some(Camera::ZoomOut),
        _ if says(&["closer", "approach", "approch", "forward", "avanc"]) => Some(Camera::Zoom),
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
