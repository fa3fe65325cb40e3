//! Lexicon: words and phrases of English and French with their senses, inflected when it is opened.
//!
//! The source is tab-separated text: kind, phrases, meaning. Lines are `n`oun, `v`erb, `a`djective, fi`x`ed phrase, `i`rregular
//! forms, `o`rdinary words and `w`ords of verbal phrases without a field, `f`unction words, and `c`lothes. Things and pictures have lists
//! of their own.

mod attribute;
mod english;
mod forms;
mod french;
mod function;
mod kind;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thiserror::Error;

use kinora_scene::casting::PictureSubject;
use kinora_scene::vocabulary::UnknownWord;

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
    /// Pictures of things by label.
    pictures: BTreeMap<Box<str>, PictureSubject>,
}

/// A list of the lexicon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Words of a language.
    Words(Language),
    /// Names of things in both languages.
    Things,
    /// English nouns for which a thing stands: label, nouns.
    Nouns,
    /// Pictures of things: picture, facing, turn, extent, material, gait.
    Pictures,
}

/// The lists by file name, in the order in which they are opened: the first that names a word wins.
macro_rules! lists {
    ($($file:literal: $list:expr),+ $(,)?) => {
        /// Files of the lexicon.
        pub const FILES: &[(&str, List)] = &[$(($file, $list)),+];

        /// The files with their text, as the program holds them.
        fn built_in_lists() -> Vec<(List, &'static str)> {
            vec![$(($list, include_str!(concat!("../../data/", $file)))),+]
        }
    };
}

lists! {
    "english_function.tsv": List::Words(Language::English),
    "english.tsv": List::Words(Language::English),
    "french_function.tsv": List::Words(Language::French),
    "french.tsv": List::Words(Language::French),
    "things.tsv": List::Things,
    "nouns.tsv": List::Nouns,
    "pictures.tsv": List::Pictures,
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
        Self::open(&built_in_lists()).unwrap_or_default()
    }

    /// Opens lists.
    ///
    /// # Errors
    ///
    /// Fails on the first line that is not as described.
    pub fn open(sources: &[(List, &str)]) -> Result<Self, LexiconError> {
        let mut lexicon = Self::default();
        let [english, french] = [Language::English, Language::French].map(|language| {
            let own = sources.iter().filter(|it| it.0 == List::Words(language));
            irregular_forms(own.flat_map(|it| it.1.lines()))
        });
        for (list, source) in sources {
            for (at, line) in source.lines().enumerate() {
                if line.trim().is_empty() || line.starts_with('#') || line.starts_with("i\t") {
                    continue;
                }
                let added = match list {
                    List::Words(Language::English) => {
                        lexicon.add_line(Language::English, line, &english)
                    }
                    List::Words(Language::French) => {
                        lexicon.add_line(Language::French, line, &french)
                    }
                    List::Things => lexicon.add_thing(line),
                    List::Nouns => lexicon.add_nouns(line),
                    List::Pictures => lexicon.add_picture(line),
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

    /// Returns the picture of a thing.
    pub fn picture(&self, label: &str) -> Option<&PictureSubject> {
        self.pictures.get(label)
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

    /// Adds a line of nouns for which a thing stands. A noun that is known already keeps its senses.
    fn add_nouns(&mut self, line: &str) -> Result<(), String> {
        let (label, nouns) = line.split_once('\t').ok_or("the nouns are missing")?;
        let fields = [(Attribute::Thing(Thing::new(label)), false)];
        let sense = Sense::Fields(fields.into());
        for noun in nouns.split(", ") {
            let words = phrase_words(noun);
            let Some((first, rest)) = words.split_first() else {
                return Err(format!("an empty noun for \"{label}\""));
            };
            let is_known = self.starting_with(first).iter().any(|it| {
                it.language == Some(Language::English)
                    && it.speech == Speech::Noun
                    && it
                        .rest
                        .iter()
                        .map(|it| &**it)
                        .eq(rest.iter().map(String::as_str))
            });
            if is_known {
                continue;
            }
            let kind = (Speech::Noun, &sense);
            for (words, inflection) in forms(Language::English, kind, &words, &Irregular::default())
            {
                let sense = sense.clone();
                self.add(
                    words,
                    Some(Language::English),
                    Speech::Noun,
                    inflection,
                    sense,
                );
            }
        }
        Ok(())
    }

    /// Adds a line of pictures: label, picture, facing, degrees by which it is turned upright, extent in millimetres, material, gait.
    fn add_picture(&mut self, line: &str) -> Result<(), String> {
        let columns: Vec<&str> = line.split('\t').collect();
        let [label, picture, facing, upright, extent_mm, material, gait] = columns[..] else {
            return Err("a picture has seven columns".to_owned());
        };
        let subject = PictureSubject {
            thing: label.to_owned(),
            picture: picture.to_owned(),
            extent_mm: number(extent_mm)?,
            gait: gait.parse().map_err(|it: UnknownWord| it.to_string())?,
            facing: facing.parse().map_err(|it: UnknownWord| it.to_string())?,
            upright: number(upright)?,
            material: material.parse().map_err(|it: UnknownWord| it.to_string())?,
            tint: None,
            size: None,
        };
        self.pictures.insert(label.into(), subject);
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

fn number(text: &str) -> Result<i32, String> {
    text.parse()
        .map_err(|_| format!("\"{text}\" is not a whole number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_lists_are_valid() {
        let lexicon = Lexicon::open(&built_in_lists()).map_err(|it| it.to_string());
        assert!(lexicon.is_ok_and(|it| it.entries.len() > 5_000));
    }

    #[test]
    fn a_faulty_line_is_named() {
        let open = |line: &str| {
            Lexicon::open(&[(List::Words(Language::English), line)])
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
