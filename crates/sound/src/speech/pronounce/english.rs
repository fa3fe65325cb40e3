//! English pronunciation: lexicon, affixes and compounds of listed words, then letter-to-sound rules with stress assignment.

use std::sync::LazyLock;

use super::english_stress::assign;
use super::lexicon::Lexicon;
use super::rules::Rules;
use super::{Sound, SpokenWord, Stress, sounds};
use crate::speech::Phoneme;
use crate::speech::text::Token;

static LEXICON: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../../../data/english.lexicon")));
static RULES: LazyLock<Rules> =
    LazyLock::new(|| Rules::parse(include_str!("../../../data/english.rules")));

/// Maximum length in letters of a word that is decomposed into listed parts.
const LONGEST_WORD: usize = 30;

/// Pronounces the words of a phrase.
pub fn words(tokens: &[Token]) -> Vec<SpokenWord> {
    let mut out: Vec<SpokenWord> = tokens
        .iter()
        .filter_map(|token| match token {
            Token::Word(text) => Some(word(text)),
            Token::Letter(letter) => Some(letter_name(*letter)),
            Token::Break(_) => None,
        })
        .collect();
    link(&mut out);
    out
}

/// Pronounces a word in isolation.
pub fn word(text: &str) -> SpokenWord {
    let found = known(text);
    let known = found.is_some();
    let sounds = found.unwrap_or_else(|| by_rule(text));
    let text = text.to_owned();
    SpokenWord {
        text,
        sounds,
        known,
    }
}

/// Selects the strong forms of "the" and "to" before a vowel.
fn link(words: &mut [SpokenWord]) {
    for index in 0..words.len().saturating_sub(1) {
        let vowel_next = words[index + 1]
            .sounds
            .first()
            .is_some_and(|sound| sound.phoneme.is_vowel());
        let strong = match words[index].text.as_str() {
            "the" if vowel_next => "dh iy",
            "to" if vowel_next => "t uw",
            _ => continue,
        };
        words[index].sounds = sounds(strong);
    }
}

fn known(text: &str) -> Option<Vec<Sound>> {
    // Endings are stripped recursively; the limit bounds the work.
    if !text.is_ascii() || text.len() > LONGEST_WORD {
        return None;
    }
    LEXICON
        .get(text)
        .or_else(|| contracted(text))
        .or_else(|| with_ending(text))
        .or_else(|| with_prefix(text))
        .or_else(|| compound(text))
}

/// Pronounces a word with a clitic: `cat's`, `they'll`.
fn contracted(text: &str) -> Option<Vec<Sound>> {
    let (stem, clitic) = text.rsplit_once('\'')?;
    let mut out = known(stem).unwrap_or_else(|| by_rule(stem));
    match clitic {
        "s" => plural(&mut out),
        "ll" => out.extend(sounds("ax l")),
        "ve" => out.extend(sounds("v")),
        "re" => out.extend(sounds("er")),
        "d" => past(&mut out),
        "m" => out.extend(sounds("m")),
        "t" => out.extend(sounds("t")),
        "" => {}
        other => out.extend(by_rule(other)),
    }
    Some(out)
}

/// Pronounces a listed stem with a suffix: `-s`, `-ed`, `-ing`, `-er`, `-ly` and similar.
fn with_ending(text: &str) -> Option<Vec<Sound>> {
    const PLAIN: [(&str, &str); 14] = [
        ("ingly", "ih ng l iy"),
        ("ings", "ih ng z"),
        ("ing", "ih ng"),
        ("ness", "n ax s"),
        ("less", "l ax s"),
        ("fully", "f ax l iy"),
        ("ful", "f ax l"),
        ("ments", "m ax n t s"),
        ("ment", "m ax n t"),
        ("ers", "er z"),
        ("er", "er"),
        ("est", "ax s t"),
        ("able", "ax b ax l"),
        ("ly", "l iy"),
    ];
    if let Some(mut out) = text
        .strip_suffix('s')
        .filter(|rest| !rest.ends_with(['s', 'u', 'i']))
        .and_then(|rest| {
            let whole = listed(rest).or_else(|| with_ending(rest));
            let y = || {
                rest.strip_suffix("ie")
                    .and_then(|rest| listed(&format!("{rest}y")))
            };
            whole.or_else(y).or_else(|| {
                rest.strip_suffix('e')
                    .filter(|rest| takes_es(rest))
                    .and_then(listed)
            })
        })
    {
        plural(&mut out);
        return Some(out);
    }
    if let Some(mut out) = text.strip_suffix("ed").and_then(stem) {
        past(&mut out);
        return Some(out);
    }
    for (ending, symbols) in PLAIN {
        let Some(rest) = text.strip_suffix(ending).filter(|rest| rest.len() >= 2) else {
            continue;
        };
        let vowel_first = ending.starts_with(['i', 'e', 'a']);
        let happily = || {
            rest.strip_suffix('i')
                .and_then(|rest| listed(&format!("{rest}y")))
        };
        let simply = || listed(&format!("{rest}le")).filter(|_| ending == "ly");
        let found = if vowel_first {
            stem(rest)
        } else {
            listed(rest).or_else(|| with_ending(rest))
        };
        if let Some(mut out) = found.or_else(happily).or_else(simply) {
            // `happily`: the last vowel of the stem is reduced before the suffix.
            if ending == "ly"
                && rest.ends_with('i')
                && let Some(last) = out.last_mut()
            {
                last.phoneme = Phoneme::Ax;
            }
            // `simply`: the syllabic l of the stem merges with the l of the suffix.
            if ending == "ly" && out.last().is_some_and(|last| last.phoneme == Phoneme::L) {
                out.pop();
                if out.last().is_some_and(|last| last.phoneme == Phoneme::Ax) && simply().is_some()
                {
                    out.pop();
                }
            }
            out.extend(sounds(symbols));
            return Some(out);
        }
    }
    None
}

