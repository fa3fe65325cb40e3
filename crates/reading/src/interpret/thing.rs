//! Nouns that name a subject.

use super::worn::{DRINKS, is_garment};
use crate::Language;
use crate::instruction::{Mode, Noun};
use crate::lexicon::{Attribute, Function, Kind, Preposition, Thing};
use crate::noun_phrase::{Head, Pending};
use crate::scene_reading::{Denied, Field, SUBJECTS, Set};
use crate::tagging::Tag;
use crate::vocabulary::{Action, Colour};
use crate::{Outcome, Reason};

use super::Interpreter;

impl Interpreter<'_> {
    /// A noun that names a subject.
    pub(super) fn thing(
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
            this.complement = governing;
        };
        if self.denied_verb && governing.is_none() && !self.edit.active {
            return drop(self, Reason::Denied);
        }
        if std::mem::take(&mut self.negated) {
            // "a dog, not a cat"
            let replaced = self.edit.known(&thing).filter(|_| self.edit.active);
            if replaced.is_some_and(|it| {
                self.reading
                    .subjects
                    .get(it)
                    .is_some_and(|it| it.thing.is_some())
            }) {
                self.outcomes[at] = Some(Outcome::Function);
                return;
            }
            if self.edit.replaces(&thing) {
                self.outcomes[at] = Some(Outcome::Function);
                return;
            }
            self.reading.denied.push((Denied::Thing(thing), span));
            self.outcomes[at] = Some(Outcome::Used(Field::Scene("without")));
            return;
        }
        // "lapin 🐰": the picture of what was just named.
        let named = self
            .last
            .and_then(|it| self.reading.subjects.get(it)?.thing.as_ref());
        let pictures = !self.items[at].text.is_ascii()
            && !self.items[at].text.chars().any(char::is_alphabetic)
            && named.is_some_and(|it| {
                let (first, second) = (it.value.label(), thing.label());
                first != second && second.split(' ').next() == first.split(' ').next()
            });
        if pictures {
            self.outcomes[at] = Some(Outcome::Function);
            return;
        }
        let preposition = governing.map(|it| it.0);
        if preposition == Some(Preposition::Instead) && self.takes_place_of(&thing) {
            self.outcomes[at] = Some(Outcome::Function);
            return;
        }
        let text = &self.items[at].text;
        let dark = ["sun", "shade", "soleil", "dark"]
            .iter()
            .any(|it| text.contains(it));
        let glasses = match thing.label() {
            "glasses" | "goggles" if dark => Some(crate::vocabulary::Glasses::Dark),
            "glasses" => Some(crate::vocabulary::Glasses::Clear),
            _ => None,
        };
        let has_person = self.reading.subjects.iter().any(crate::Subject::is_person)
            || self.edit.person().is_some();
        if let (Some(_), Some((count, item, _))) = (glasses, pending.count) {
            // "two glasses of beer"
            let thing = Thing::new("tumbler glass");
            self.pending = Pending {
                count: Some((count, item, true)),
                open: true,
                ..Pending::default()
            };
            self.governing = governing;
            return self.thing(at, (thing, false), &[], plural);
        }
        let poured_of = matches!(
            preposition,
            Some(Preposition::Of | Preposition::For | Preposition::Into)
        );
        if glasses.is_some() && poured_of {
            return drop(self, Reason::NoField);
        }
        if let (Some(glasses), true) = (glasses, has_person) {
            self.governing = governing;
            return self.fixed_trait(at, &Attribute::Glasses(glasses), true);
        }
        let start = self.phrase_start(at);
        let has = start > 0
            && ["has", "have", "had", "having", "a", "ont", "ayant"]
                .contains(&self.items[start - 1].text.as_str());
        let dressed =
            (has || matches!(
                preposition,
                Some(Preposition::In | Preposition::With | Preposition::Under)
            )) && is_garment(&thing)
                && self.head.subject().or(self.actor).is_some_and(|it| {
                    self.reading
                        .subjects
                        .get(it)
                        .is_some_and(crate::Subject::is_person)
                });
        // "a farmer, straw hat"
        let listed = preposition.is_none()
            && !pending.open
            && start > 0
            && matches!(self.items[start - 1].tag, Tag::Mark(','))
            && is_garment(&thing)
            && self
                .head
                .subject()
                .and_then(|it| self.reading.subjects.get(it))
                .is_some_and(crate::Subject::is_person);
        let dressed = dressed || listed;
        let worn = std::mem::take(&mut self.worn) && !thing.kind().is_animate();
        if worn || dressed || (preposition == Some(Preposition::In) && is_garment(&thing)) {
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
        // "transforme un prince en grenouille"
        let becomes = preposition == Some(Preposition::In)
            && self.reading.language == Language::French
            && thing.kind().is_animate()
            && !pending.open
            && !self.edit.active;
        if becomes
            || matches!(
                preposition,
                Some(Preposition::For | Preposition::As | Preposition::Instead)
            )
        {
            return drop(self, Reason::NoField);
        }
        if self.retract && !self.edit.active {
            self.retract = false;
            self.withdraw();
        }
        // "a pyramid of cans"
        if let (Some(Preposition::Of), Head::Subject(heap), true) =
            (preposition, self.head.clone(), plural && !pending.open)
        {
            let subject = self.subject_mut(heap);
            if subject
                .thing
                .as_ref()
                .is_some_and(|it| it.value.label() == "pyramid")
            {
                subject.thing = None;
                let set = subject.state(heap, &Attribute::Thing(thing.clone()), exact, &span);
                self.note_value(at, set, exact, &Attribute::Thing(thing));
                self.describe_head(&Attribute::Count(2), false, at);
                return;
            }
        }
        // "d'une plume et d'un marteau"
        let start = self.phrase_start(at);
        let carries_on = start > 1
            && self.items[start - 2].function() == Some(Function::And)
            && matches!(self.complement, Some((Preposition::Of, _)));
        if preposition == Some(Preposition::Of)
            && matches!(self.head, Head::Subject(_))
            && !carries_on
        {
            return drop(self, Reason::NoField);
        }
        // "is a DJ": what the subject is said to be is no other subject.
        if std::mem::take(&mut self.predicate)
            && pending.open
            && !pending.definite
            && preposition.is_none()
            && !self.edit.active
        {
            return drop(self, Reason::NoField);
        }
        // "past parked cars": what is passed by the way.
        if preposition == Some(Preposition::Through) && plural && !pending.open {
            return drop(self, Reason::NoField);
        }
        // "pouring milk into a cup": what is poured is no subject.
        let poured = self.acts.last().is_some_and(|it| it.action == Action::Pour);
        let some = !pending.open || pending.partitive || (poured && pending.definite);
        let is_drink = DRINKS.contains(&thing.label()) && some;
        let at_place = matches!(
            preposition,
            Some(Preposition::Front | Preposition::Behind | Preposition::Beside)
        );
        if (DRINKS.contains(&thing.label()) && at_place)
            || (is_drink && preposition.is_none() && (poured || !self.acts.is_empty()))
        {
            return drop(self, Reason::NoField);
        }
        // "the sun" shines on everything.
        if thing.label() == "sun with face" && pending.definite {
            return drop(self, Reason::NoField);
        }
        // "une maman et son bébé": whose it is was named, not who it is.
        let owned = thing.is_person()
            && ["son", "sa", "ses", "leur", "leurs", "their"]
                .contains(&self.items[start].text.as_str());
        let generic = self.generic(at).filter(|_| pending.definite);
        let known = generic
            .or_else(|| self.apposition(at, &thing))
            .or_else(|| match owned {
                true => None,
                false => self.known_subject(&thing, more, &self.with_following(at, &pending)),
            });
        let index = match known {
            Some(index) => index,
            None if self.free_subject() < SUBJECTS => self.free_subject(),
            None => return drop(self, Reason::TooMany),
        };
        let is_new = known.is_none();
        // What a phrase of place belongs to: the actor once there is a verb, else the noun before.
        let owner = self.owner();
        // "replace the dog with a cat and the ball with a cube"
        let again = self.edit.replaced
            && known.is_some()
            && self.items.get(at + 1).is_some_and(|it| {
                it.function()
                    .and_then(crate::lexicon::Function::preposition)
                    .is_some()
            });
        if again {
            self.edit.mode = Mode::Replace;
        }
        let replacing = matches!(self.edit.mode, Mode::With(_));
        if replacing
            && known.is_some()
            && start > 0
            && self.items[start - 1].function() == Some(Function::And)
        {
            self.exchange(index, exact, &span);
        }
        let (index, states) = match self.edit_noun(index, is_new) {
            Noun::States(index) => (index, is_new || self.edit.active),
            Noun::Names(index) => (index, false),
            Noun::Removes => {
                // "remove one dog"
                let before = self.edit.counts.get(index).copied().flatten();
                if let (Some((count, item, true)), Some(before)) = (pending.count, before)
                    && count < before
                {
                    self.head = Head::Subject(index);
                    self.outcomes[at] = Some(Outcome::Function);
                    return self.describe_head(&Attribute::Count(before - count), true, item);
                }
                self.subject_mut(index).removed = true;
                self.outcomes[at] = Some(Outcome::Used(Field::Subject(index, "thing")));
                return;
            }
        };
        let is_plural = thing.label().ends_with('s') && !thing.label().ends_with("ss");
        if states {
            let subject = self.subject_mut(index);
            let set = subject.state(index, &Attribute::Thing(thing.clone()), exact, &span);
            self.note_value(at, set, exact, &Attribute::Thing(thing));
        } else {
            let set = Set::Done(Field::Subject(index, "thing"));
            self.note(at, set, true);
        }
        self.head = Head::Subject(index);
        self.last = Some(index);
        self.complement = governing;
        self.camera = false;
        // "turn the man into a woman": what is replaced is not described.
        let replaced = !states && self.edit.active && matches!(self.edit.mode, Mode::With(_));
        let more = if replaced { &[] } else { more };
        for (attribute, exact) in more {
            match attribute {
                Attribute::Action(action) => self.act(at, *action, *exact),
                it => self.describe_head(it, *exact, at),
            }
        }
        let is_anyone = self
            .subject_mut(index)
            .thing
            .as_ref()
            .is_some_and(|it| it.value.label() == "person");
        for (attribute, exact, item) in pending.attributes {
            // "a black man" speaks of no clothes.
            let is_skin = matches!(
                attribute,
                Attribute::Colour(Colour::Black | Colour::White | Colour::Brown)
            );
            if is_anyone && is_skin {
                self.outcomes[item] = Some(Outcome::NotUsed(Reason::NoField));
                continue;
            }
            self.describe_head(&attribute, exact, item);
        }
        match pending.count {
            Some((count, item, exact)) => self.describe_head(&Attribute::Count(count), exact, item),
            // "fireworks" are one thing.
            None if plural && is_new && !replacing && !pending.open && !is_plural => {
                self.describe_head(&Attribute::Count(2), false, at)
            }
            None => {}
        }
        let said = !(self.plain
            && owner == self.actor
            && governing.is_some_and(|it| {
                matches!(
                    it.0,
                    Preposition::On | Preposition::Into | Preposition::Over
                )
            }));
        if said {
            self.relate(governing, owner, index);
        }
        // "a cat and a dog run", but "a cat sleeps and a dog runs".
        let joined = start > 0
            && self.actor.is_some()
            && (self.items[start - 1].function() == Some(Function::And)
                || matches!(
                    self.items[start - 1].tag,
                    Tag::Mark(',' | '/' | '|' | ';' | '+')
                ));
        self.joined = joined && preposition.is_none();
        self.plain_object |= self.plain && preposition.is_none() && !joined;
        if preposition.is_none()
            && ((!self.verb_seen && !joined)
                || (self.verb_seen && self.opens_clause(start) && self.verb_after(at)))
        {
            self.actor = Some(index);
        }
        // "waves at a helicopter hovering", but "a cat on a skateboard rolling".
        let kind = self
            .subject_mut(index)
            .thing
            .as_ref()
            .map(|it| it.value.kind());
        let moves = kind.is_some_and(|it| {
            it.is_animate() || matches!(it, Kind::Vehicle | Kind::Aircraft | Kind::Vessel)
        });
        self.object = !joined
            && match preposition {
                Some(Preposition::With) => true,
                None => self.verb_seen,
                Some(Preposition::On | Preposition::In | Preposition::Under) => false,
                Some(_) => moves && self.verb_seen,
            };
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
}
