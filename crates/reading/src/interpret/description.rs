//! Adjectives, traits and parts: what is said of a subject.

use crate::Language;
use crate::lexicon::{Attribute, Function, Inflection, Part, Preposition, Sense};
use crate::noun_phrase::{Head, Pending};
use crate::scene_reading::{Denied, Field};
use crate::tagging::Tag;
use crate::vocabulary::{Beard, Place};
use crate::{Outcome, Reason};

use super::Interpreter;

/// French adjectives that come before their noun.
const BEFORE: &[&str] = &[
    "petit",
    "gros",
    "grand",
    "vieux",
    "vieil",
    "jeune",
    "énorme",
    "immense",
    "minuscule",
    "gigantesque",
];

impl Interpreter<'_> {
    /// Handles a phrase without inflection: most state the scene, some describe a person.
    pub(super) fn fixed(&mut self, at: usize, fields: &[(Attribute, bool)]) {
        // "pours beer into two glasses"
        let poured = self.pending.count.is_some()
            || self
                .governing
                .is_some_and(|it| matches!(it.0, Preposition::Of | Preposition::Into));
        if poured && matches!(fields.first(), Some((Attribute::Glasses(_), _))) {
            let thing = crate::Thing::new("glasses");
            return self.thing(at, (thing, true), &[], true);
        }
        for (attribute, exact) in fields {
            match attribute {
                Attribute::Action(action) => self.act(at, *action, *exact),
                // "à vélo"
                Attribute::Thing(thing) => self.bring(at, thing.clone(), *exact),
                _ if is_of_subject(attribute) => {
                    self.fixed_trait(at, attribute, *exact);
                }
                _ => self.state_scene(at, attribute, *exact),
            }
        }
    }

    pub(super) fn adjective(&mut self, at: usize, fields: &[(Attribute, bool)]) {
        for (attribute, exact) in fields {
            // "snowy peaks"
            let peaks = self.items.get(at + 1).is_some_and(|it| {
                matches!(&it.tag, Tag::Entry(_, _, Sense::Fields(fields)) if matches!(fields.first(), Some((Attribute::Place(Place::Mountain), _))))
            });
            if matches!(attribute, Attribute::Weather(_)) && peaks {
                self.outcomes[at] = Some(Outcome::NotUsed(Reason::NoField));
                continue;
            }
            if !is_of_subject(attribute) {
                self.fixed(at, &[(attribute.clone(), *exact)]);
                continue;
            }
            let waits = match self.reading.language {
                // "at a red light": the light is red.
                Language::English => {
                    self.noun_follows(at) || (self.pending.open && self.ordinary_follows(at))
                }
                Language::French => {
                    self.noun_follows(at)
                        && (self.pending.open
                            || self.head == Head::None
                            || BEFORE.iter().any(|it| self.items[at].text.starts_with(it)))
                }
            };
            if waits {
                self.pending
                    .attributes
                    .push((attribute.clone(), *exact, at));
            } else {
                self.describe_head(attribute, *exact, at);
            }
        }
    }

    /// A phrase that describes a subject: "long black hair", "in red". Adjectives before a phrase of hair describe the hair.
    pub(crate) fn fixed_trait(&mut self, at: usize, attribute: &Attribute, exact: bool) {
        if self.edit.skip_instead(&mut self.governing) {
            self.outcomes[at] = Some(Outcome::Function);
            return;
        }
        // "take off his glasses": no field says that they are gone.
        if self.edit.removes() && is_trait(attribute) {
            self.outcomes[at] = Some(Outcome::NotUsed(Reason::Denied));
            return;
        }
        if !is_trait(attribute) {
            match self.noun_follows(at) {
                true => self.pending.attributes.push((attribute.clone(), exact, at)),
                false => self.describe_head(attribute, exact, at),
            }
            return;
        }
        let person = self
            .reading
            .subjects
            .iter()
            .rposition(crate::Subject::is_person)
            .or(self.edit.person());
        // "a T-Rex wearing sunglasses"
        let acting = self.head.subject().filter(|it| {
            self.reading
                .subjects
                .get(*it)
                .is_some_and(crate::Subject::acts)
        });
        let Some(owner) = person.or(acting) else {
            self.pending.attributes.push((attribute.clone(), exact, at));
            return;
        };
        let governing = self.governing.take();
        let pending = std::mem::take(&mut self.pending);
        self.complement = self.complement.or(governing);
        let is_hair = matches!(attribute, Attribute::Hair(_) | Attribute::Cut(_));
        self.head = match is_hair {
            true => Head::Hair(owner),
            false => Head::Subject(owner),
        };
        self.describe_head(attribute, exact, at);
        for (attribute, exact, item) in pending.attributes {
            match is_trait(&attribute) || matches!(self.head, Head::Hair(_)) {
                true => self.describe_head(&attribute, exact, item),
                false => self.outcomes[item] = Some(Outcome::NotUsed(Reason::NoField)),
            }
        }
    }

    /// States what adjectives say of the head.
    pub(crate) fn describe_head(&mut self, attribute: &Attribute, exact: bool, at: usize) {
        use crate::vocabulary::{Cut, HairColour};
        let span = self.items[at].span.clone();
        if self.negated && !matches!(attribute, Attribute::Thing(_)) {
            if let Attribute::Colour(colour) = attribute {
                self.reading
                    .denied
                    .push((Denied::Value("colour", colour.word().to_owned()), span));
                self.outcomes[at] = Some(Outcome::Used(Field::Scene("colour")));
            } else {
                self.outcomes[at] = Some(Outcome::NotUsed(Reason::Denied));
            }
            self.negated = false;
            return;
        }
        let head = match (&self.head, self.edit.active) {
            (Head::None, true) => Head::Subject(0),
            (head, _) => head.clone(),
        };
        // Words of hair colour are colours of whatever has no hair style: "a brown rabbit".
        if let (Head::Subject(owner), Attribute::Hair(hair)) = (&head, attribute) {
            let owner = *owner;
            if !self.subject_mut(owner).is_person() && self.subject_mut(owner).thing.is_some() {
                let (colour, same) = hair.colour();
                let set = self.subject_mut(owner).state(
                    owner,
                    &Attribute::Colour(colour),
                    exact && same,
                    &span,
                );
                return self.note_value(at, set, exact && same, &Attribute::Colour(colour));
            }
        }
        let (owner, attribute, exact) = match (&head, attribute) {
            (Head::Hair(owner), Attribute::Colour(colour)) => {
                let (hair, same) = HairColour::of(*colour);
                (*owner, Attribute::Hair(hair), exact && same)
            }
            (Head::Hair(owner), it @ (Attribute::Hair(_) | Attribute::Cut(_))) => {
                (*owner, it.clone(), exact)
            }
            (Head::Hair(owner), Attribute::Size(crate::vocabulary::Size::Small)) => {
                (*owner, Attribute::Cut(Cut::Short), true)
            }
            (Head::Clothes(owner), it @ Attribute::Colour(_)) => (*owner, it.clone(), exact),
            // "a curly lady"
            (Head::Subject(owner), it @ Attribute::Cut(Cut::Curly | Cut::Wavy))
                if self
                    .reading
                    .subjects
                    .get(*owner)
                    .is_some_and(crate::Subject::is_person) =>
            {
                (*owner, it.clone(), exact)
            }
            // The material of a thing, not of its relative.
            (Head::Subject(owner), it)
                if !matches!(
                    it,
                    Attribute::Cut(Cut::Long | Cut::Short | Cut::Curly | Cut::Wavy)
                ) =>
            {
                (*owner, it.clone(), exact)
            }
            (
                Head::Other(_)
                | Head::Hair(_)
                | Head::Clothes(_)
                | Head::Beard(_)
                | Head::Subject(_),
                _,
            ) => {
                self.outcomes[at].get_or_insert(Outcome::NotUsed(Reason::NoField));
                return;
            }
            _ => {
                self.outcomes[at].get_or_insert(Outcome::NotUsed(Reason::NothingToDescribe));
                return;
            }
        };
        let retract = std::mem::take(&mut self.retract);
        let subject = self.subject_mut(owner);
        if retract {
            subject.clear(&attribute);
        }
        let set = subject.state(owner, &attribute, exact, &span);
        self.note_value(at, set, exact, &attribute);
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
        // "onto the keys of a piano": the place is that of the whole.
        if self.items.get(at + 1).and_then(|it| it.function()) == Some(Function::Of)
            && self.governing.is_some()
        {
            self.outcomes[at] = Some(Outcome::NotUsed(Reason::NoField));
            self.outcomes[at + 1] = Some(Outcome::Function);
            self.items[at + 1].tag = Tag::Mark('-');
            self.pending = Pending::default();
            return;
        }
        if let (None, Some(thing)) = (owner, self.items[at].thing.clone())
            && let Sense::Fields(fields) = thing
        {
            return self.noun(at, &fields, Inflection::default());
        }
        let start = self.phrase_start(at);
        self.part_acts = self.governing.is_none()
            && self.pending.definite
            && (start == 0 || self.opens_clause(start))
            && part != Part::Clothes;
        self.complement = self.governing.take();
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
        if let Some(beard) = own.filter(|_| !self.edit.removes()) {
            self.head = Head::Subject(owner);
            self.describe_head(&Attribute::Beard(beard), true, at);
        }
        self.head = head;
        for (attribute, exact, item) in pending.attributes {
            self.describe_head(&attribute, exact, item);
        }
    }
}

/// Whether an attribute describes a head: hair, beard, glasses.
pub(super) fn is_trait(attribute: &Attribute) -> bool {
    use Attribute::*;
    matches!(
        attribute,
        Hair(_) | Cut(_) | Beard(_) | Glasses(_) | Freckles
    )
}

/// Whether an attribute describes a subject.
pub(crate) fn is_of_subject(attribute: &Attribute) -> bool {
    use Attribute::*;
    matches!(
        attribute,
        Thing(_)
            | Count(_)
            | Colour(_)
            | Material(_)
            | Size(_)
            | Gender(_)
            | Age(_)
            | Hair(_)
            | Cut(_)
            | Beard(_)
            | Glasses(_)
            | Freckles
    )
}
