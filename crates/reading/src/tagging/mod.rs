//! Tagging: at every position the longest known phrase, in the part of speech that fits its neighbours.

mod context;
mod correction;
mod measure;

use std::ops::Range;

use crate::Language;
use crate::lexicon::{Attribute, Entry, Function, Inflection, Lexicon, Preposition, Sense, Speech};
use crate::token::{Kind, Token, folded};

use context::{Surroundings, score};
use correction::{correction, silent};

/// A phrase of the prompt with its sense.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// Bytes of the prompt.
    pub span: Range<usize>,
    /// Its words in lower case, one space between them, spelt right.
    pub text: String,
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
    fn new(span: Range<usize>, text: String, tag: Tag) -> Self {
        Self {
            span,
            text,
            tag,
            corrected: None,
            preposition: None,
            thing: None,
            capital: false,
        }
    }

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
    let mut corrections: Vec<Option<String>> = tokens
        .iter()
        .enumerate()
        .map(|(at, token)| match is_name(prompt, tokens, at) {
            true => None,
            false => correction(token, language, lexicon),
        })
        .collect();
    for at in 1..tokens.len() {
        let is_word = language == Language::French && tokens[at].kind == Kind::Word;
        if is_word && corrections[at].is_none() {
            corrections[at] = silent(&tokens[at - 1].text, &tokens[at].text, lexicon);
        }
    }
    let words: Vec<&str> = tokens
        .iter()
        .zip(&corrections)
        .map(|(token, other)| other.as_deref().unwrap_or(&token.text))
        .collect();
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        if let Some((tag, length)) = measure::measure(tokens, at, language) {
            let span = token.span.start..tokens[at + length - 1].span.end;
            items.push(Item::new(span, words[at..at + length].join(" "), tag));
            at += length;
            continue;
        }
        if let Some((number, length)) = times(tokens, at) {
            let span = token.span.start..tokens[at + length - 1].span.end;
            let text = words[at..at + length].join("");
            items.push(Item::new(span, text, Tag::Number(number)));
            at += length;
            continue;
        }
        let tag = match &token.kind {
            // "8 ball"
            Kind::Number(_)
                if matches(tokens, &words, at, language, lexicon)
                    .iter()
                    .any(|it| it.length > 1) =>
            {
                None
            }
            Kind::Number(number) => Some(Tag::Number(*number)),
            Kind::Mark(mark) => Some(Tag::Mark(*mark)),
            Kind::Quote(text) => Some(Tag::Quote(text.clone())),
            Kind::Word => None,
        };
        if let Some(length) = compound(tokens, &words, at, language, lexicon) {
            let span = token.span.start..tokens[at + length - 1].span.end;
            let tag = Tag::Entry(Speech::Ordinary, Inflection::default(), Sense::Ordinary);
            items.push(Item::new(span, words[at..at + length].join(" "), tag));
            at += length;
            continue;
        }
        let mut thing = None;
        let (tag, length) = match tag {
            Some(tag) => (tag, 1),
            None => {
                let mut all = matches(tokens, &words, at, language, lexicon);
                // "bro, show me a cat", but "a bro", "bro jumps"
                let starts = matches!(items.last().map(|it| &it.tag), None | Some(Tag::Mark(_)));
                all.retain(|it| {
                    it.entry.sense != Sense::Function(Function::Address)
                        || (starts
                            && surroundings(tokens, &words, at + it.length, language, lexicon)
                                .addressed)
                });
                // "an egg rolls", but "two egg rolls"
                let one = items.last().is_some_and(|it| {
                    matches!(it.text.as_str(), "a" | "an" | "one" | "each" | "this")
                });
                all.retain(|it| {
                    let compound = it.length > 1 && it.entry.speech == Speech::Noun;
                    let last = at + it.length - 1;
                    // "my dog Biscuit" is no dog biscuit.
                    let near = matches!(&it.entry.sense, Sense::Fields(fields) if fields.iter().any(|it| !it.1));
                    let named =
                        near && is_name(prompt, tokens, last) && !is_name(prompt, tokens, at);
                    !(compound
                        && ((one && it.entry.inflection.plural)
                            || named
                            || only_describes(it.entry, words[at], words[last], lexicon)))
                });
                let longest = all.iter().map(|it| it.length).max().unwrap_or(1);
                let mut next = surroundings(tokens, &words, at + longest, language, lexicon);
                next.verb = all.iter().any(|it| {
                    it.length == longest
                        && it.entry.speech == Speech::Verb
                        && it.entry.inflection.finite
                        && !it.entry.inflection.past
                });
                next.plain_verb = all.iter().any(|it| {
                    it.length == longest
                        && it.entry.speech == Speech::Ordinary
                        && it.entry.inflection.finite
                        && !it.entry.inflection.past
                });
                next.ordinary = all
                    .iter()
                    .any(|it| it.length == longest && it.entry.speech == Speech::Ordinary);
                next.noun = all
                    .iter()
                    .any(|it| it.length == longest && it.entry.speech == Speech::Noun);
                next.nominal = all.iter().any(|it| {
                    it.length == longest
                        && matches!(it.entry.speech, Speech::Noun | Speech::Adjective)
                });
                let rest = all.iter().filter(|it| it.length == longest);
                let best = rest.map(|it| (score(it.entry, &items, &next, language), it.entry));
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
            corrected: corrections[at]
                .clone()
                .filter(|it| folded(it) != folded(&token.text)),
            ..Item::new(
                token.span.start..last.span.end,
                words[at..at + length].join(" "),
                tag,
            )
        });
        at += length;
    }
    items
}

