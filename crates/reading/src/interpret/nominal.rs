//! Nouns: subjects and their relation, parts of persons, places and circumstances.

use crate::Language;
use crate::instruction::Noun;
use crate::lexicon::{Attribute, Function, Inflection, Part, Preposition, Sense, Speech, Thing};
use crate::noun_phrase::{Head, Pending};
use crate::scene_reading::{Denied, Field, Outcome, Reason, SUBJECTS, Set};
use crate::tagging::Tag;
use crate::vocabulary::{Action, Beard, Cover, Gender, Relation};

use super::{Interpreter, is_of_subject, relation_of};

impl Interpreter<'_> {
    pub(super) fn noun(&mut self, at: usize, fields: &[(Attribute, bool)], inflection: Inflection) {
        let Some((first, exact)) = fields.first().cloned() else {
            return;
        };
        // "a marble rolls", "a house falls": in the place of a subject the word names a thing.
        if let (Some(Sense::Fields(other)), Attribute::Material(_) | Attribute::Place(_)) =
            (&self.items[at].thing, &first)
        {
            let subject = self.governing.is_none()
                && (self.pending.open || self.verb_after(at))
                && !self.noun_follows(at)
                && !self.edit.active;
            if subject {
                let other = other.clone();
                return self.noun(at, &other, inflection);
            }
        }
        match first {
            Attribute::Thing(thing) => {
                let names_another =
                    self.reading.language == Language::English && self.thing_follows(at);
                if names_another
                    && !matches!(
                        self.items[at].tag,
                        Tag::Entry(_, Inflection { plural: true, .. }, _)
                    )
                {
                    // "dog house": the first noun only specifies the second.
                    self.outcomes[at] = Some(Outcome::NotUsed(Reason::NoField));
                    return;
                }
                let next = self
                    .items
                    .get(at + 1)
                    .map(|it| &self.prompt[it.span.clone()]);
                let possessor = matches!(next, Some("'s" | "’s")) && self.noun_follows(at + 1);
                let is_name = self.items[at].capital
                    && at > 0
                    && self.items[at - 1].speech() == Some(Speech::Noun)
                    && self.items[at].span.len() > 1;
                if possessor || is_name {
                    self.outcomes[at] = Some(Outcome::NotUsed(Reason::NoField));
                    self.pending = Pending {
                        open: possessor,
                        definite: possessor,
                        ..Pending::default()
                    };
                    return;
                }
                self.thing(at, (thing, exact), &fields[1..], inflection.plural);
            }
            Attribute::Material(_) | Attribute::Colour(_) => {
                let complement = matches!(
                    self.governing,
                    Some((
                        Preposition::Of | Preposition::MadeOf | Preposition::In | Preposition::Into,
                        _
                    ))
                );
                if self.noun_follows(at)
                    && !(complement && self.reading.language == Language::French)
                {
                    self.pending.attributes.push((first, exact, at));
                } else if complement || self.edit.active || self.head == Head::None {
                    self.pending = Pending::default();
                    self.governing = None;
                    self.describe_head(&first, exact, at);
                } else if self.pending.open || self.governing.is_some() {
                    self.pending = Pending::default();
                    self.governing = None;
                    self.outcomes[at] = Some(Outcome::NotUsed(Reason::NoField));
                } else {
                    self.describe_head(&first, exact, at);
                }
            }
            _ => self.circumstance(at, fields),
        }
    }

    /// Whether a verb follows directly.
    fn verb_after(&self, at: usize) -> bool {
        match self.items.get(at + 1).map(|it| &it.tag) {
            Some(Tag::Entry(Speech::Verb, ..)) => true,
            Some(Tag::Entry(_, _, Sense::Function(function))) => *function == Function::Auxiliary,
            _ => false,
        }
    }

    /// Whether a noun with a thing follows directly.
    fn thing_follows(&self, at: usize) -> bool {
        let next = self.items[at + 1..]
            .iter()
            .find(|it| !matches!(it.tag, Tag::Mark('-')));
        matches!(next.map(|it| &it.tag), Some(Tag::Entry(Speech::Noun, _, Sense::Fields(fields))) if matches!(fields.first(), Some((Attribute::Thing(_), _))))
    }

    /// A noun of place, time, weather, style, camera or action.
    fn circumstance(&mut self, at: usize, fields: &[(Attribute, bool)]) {
        if fields.iter().all(|(it, _)| super::is_trait(it)) {
            for (attribute, exact) in fields {
                self.fixed_trait(at, attribute, *exact);
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
        let is_weather = matches!(fields.first(), Some((Attribute::Weather(_), _)));
        if is_weather {
            self.head = Head::Weather;
        } else if matches!(fields.first(), Some((Attribute::Place(_), _))) {
            self.head = Head::Other(self.head.subject());
        }
        self.governing = None;
        self.negated = false;
        self.worn = false;
    }

    /// A noun that names a subject.
    fn thing(
        &mut self,
        at: usize,
        (thing, exact): (Thing, bool),
        more: &[(Attribute, bool)],
        plural: bool,
    ) {
        let span = self.items[at].span.clone();
        let pending = std::mem::take(&mut self.pending);
        let governing = self.governing.take();
        let drop = |this: &mut Self, reason: Reason| {
            this.outcomes[at] = Some(Outcome::NotUsed(reason));
            for (_, _, item) in &pending.attributes {
                this.outcomes[*item] = Some(Outcome::NotUsed(reason));
            }
            this.head = Head::Other(this.head.subject());
        };
        if std::mem::take(&mut self.negated) {
            if self.edit.replaces(&thing) {
                self.outcomes[at] = Some(Outcome::Function);
                return;
            }
            self.reading.denied.push((Denied::Thing(thing), span));
            self.outcomes[at] = Some(Outcome::Used(Field::Scene("without")));
            return;
        }
        let preposition = governing.map(|it| it.0);
        let glasses = match thing.label() {
            "glasses" => Some(crate::vocabulary::Glasses::Clear),
            "sunglasses" => Some(crate::vocabulary::Glasses::Dark),
            _ => None,
        };
        let has_person = self.reading.subjects.iter().any(crate::Subject::is_person)
            || self.edit.person().is_some();
        if let (Some(glasses), true) = (glasses, has_person) {
            self.governing = governing;
            return self.fixed_trait(at, &Attribute::Glasses(glasses), true);
        }
        if std::mem::take(&mut self.worn)
            || (preposition == Some(Preposition::In) && is_garment(&thing))
        {
            let owner = self.head.subject().or(self.actor);
            drop(self, Reason::NoField);
            if let Some(owner) = owner {
                self.head = Head::Clothes(owner);
                for (attribute, exact, item) in &pending.attributes {
                    self.outcomes[*item] = None;
                    self.describe_head(attribute, *exact, *item);
                }
            }
            return;
        }
        if matches!(
            preposition,
            Some(Preposition::For | Preposition::As | Preposition::Instead)
        ) {
            return drop(self, Reason::NoField);
        }
        if preposition == Some(Preposition::Of) && matches!(self.head, Head::Subject(_)) {
            return drop(self, Reason::NoField);
        }
        let known = self.known_subject(&thing, &pending);
        let index = match known {
            Some(index) => index,
            None if self.free_subject() < SUBJECTS => self.free_subject(),
            None => return drop(self, Reason::TooMany),
        };
        let is_new = known.is_none();
        let (index, states) = match self.edit_noun(index, is_new) {
            Noun::States(index) => (index, is_new || self.edit.active),
            Noun::Names(index) => (index, false),
            Noun::Removes => {
                self.subject_mut(index).removed = true;
                self.outcomes[at] = Some(Outcome::Used(Field::Subject(index, "thing")));
                return;
            }
        };
        if states {
            let subject = self.subject_mut(index);
            let set = subject.state(index, &Attribute::Thing(thing.clone()), exact, &span);
            self.note_value(at, set, exact, &Attribute::Thing(thing));
        } else {
            let set = Set::Done(Field::Subject(index, "thing"));
            self.note(at, set, true);
        }
        self.head = Head::Subject(index);
        for (attribute, exact) in more {
            self.describe_head(attribute, *exact, at);
        }
        for (attribute, exact, item) in pending.attributes {
            self.describe_head(&attribute, exact, item);
        }
        match pending.count {
            Some((count, item, exact)) => self.describe_head(&Attribute::Count(count), exact, item),
            None if plural && is_new && !pending.definite => {
                self.describe_head(&Attribute::Count(2), false, at)
            }
            None => {}
        }
        self.relate(governing, index, is_new);
        // "a cat and a dog run", but "a cat sleeps and a dog runs".
        let joined = at > 0
            && self.actor.is_some()
            && self.items[..at]
                .iter()
                .rev()
                .find(|it| {
                    it.speech() != Some(Speech::Adjective)
                        && !matches!(
                            it.function(),
                            Some(Function::Indefinite | Function::Definite)
                        )
                })
                .is_some_and(|it| {
                    it.function() == Some(Function::And) || matches!(it.tag, Tag::Mark(','))
                });
        if preposition.is_none()
            && ((!self.verb_seen && !joined) || (self.verb_seen && self.verb_after(at)))
        {
            self.actor = Some(index);
        }
        self.object = !joined
            && (preposition == Some(Preposition::With)
                || (preposition.is_none() && self.verb_seen));
        for act in self
            .acts
            .iter_mut()
            .filter(|it| it.actor == Some(super::action::NEXT))
        {
            act.actor = Some(index);
        }
        if self.reading.language == Language::French {
            self.french_gender(index, at);
        }
    }

    /// States the position of the first subject with respect to this one.
    fn relate(&mut self, governing: crate::noun_phrase::Governing, index: usize, is_new: bool) {
        let Some((preposition, item)) = governing else {
            return;
        };
        let by = matches!(&self.prompt[self.items[item].span.clone()], "by" | "par");
        if self.passive && by && is_new && index == 1 {
            // "a ball thrown by a robot": the agent acts.
            self.first_actor = Some(1);
            return;
        }
        let moves_in = self.acts.last().is_some_and(|it| {
            matches!(
                it.action,
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
        let collides = self
            .acts
            .last()
            .is_some_and(|it| it.action == Action::Collide);
        if index >= 1
            && is_new
            && self.reading.relation.is_none()
            && !(collides && relation == Relation::Into)
        {
            let span = self.items[item].span.clone();
            let set = self.reading.state_relation(relation, &span);
            self.note(item, set, true);
        }
    }

    /// "une scientifique" is a woman.
    fn french_gender(&mut self, index: usize, at: usize) {
        let before = self.items[..at]
            .iter()
            .rev()
            .find(|it| it.function().is_some());
        let feminine = before.is_some_and(|it| {
            matches!(
                &self.prompt[it.span.clone()].to_lowercase()[..],
                "une" | "la" | "cette"
            )
        });
        let span = self.items[at].span.clone();
        let subject = self.subject_mut(index);
        if feminine
            && subject.is_person()
            && subject.gender.is_none()
            && subject
                .thing
                .as_ref()
                .is_some_and(|it| it.value.label() != "person" || it.exact)
        {
            subject.state(index, &Attribute::Gender(Gender::Woman), true, &span);
        }
    }

    /// Finds the subject that a noun repeats: "the ball", after "a ball".
    fn known_subject(&self, thing: &Thing, pending: &Pending) -> Option<usize> {
        if pending.another || (pending.open && !pending.definite && !self.edit.active) {
            return None;
        }
        if self.edit.active && pending.open && !pending.definite && self.edit.adds() {
            return None;
        }
        let same = |it: &Option<Thing>| it.as_ref() == Some(thing);
        let named: Vec<Option<Thing>> = self
            .reading
            .subjects
            .iter()
            .map(|it| it.thing.as_ref().map(|it| it.value.clone()))
            .collect();
        let found = named.iter().position(same);
        // "the red car … the blue car": another one.
        let differs = |index: &usize| {
            let subject = &self.reading.subjects[*index];
            pending
                .attributes
                .iter()
                .any(|(attribute, ..)| match attribute {
                    Attribute::Colour(it) => {
                        subject.colour.as_ref().is_some_and(|own| own.value != *it)
                    }
                    Attribute::Material(it) => subject
                        .material
                        .as_ref()
                        .is_some_and(|own| own.value != *it),
                    Attribute::Size(it) => {
                        subject.size.as_ref().is_some_and(|own| own.value != *it)
                    }
                    _ => false,
                })
        };
        found
            .filter(|it| !differs(it))
            .or_else(|| self.edit.known(thing))
    }

    /// Index of the next subject.
    fn free_subject(&self) -> usize {
        self.reading.subjects.len().max(self.edit.subjects())
    }

    /// Hair, beard, clothes, eyes.
    pub(super) fn part(&mut self, at: usize, part: Part) {
        if part == Part::Pillar {
            return self.pillar(at);
        }
        let owner = self
            .reading
            .subjects
            .iter()
            .rposition(crate::Subject::is_person);
        let owner = owner.or(self.edit.person()).or(self.head.subject());
        self.governing = None;
        self.worn = false;
        let pending = std::mem::take(&mut self.pending);
        let negated = std::mem::take(&mut self.negated);
        let Some(owner) = owner.filter(|_| !negated) else {
            self.outcomes[at] = Some(Outcome::NotUsed(if negated {
                Reason::Denied
            } else {
                Reason::NoField
            }));
            for (_, _, item) in pending.attributes {
                self.outcomes[item].get_or_insert(Outcome::NotUsed(Reason::NothingToDescribe));
            }
            return;
        };
        let (head, own) = match part {
            Part::Hair => (Head::Hair(owner), None),
            Part::Beard => (Head::Beard(owner), Some(Beard::Full)),
            Part::Moustache => (Head::Beard(owner), Some(Beard::Moustache)),
            Part::Clothes => (Head::Clothes(owner), None),
            Part::Body | Part::Pillar => (Head::Other(Some(owner)), None),
        };
        self.outcomes[at] = Some(match part {
            Part::Hair => Outcome::Function,
            _ => Outcome::NotUsed(Reason::NoField),
        });
        if let Some(beard) = own {
            self.head = Head::Subject(owner);
            self.describe_head(&Attribute::Beard(beard), true, at);
        }
        self.head = head;
        for (attribute, exact, item) in pending.attributes {
            self.describe_head(&attribute, exact, item);
        }
    }

    /// "behind a pillar"
    fn pillar(&mut self, at: usize) {
        let cover = match self.governing.take() {
            Some((Preposition::Behind, _)) => Cover::Behind,
            _ => Cover::Front,
        };
        let span = self.items[at].span.clone();
        let set = self.reading.state_cover(cover, &span);
        self.note(at, set, true);
        self.pending = Pending::default();
    }
}

/// Whether a thing is worn when a person is "in" it.
fn is_garment(thing: &Thing) -> bool {
    const GARMENTS: &[&str] = &[
        "dress",
        "t-shirt",
        "jeans",
        "scarf",
        "gloves",
        "coat",
        "socks",
        "kimono",
        "sari",
        "one-piece swimsuit",
        "briefs",
        "shorts",
        "bikini",
        "woman’s clothes",
        "running shoe",
        "hiking boot",
        "high-heeled shoe",
        "woman’s boot",
        "crown",
        "top hat",
        "billed cap",
        "rescue worker’s helmet",
        "necktie",
        "lab coat",
        "safety vest",
        "martial arts uniform",
        "military helmet",
        "thong sandal",
        "ballet shoes",
        "woman’s hat",
        "graduation cap",
        "goggles",
        "glasses",
        "sunglasses",
        "hat",
    ];
    GARMENTS.contains(&thing.label())
}
