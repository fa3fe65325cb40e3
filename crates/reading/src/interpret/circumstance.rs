//! Place, time, weather, style and camera.

use crate::lexicon::{Attribute, Preposition, Speech};
use crate::noun_phrase::{Head, Pending};
use crate::scene_reading::{Denied, Field};
use crate::vocabulary::Cover;
use crate::{Outcome, Reason};

use super::Interpreter;
use super::description::{is_of_subject, is_trait};
use super::relation::Position;

impl Interpreter<'_> {
    /// States a field of the scene, or denies it.
    pub(crate) fn state_scene(&mut self, at: usize, attribute: &Attribute, exact: bool) {
        let span = self.items[at].span.clone();
        if self.negated && !exact {
            self.negated = false;
            return self.outcomes[at] = Some(Outcome::NotUsed(Reason::Denied));
        }
        if self.negated {
            let field = match attribute {
                Attribute::Time(_) => "time",
                Attribute::Style(_) => "style",
                Attribute::Place(_) => "place",
                Attribute::Weather(_) => "weather",
                Attribute::Camera(_) => "camera",
                Attribute::Colour(_) => "colour",
                _ => return self.outcomes[at] = Some(Outcome::NotUsed(Reason::Denied)),
            };
            self.reading
                .denied
                .push((Denied::Value(field, attribute.word()), span));
            self.outcomes[at] = Some(Outcome::Used(Field::Scene(field)));
            self.negated = false;
            return;
        }
        if self.skips(at, attribute) {
            return;
        }
        if std::mem::take(&mut self.retract) {
            self.reading.clear(attribute);
        }
        // "on a podium in a photo studio": a place that is meant before one that is near.
        let near = exact && self.reading.place.as_ref().is_some_and(|it| !it.exact);
        if near && matches!(attribute, Attribute::Place(_)) {
            self.reading.place = None;
            for outcome in &mut self.outcomes {
                if matches!(
                    outcome,
                    Some(Outcome::Approximated(Field::Scene("place"), _))
                ) {
                    *outcome = Some(Outcome::NotUsed(Reason::Contradiction));
                }
            }
        }
        let set = match attribute {
            Attribute::Relation(relation) => {
                self.positions.push(Position {
                    relation: *relation,
                    of: None,
                    to: 1,
                    at,
                });
                self.outcomes[at] = Some(Outcome::Function);
                return;
            }
            Attribute::Shot(_)
                if !self.reading.subjects.iter().any(crate::Subject::is_person)
                    && !self.edit.active =>
            {
                // Framing is known once the subject is: "a close-up of an old man".
                self.edit.late.push((attribute.clone(), exact, at));
                return;
            }
            _ => self.reading.state(attribute, exact, &span),
        };
        if matches!(attribute, Attribute::Camera(_)) {
            // "a tracking shot follows her", but "the camera pans as she runs"
            self.camera = self.items[at].speech() == Some(Speech::Noun);
        }
        self.edit.last = Some(attribute.clone());
        self.note_value(at, set, exact, attribute);
    }

    /// A noun of place, time, weather, style, camera or action.
    pub(super) fn circumstance(&mut self, at: usize, fields: &[(Attribute, bool)]) {
        if fields.iter().all(|(it, _)| is_trait(it)) {
            for (attribute, exact) in fields {
                self.fixed_trait(at, attribute, *exact);
            }
            return;
        }
        // "on a hot pan"
        let pan = self.items[at].text == "pan"
            && matches!(
                self.governing,
                Some((
                    Preposition::On | Preposition::In | Preposition::Into | Preposition::With,
                    _
                ))
            );
        if pan {
            return self.other(at, Reason::NoField);
        }
        // "for my bakery", "from a lighthouse": no place of the scene.
        let near = matches!(fields.first(), Some((Attribute::Place(_), false)));
        let elsewhere = !self.edit.active
            && match self.governing {
                Some((Preposition::For | Preposition::As | Preposition::Instead, _)) => true,
                // "the bell of the school"
                Some((Preposition::Of, _)) => near && self.head.subject().is_some(),
                Some((Preposition::From | Preposition::Front | Preposition::Behind, _)) => near,
                // "her hair a river", but "crosses a bridge"
                None => {
                    let start = self.phrase_start(at);
                    near && self.pending.open
                        && !self.pending.definite
                        && !self.acts.is_empty()
                        && start > 0
                        && self.items[start - 1].speech() != Some(Speech::Verb)
                }
                _ => false,
            };
        if elsewhere {
            let pending = std::mem::take(&mut self.pending);
            self.governing = None;
            self.outcomes[at] = Some(Outcome::NotUsed(Reason::NoField));
            for (_, _, item) in pending.attributes {
                self.outcomes[item].get_or_insert(Outcome::NotUsed(Reason::NoField));
            }
            return;
        }
        let pending = std::mem::take(&mut self.pending);
        for (attribute, exact) in fields {
            match attribute {
                Attribute::Action(action) => self.act(at, *action, *exact),
                it if is_of_subject(it) => {
                    let person = self
                        .reading
                        .subjects
                        .iter()
                        .rposition(crate::Subject::is_person);
                    let known = person.or(self.edit.person()).or(self.head.subject());
                    if let Some(person) = known {
                        self.head = Head::Subject(person);
                    }
                    match known {
                        Some(_) => self.describe_head(it, *exact, at),
                        None => self.pending.attributes.push((it.clone(), *exact, at)),
                    }
                }
                it => self.state_scene(at, it, *exact),
            }
        }
        let waiting: Vec<_> = pending
            .attributes
            .into_iter()
            .map(|it| it.2)
            .chain(pending.count.map(|it| it.1))
            .collect();
        for item in waiting {
            self.outcomes[item] = Some(Outcome::NotUsed(Reason::NoField));
        }
        // "night falls" as much as "rain falls"
        let first = fields.first().map(|it| &it.0);
        let is_weather = matches!(first, Some(Attribute::Weather(_)))
            || (matches!(first, Some(Attribute::Time(_))) && !self.verb_seen);
        if is_weather {
            self.head = Head::Weather;
        } else if matches!(fields.first(), Some((Attribute::Place(_), _))) {
            self.head = Head::Other(self.head.subject());
        }
        self.governing = None;
        self.negated = false;
        self.worn = false;
    }

    /// "behind a pillar"
    pub(super) fn pillar(&mut self, at: usize) {
        let cover = match self.governing.take() {
            Some((Preposition::Behind, _)) => Cover::Behind,
            Some((Preposition::Front, _)) => Cover::Front,
            _ => {
                self.outcomes[at] = Some(Outcome::NotUsed(Reason::NoField));
                self.pending = Pending::default();
                return;
            }
        };
        // "it should pass behind a column" changes no action.
        if self.edit.active
            && let Some(act) = self
                .acts
                .pop_if(|it| self.items[it.at].text.starts_with("pass"))
        {
            self.outcomes[act.at] = Some(Outcome::Function);
        }
        let span = self.items[at].span.clone();
        let set = self.reading.state_cover(cover, &span);
        self.note(at, set, true);
        self.pending = Pending::default();
    }
}
