//! Position of the first subject with respect to the second.

use crate::lexicon::Preposition;
use crate::noun_phrase::Governing;
use crate::vocabulary::{Action, Relation};
use crate::{Outcome, Reason};

use super::Interpreter;

/// A position that a phrase states.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Position {
    pub relation: Relation,
    /// Whose position it is; none if the phrase comes before everything else.
    pub of: Option<usize>,
    /// What it is relative to.
    pub to: usize,
    /// Item that says it.
    pub at: usize,
}

impl Interpreter<'_> {
    /// Notes the position of what the phrase belongs to with respect to the subject `to`.
    pub(super) fn relate(&mut self, governing: Governing, of: Option<usize>, to: usize) {
        let Some((preposition, item)) = governing else {
            return;
        };
        let by = matches!(self.items[item].text.as_str(), "by" | "par" | "de" | "d'");
        // "a ball thrown by a robot": the agent acts.
        let agent = by
            && self
                .reading
                .subjects
                .get(to)
                .is_some_and(crate::Subject::acts);
        if let (true, Some(None)) = (agent, self.passive) {
            self.passive = None;
            if self.acts.is_empty() {
                self.doer = Some(to);
            }
            return;
        }
        if let (true, Some(Some(act))) = (
            agent,
            self.passive
                .filter(|it| it.is_some_and(|it| it < self.acts.len())),
        ) {
            // "eaten by": what only rests is not what happens.
            if self.acts[act].action == Action::Rest {
                let act = self.acts.remove(act);
                self.outcomes[act.at] = Some(Outcome::NotUsed(Reason::NoField));
                self.doer = Some(to);
                self.passive = None;
                return;
            }
            self.acts[act].actor = Some(to);
            self.acts[act].is_state = false;
            if act == 0 {
                self.first_actor = Some(to);
            }
            self.passive = None;
            return;
        }
        // "hit by a ball"
        let rests = |act: usize| {
            self.acts
                .get(act)
                .is_some_and(|it| it.action == Action::Rest)
        };
        if by && self.passive.is_some_and(|it| !it.is_some_and(rests)) {
            return;
        }
        let last = self.acts.last().map(|it| it.action);
        let moves_in = last.is_some_and(|it| {
            matches!(
                it,
                Action::Jump
                    | Action::Pour
                    | Action::Fall
                    | Action::Throw
                    | Action::Hop
                    | Action::Flip
            )
        });
        let relation = match preposition {
            // "saute dans un seau"
            Preposition::In if moves_in => Some(Relation::Into),
            other => relation_of(other),
        };
        let Some(relation) = relation else { return };
        // "turn the cat into a robot"
        if self.edit.active && relation == Relation::Into && self.acts.is_empty() {
            return;
        }
        if last == Some(Action::Collide) && relation == Relation::Into {
            return;
        }
        self.positions.push(Position {
            relation,
            of: of.filter(|it| *it != to),
            to,
            at: item,
        });
    }

    /// States the position of the first subject with respect to the second, if any phrase says it.
    pub(super) fn state_positions(&mut self) {
        for position in std::mem::take(&mut self.positions) {
            let relation = match (position.of, position.to) {
                (Some(_), 0) if self.edit.active => inverse(position.relation),
                _ if self.edit.active => position.relation,
                _ if self.reading.subjects.len() < 2 => continue,
                (None | Some(0), 1) => position.relation,
                (Some(1), 0) => inverse(position.relation),
                _ => continue,
            };
            let span = self.items[position.at].span.clone();
            let set = self.reading.state_relation(relation, &span);
            self.note(position.at, set, true);
        }
    }
}

/// Position of the other of two with respect to the one.
fn inverse(relation: Relation) -> Relation {
    match relation {
        Relation::On | Relation::Over => Relation::Under,
        Relation::Under => Relation::On,
        Relation::Behind => Relation::InFront,
        Relation::InFront => Relation::Behind,
        other => other,
    }
}

/// Relation that a preposition states.
pub(crate) fn relation_of(preposition: Preposition) -> Option<Relation> {
    Some(match preposition {
        Preposition::On => Relation::On,
        Preposition::Under => Relation::Under,
        Preposition::Behind => Relation::Behind,
        Preposition::Front => Relation::InFront,
        Preposition::Beside => Relation::Beside,
        Preposition::Over => Relation::Over,
        Preposition::Into => Relation::Into,
        Preposition::Between => Relation::Between,
        _ => return None,
    })
}
