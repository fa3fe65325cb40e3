//! Tagging: at every position the longest known phrase, in the part of speech that fits its neighbours.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::Language;
use crate::lexicon::{Entry, Function, Inflection, Lexicon, Preposition, Sense, Speech};
use crate::spelling::corrected;
use crate::token::{Kind, Token, folded};

/// A phrase of the prompt with its sense.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// Bytes of the prompt.
    pub span: Range<usize>,
    /// Tag.
    pub tag: Tag,
    /// The word it was corrected to.
    pub corrected: Option<String>,
    /// Role of a preposition at its end: "jumps over".
    pub preposition: Option<Preposition>,
    /// The thing that a noun of a place or material can also name.
    pub thing: Option<Sense>,
    /// A capitalised word inside a sentence.
    pub capital: bool,
}

/// Sense of an item.
#[derive(Clone, Debug)]
pub(crate) enum Tag {
    /// A phrase of the lexicon.
    Entry(Speech, Inflection, Sense),
    /// A number in digits.
    Number(u32),
    /// Punctuation.
    Mark(char),
    /// A quotation.
    Quote(String),
    /// A word that the lexicon lacks.
    Unknown,
}

impl Item {
    /// Returns its part of speech.
    pub fn speech(&self) -> Option<Speech> {
        match &self.tag {
            Tag::Entry(speech, ..) => Some(*speech),
            _ => None,
        }
    }

    /// Returns its function.
    pub fn function(&self) -> Option<Function> {
        match &self.tag {
            Tag::Entry(_, _, Sense::Function(function)) => Some(*function),
            _ => None,
        }
    }
}

/// A phrase that matches at a position.
struct Match<'a> {
    entry: &'a Entry,
    /// Tokens that it covers.
    length: usize,
}

/// Tags the tokens of a prompt.
pub(crate) fn tag(
    prompt: &str,
    tokens: &[Token],
    language: Language,
    lexicon: &Lexicon,
) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let corrections: Vec<Option<String>> = tokens
        .iter()
        .map(|token| correction(token, language, lexicon))
        .collect();
    let words: Vec<&str> = tokens
        .iter()
        .zip(&corrections)
        .map(|(token, other)| other.as_deref().unwrap_or(&token.text))
        .collect();
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        let tag = match &token.kind {
            Kind::Number(number) => Some(Tag::Number(*number)),
            Kind::Mark(mark) => Some(Tag::Mark(*mark)),
            Kind::Quote(text) => Some(Tag::Quote(text.clone())),
            Kind::Word => None,
        };
        let mut thing = None;
        let (tag, length) = match tag {
            Some(tag) => (tag, 1),
            None => {
                let all = matches(tokens, &words, at, language, lexicon);
                let longest = all.iter().map(|it| it.length).max().unwrap_or(1);
                let next = speeches(tokens, &words, at + longest, language, lexicon);
                let rest = all.iter().filter(|it| it.length == longest);
                let best =
                    rest.map(|it| (score(it.entry, items.last(), &next, language), it.entry));
                let best = best.reduce(|a, b| if b.0 > a.0 { b } else { a });
                thing = all
                    .iter()
                    .filter(|it| it.length == longest && it.entry.speech == Speech::Noun)
                    .map(|it| it.entry.sense.clone())
                    .nth(1);
                match best {
                    Some((_, entry)) => (
                        Tag::Entry(entry.speech, entry.inflection, entry.sense.clone()),
                        longest,
                    ),
                    None => (Tag::Unknown, 1),
                }
            }
        };
        let last = &tokens[at + length - 1];
        let tag = relative(tag, &token.text, items.last());
        let is_verb = matches!(tag, Tag::Entry(Speech::Verb, ..)) && length > 1;
        let preposition = lexicon
            .function(words[at + length - 1], language)
            .filter(|_| is_verb)
            .and_then(Function::preposition);
        let starts = matches!(items.last().map(|it| &it.tag), None | Some(Tag::Mark(_)));
        let capital = !starts
            && prompt[token.span.clone()]
                .chars()
                .next()
                .is_some_and(char::is_uppercase);
        items.push(Item {
            preposition,
            thing,
            capital,
            span: token.span.start..last.span.end,
            tag,
            corrected: corrections[at]
                .clone()
                .filter(|it| folded(it) != folded(&token.text)),
        });
        at += length;
    }
    items
}

/// "that" after a noun begins a relative clause.
fn relative(tag: Tag, word: &str, before: Option<&Item>) -> Tag {
    let after_noun = matches!(
        before.map(|it| &it.tag),
        Some(Tag::Entry(Speech::Noun | Speech::Ordinary, ..) | Tag::Unknown)
    );
    match tag {
        Tag::Entry(speech, inflection, Sense::Function(Function::Definite))
            if word == "that" && after_noun =>
        {
            Tag::Entry(speech, inflection, Sense::Function(Function::Relative))
        }
        tag => tag,
    }
}

