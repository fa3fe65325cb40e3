//! Interpretation: tagged phrases → fields. One pass from left to right over noun phrases, verbs and complements.

mod action;
mod nominal;

use crate::Language;
use crate::lexicon::{Attribute, Function, Lexicon, Preposition, Sense, Speech};
use crate::noun_phrase::{Governing, Head, Pending};
use crate::scene_reading::{Denied, Field, Outcome, Reason, SceneReading, Set, WordUse};
use crate::tagging::{Item, Tag, tag};
use crate::token::tokens;
use crate::vocabulary::{Action, Gender, Relation};

/// Longest prompt that is read, in tokens; the rest is reported as unused.
const LONGEST: usize = 400;

/// Reads a prompt.
pub fn read(lexicon: &Lexicon, prompt: &str) -> SceneReading {
    let tokens = tokens(prompt);
    let language = Language::detect(&tokens, lexicon);
    let mut interpreter =
        Interpreter::new(prompt, tag(prompt, &tokens, language, lexicon), language);
    interpreter.run();
    interpreter.finish()
}

/// State of the pass.
pub(crate) struct Interpreter<'a> {
    pub(crate) prompt: &'a str,
    pub(crate) items: Vec<Item>,
    pub(crate) outcomes: Vec<Option<Outcome>>,
    pub(crate) reading: SceneReading,
    pub(crate) pending: Pending,
    pub(crate) governing: Governing,
    pub(crate) head: Head,
    /// Subject of the clause.
    pub(crate) actor: Option<usize>,
    /// Actions in order.
    pub(crate) acts: Vec<action::Act>,
    /// Subject that acts first; a passive clause names it last.
    pub(crate) first_actor: Option<usize>,
    /// The head is an object or a companion: a participle after it is its own.
    pub(crate) object: bool,
    /// The next noun, adjective, verb or phrase is denied.
    pub(crate) negated: bool,
    /// The next verb says what happens next.
    pub(crate) next: bool,
    /// The clause is about the camera or the viewer.
    pub(crate) camera: bool,
    /// The next noun is worn.
    pub(crate) worn: bool,
    /// The last verb was a past form: "thrown by".
    pub(crate) passive: bool,
    /// The clause has a verb.
    pub(crate) verb_seen: bool,
    /// Item from which unquoted speech runs.
    pub(crate) speaking: bool,
    /// State of an edit.
    pub(crate) edit: crate::instruction::Edit,
}

impl<'a> Interpreter<'a> {
    pub fn new(prompt: &'a str, mut items: Vec<Item>, language: Language) -> Self {
        items.truncate(LONGEST);
        Self {
            prompt,
            outcomes: vec![None; items.len()],
            items,
            reading: SceneReading {
                language,
                ..SceneReading::default()
            },
            pending: Pending::default(),
            governing: None,
            head: Head::None,
            actor: None,
            acts: Vec::new(),
            first_actor: None,
            object: false,
            negated: false,
            next: false,
            camera: false,
            worn: false,
            passive: false,
            verb_seen: false,
            speaking: false,
            edit: crate::instruction::Edit::default(),
        }
    }

    pub fn run(&mut self) {
        let mut at = 0;
        while at < self.items.len() {
            at = self.step(at);
        }
        self.boundary();
    }

    /// Interprets the item at `at`; returns the index of the next one.
    fn step(&mut self, at: usize) -> usize {
        match self.items[at].tag.clone() {
            Tag::Mark(mark) => self.mark(at, mark),
            Tag::Quote(text) => {
                let span = self.items[at].span.clone();
                let set = self.reading.state_speech(&text, &span);
                self.note(at, set, true);
                if self.acts.is_empty() && !self.edit.talks {
                    self.acts.push(action::Act {
                        action: Action::Talk,
                        exact: true,
                        actor: self.actor,
                        at,
                        inferred: true,
                    });
                }
            }
            Tag::Number(number) => self.number(at, number, true),
            Tag::Unknown => self.other(at, Reason::Unknown),
            Tag::Entry(speech, inflection, sense) => match sense {
                Sense::Function(function) => return self.function(at, function),
                Sense::Ordinary => self.other(at, Reason::NoField),
                Sense::Part(part) => self.part(at, part),
                Sense::Fields(fields) => match speech {
                    Speech::Noun => self.noun(at, &fields, inflection),
                    Speech::Adjective => self.adjective(at, &fields),
                    Speech::Verb => self.verb(at, &fields, inflection),
                    _ => self.fixed(at, &fields),
                },
            },
        }
        at + 1
    }

