//! Parts of speech between their neighbours.

use std::collections::BTreeSet;

use crate::Language;
use crate::lexicon::{Attribute, Entry, Function, Inflection, Sense, Speech};

use super::{Item, Tag};

/// Pronouns that are always subjects: no noun follows.
const SUBJECTS: &[&str] = &[
    "i", "he", "she", "they", "we", "who", "il", "elle", "ils", "elles", "qui", "ki", "on", "je",
    "se", "s'", "ça",
];

fn last_word(text: &str) -> &str {
    text.rsplit(' ').next().unwrap_or(text)
}

/// Whether the sentence has a noun before its first mark and no finite verb yet.
fn awaits_verb(items: &[Item]) -> bool {
    has_verb(items, |it| {
        matches!(it.tag, Tag::Mark('.' | '!' | '?' | ';' | ':'))
    }) == Some(false)
}

/// Whether the clause, which begins after a comma or a conjunction at the latest, has a verb.
fn clause_has_verb(items: &[Item]) -> bool {
    has_verb(items, |it| {
        matches!(it.tag, Tag::Mark(_))
            || matches!(
                it.function(),
                Some(
                    Function::And
                        | Function::But
                        | Function::While
                        | Function::Then
                        | Function::Relative
                )
            )
    }) == Some(true)
}

/// Whether there is a finite verb since the last start of a clause; none without a noun.
fn has_verb(items: &[Item], starts: impl Fn(&Item) -> bool) -> Option<bool> {
    let from = items.iter().rposition(starts).map_or(0, |it| it + 1);
    let clause = &items[from..];
    let noun = clause
        .iter()
        .any(|it| it.speech() == Some(Speech::Noun) || matches!(it.tag, Tag::Unknown));
    let verb = clause.iter().any(|it| {
        matches!(&it.tag, Tag::Entry(Speech::Verb, inflection, _) if inflection.finite)
            || it.function() == Some(Function::Auxiliary)
    });
    noun.then_some(verb)
}

/// What is known of the words around a choice.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    /// Parts of speech that the next word can have.
    pub speeches: BTreeSet<Speech>,
    /// The next word speaks to someone: a mark, the end, or a request.
    pub addressed: bool,
    /// The next word can be a preposition.
    pub preposition: bool,
    /// The next word is a number.
    pub number: bool,
    /// The word itself can be one that no field expresses.
    pub ordinary: bool,
    /// The word itself can be a noun.
    pub noun: bool,
    /// The word itself can be a noun or an adjective.
    pub nominal: bool,
    /// The word itself can be a verb that no field expresses.
    pub plain_verb: bool,
    /// The word itself can be a finite verb.
    pub verb: bool,
}

/// Whether an item names one being.
fn is_animate(item: &Item) -> bool {
    matches!(
        &item.tag,
        Tag::Entry(Speech::Noun, Inflection { plural: false, .. }, Sense::Fields(fields))
            if matches!(fields.first(), Some((Attribute::Thing(thing), _)) if thing.kind().is_animate())
    )
}