/// Returns the known word that an unknown one means: with accents, or spelt right.
fn correction(token: &Token, language: Language, lexicon: &Lexicon) -> Option<String> {
    if token.kind != Kind::Word {
        return None;
    }
    let own = |word: &str| {
        lexicon
            .starting_with(word)
            .iter()
            .any(|it| it.language.is_none_or(|it| it == language))
    };
    if own(&token.text) {
        return None;
    }
    let with_accents = lexicon
        .accented(&folded(&token.text))
        .iter()
        .find(|it| own(it));
    if let Some(word) = with_accents {
        return Some(word.to_string());
    }
    let plain = folded(&token.text);
    if plain != token.text && own(&plain) {
        return Some(plain);
    }
    // The other language's words are no misspellings of this one's.
    if !lexicon.starting_with(&token.text).is_empty() {
        return None;
    }
    if let Some(stem) = token.text.strip_suffix("in") {
        let gerund = format!("{stem}ing");
        if language == Language::English && own(&gerund) {
            return Some(gerund);
        }
    }
    corrected(&token.text, language, lexicon).map(str::to_owned)
}

/// Finds all phrases that match at a position; the language of the prompt is preferred.
fn matches<'a>(
    tokens: &[Token],
    words: &[&str],
    at: usize,
    language: Language,
    lexicon: &'a Lexicon,
) -> Vec<Match<'a>> {
    let mut all = Vec::new();
    for entry in lexicon.starting_with(words[at]) {
        let mut end = at + 1;
        let fits = entry.rest.iter().all(|word| {
            while tokens.get(end).is_some_and(|it| it.kind == Kind::Mark('-')) {
                end += 1;
            }
            let fits =
                tokens.get(end).is_some_and(|it| it.kind == Kind::Word) && same(words[end], word);
            end += 1;
            fits
        });
        if fits {
            all.push(Match {
                entry,
                length: end - at,
            });
        }
    }
    if all
        .iter()
        .any(|it| it.entry.language.is_none_or(|it| it == language))
    {
        all.retain(|it| it.entry.language.is_none_or(|it| it == language));
    } else {
        // A function word of the other language is chance.
        all.retain(|it| it.entry.speech != Speech::Function);
    }
    all
}

fn same(typed: &str, known: &str) -> bool {
    typed == known || folded(typed) == folded(known)
}

/// Parts of speech that the next word can have.
fn speeches(
    tokens: &[Token],
    words: &[&str],
    at: usize,
    language: Language,
    lexicon: &Lexicon,
) -> BTreeSet<Speech> {
    if tokens.get(at).is_none_or(|it| it.kind != Kind::Word) {
        return BTreeSet::new();
    }
    matches(tokens, words, at, language, lexicon)
        .iter()
        .map(|it| it.entry.speech)
        .collect()
}

/// Scores a part of speech between its neighbours. Higher is better.
fn score(entry: &Entry, before: Option<&Item>, next: &BTreeSet<Speech>, language: Language) -> i32 {
    use Speech::{Adjective, Fixed, Noun, Ordinary, Verb};
    let speech = entry.speech;
    let base = match speech {
        Speech::Function => 8,
        Fixed => 5,
        Noun | Adjective => 4,
        Verb => 3,
        Ordinary => 1,
    };
    let before_noun = next.contains(&Noun);
    let before_nominal = before_noun || next.contains(&Adjective);
    let function = before.and_then(Item::function);
    let is_participle = entry.inflection.gerund || entry.inflection.past;
    let context = match (before.and_then(Item::speech), function) {
        (_, Some(function)) => match function {
            Function::To => {
                if speech == Verb {
                    6
                } else {
                    0
                }
            }
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
                Verb => -4,
                _ => 0,
            },
        },
        (Some(Adjective), _) => match speech {
            Noun => 5,
            Adjective => 3,
            Verb => -1,
            _ => 0,
        },
        (Some(Noun), _) => match (speech, language) {
            (Adjective, Language::French) => 5,
            (Verb, _) if entry.inflection.finite || entry.inflection.gerund => 5,
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
            Verb if entry.inflection.finite || entry.inflection.gerund => 3,
            _ => 0,
        },
        _ => match speech {
            Noun => 2,
            Adjective if before_nominal => 4,
            Verb if entry.inflection.gerund && before_nominal => 2,
            _ => 0,
        },
    };
    let number =
        i32::from(matches!(before.map(|it| &it.tag), Some(Tag::Number(_))) && speech == Noun) * 4;
    base + context + number
}
