//! Interpretation: tagged phrases → fields. One pass from left to right over noun phrases, verbs and complements.

mod action;
mod circumstance;
mod description;
mod lookahead;
mod nominal;
mod pronoun;
mod reference;
mod relation;
mod speech;

use crate::Language;
use crate::lexicon::{Attribute, Function, Lexicon, Preposition, Sense, Speech};
use crate::noun_phrase::{Governing, Head, Pending};
use crate::scene_reading::{Field, Outcome, Reason, SceneReading, Set, WordUse};
use crate::tagging::{Item, Tag, tag};
use crate::token::tokens;
use crate::vocabulary::{Action, Gender};

/// Prepositions that may stand without a noun.
const ADVERBS: &[&str] = &[
    "dessus",
    "dessous",
    "derrière",
    "devant",
    "on top",
    "underneath",
    "behind",
    "beneath",
];
/// Forms of "to be" before what something is.
const COPULAS: &[&str] = &[
    "is", "are", "was", "were", "'s", "est", "sont", "était", "étaient",
];
/// Words that introduce what is there.
const EXISTS: &[&str] = &[
    "there is",
    "there are",
    "there 's",
    "theres",
    "there",
    "il y a",
    "y a",
    "voilà",
    "voici",
];
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
    /// It is the viewer: "on le suit".
    pub(crate) viewer: bool,
    /// The next noun is worn.
    pub(crate) worn: bool,
    /// Act of the last verb, if it was a past form: "thrown by"; none inside for a verb without a field.
    pub(crate) passive: Option<Option<usize>>,
    /// The clause has a verb.
    pub(crate) verb_seen: bool,
    /// A copula waits for what its subject is: "is a DJ".
    pub(crate) predicate: bool,
    /// What comes next takes the place of what was said last: "no, wait, a zebra".
    pub(crate) retract: bool,
    /// The last verb says nothing that a field can express: "casts a spell".
    pub(crate) plain: bool,
    /// The clause is about who comes along: "with a cow that watches".
    pub(crate) companion: bool,
    /// Such a verb has its object.
    pub(crate) plain_object: bool,
    /// The clause only accompanies another: "while a gull watches", "with people walking past".
    pub(crate) aside: bool,
    /// The next verb says what came before: "after waving".
    pub(crate) prior: bool,
    /// The last noun was joined to the subject: "a cat and a dog".
    pub(crate) joined: bool,
    /// The clause is about a part of someone: "her hair blows".
    pub(crate) part_acts: bool,
    /// The first subject of such a verb.
    pub(crate) doer: Option<usize>,
    /// Preposition of the noun before, which "and" carries on.
    pub(crate) complement: crate::noun_phrase::Governing,
    /// The last subject that was named.
    pub(crate) last: Option<usize>,
    /// Positions of a subject with respect to another.
    pub(crate) positions: Vec<relation::Position>,
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
            viewer: false,
            worn: false,
            passive: None,
            verb_seen: false,
            predicate: false,
            retract: false,
            last: None,
            plain: false,
            plain_object: false,
            companion: false,
            part_acts: false,
            joined: false,
            prior: false,
            aside: false,
            doer: None,
            complement: None,
            positions: Vec::new(),
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
            Tag::Quote(_) if self.is_title(at) => self.other(at, Reason::NoField),
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
                        next: false,
                        aside: false,
                        is_state: false,
                        inferred: true,
                    });
                }
            }
            Tag::Number(number) => self.number(at, number, true),
            Tag::Unknown => self.other(at, Reason::Unknown),
            Tag::Entry(speech, inflection, sense) => match sense {
                Sense::Function(function) => return self.function(at, function),
                Sense::Ordinary
                    if ["colour", "color", "couleur"]
                        .iter()
                        .any(|it| self.items[at].text.starts_with(it))
                        && self.swap_colours(at) => {}
                Sense::Ordinary => {
                    self.plain_verb(at, inflection);
                    if self.outcomes[at].is_none() {
                        self.other(at, Reason::NoField);
                    }
                }
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
                self.aside = false;
                self.plain = false;
                if self.edit.active {
                    self.head = Head::None;
                }
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
        // "et lui dessus"
        if let Some((_, item)) = self.governing {
            let moves = self.acts.last().is_some_and(|it| {
                matches!(it.action, Action::Run | Action::Collide | Action::Chase)
            });
            if ADVERBS.contains(&self.items[item].text.as_str()) && !self.negated && !moves {
                self.pronoun();
            }
        }
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
        self.predicate = false;
        self.part_acts = false;
        self.companion = false;
        self.complement = None;
    }

    /// Handles a function word; returns the index of the next item.
    fn function(&mut self, at: usize, function: Function) -> usize {
        self.outcomes[at] = Some(Outcome::Function);
        if let Some(number) = function.number() {
            self.number(at, number, true);
            return at + 1;
        }
        if let Some(preposition) = function.preposition() {
            // "verse de l'eau": some of it.
            let verb_before = at > 0 && self.items[at - 1].speech() == Some(Speech::Verb);
            if preposition == Preposition::Of
                && self.reading.language == Language::French
                && verb_before
            {
                self.pending.open = true;
                self.pending.partitive = true;
                return at + 1;
            }
            // "as a falcon flies past"
            if preposition == Preposition::As
                && self.items[at].text.starts_with("as ")
                && self.clause_follows(at)
            {
                self.boundary();
                self.camera = false;
                self.aside = true;
                self.pending.open = true;
                return at + 1;
            }
            self.preposition(at, preposition);
            return at + 1;
        }
        match function {
            Function::Indefinite | Function::Definite | Function::Another => {
                if function == Function::Another
                    && self.edit.active
                    && !self.noun_follows(at)
                    && self.counts(at, 1)
                {
                    return at + 1;
                }
                self.pending.open = true;
                self.pending.definite = function == Function::Definite;
                self.pending.another |= function == Function::Another;
            }
            Function::Several => self.number(at, 3, false),
            Function::Not if self.takes_back(at) => {
                self.boundary();
                self.retract = true;
            }
            Function::Not if self.denies_before(at) => {}
            Function::Not => self.negated = true,
            // "un crayon, enfin une règle"
            Function::Then
                if self.items[at].text == "enfin"
                    && at > 0
                    && matches!(self.items[at - 1].tag, Tag::Mark(_))
                    && self.items.get(at + 1).is_some_and(|it| {
                        it.function().is_some() || it.speech() == Some(Speech::Noun)
                    }) =>
            {
                self.boundary();
                self.retract = true;
            }
            // "have him wave at the end"
            Function::Then
                if !self.acts.is_empty()
                    && self
                        .items
                        .get(at + 1)
                        .is_none_or(|it| matches!(it.tag, Tag::Mark(_))) =>
            {
                if let Some(act) = self.acts.last_mut() {
                    act.next = true;
                }
            }
            Function::After if self.after(at) => {}
            Function::Then | Function::After => {
                self.next = !self.acts.is_empty() || self.plain || self.edit.active;
                self.aside = false;
                self.governing = None;
            }
            Function::Before => self.next = true,
            Function::And | Function::Or | Function::But | Function::While | Function::Relative => {
                if matches!(function, Function::But | Function::While) {
                    self.boundary();
                    self.aside = function == Function::While;
                }
                // "with a bob and dark lipstick"
                if function == Function::And && self.governing.is_none() && self.noun_follows(at) {
                    self.governing = self.complement.filter(|it| {
                        matches!(
                            it.0,
                            Preposition::With | Preposition::For | Preposition::Through
                        )
                    });
                }
                self.camera &= match function {
                    Function::And => true,
                    // "cam qui suit"
                    Function::Relative => {
                        at > 0 && self.items[at - 1].function() == Some(Function::Camera)
                    }
                    _ => false,
                };
                if function == Function::Relative && !(self.joined && self.plural_verb(at + 1)) {
                    self.actor = self.head.subject().or(self.actor);
                    // "with a cow that watches"
                    self.companion = matches!(self.complement, Some((Preposition::With, _)))
                        && self.head.subject().is_some_and(|it| it > 0);
                }
            }
            Function::Camera | Function::Viewer => {
                self.camera = true;
                self.viewer = function == Function::Viewer;
            }
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
            Function::Pronoun if self.introduces(at) => {
                let gender = match self.items[at].text.as_str() {
                    "elle" => Gender::Woman,
                    _ => Gender::Man,
                };
                self.gendered_pronoun(at, gender);
            }
            Function::Pronoun => {
                self.camera &= !self.viewer;
                self.pronoun();
            }
            Function::Auxiliary => {
                if let (Some(actor), false) = (self.actor, self.pending.open) {
                    self.head = Head::Subject(actor);
                    self.predicate = COPULAS.contains(&self.items[at].text.as_str());
                }
            }
            Function::Retract => {
                self.boundary();
                self.retract = true;
            }
            Function::Filler if EXISTS.contains(&self.items[at].text.as_str()) => {
                // "and there's a cat looking at it": a clause of its own.
                self.boundary();
                self.actor = None;
                self.verb_seen = false;
            }
            Function::Request if self.asks(at) => self.withdraw(),
            Function::Request => {
                self.camera &= !self.viewer;
                self.end_edit();
            }
            Function::Medium => {
                self.pending = Pending {
                    attributes: std::mem::take(&mut self.pending.attributes),
                    ..Pending::default()
                }
            }
            Function::Replace | Function::Remove | Function::Add => self.start_edit(function),
            // "il dit bonjour"
            Function::Filler if self.speaking && self.says_before(at) => self.unquoted(at),
            _ => {}
        }
        at + 1
    }

    fn preposition(&mut self, at: usize, preposition: Preposition) {
        // "look out of a bus"
        let after_verb = at > 0 && self.items[at - 1].speech() == Some(Speech::Verb);
        let preposition = match preposition {
            Preposition::Of if after_verb => Preposition::From,
            other => other,
        };
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
        if self.edit.active && !self.noun_follows(at) && exact {
            self.negated = false;
        }
        if self.edit.active && !self.noun_follows(at) && exact && self.counts(at, number) {
            return;
        }
        // "a wooden one"
        let is_proform = self.items[at].text == "one" || self.items[at].text == "ones";
        if is_proform && self.pending.open && !self.noun_follows(at) {
            return self.proform(at);
        }
        self.pending.open = true;
        let known = self.pending.count.is_some_and(|it| it.2);
        // "a row of four": the number counts, not the row.
        let single = self.edit.active && self.edit.has_many();
        if (number != 1 || single) && (exact || !known) {
            self.pending.count = Some((number, at, exact));
        }
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
        // "pas un rendu dessin animé"
        let is_last = !self.noun_follows(at)
            && !self.items.get(at + 1).is_some_and(|it| {
                matches!(
                    &it.tag,
                    Tag::Entry(Speech::Noun | Speech::Fixed, _, Sense::Fields(_))
                )
            });
        self.plain_object |= self.plain && self.pending.open;
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

    /// Renames the subjects after the one at `actor` moved to the front.
    fn renumber(&mut self, actor: usize) {
        let moved = |index: usize| match index {
            it if it == actor => 0,
            it if it < actor => it + 1,
            it => it,
        };
        for position in &mut self.positions {
            position.of = position.of.map(moved);
            position.to = moved(position.to);
        }
        for outcome in self.outcomes.iter_mut().flatten() {
            if let Outcome::Used(Field::Subject(index, _))
            | Outcome::Approximated(Field::Subject(index, _), _) = outcome
            {
                *index = moved(*index);
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
        self.first_actor = self.first_actor.or(self.doer);
        // The one who acts comes first.
        if let Some(actor) = self
            .first_actor
            .filter(|it| *it > 0 && *it < self.reading.subjects.len() && !self.edit.active)
        {
            let first = self.reading.subjects.remove(actor);
            self.reading.subjects.insert(0, first);
            self.renumber(actor);
        }
        self.state_positions();
        if let Some(index) = self.edit.denied {
            self.subject_mut(index).removed = true;
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