/// "rain-filled", "moss-covered", "star-shaped": the length of a compound that only describes. Listed ones have a sense of their own.
fn compound(
    tokens: &[Token],
    words: &[&str],
    at: usize,
    language: Language,
    lexicon: &Lexicon,
) -> Option<usize> {
    const SECOND: &[&str] = &[
        "shaped", "sized", "legged", "eyed", "faced", "lit", "themed", "inspired", "tailed",
        "footed",
    ];
    let hyphen = tokens.get(at + 1)?.kind == Kind::Mark('-');
    let joined = hyphen
        && language == Language::English
        && tokens[at].kind == Kind::Word
        && tokens.get(at + 2)?.kind == Kind::Word;
    if !joined
        || matches(tokens, words, at, language, lexicon)
            .iter()
            .any(|it| it.length > 1)
    {
        return None;
    }
    let participle = matches(tokens, words, at + 2, language, lexicon)
        .iter()
        .any(|it| it.entry.inflection.past && it.entry.speech != Speech::Adjective);
    (participle || SECOND.contains(&words[at + 2])).then_some(3)
}

/// Whether a word inside a sentence has a capital and then small letters: names are spelt as they are. A title has capitals throughout.
fn is_name(prompt: &str, tokens: &[Token], at: usize) -> bool {
    let capital = |token: &Token| {
        let mut letters = prompt[token.span.clone()].chars();
        letters.next().is_some_and(char::is_uppercase)
            && letters.next().is_some_and(char::is_lowercase)
    };
    let inside = at > 0 && !matches!(tokens[at - 1].kind, Kind::Mark(_) | Kind::Quote(_));
    inside
        && capital(&tokens[at])
        && tokens.iter().filter(|it| capital(it)).count() * 2 < tokens.len()
}

