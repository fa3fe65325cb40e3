//! Lexicon: words and phrases of English and French with their senses, inflected when it is opened.
//!
//! The source is tab-separated text: kind, phrases, meaning. Lines are `n`oun, `v`erb, `a`djective, fi`x`ed phrase, `i`rregular
//! forms, `o`rdinary words and `w`ords of verbal phrases without a field, `f`unction words, `c`lothes, and `t`hings with their names in both languages.

mod attribute;
mod english;
mod forms;
mod french;
mod function;
mod kind;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thiserror::Error;

use crate::Language;
use crate::token::folded;

pub use attribute::{Attribute, Thing};
use forms::{Irregular, fields, forms, irregular_forms, phrase_words};
pub(crate) use function::{Function, Part, Preposition};
pub(crate) use kind::Kind;

/// Part of speech of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Speech {
    /// Noun.
    Noun,
    /// Verb.
    Verb,
    /// Adjective.
    Adjective,
    /// Uninflected phrase.
    Fixed,
    /// Word that no field can express.
    Ordinary,
    /// Function word.
    Function,
}

/// Inflection of an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Inflection {
    /// Noun: plural.
    pub plural: bool,
    /// Verb: `-ing`, `-ant`.
    pub gerund: bool,
    /// Verb: finite form that is not also the infinitive.
    pub finite: bool,
    /// Verb: past form or participle.
    pub past: bool,
}

/// What an entry means.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sense {
    /// Fields, each exact or approximated.
    Fields(Arc<[(Attribute, bool)]>),
    /// Part of a person: hair, clothes.
    Part(Part),
    /// A function word.
    Function(Function),
    /// No field.
    Ordinary,
}

/// A phrase in one of its forms.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Words after the first.
    pub rest: Box<[Box<str>]>,
    /// Language; none for emoji.
    pub language: Option<Language>,
    /// Part of speech.
    pub speech: Speech,
    /// Form.
    pub inflection: Inflection,
    /// Sense.
    pub sense: Sense,
}

/// All words that the reader knows.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// Entries by their first word; longer phrases first.
    entries: BTreeMap<Box<str>, Vec<Entry>>,
    /// Words inside phrases, which are known although no phrase begins with them.
    inner: BTreeSet<Box<str>>,
    /// Words with accents, by the same without.
    accents: BTreeMap<Box<str>, Vec<Box<str>>>,
}

/// A fault in the source of a lexicon.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("lexicon, line {line}: {detail}")]
pub struct LexiconError {
    /// From 1.
    pub line: usize,
    /// What is wrong with it.
    pub detail: String,
}

impl Lexicon {
    /// Opens the lists that ship with the program, without any library. A test proves that they are valid.
    pub fn built_in() -> Self {
        Self::open(&Self::built_in_sources()).unwrap_or_default()
    }