    fn mark(&mut self, at: usize, mark: char) {
        self.outcomes[at] = Some(Outcome::Function);
        match mark {
            '.' | '!' | '?' | ';' | '\n' => {
                self.boundary();
                self.actor = None;
                self.camera = false;
                self.verb_seen = false;
                self.next = false;
            }
            ':' if self.speaking || self.says_before(at) => {
                self.boundary();
                self.unquoted(at + 1);
            }
            '>' | '→' => self.arrow(),
            ',' | ':' | '(' | ')' | '/' | '|' => {
                self.boundary();
                self.camera = false;
            }
            _ => {}
        }
    }

    /// Ends a phrase: adjectives without a noun describe what came before.
    pub(crate) fn boundary(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        for (attribute, exact, item) in pending.attributes {
            self.describe_head(&attribute, exact, item);
        }
        if let Some((_, item, _)) = pending.count {
            self.outcomes[item].get_or_insert(Outcome::NotUsed(Reason::NothingToDescribe));
        }
        self.governing = None;
        self.negated = false;
        self.worn = false;
    }

    /// Handles a function word; returns the index of the next item.
    fn function(&mut self, at: usize, function: Function) -> usize {
        self.outcomes[at] = Some(Outcome::Function);
        if let Some(number) = function.number() {
            self.number(at, number, true);
            return at + 1;
        }
        if let Some(preposition) = function.preposition() {
            self.preposition(at, preposition);
            return at + 1;
        }
        match function {
            Function::Indefinite | Function::Definite | Function::Another => {
                self.pending.open = true;
                self.pending.definite = function == Function::Definite;
                self.pending.another |= function == Function::Another;
            }
            Function::Several => self.number(at, 3, false),
            Function::Not => self.negated = true,
            Function::Then | Function::After => {
                self.next = !self.acts.is_empty();
                self.governing = None;
            }
            Function::Before => self.next = true,
            Function::And | Function::Or | Function::But | Function::While | Function::Relative => {
                if matches!(function, Function::But | Function::While) {
                    self.boundary();
                }
                self.camera &= function == Function::And;
                if function == Function::Relative {
                    self.actor = self.head.subject().or(self.actor);
                }
            }
            Function::Camera | Function::Viewer => self.camera = true,
            Function::Wears => {
                self.worn = true;
                self.governing = None;
            }
            Function::He | Function::She => {
                let gender = if function == Function::He {
                    Gender::Man
                } else {
                    Gender::Woman
                };
                self.gendered_pronoun(at, gender);
            }
            Function::Pronoun => self.pronoun(),
            Function::Auxiliary => {
                if let (Some(actor), false) = (self.actor, self.pending.open) {
                    self.head = Head::Subject(actor);
                }
            }
            Function::Medium => {
                self.pending = Pending {
                    attributes: std::mem::take(&mut self.pending.attributes),
                    ..Pending::default()
                }
            }
            Function::Replace | Function::Remove | Function::Add => self.start_edit(function),
            _ => {}
        }
        at + 1
    }

    fn preposition(&mut self, at: usize, preposition: Preposition) {
        // "a ball, red, on a beach"
        if !self.pending.open {
            let waiting = std::mem::take(&mut self.pending);
            for (attribute, exact, item) in waiting.attributes {
                self.describe_head(&attribute, exact, item);
            }
        }
        self.governing = Some((preposition, at));
    }

    fn number(&mut self, at: usize, number: u32, exact: bool) {
        self.outcomes[at] = Some(Outcome::Function);
        self.pending.open = true;
        if number != 1 {
            self.pending.count = Some((number, at, exact));
        }
    }

    /// Handles a phrase without inflection: most state the scene, some describe a person.
    fn fixed(&mut self, at: usize, fields: &[(Attribute, bool)]) {
        for (attribute, exact) in fields {
            match attribute {
                Attribute::Action(action) => self.act(at, *action, *exact),
                _ if is_of_subject(attribute) => {
                    self.fixed_trait(at, attribute, *exact);
                }
                _ => self.state_scene(at, attribute, *exact),
            }
        }
    }

