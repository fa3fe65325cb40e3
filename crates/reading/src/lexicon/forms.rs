//! Forms of a phrase, and the notation of the lists.

use std::collections::BTreeMap;

use crate::Language;
use crate::token::{Kind, tokens};

use super::{Attribute, Inflection, Sense, Speech, english, french};

/// Irregular forms by lemma.
pub(crate) type Irregular = BTreeMap<String, Vec<String>>;

pub(super) fn irregular_forms<'a>(lines: impl Iterator<Item = &'a str>) -> Irregular {
    let mut forms = Irregular::new();
    for line in lines {
        let Some((lemma, more)) = line.strip_prefix("i\t").and_then(|it| it.split_once('\t'))
        else {
            continue;
        };
        let more = more
            .split([' ', ','])
            .filter(|it| !it.is_empty())
            .map(str::to_owned);
        forms
            .entry(lemma.trim().to_owned())
            .or_default()
            .extend(more);
    }
    forms
}

/// Returns all inflected forms of a phrase.
pub(super) fn forms(
    language: Language,
    (speech, sense): (Speech, &Sense),
    words: &[String],
    irregular: &Irregular,
) -> Vec<(Vec<String>, Inflection)> {
    let is_material = matches!(sense, Sense::Fields(fields) if matches!(fields.first(), Some((Attribute::Material(_), _))));
    let reflexive = words.len() > 1 && matches!(words[0].as_str(), "se" | "s'");
    let head = match (language, speech) {
        // "se battre"
        (Language::French, Speech::Verb) if reflexive => 1,
        (_, Speech::Verb) | (Language::French, _) => 0,
        (Language::English, _) => words.len() - 1,
    };
    let inflect = match language {
        Language::English => english::inflect,
        Language::French => french::inflect,
    };
    // Substances have no plural: "glasses" are no glass.
    let uncountable = speech == Speech::Noun && is_material;
    // An ordinary word may be of any kind: all of its forms are known words.
    let kinds: &[Speech] = match speech {
        Speech::Ordinary if words.len() == 1 && may_be_verb(language, &words[0]) => {
            &[Speech::Noun, Speech::Adjective, Speech::Verb]
        }
        Speech::Ordinary if words.len() == 1 => &[Speech::Noun, Speech::Adjective],
        Speech::Ordinary => &[Speech::Fixed],
        _ => std::slice::from_ref(&speech),
    };
    let mut out: Vec<(Vec<String>, Inflection)> = Vec::new();
    // Place in `out` by inflected head.
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for &kind in kinds {
        for (form, inflection) in inflect(&words[head], kind, irregular) {
            let known = places.get(&form).copied();
            let mut whole = words.to_vec();
            whole[head].clone_from(&form);
            // "petites filles": both words of a French name agree.
            let joins = [
                "de", "d'", "à", "en", "du", "des", "la", "le", "l'", "au", "aux", "et",
            ];
            let agrees = language == Language::French
                && speech == Speech::Noun
                && inflection.plural
                && words.len() > 1
                && !joins.contains(&words[1].as_str());
            if agrees {
                let mut both = whole.clone();
                if !both[1].ends_with(['s', 'x', 'z']) {
                    both[1].push('s');
                }
                out.push((both, inflection));
            }
            if uncountable && inflection.plural {
                continue;
            }
            match known.map(|at| &mut out[at].1) {
                // "steals" may be a plural and a verb.
                Some(known) if speech == Speech::Ordinary => {
                    known.gerund |= inflection.gerund;
                    known.finite |= inflection.finite;
                    known.past |= inflection.past;
                }
                Some(_) => {}
                None => {
                    places.insert(form, out.len());
                    out.push((whole, inflection));
                }
            }
        }
    }
    out
}

/// Whether a word can be an infinitive: French ones have four endings, and English adverbs are none.
fn may_be_verb(language: Language, word: &str) -> bool {
    match language {
        Language::English => !word.ends_with("ly"),
        Language::French => ["er", "ir", "re"].iter().any(|end| word.ends_with(end)),
    }
}

/// Splits a phrase of a list as the tokenizer splits a prompt.
pub(super) fn phrase_words(phrase: &str) -> Vec<String> {
    // Clitics: "'s"
    if phrase.starts_with('\'') {
        return vec![phrase.to_lowercase()];
    }
    tokens(phrase)
        .into_iter()
        .filter(|it| !matches!(it.kind, Kind::Mark(_)))
        .map(|it| it.text)
        .collect()
}

/// Parses `field=value; field=~value`.
pub(super) fn fields(meaning: &str) -> Result<Sense, String> {
    let mut out = Vec::new();
    for part in meaning
        .split(';')
        .map(str::trim)
        .filter(|it| !it.is_empty())
    {
        let (field, value) = part
            .split_once('=')
            .ok_or_else(|| format!("\"{part}\" is not field=value"))?;
        let (value, exact) = value
            .strip_prefix('~')
            .map_or((value, true), |value| (value, false));
        out.push((Attribute::parse(field.trim(), value.trim())?, exact));
    }
    match out.is_empty() {
        true => Err("the meaning is missing".to_owned()),
        false => Ok(Sense::Fields(out.into())),
    }
}