/// Whether a name that is only approximated says less than its words: "red fox" is a fox that is red.
fn only_describes(entry: &Entry, first: &str, last: &str, lexicon: &Lexicon) -> bool {
    let field = |entry: &Entry| match &entry.sense {
        Sense::Fields(fields) => fields.first().cloned(),
        _ => None,
    };
    let own = |word: &str, test: &dyn Fn(&Entry) -> bool| {
        let mut entries = lexicon.starting_with(word).iter();
        entries.any(|it| it.language == entry.language && it.rest.is_empty() && test(it))
    };
    let describes = |it: &Entry| {
        it.speech == Speech::Adjective
            && matches!(
                field(it),
                Some((Attribute::Colour(_) | Attribute::Size(_), _))
            )
    };
    let animal = |it: &Entry| matches!(field(it), Some((Attribute::Thing(thing), true)) if thing.kind().is_animate());
    matches!(field(entry), Some((Attribute::Thing(_), false)))
        && own(first, &describes)
        && own(last, &animal)
}

/// Reads "3x" and "x3": how many; returns the number and its length in tokens.
fn times(tokens: &[Token], at: usize) -> Option<(u32, usize)> {
    let [first, second] = tokens.get(at..at + 2)? else {
        return None;
    };
    let joined = first.span.end == second.span.start;
    match (&first.kind, &second.kind) {
        (Kind::Number(number), Kind::Word) if joined && second.text == "x" => Some((*number, 2)),
        (Kind::Word, Kind::Number(number)) if joined && first.text == "x" => Some((*number, 2)),
        _ => None,
    }
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

/// Articles and possessives, which stand for each other inside a phrase: "raises a hand", "raises her hand".
const ARTICLES: &[&str] = &[
    "a", "an", "the", "my", "your", "his", "her", "its", "our", "their", "un", "une", "le", "la",
    "les", "l'", "des", "mon", "ma", "mes", "ton", "ta", "tes", "son", "sa", "ses", "leur",
    "leurs",
];

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
        let is_verbal = entry.speech == Speech::Verb;
        let fits = entry.rest.iter().all(|word| {
            while tokens.get(end).is_some_and(|it| it.kind == Kind::Mark('-')) {
                end += 1;
            }
            let typed = words.get(end).filter(|_| tokens[end].kind == Kind::Word);
            let fits = typed.is_some_and(|typed| {
                same(typed, word)
                    || (is_verbal && ARTICLES.contains(&&**word) && ARTICLES.contains(typed))
            });
            end += usize::from(fits);
            // "play piano"
            fits || (is_verbal && ARTICLES.contains(&&**word))
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
        // A function word of the other language is chance; French borrows more from English than it lends.
        let lends = |it: &Match| match language {
            Language::French => it.entry.speech != Speech::Function,
            Language::English => {
                matches!(&it.entry.sense, Sense::Fields(fields) if matches!(fields.first(), Some((crate::lexicon::Attribute::Thing(_), _))))
            }
        };
        all.retain(lends);
    }
    all
}

fn same(typed: &str, known: &str) -> bool {
    typed == known || folded(typed) == folded(known)
}

/// Reads what is known of the words around a choice: what the next word can be, and what else this one can be.
fn surroundings(
    tokens: &[Token],
    words: &[&str],
    at: usize,
    language: Language,
    lexicon: &Lexicon,
) -> Surroundings {
    let Some(token) = tokens.get(at) else {
        return Surroundings {
            addressed: true,
            ..Surroundings::default()
        };
    };
    if token.kind != Kind::Word {
        return Surroundings {
            addressed: matches!(token.kind, Kind::Mark(_)),
            number: matches!(token.kind, Kind::Number(_)),
            ..Surroundings::default()
        };
    }
    let all = matches(tokens, words, at, language, lexicon);
    let function = |test: &dyn Fn(Function) -> bool| {
        all.iter()
            .any(|it| matches!(it.entry.sense, Sense::Function(function) if test(function)))
    };
    Surroundings {
        speeches: all.iter().map(|it| it.entry.speech).collect(),
        addressed: function(&|it| {
            matches!(it, Function::Request | Function::Viewer | Function::Filler)
        }),
        preposition: function(&|it| it.preposition().is_some()),
        number: function(&|it| it.number().is_some()),
        verb: false,
        nominal: false,
        noun: false,
        ordinary: false,
        plain_verb: false,
    }
}
