//! Nouns: subjects and their relation, parts of persons, places and circumstances.

use crate::Language;
use crate::lexicon::{Attribute, Inflection, Kind, Preposition, Sense, Speech};
use crate::noun_phrase::{Head, Pending};
use crate::tagging::Tag;
use crate::{Outcome, Reason};

use super::Interpreter;

impl Interpreter<'_> {
    pub(super) fn noun(&mut self, at: usize, fields: &[(Attribute, bool)], inflection: Inflection) {
        let Some((first, exact)) = fields.first().cloned() else {
            return;
        };
        // "a marble rolls", "a house falls": in the place of a subject the word names a thing.
        if let (Some(Sense::Fields(other)), Attribute::Material(_) | Attribute::Place(_)) =
            (&self.items[at].thing, &first)
        {
            let is_place = matches!(first, Attribute::Place(_));
            let is_building = matches!(
                other.first(),
                Some((Attribute::Thing(thing), _)) if thing.kind() == Kind::Building
            );
            let located = self.governing.is_some_and(|(it, _)| match it {
                // "on a white stone"
                Preposition::On | Preposition::Over => !is_place,
                // "past the station"
                Preposition::Under
                | Preposition::Behind
                | Preposition::Front
                | Preposition::Beside => !is_place || is_building,
                Preposition::With | Preposition::To | Preposition::At => !is_place,
                _ => false,
            });
            let subject = (self.governing.is_none() || located)
                && (self.pending.open || self.verb_after(at))
                && !self.noun_follows(at)
                && !self.ordinary_follows(at)
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
                let is_named = self.items.get(at + 1).is_some_and(|it| it.capital);
                if names_another && thing.is_person() && self.describes_person(at, &thing) {
                    return self.thing(at, (thing, exact), &fields[1..], inflection.plural);
                }
                if names_another
                    && !is_named
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
                // "on a boy's nose": the boy is there.
                let of_body = matches!(
                    self.items.get(at + 2).map(|it| &it.tag),
                    Some(Tag::Entry(_, _, Sense::Part(_)))
                );
                let possessor =
                    !of_body && matches!(next, Some("'s" | "’s")) && self.noun_follows(at + 1);
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
            // "a glass table"
            Attribute::Material(_) if self.pending.open && self.ordinary_follows(at) => {
                self.outcomes[at] = Some(Outcome::NotUsed(Reason::NoField));
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
                } else if self.pending.open || self.governing.is_some() || self.after_verb(at) {
                    // "eating bamboo"
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
}