/// Scores a part of speech between its neighbours. Higher is better.
pub(super) fn score(
    entry: &Entry,
    items: &[Item],
    surroundings: &Surroundings,
    language: Language,
) -> i32 {
    let before = items.last();
    let next = &surroundings.speeches;
    use Speech::{Adjective, Fixed, Noun, Ordinary, Verb};
    let speech = entry.speech;
    let base = match speech {
        Speech::Function => 8,
        Fixed => 5,
        Noun | Adjective => 4,
        Verb => 3,
        Ordinary => 1,
    };
    // A preposition that is also a noun ("vers") is a preposition.
    let before_noun = next.contains(&Noun) && !surroundings.preposition;
    let before_nominal = before_noun || next.contains(&Adjective);
    let function = before.and_then(Item::function);
    let is_participle = entry.inflection.gerund || entry.inflection.past;
    if entry.sense == Sense::Function(Function::Address) {
        return 20;
    }
    // "passe à la nuit", but "un tram passe"
    if entry.sense == Sense::Function(Function::Request)
        && language == Language::French
        && entry.rest.is_empty()
        && before.is_some_and(|it| {
            matches!(it.speech(), Some(Noun | Adjective)) || SUBJECTS.contains(&it.text.as_str())
        })
    {
        return 2;
    }
    // "un train entre dans la gare"
    if entry.sense == Sense::Function(Function::Between)
        && language == Language::French
        && (surroundings.preposition || next.is_empty() && !surroundings.number)
    {
        return 0;
    }
    // "en sort", but "en bois"
    if entry.sense == Sense::Function(Function::Pronoun) && (!next.contains(&Verb) || before_noun) {
        return base - 1;
    }
    if before.is_some_and(|it| SUBJECTS.contains(&last_word(&it.text))) {
        return base
            + match speech {
                Verb => 4,
                Ordinary => 3,
                Noun => -4,
                _ => 0,
            };
    }
    let second = items.len().checked_sub(2).map(|it| &items[it]);
    let after_preposition = second
        .and_then(Item::function)
        .is_some_and(|it| it.preposition().is_some());
    // "sur les marches": after a preposition comes an article.
    let clitic = language == Language::French
        && !after_preposition
        && before.is_some_and(|it| matches!(it.text.as_str(), "le" | "la" | "les" | "l'"));
    // "his watch", "at her watch", but "sees her dance"
    let possessive = before.is_some_and(|it| {
        it.text == "his" || (it.text == "her" && (after_preposition || !surroundings.verb))
    }) && surroundings.nominal;
    // Before what follows a word that no list has, it is most likely a noun in French, anything in English.
    let before_speech = match before.map(|it| &it.tag) {
        Some(Tag::Unknown) if language == Language::English => Some(Ordinary),
        Some(Tag::Unknown) => Some(Noun),
        _ => before.and_then(Item::speech),
    };
    let context = match (before_speech, function) {
        (_, Some(function)) => match function {
            Function::To => {
                if speech == Verb {
                    6
                } else {
                    0
                }
            }
            Function::He | Function::She if possessive => match speech {
                Noun => 5,
                Adjective if before_nominal => 6,
                Adjective => 2,
                _ => 0,
            },
            Function::Pronoun
            | Function::He
            | Function::She
            | Function::Relative
            | Function::Viewer
            | Function::Camera
            | Function::Request
            | Function::Not => {
                if speech == Verb {
                    4
                } else if speech == Adjective && before_nominal {
                    2
                } else {
                    0
                }
            }
            Function::Auxiliary => match speech {
                Verb if is_participle => 5,
                Adjective => 3,
                Verb => 1,
                _ => 0,
            },
            Function::Towards => match speech {
                Noun => 3,
                Verb if entry.inflection == Inflection::default() => 3,
                Adjective if before_nominal => 4,
                _ => 0,
            },
            Function::And | Function::Then | Function::Or | Function::But | Function::Filler => {
                match speech {
                    Verb if !before_nominal || language == Language::French => 2,
                    Adjective if before_nominal => 2,
                    _ => 0,
                }
            }
            // Determiners, numbers and prepositions.
            _ => match speech {
                Noun => 5,
                Adjective if before_nominal => 6,
                Adjective => 2,
                Verb if is_participle && before_nominal => 4,
                // "la caméra l'accompagne"
                Verb if clitic && !surroundings.nominal => 6,
                Verb => -4,
                _ => 0,
            },
        },
        // "un cube rouge tombe": after noun and adjective comes a verb.
        (Some(Adjective), _)
            if language == Language::French
                && items.len() > 1
                && items[items.len() - 2].speech() == Some(Noun) =>
        {
            match speech {
                Verb if entry.inflection.finite => 5,
                Adjective if surroundings.verb && awaits_verb(items) => 0,
                Adjective => 4,
                _ => 0,
            }
        }
        (Some(Adjective), _) => match speech {
            Adjective if surroundings.verb && awaits_verb(items) => -2,
            Verb if language == Language::French
                && entry.inflection.finite
                && awaits_verb(items) =>
            {
                3
            }
            Noun => 5,
            Adjective => 3,
            Verb => -1,
            _ => 0,
        },
        (Some(Noun), _) => match (speech, language) {
            // "un enfant pousse une brouette": two French nouns do not meet.
            (Noun, Language::French) if surroundings.plain_verb => -4,
            // "une femme rousse court"
            (Adjective, Language::French) if surroundings.verb && awaits_verb(items) => 0,
            (Adjective, Language::French) => 5,
            // "a carpenter hammers a nail": of someone's noun the finite verb is said.
            (Noun, Language::English)
                if entry.inflection.plural
                    && surroundings.plain_verb
                    && next.contains(&Speech::Function)
                    && awaits_verb(items)
                    && before.is_some_and(is_animate) =>
            {
                -4
            }
            // "marche dans un couloir sombre"
            (Verb, Language::French)
                if entry.inflection.finite && surroundings.ordinary && clause_has_verb(items) =>
            {
                -4
            }
            (Verb, _) if entry.inflection.finite || entry.inflection.gerund => 5,
            // "a water cycle": the base form does not agree with a singular.
            (Verb, Language::English) if entry.inflection == Inflection::default() => {
                let plural =
                    matches!(before.map(|it| &it.tag), Some(Tag::Entry(_, it, _)) if it.plural);
                if plural { 5 } else { 1 }
            }
            (Verb, _) => 3,
            (Adjective, Language::English) if before_noun => 0,
            _ => 0,
        },
        (Some(Verb), _) => match speech {
            Noun => 2,
            Adjective if before_nominal => 2,
            Verb => -1,
            _ => 0,
        },
        (Some(Ordinary | Fixed), _) => match speech {
            Noun => 1,
            // "a battered lavender truck"
            Adjective if before_noun && language == Language::English => 3,
            Verb if entry.inflection.finite || entry.inflection.gerund => 3,
            Verb if language == Language::English && entry.inflection == Inflection::default() => {
                -3
            }
            _ => 0,
        },
        _ => match speech {
            Noun => 2,
            Verb if language == Language::French
                && entry.inflection.finite
                && !surroundings.noun
                && awaits_verb(items) =>
            {
                3
            }
            Adjective if before_nominal => 4,
            Verb if entry.inflection.gerund && before_nominal => 2,
            _ => 0,
        },
    };
    // "A mechanic, covered in sweat, slides out": the clause waits for its verb.
    let waits = speech == Verb
        && entry.inflection.finite
        && language == Language::English
        && matches!(before.map(|it| &it.tag), Some(Tag::Mark(',')))
        && awaits_verb(items);
    // "un œuf roule, tombe et se casse": after a verb the next one.
    let goes_on = speech == Verb
        && entry.inflection.finite
        && language == Language::French
        && surroundings.noun
        && matches!(before.map(|it| &it.tag), Some(Tag::Mark(',')))
        && clause_has_verb(&items[..items.len() - 1]);
    let context = if waits || goes_on {
        context + 4
    } else {
        context
    };
    let number =
        i32::from(matches!(before.map(|it| &it.tag), Some(Tag::Number(_))) && speech == Noun) * 4;
    base + context + number
}