    fn adjective(&mut self, at: usize, fields: &[(Attribute, bool)]) {
        for (attribute, exact) in fields {
            if !is_of_subject(attribute) {
                self.fixed(at, &[(attribute.clone(), *exact)]);
                continue;
            }
            let waits = match self.reading.language {
                Language::English => self.noun_follows(at),
                Language::French => {
                    self.noun_follows(at) && (self.pending.open || self.head == Head::None)
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
        let Some(owner) = person else {
            self.pending.attributes.push((attribute.clone(), exact, at));
            return;
        };
        self.governing = None;
        let pending = std::mem::take(&mut self.pending);
        self.head = Head::Subject(owner);
        self.describe_head(attribute, exact, at);
        if matches!(attribute, Attribute::Hair(_) | Attribute::Cut(_)) {
            self.head = Head::Hair(owner);
        }
        for (attribute, exact, item) in pending.attributes {
            match is_trait(&attribute) || matches!(self.head, Head::Hair(_)) {
                true => self.describe_head(&attribute, exact, item),
                false => self.outcomes[item] = Some(Outcome::NotUsed(Reason::NoField)),
            }
        }
    }

    /// "he", "her": the last person, or a new one if none was named.
    fn gendered_pronoun(&mut self, at: usize, gender: Gender) {
        let span = self.items[at].span.clone();
        if self.edit.active {
            self.head = Head::Subject(self.edit.person().unwrap_or(0));
            return;
        }
        let possessive = matches!(&*self.prompt[span.clone()].to_lowercase(), "his" | "her")
            && self.noun_follows(at);
        let person = self
            .reading
            .subjects
            .iter()
            .rposition(crate::Subject::is_person);
        let index = match person {
            Some(index) => index,
            None if self.reading.subjects.is_empty() && !possessive => {
                let thing = Attribute::Thing(crate::Thing::new("person"));
                self.subject_mut(0).state(0, &thing, true, &span);
                0
            }
            None => return self.pronoun(),
        };
        let subject = self.subject_mut(index);
        if subject.gender.is_none() {
            subject.state(index, &Attribute::Gender(gender), true, &span);
        }
        if possessive {
            self.pending.open = true;
            self.pending.definite = true;
        } else if self.governing.is_none() {
            self.head = Head::Subject(index);
            self.actor = Some(index);
            self.verb_seen = false;
        } else {
            self.pronoun();
        }
    }

    /// "lands on it": the relation of the actor to what was named before.
    fn pronoun(&mut self) {
        let Some((preposition, item)) = self.governing.take() else {
            return;
        };
        let others = self.reading.subjects.len().max(self.edit.subjects());
        if let (Some(relation), true) = (relation_of(preposition), others > 1) {
            let span = self.items[item].span.clone();
            let set = self.reading.state_relation(relation, &span);
            self.note(item, set, true);
        }
    }

    /// Whether the phrase goes on to a noun, past other adjectives.
    pub(crate) fn noun_follows(&self, at: usize) -> bool {
        for (offset, item) in self.items[at + 1..].iter().enumerate() {
            match &item.tag {
                Tag::Mark('-') => {}
                Tag::Mark(',')
                    if matches!(
                        self.items.get(at + offset + 2).and_then(Item::speech),
                        Some(Speech::Adjective)
                    ) => {}
                Tag::Entry(Speech::Noun, _, sense) => {
                    return !matches!(sense, Sense::Fields(fields) if fields.iter().all(|(it, _)| is_of_circumstance(it)));
                }
                Tag::Entry(Speech::Fixed, _, Sense::Fields(fields))
                    if fields.iter().any(|(it, _)| is_trait(it)) =>
                {
                    return true;
                }
                Tag::Entry(Speech::Adjective | Speech::Ordinary, ..) => {}
                Tag::Entry(Speech::Verb, inflection, _)
                    if inflection.gerund && self.pending.open => {}
                Tag::Entry(_, _, Sense::Function(Function::And))
                    if self.adjective_after(at + offset + 1) => {}
                Tag::Unknown => return true,
                _ => return false,
            }
        }
        false
    }

    fn adjective_after(&self, and: usize) -> bool {
        let next = self.items.get(and + 1).and_then(Item::speech);
        next == Some(Speech::Adjective) && self.noun_follows(and + 1)
    }

    /// States a field of the scene, or denies it.
    pub(crate) fn state_scene(&mut self, at: usize, attribute: &Attribute, exact: bool) {
        let span = self.items[at].span.clone();
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
        let set = match attribute {
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
        let subject = self.subject_mut(owner);
        let set = subject.state(owner, &attribute, exact, &span);
        self.note_value(at, set, exact, &attribute);
    }

    /// Returns the subject with an index; an edit describes subjects that its text does not name.
    pub(crate) fn subject_mut(&mut self, index: usize) -> &mut crate::Subject {
        while self.reading.subjects.len() <= index {
            self.reading.subjects.push(crate::Subject::default());
        }
        &mut self.reading.subjects[index]
    }

    fn other(&mut self, at: usize, reason: Reason) {
        self.outcomes[at] = Some(Outcome::NotUsed(reason));
        if self.speaking && self.governing.is_none() && !self.pending.open {
            self.speaking = false;
            self.unquoted(at);
            return;
        }
        let is_last = !self.noun_follows(at);
        if self.pending.open && is_last {
            // A noun that no field describes: its adjectives go with it, unless they describe a person's clothes.
            let owner = self.head.subject();
            for (_, _, item) in std::mem::take(&mut self.pending).attributes {
                self.outcomes[item].get_or_insert(Outcome::NotUsed(Reason::NoField));
            }
            self.head = Head::Other(owner);
            self.governing = None;
            self.negated = false;
        }
    }

    /// Renames the subjects in the outcomes after the one at `actor` moved to the front.
    fn renumber(&mut self, actor: usize) {
        for outcome in self.outcomes.iter_mut().flatten() {
            if let Outcome::Used(Field::Subject(index, _))
            | Outcome::Approximated(Field::Subject(index, _), _) = outcome
            {
                *index = match *index {
                    it if it == actor => 0,
                    it if it < actor => it + 1,
                    it => it,
                };
            }
        }
    }

    /// Records the outcome of a statement.
    pub(crate) fn note(&mut self, at: usize, set: Set, exact: bool) {
        let outcome = match set {
            Set::Done(field) if exact => Outcome::Used(field),
            Set::Done(field) => Outcome::Approximated(field, String::new()),
            Set::Contradiction => Outcome::NotUsed(Reason::Contradiction),
            Set::NoField => Outcome::NotUsed(Reason::NoField),
        };
        // A word that states two things is used if one of them is.
        match &self.outcomes[at] {
            Some(Outcome::Used(_) | Outcome::Approximated(..)) => {}
            _ => self.outcomes[at] = Some(outcome),
        }
    }

    pub(crate) fn note_value(&mut self, at: usize, set: Set, exact: bool, attribute: &Attribute) {
        self.note(at, set, exact);
        if let Some(Outcome::Approximated(_, value)) = &mut self.outcomes[at] {
            if value.is_empty() {
                *value = attribute.word();
            }
        }
    }

    pub fn finish(mut self) -> SceneReading {
        self.order_actions();
        // The one who acts comes first.
        if let Some(actor) = self
            .first_actor
            .filter(|it| *it > 0 && *it < self.reading.subjects.len() && !self.edit.active)
        {
            let first = self.reading.subjects.remove(actor);
            self.reading.subjects.insert(0, first);
            self.renumber(actor);
        }
        for (attribute, exact, at) in std::mem::take(&mut self.edit.late) {
            let span = self.items[at].span.clone();
            let set = match self.reading.subjects.iter().any(crate::Subject::is_person) {
                true => self.reading.state(&attribute, exact, &span),
                false => Set::NoField,
            };
            self.note_value(at, set, exact, &attribute);
        }
        let words = self.items.iter().zip(&self.outcomes);
        let words = words.filter(|(item, _)| !matches!(item.tag, Tag::Mark(_)));
        let word = |(item, outcome): (&Item, &Option<Outcome>)| WordUse {
            span: item.span.clone(),
            corrected: item.corrected.clone(),
            outcome: outcome.clone().unwrap_or(Outcome::Function),
        };
        self.reading.words = words.map(word).collect();
        let rest = self.items.last().map_or(0, |it| it.span.end);
        if self.items.len() == LONGEST && !self.prompt[rest..].trim().is_empty() {
            let span = rest..self.prompt.len();
            self.reading.words.push(WordUse {
                span,
                corrected: None,
                outcome: Outcome::NotUsed(Reason::TooMany),
            });
        }
        self.reading
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

/// Whether an attribute describes a head: hair, beard, glasses.
fn is_trait(attribute: &Attribute) -> bool {
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

/// Whether a noun of this meaning takes no adjectives of things: times, styles, cameras.
fn is_of_circumstance(attribute: &Attribute) -> bool {
    use Attribute::*;
    matches!(
        attribute,
        Time(_) | Style(_) | Camera(_) | Shot(_) | Action(_) | Direction(_)
    )
}
