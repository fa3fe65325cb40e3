//! Actions in their order: who acts first, and what follows.

use super::action::{Act, NEXT};
use crate::lexicon::{Attribute, Function, Kind, Speech};
use crate::vocabulary::{Action, Relation};
use crate::{Outcome, Reason};

use super::Interpreter;

/// Words of water.
pub(super) const WATERS: &[&str] = &[
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

impl Interpreter<'_> {
    /// "à moto", "en skate": how someone moves says more than that he does, and less than what he does.
    pub(super) fn drop_manners(&mut self, acts: &mut Vec<Act>) {
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

    /// States the first two actions of whoever acts first.
    pub(super) fn order_actions(&mut self) {
        let mut acts = std::mem::take(&mut self.acts);
        acts.iter_mut()
            .filter(|it| it.actor == Some(NEXT))
            .for_each(|it| it.actor = None);
        self.drop_manners(&mut acts);
        // "before falling asleep, he waves"
        if let [first, second, ..] = &mut acts[..]
            && first.next
            && !second.next
            && self.items[..first.at]
                .iter()
                .rev()
                .take(2)
                .any(|it| it.function() == Some(Function::Before))
        {
            first.actor = first.actor.or(second.actor);
            acts.swap(0, 1);
        }
        let alone = acts.len() == 1;
        acts.retain_mut(|act| {
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
            // "a ball thrown over a wall" flies now, "stacked cubes" lie there.
            let lasts = act.action == Action::Rest || (alone && act.action == Action::Throw);
            let is_state = cries || (act.is_state && !lasts);
            // "assis", "posé": it rests.
            act.exact |= act.is_state && act.action == Action::Rest;
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

    /// Action that a verb of motion means for a subject: birds that cross fly, buses that pass drive.
    pub(super) fn own_action(&self, act: &Act) -> (Action, bool) {
        let subject = self.reading.subjects.get(act.actor.unwrap_or(0));
        let Some(kind) = subject
            .and_then(|it| it.thing.as_ref())
            .map(|it| it.value.kind())
        else {
            return (act.action, act.exact);
        };
        match (act.action, kind) {
            (Action::Pendulum, kind) if !act.exact && kind.is_animate() => (Action::Swing, false),
            (Action::Slide, Kind::Flyer | Kind::Aircraft)
                if self.items[act.at].text.starts_with("glid") =>
            {
                (Action::Fly, false)
            }
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

    /// Whether a verb only says that something floats.
    pub(super) fn floats(&self, at: usize) -> bool {
        ["float", "flott", "drift", "dériv"]
            .iter()
            .any(|it| self.items[at].text.starts_with(it))
    }

    /// Whether the prompt speaks of water.
    pub(super) fn on_water(&self) -> bool {
        let water = |word: &str| WATERS.contains(&word);
        self.items.iter().any(|it| it.text.split(' ').any(water))
    }

    /// Label of what a subject stands or sits on.
    pub(super) fn carrier(&self, actor: Option<usize>) -> Option<&str> {
        let on = |it: &&super::relation::Position| it.relation == Relation::On && it.of == actor;
        let position = self.positions.iter().find(on)?;
        let thing = self.reading.subjects.get(position.to)?.thing.as_ref()?;
        Some(thing.value.label())
    }
}