    /// Lists of the program, the first that names a word wins.
    fn built_in_sources() -> [(Option<Language>, &'static str); 5] {
        [
            (
                Some(Language::English),
                include_str!("../../data/english_function.tsv"),
            ),
            (
                Some(Language::English),
                include_str!("../../data/english.tsv"),
            ),
            (
                Some(Language::French),
                include_str!("../../data/french_function.tsv"),
            ),
            (
                Some(Language::French),
                include_str!("../../data/french.tsv"),
            ),
            (None, include_str!("../../data/things.tsv")),
        ]
    }

    /// Opens lists. A list of things has no language of its own.
    ///
    /// # Errors
    ///
    /// Fails on the first line that is not as described.
    pub fn open(sources: &[(Option<Language>, &str)]) -> Result<Self, LexiconError> {
        let mut lexicon = Self::default();
        let [english, french] = [Language::English, Language::French].map(|language| {
            let own = sources.iter().filter(|it| it.0 == Some(language));
            irregular_forms(own.flat_map(|it| it.1.lines()))
        });
        for (language, source) in sources {
            for (at, line) in source.lines().enumerate() {
                if line.trim().is_empty() || line.starts_with('#') || line.starts_with("i\t") {
                    continue;
                }
                let added = match language {
                    Some(Language::English) => lexicon.add_line(Language::English, line, &english),
                    Some(Language::French) => lexicon.add_line(Language::French, line, &french),
                    None => lexicon.add_thing(line),
                };
                added.map_err(|detail| LexiconError {
                    line: at + 1,
                    detail,
                })?;
            }
        }
        for list in lexicon.entries.values_mut() {
            list.sort_by_key(|entry| std::cmp::Reverse(entry.rest.len()));
        }
        let words = lexicon.entries.keys();
        for word in words.filter(|it| folded(it) != ***it) {
            lexicon
                .accents
                .entry(folded(word).into())
                .or_default()
                .push(word.clone());
        }
        Ok(lexicon)
    }

    /// Returns the entries that begin with a word.
    pub(crate) fn starting_with(&self, word: &str) -> &[Entry] {
        self.entries.get(word).map_or(&[], Vec::as_slice)
    }

    /// Whether a phrase contains a word.
    pub(crate) fn contains(&self, word: &str) -> bool {
        self.entries.contains_key(word) || self.inner.contains(word)
    }

    /// Returns the function of a single word.
    pub(crate) fn function(&self, word: &str, language: Language) -> Option<Function> {
        self.starting_with(word)
            .iter()
            .find_map(|it| match it.sense {
                Sense::Function(function)
                    if it.rest.is_empty() && it.language == Some(language) =>
                {
                    Some(function)
                }
                _ => None,
            })
    }

    /// Returns the words that equal `word` but for accents.
    pub(crate) fn accented(&self, word: &str) -> &[Box<str>] {
        self.accents.get(word).map_or(&[], Vec::as_slice)
    }

    /// Returns the weight of a word as evidence for a language: 3 for a function word, 2 for another single word, else 0.
    pub(crate) fn weight(&self, word: &str, language: Language) -> i32 {
        let own = self
            .starting_with(word)
            .iter()
            .filter(|it| it.language == Some(language));
        let weight = |it: &Entry| match it.speech {
            Speech::Function => 3,
            _ if it.rest.is_empty() => 2,
            _ => 0,
        };
        own.map(weight).max().unwrap_or(0)
    }

    fn add_line(
        &mut self,
        language: Language,
        line: &str,
        irregular: &Irregular,
    ) -> Result<(), String> {
        let mut columns = line.split('\t');
        let kind = columns.next().unwrap_or_default();
        let words = columns.next().ok_or("the words are missing")?;
        let meaning = columns.next().unwrap_or_default();
        let (speech, sense) = match kind {
            "n" => (Speech::Noun, fields(meaning)?),
            "v" => (Speech::Verb, fields(meaning)?),
            "a" => (Speech::Adjective, fields(meaning)?),
            "x" => (Speech::Fixed, fields(meaning)?),
            "o" | "w" => (Speech::Ordinary, Sense::Ordinary),
            "c" => (Speech::Noun, Sense::Part(Part::parse(meaning)?)),
            "f" => (Speech::Function, Sense::Function(Function::parse(meaning)?)),
            other => return Err(format!("unknown kind \"{other}\"")),
        };
        for phrase in words.split(", ") {
            let words = phrase_words(phrase);
            if words.is_empty() {
                return Err(format!("an empty phrase among \"{}\"", meaning));
            }
            // Verbal phrases without a field inflect as verbs do.
            let kind = if kind == "w" { Speech::Verb } else { speech };
            for (words, inflection) in forms(language, (kind, &sense), &words, irregular) {
                self.add(words, Some(language), speech, inflection, sense.clone());
            }
        }
        Ok(())
    }

    /// Adds a line of things: label, emoji, English names, French names. A name after `~` is a relative.
    fn add_thing(&mut self, line: &str) -> Result<(), String> {
        let columns: Vec<&str> = line.split('\t').collect();
        let [label, emoji, english, french] = columns[..] else {
            return Err("a thing has four columns".to_owned());
        };
        let thing = Attribute::Thing(Thing::new(label));
        let sense = |exact: bool| Sense::Fields([(thing.clone(), exact)].into());
        if !emoji.is_empty() {
            self.add(
                vec![emoji.to_owned()],
                None,
                Speech::Noun,
                Inflection::default(),
                sense(true),
            );
        }
        for (language, names) in [(Language::English, english), (Language::French, french)] {
            let all: Vec<&str> = names.split(", ").collect();
            for name in names.split(", ").filter(|it| !it.is_empty()) {
                if self.names_material(name, &all, language) {
                    continue;
                }
                let (name, exact) = name
                    .strip_prefix('~')
                    .map_or((name, true), |name| (name, false));
                let words = phrase_words(name);
                for (words, inflection) in forms(
                    language,
                    (Speech::Noun, &sense(exact)),
                    &words,
                    &Irregular::default(),
                ) {
                    self.add(
                        words,
                        Some(language),
                        Speech::Noun,
                        inflection,
                        sense(exact),
                    );
                }
            }
        }
        Ok(())
    }

    /// Whether a name only adds its material to another one of the same thing: "bocal en verre", "glass jar". The material is a field.
    fn names_material(&self, name: &str, all: &[&str], language: Language) -> bool {
        let parts = match language {
            Language::French => name.split_once(" en "),
            Language::English => name.split_once(' ').map(|(first, rest)| (rest, first)),
        };
        let Some((rest, material)) = parts else {
            return false;
        };
        let is_material = self.starting_with(material).iter().any(|it| {
            it.rest.is_empty()
                && it.language == Some(language)
                && matches!(&it.sense, Sense::Fields(fields) if matches!(fields.first(), Some((Attribute::Material(_), _))))
        });
        is_material && all.contains(&rest)
    }

    fn add(
        &mut self,
        words: Vec<String>,
        language: Option<Language>,
        speech: Speech,
        inflection: Inflection,
        sense: Sense,
    ) {
        let mut words = words.into_iter().map(String::into_boxed_str);
        let Some(first) = words.next() else { return };
        let rest: Box<[Box<str>]> = words.collect();
        self.inner.extend(rest.iter().cloned());
        let list = self.entries.entry(first).or_default();
        let same = |it: &Entry| {
            it.rest == rest
                && it.language == language
                && it.speech == speech
                // A function word may have several: "en".
                && (speech != Speech::Function || it.sense == sense)
        };
        // The first line that gives a word a sense in a part of speech wins; a noun may also name a thing.
        let names_thing = |sense: &Sense| matches!(sense, Sense::Fields(fields) if matches!(fields.first(), Some((Attribute::Thing(_), _))));
        let other = names_thing(&sense)
            && list
                .iter()
                .filter(|it| same(it))
                .all(|it| !names_thing(&it.sense));
        if other || !list.iter().any(same) {
            list.push(Entry {
                rest,
                language,
                speech,
                inflection,
                sense,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_lists_are_valid() {
        let lexicon = Lexicon::open(&Lexicon::built_in_sources()).map_err(|it| it.to_string());
        assert!(lexicon.is_ok_and(|it| it.entries.len() > 5_000));
    }

    #[test]
    fn a_faulty_line_is_named() {
        let open = |line: &str| {
            Lexicon::open(&[(Some(Language::English), line)])
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            open("n\tball\tthing=ball\nn\tsnow\tweather=hail"),
            "lexicon, line 2: unknown weather \"hail\"; expected one of: clear, rain, snow, fog"
        );
        assert!(open("q\tball").contains("unknown kind"));
        assert!(open("n\tball\t").contains("meaning is missing"));
    }
}
