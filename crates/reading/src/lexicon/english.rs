//! English inflection.

use super::{Inflection, Irregular, Speech};

/// Plurals that no rule gives.
const PLURALS: &[(&str, &str)] = &[
    ("man", "men"),
    ("woman", "women"),
    ("child", "children"),
    ("person", "people"),
    ("mouse", "mice"),
    ("goose", "geese"),
    ("foot", "feet"),
    ("tooth", "teeth"),
    ("sheep", "sheep"),
    ("fish", "fish"),
    ("deer", "deer"),
    ("ox", "oxen"),
    ("leaf", "leaves"),
    ("wolf", "wolves"),
    ("knife", "knives"),
    ("elf", "elves"),
    ("shelf", "shelves"),
    ("loaf", "loaves"),
    ("calf", "calves"),
    ("scarf", "scarves"),
    ("aircraft", "aircraft"),
    ("cactus", "cacti"),
    ("octopus", "octopuses"),
    ("bison", "bison"),
    ("moose", "moose"),
    ("shrimp", "shrimp"),
    ("salmon", "salmon"),
    ("trout", "trout"),
];

/// Returns the forms of a word.
pub(super) fn inflect(
    word: &str,
    speech: Speech,
    irregular: &Irregular,
) -> Vec<(String, Inflection)> {
    let plain = (word.to_owned(), Inflection::default());
    match speech {
        Speech::Noun => {
            let plural = Inflection {
                plural: true,
                ..Inflection::default()
            };
            plurals(word)
                .into_iter()
                .map(|it| (it, plural))
                .fold(vec![plain], |mut all, it| {
                    all.push(it);
                    all
                })
        }
        Speech::Verb => verb(word, irregular),
        _ => vec![plain],
    }
}

fn plurals(word: &str) -> Vec<String> {
    let irregular = PLURALS.iter().find(|(one, _)| {
        word == *one || word.ends_with(&"man".to_string()) && *one == "man" && word != "human"
    });
    if let Some((one, many)) = irregular {
        let stem = &word[..word.len() - one.len()];
        return vec![format!("{stem}{many}"), format!("{word}s")];
    }
    let ends = |suffix: &str| word.ends_with(suffix);
    if ends("s") || ends("x") || ends("ch") || ends("sh") || ends("z") {
        vec![format!("{word}es")]
    } else if ends("y") && !vowel_before_last(word) {
        vec![format!("{}ies", &word[..word.len() - 1])]
    } else if ends("o") {
        vec![format!("{word}es"), format!("{word}s")]
    } else {
        vec![format!("{word}s")]
    }
}

fn is_vowel(letter: char) -> bool {
    "aeiou".contains(letter)
}

fn vowel_before_last(word: &str) -> bool {
    word.chars().rev().nth(1).is_some_and(is_vowel)
}

fn verb(word: &str, irregular: &Irregular) -> Vec<(String, Inflection)> {
    let mut out = vec![(word.to_owned(), Inflection::default())];
    let finite = Inflection {
        finite: true,
        ..Inflection::default()
    };
    let gerund = Inflection {
        gerund: true,
        ..Inflection::default()
    };
    let past = Inflection {
        past: true,
        ..Inflection::default()
    };
    if let Some(forms) = irregular.get(word) {
        for form in forms {
            let inflection = if form.ends_with("ing") {
                gerund
            } else if form.ends_with('s') {
                finite
            } else {
                past
            };
            out.push((form.clone(), inflection));
        }
    }
    let ends = |suffix: &str| word.ends_with(suffix);
    let third = if ends("s") || ends("x") || ends("ch") || ends("sh") || ends("z") || ends("o") {
        format!("{word}es")
    } else if ends("y") && !vowel_before_last(word) {
        format!("{}ies", &word[..word.len() - 1])
    } else {
        format!("{word}s")
    };
    out.push((third, finite));
    let stem = match word {
        _ if ends("ie") => format!("{}y", &word[..word.len() - 2]),
        _ if ends("e") && !ends("ee") && !ends("ye") => word[..word.len() - 1].to_owned(),
        _ => word.to_owned(),
    };
    out.push((format!("{stem}ing"), gerund));
    // A final consonant after one vowel may double: hop, hopping.
    let letters: Vec<char> = word.chars().rev().take(3).collect();
    if let [last, vowel, before] = letters[..]
        && !is_vowel(last)
        && !"wxy".contains(last)
        && is_vowel(vowel)
        && !is_vowel(before)
    {
        out.push((format!("{word}{last}ing"), gerund));
        out.push((format!("{word}{last}ed"), past));
    }
    let past_form = match word {
        _ if ends("e") => format!("{word}d"),
        _ if ends("y") && !vowel_before_last(word) => format!("{}ied", &word[..word.len() - 1]),
        _ => format!("{word}ed"),
    };
    out.push((past_form, past));
    // A dropped g: runnin'.
    out
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
    fn nouns_have_plurals() {
        for (one, many) in [
            ("ball", "balls"),
            ("box", "boxes"),
            ("puppy", "puppies"),
            ("toy", "toys"),
            ("fireman", "firemen"),
            ("mouse", "mice"),
        ] {
            assert!(all(one, Speech::Noun).contains(&many.to_owned()), "{one}");
        }
        assert!(all("human", Speech::Noun).contains(&"humans".to_owned()));
    }

    #[test]
    fn verbs_have_their_forms() {
        for (verb, form) in [
            ("hop", "hopping"),
            ("dance", "dancing"),
            ("fly", "flies"),
            ("lie", "lying"),
            ("chase", "chased"),
            ("toss", "tosses"),
            ("jog", "jogged"),
        ] {
            assert!(
                all(verb, Speech::Verb).contains(&form.to_owned()),
                "{verb} {form}"
            );
        }
    }
}
