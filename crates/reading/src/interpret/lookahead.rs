//! What follows a word in its phrase.

use crate::Language;
use crate::Outcome;
use crate::lexicon::{Attribute, Function, Sense, Speech, Thing};
use crate::tagging::{Item, Tag};

use super::Interpreter;
use super::description::is_trait;

impl Interpreter<'_> {
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
                    if inflection.gerund && self.pending.open && !item.text.contains(' ') => {}
                Tag::Entry(_, _, Sense::Function(Function::And))
                    if self.adjective_after(at + offset + 1) => {}
                // "a wooden one"
                _ if matches!(item.text.as_str(), "one" | "ones") => return true,
                Tag::Unknown => return true,
                _ => return false,
            }
        }
        false
    }

    /// Whether a noun follows and then a finite verb.
    pub(super) fn clause_follows(&self, at: usize) -> bool {
        let mut rest = self.items[at + 1..].iter();
        let noun = rest.find(|it| {
            !matches!(it.speech(), Some(Speech::Adjective | Speech::Ordinary))
                && !matches!(it.tag, Tag::Mark('-'))
        });
        noun.is_some_and(|it| it.speech() == Some(Speech::Noun))
            && rest.next().is_some_and(|it| {
                matches!(&it.tag, Tag::Entry(Speech::Verb | Speech::Ordinary, inflection, _) if inflection.finite)
                    || it.function() == Some(Function::Auxiliary)
            })
    }

    /// Whether a thing and its verb follow: the clause has a subject of its own.
    pub(super) fn subject_follows(&self, at: usize) -> bool {
        let phrase = |it: &&Item| match &it.tag {
            Tag::Number(_) | Tag::Entry(Speech::Adjective, ..) => true,
            Tag::Entry(_, _, Sense::Function(function)) => function.begins_noun_phrase(),
            _ => false,
        };
        let mut rest = self.items[at + 1..].iter().skip_while(phrase);
        let noun = rest.next().is_some_and(|it| {
            matches!(&it.tag, Tag::Entry(Speech::Noun, _, Sense::Fields(fields)) if matches!(fields.first(), Some((Attribute::Thing(_), _))))
        });
        noun && rest.next().is_some_and(|it| match &it.tag {
            Tag::Entry(Speech::Verb | Speech::Ordinary, inflection, _) => inflection.finite,
            _ => it.function() == Some(Function::Auxiliary),
        })
    }

    /// Whether an item is a verb in the plural: "qui dansent", but "who looks".
    pub(super) fn plural_verb(&self, at: usize) -> bool {
        self.items.get(at).is_some_and(|it| match &it.tag {
            Tag::Entry(Speech::Verb, inflection, _) => match self.reading.language {
                Language::English => !inflection.finite,
                Language::French => it
                    .text
                    .split(' ')
                    .next()
                    .is_some_and(|it| it.ends_with("nt")),
            },
            _ => false,
        })
    }

    /// Whether a verb stands directly before.
    pub(super) fn after_verb(&self, at: usize) -> bool {
        at > 0
            && match &self.items[at - 1].tag {
                Tag::Entry(Speech::Verb, ..) => true,
                Tag::Entry(Speech::Ordinary, inflection, _) => {
                    inflection.gerund || inflection.finite
                }
                _ => false,
            }
    }

    /// Whether a noun that no field describes follows directly in English: "a glass table".
    pub(super) fn ordinary_follows(&self, at: usize) -> bool {
        self.reading.language == Language::English
            && self.items.get(at + 1).is_some_and(|it| match &it.tag {
                Tag::Entry(Speech::Ordinary, inflection, _) => {
                    !inflection.finite && !inflection.gerund && !inflection.past
                }
                Tag::Entry(Speech::Noun, _, Sense::Part(_)) => true,
                _ => false,
            })
    }

    /// Whether someone asks for something: "my grandson wants a tractor". Whoever asks is not in the scene.
    pub(super) fn asks(&self, at: usize) -> bool {
        const WISHES: &[&str] = &[
            "wants",
            "want",
            "would like",
            "'d like",
            "needs",
            "asks for",
            "voudrait",
            "veut",
            "aimerait",
            "demande",
            "voudraient",
            "veulent",
            "aimeraient",
        ];
        let next = self.items.get(at + 1);
        at > 0
            && !self.verb_seen
            && !self.edit.active
            && WISHES.contains(&self.items[at].text.as_str())
            && self.items[at - 1].speech() == Some(Speech::Noun)
            && next.is_some_and(|it| {
                matches!(it.tag, Tag::Number(_))
                    || it.function().is_some_and(|it| {
                        it.number().is_some()
                            || matches!(
                                it,
                                Function::Indefinite | Function::Several | Function::Definite
                            )
                    })
            })
    }

    /// Whether what begins at an item is a clause of its own: after "and", "while", a comma.
    pub(super) fn opens_clause(&self, start: usize) -> bool {
        start > 0
            && match &self.items[start - 1].tag {
                Tag::Mark(_) => true,
                Tag::Entry(_, _, Sense::Function(function)) => matches!(
                    function,
                    Function::And
                        | Function::Or
                        | Function::But
                        | Function::While
                        | Function::Then
                        | Function::After
                        | Function::Before
                        | Function::Relative
                        | Function::As
                        | Function::Filler
                ),
                _ => false,
            }
    }

    /// Returns the item at which the noun phrase of a noun begins.
    pub(super) fn phrase_start(&self, at: usize) -> usize {
        let inside = |it: &Item| match &it.tag {
            Tag::Number(_) | Tag::Mark('-') => true,
            Tag::Entry(Speech::Adjective, ..) => true,
            Tag::Entry(Speech::Ordinary, inflection, _) => !inflection.finite,
            Tag::Entry(Speech::Noun, _, Sense::Fields(fields)) => matches!(
                fields.first(),
                Some((Attribute::Material(_) | Attribute::Colour(_), _))
            ),
            Tag::Entry(_, _, Sense::Function(function)) => {
                function.begins_noun_phrase()
                    // "a mother and her son"
                    || matches!(it.text.as_str(), "his" | "her")
            }
            _ => false,
        };
        (0..at)
            .rev()
            .take_while(|it| inside(&self.items[*it]))
            .last()
            .unwrap_or(at)
    }

    pub(super) fn adjective_after(&self, and: usize) -> bool {
        let next = self.items.get(and + 1).and_then(Item::speech);
        next == Some(Speech::Adjective) && self.noun_follows(and + 1)
    }

    /// Whether a verb follows directly.
    pub(super) fn verb_after(&self, at: usize) -> bool {
        // "une balle les percute"
        let clitic = |it: &&Item| {
            matches!(
                it.text.as_str(),
                "le" | "la" | "les" | "l'" | "se" | "s'" | "lui" | "leur" | "me" | "nous" | "y"
            )
        };
        match self.items[at + 1..]
            .iter()
            .find(|it| !clitic(it))
            .map(|it| &it.tag)
        {
            Some(Tag::Entry(Speech::Verb, ..)) => true,
            Some(Tag::Entry(_, _, Sense::Function(function))) => *function == Function::Auxiliary,
            _ => false,
        }
    }

    /// "a vampire lady": the second noun says who has the role. Takes its traits over, and returns whether it does.
    pub(super) fn describes_person(&mut self, at: usize, role: &Thing) -> bool {
        let Some(Tag::Entry(Speech::Noun, _, Sense::Fields(fields))) =
            self.items.get(at + 1).map(|it| it.tag.clone())
        else {
            return false;
        };
        let anyone =
            |it: &Attribute| matches!(it, Attribute::Thing(thing) if thing.label() == "person");
        let describes = role.label() != "person" && fields.first().is_some_and(|it| anyone(&it.0));
        if describes {
            let traits = fields.iter().skip(1).cloned();
            self.pending
                .attributes
                .extend(traits.map(|(attribute, exact)| (attribute, exact, at + 1)));
            self.outcomes[at + 1] = Some(Outcome::Function);
            self.items[at + 1].tag = Tag::Mark('-');
        }
        describes
    }

    /// Whether a noun with a thing follows directly.
    pub(super) fn thing_follows(&self, at: usize) -> bool {
        let next = self.items[at + 1..]
            .iter()
            .find(|it| !matches!(it.tag, Tag::Mark('-')))
            .filter(|it| it.text.chars().any(char::is_alphabetic));
        matches!(next.map(|it| &it.tag), Some(Tag::Entry(Speech::Noun, _, Sense::Fields(fields))) if matches!(fields.first(), Some((Attribute::Thing(_), _))))
    }
}

/// Whether a noun of this meaning takes no adjectives of things: times, styles, cameras.
pub(super) fn is_of_circumstance(attribute: &Attribute) -> bool {
    use Attribute::*;
    matches!(
        attribute,
        Time(_) | Style(_) | Camera(_) | Shot(_) | Action(_) | Direction(_)
    )
}
