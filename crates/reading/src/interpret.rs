//! Interpretation: tagged phrases → fields. One pass from left to right over noun phrases, verbs and complements.

mod action;
mod circumstance;
mod description;
mod edit;
mod function_word;
mod lookahead;
mod nominal;
mod order;
mod outcome;
mod plain_verb;
mod pronoun;
mod reference;
mod relation;
mod speech;
mod thing;
mod worn;

use crate::Language;
use crate::lexicon::{Attribute, Lexicon, Sense, Speech};
use crate::noun_phrase::{Governing, Head, Pending};
use crate::scene_reading::SceneReading;
use crate::tagging::{Item, Tag, tag};
use crate::token::tokens;
use crate::vocabulary::Action;
use crate::{Outcome, Reason};

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
    /// The last verb is denied: its object is not there either.
    pub(crate) denied_verb: bool,
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
            denied_verb: false,
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
            // "cat x3"
            Tag::Number(number)
                if self.items[at].text.starts_with('x') && self.head.subject().is_some() =>
            {
                self.describe_head(&Attribute::Count(number), true, at);
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
        self.denied_verb = false;
        self.worn = false;
        self.predicate = false;
        self.part_acts = false;
        self.companion = false;
        self.complement = None;
    }

    /// Returns the subject with an index; an edit describes subjects that its text does not name.
    pub(crate) fn subject_mut(&mut self, index: usize) -> &mut crate::Subject {
        while self.reading.subjects.len() <= index {
            self.reading.subjects.push(crate::Subject::default());
        }
        &mut self.reading.subjects[index]
    }
}
