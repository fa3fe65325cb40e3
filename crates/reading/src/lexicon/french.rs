//! French inflection.

use super::{Inflection, Irregular, Speech};

/// Endings of the first group after the stem; the flag marks gerunds, then past forms.
const FIRST: &[&str] = &[
    "e", "es", "ons", "ez", "ent", "ais", "ait", "ions", "iez", "aient", "ai", "as", "a", "èrent",
    "er", "era", "erai", "eras", "erons", "erez", "eront", "erait", "eraient", "ant", "é", "ée",
    "és", "ées",
];
/// Endings of the second group (finir).
const SECOND: &[&str] = &[
    "is", "it", "issons", "issez", "issent", "issais", "issait", "issaient", "ir", "ira", "iront",
    "irait", "isse", "isses", "issant", "i", "ie", "ies", "irent",
];
/// Endings of the third group (rendre).
const THIRD: &[&str] = &[
    "s", "", "ons", "ez", "ent", "ais", "ait", "aient", "re", "ra", "ront", "rait", "e", "es",
    "ant", "u", "ue", "us", "ues", "it", "irent",
];

/// Returns the forms of a word.
pub(super) fn inflect(
    word: &str,
    speech: Speech,
    irregular: &Irregular,
) -> Vec<(String, Inflection)> {
    let plain = (word.to_owned(), Inflection::default());
    let plural = Inflection {
        plural: true,
        ..Inflection::default()
    };
    match speech {
        Speech::Noun => {
            let mut out = vec![plain];
            out.extend(plurals(word).into_iter().map(|it| (it, plural)));
            out
        }
        Speech::Adjective => {
            let mut out = vec![plain];
            for feminine in feminines(word) {
                out.push((format!("{feminine}s"), plural));
                out.push((feminine, Inflection::default()));
            }
            out.extend(plurals(word).into_iter().map(|it| (it, plural)));
            out
        }
        Speech::Verb => verb(word, irregular),
        _ => vec![plain],
    }
}

fn plurals(word: &str) -> Vec<String> {
    let ends = |suffix: &str| word.ends_with(suffix);
    if ends("s") || ends("x") || ends("z") {
        Vec::new()
    } else if ends("au") || ends("eu") {
        vec![format!("{word}x"), format!("{word}s")]
    } else if ends("al") {
        vec![
            format!("{}aux", &word[..word.len() - 2]),
            format!("{word}s"),
        ]
    } else if ends("ou") || ends("ail") {
        vec![format!("{word}s"), format!("{word}x")]
    } else {
        vec![format!("{word}s")]
    }
}

fn feminines(word: &str) -> Vec<String> {
    let cut = |n: usize| &word[..word.len() - n];
    let ends = |suffix: &str| word.ends_with(suffix);
    let one = match word {
        "blanc" => "blanche".to_owned(),
        "roux" => "rousse".to_owned(),
        "doux" => "douce".to_owned(),
        "vieux" => "vieille".to_owned(),
        "beau" => "belle".to_owned(),
        "nouveau" => "nouvelle".to_owned(),
        "long" => "longue".to_owned(),
        "gros" => "grosse".to_owned(),
        "bas" => "basse".to_owned(),
        "épais" => "épaisse".to_owned(),
        "sec" => "sèche".to_owned(),
        "frais" => "fraîche".to_owned(),
        "fou" => "folle".to_owned(),
        "mou" => "molle".to_owned(),
        _ if ends("e") => return Vec::new(),
        _ if ends("eux") => format!("{}se", cut(1)),
        _ if ends("er") => format!("{}ère", cut(2)),
        _ if ends("if") => format!("{}ive", cut(2)),
        _ if ends("el") || ends("en") || ends("on") || ends("et") || ends("eil") || ends("ul") => {
            format!("{word}{}e", &word[word.len() - 1..])
        }
        _ if ends("eur") => return vec![format!("{}euse", cut(3)), format!("{word}e")],
        _ => format!("{word}e"),
    };
    vec![one]
}

fn verb(word: &str, irregular: &Irregular) -> Vec<(String, Inflection)> {
    let mut out = vec![(word.to_owned(), Inflection::default())];
    let mut push = |form: String| {
        let inflection = Inflection {
            gerund: form.ends_with("ant"),
            past: ["é", "ée", "és", "ées", "i", "u"]
                .iter()
                .any(|end| form.ends_with(end)),
            finite: form != word && !form.ends_with("ant"),
            plural: false,
        };
        out.push((form, inflection));
    };
    let listed = irregular.get(word);
    for form in listed.into_iter().flatten() {
        push(form.clone());
    }
    if let Some(stem) = word.strip_suffix("er") {
        for end in FIRST {
            for stem in first_stems(stem) {
                push(format!("{stem}{end}"));
            }
        }
    } else if listed.is_some() {
        // Irregular verbs of the other groups are listed in full.
    } else if let Some(stem) = word.strip_suffix("ir") {
        SECOND.iter().for_each(|end| push(format!("{stem}{end}")));
    } else if let Some(stem) = word.strip_suffix("re") {
        THIRD.iter().for_each(|end| push(format!("{stem}{end}")));
    }
    out
}

/// Returns the spellings of a stem of the first group: mang(e)-, lanc-/lanç-, essuy-/essui-, jet(t)-, lev-/lèv-, roul-.
fn first_stems(stem: &str) -> Vec<String> {
    let mut stems = vec![stem.to_owned()];
    if stem.ends_with('g') {
        stems.push(format!("{stem}e"));
    } else if let Some(start) = stem.strip_suffix('c') {
        stems.push(format!("{start}ç"));
    } else if let Some(start) = stem.strip_suffix('y') {
        stems.push(format!("{start}i"));
    } else {
        let letters: Vec<char> = stem.chars().collect();
        if let [start @ .., vowel @ ('e' | 'é'), last] = &letters[..] {
            let start: String = start.iter().collect();
            stems.push(format!("{start}è{last}"));
            if *vowel == 'e' && matches!(last, 'l' | 't') {
                stems.push(format!("{start}e{last}{last}"));
            }
        }
    }
    stems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(word: &str, speech: Speech) -> Vec<String> {
        inflect(word, speech, &Irregular::new())
            .into_iter()
            .map(|it| it.0)
            .collect()
    }

    #[test]
    fn adjectives_agree() {
        for (word, form) in [
            ("rouge", "rouges"),
            ("blanc", "blanches"),
            ("vert", "verte"),
            ("roux", "rousses"),
            ("violet", "violette"),
            ("léger", "légère"),
        ] {
            assert!(
                all(word, Speech::Adjective).contains(&form.to_owned()),
                "{word} {form}"
            );
        }
    }

    #[test]
    fn present_forms_that_end_like_infinitives_are_finite() {
        for (word, form) in [("respirer", "respire"), ("montrer", "montre")] {
            let all = inflect(word, Speech::Verb, &Irregular::new());
            assert!(all.iter().any(|it| it.0 == form && it.1.finite), "{form}");
            assert!(all.iter().all(|it| it.0 != word || !it.1.finite), "{word}");
        }
    }

    #[test]
    fn regular_verbs_have_their_forms() {
        for (word, form) in [
            ("rouler", "roulant"),
            ("lancer", "lançait"),
            ("nager", "nageons"),
            ("soulever", "soulève"),
            ("rebondir", "rebondit"),
            ("descendre", "descend"),
            ("jeter", "jette"),
        ] {
            assert!(
                all(word, Speech::Verb).contains(&form.to_owned()),
                "{word} {form}"
            );
        }
    }
}