/// Restores the stem before a suffix that starts with a vowel: `hop(p)`, `hop(e)`, `cr(y→i)`.
fn stem(rest: &str) -> Option<Vec<Sound>> {
    let letters = rest.as_bytes();
    let doubled = letters.len() >= 3
        && letters[letters.len() - 1] == letters[letters.len() - 2]
        && !b"aeioulsfz".contains(&letters[letters.len() - 1]);
    let doubled_l = letters.len() >= 4 && rest.ends_with("ll");
    let silent_e = || listed(&format!("{rest}e"));
    let single = || listed(&rest[..rest.len() - 1]);
    let y = || {
        rest.strip_suffix('i')
            .and_then(|rest| listed(&format!("{rest}y")))
    };
    if rest.len() < 2 {
        return None;
    }
    if doubled {
        return single().or_else(|| listed(rest));
    }
    let short = letters.len() >= 3
        && !b"aeiouwxy".contains(&letters[letters.len() - 1])
        && b"aeiou".contains(&letters[letters.len() - 2])
        && !b"aeiou".contains(&letters[letters.len() - 3]);
    // `hoping` is from `hope`, not from `hop`, whose last letter would be doubled.
    let found = if short {
        silent_e().or_else(|| listed(rest))
    } else {
        listed(rest).or_else(silent_e)
    };
    found
        .or_else(y)
        .or_else(|| if doubled_l { single() } else { None })
}

/// Looks up a stem of at least two letters.
fn listed(stem: &str) -> Option<Vec<Sound>> {
    if stem.len() < 2 {
        None
    } else {
        LEXICON.get(stem)
    }
}

fn with_prefix(text: &str) -> Option<Vec<Sound>> {
    const PREFIXES: [(&str, &str); 7] = [
        ("under", "ah2 n d er"),
        ("over", "ow2 v er"),
        ("inter", "ih2 n t er"),
        ("super", "s uw2 p er"),
        ("non", "n aa2 n"),
        ("un", "ah2 n"),
        ("mis", "m ih2 s"),
    ];
    PREFIXES.iter().find_map(|(prefix, symbols)| {
        let rest = text.strip_prefix(prefix).filter(|rest| rest.len() >= 4)?;
        let rest = listed(rest).or_else(|| with_ending(rest))?;
        let mut out = sounds(symbols);
        out.extend(rest);
        Some(out)
    })
}

/// Pronounces a compound of two listed words of at least four letters, with primary stress on the first.
fn compound(text: &str) -> Option<Vec<Sound>> {
    (4..text.len().saturating_sub(3)).rev().find_map(|cut| {
        let (first, second) = text.split_at(cut);
        if !LEXICON.has(first) {
            return None;
        }
        let mut out = LEXICON.get(first)?;
        let second = LEXICON.get(second).or_else(|| with_ending(second))?;
        out.extend(second.into_iter().map(|sound| Sound {
            stress: if sound.stress == Stress::Primary {
                Stress::Secondary
            } else {
                sound.stress
            },
            ..sound
        }));
        Some(out)
    })
}

fn by_rule(text: &str) -> Vec<Sound> {
    let plain: String = text.chars().filter(|letter| *letter != '\'').collect();
    assign(&plain, RULES.apply(&plain))
}

/// Appends the suffix of plural, possessive and third person.
fn plural(out: &mut Vec<Sound>) {
    let symbols = match out.last().map(|last| last.phoneme) {
        Some(Phoneme::S | Phoneme::Z | Phoneme::Sh | Phoneme::Zh | Phoneme::Ch | Phoneme::Jh) => {
            "ax z"
        }
        Some(last) if !last.is_voiced() => "s",
        _ => "z",
    };
    out.extend(sounds(symbols));
}

/// Appends the suffix of the past tense.
fn past(out: &mut Vec<Sound>) {
    let symbols = match out.last().map(|last| last.phoneme) {
        Some(Phoneme::T | Phoneme::D) => "ax d",
        Some(last) if !last.is_voiced() => "t",
        _ => "d",
    };
    out.extend(sounds(symbols));
}

/// Tests whether the plural of a stem is written `-es`.
fn takes_es(stem: &str) -> bool {
    stem.ends_with(['s', 'x', 'z', 'o']) || stem.ends_with("ch") || stem.ends_with("sh")
}

fn letter_name(letter: char) -> SpokenWord {
    let symbols = match letter {
        'a' => "ey1",
        'b' => "b iy1",
        'c' => "s iy1",
        'd' => "d iy1",
        'e' => "iy1",
        'f' => "eh1 f",
        'g' => "jh iy1",
        'h' => "ey1 ch",
        'i' => "ay1",
        'j' => "jh ey1",
        'k' => "k ey1",
        'l' => "eh1 l",
        'm' => "eh1 m",
        'n' => "eh1 n",
        'o' => "ow1",
        'p' => "p iy1",
        'q' => "k j uw1",
        'r' => "aa1 r",
        's' => "eh1 s",
        't' => "t iy1",
        'u' => "j uw1",
        'v' => "v iy1",
        'w' => "d ah1 b ax l j uw",
        'x' => "eh1 k s",
        'y' => "w ay1",
        _ => "z iy1",
    };
    let (text, sounds) = (letter.to_string(), sounds(symbols));
    SpokenWord {
        text,
        sounds,
        known: true,
    }
}
