//! Stress assignment and vowel reduction for English words pronounced by rule.

use super::{Sound, Stress};
use crate::speech::Phoneme;

/// Suffixes that determine the stress, with the number of syllables after the stressed one.
const ENDINGS: [(&str, usize); 28] = [
    ("tion", 1),
    ("tions", 1),
    ("sion", 1),
    ("sions", 1),
    ("cian", 1),
    ("cial", 1),
    ("tial", 1),
    ("cious", 1),
    ("tious", 1),
    ("gion", 1),
    ("ic", 1),
    ("ics", 1),
    ("ical", 2),
    ("ically", 2),
    ("ity", 2),
    ("ities", 2),
    ("ify", 2),
    ("graph", 2),
    ("scope", 2),
    ("graphy", 2),
    ("logy", 2),
    ("ian", 2),
    ("ious", 2),
    ("eous", 2),
    ("ette", 0),
    ("eer", 0),
    ("ee", 0),
    ("esque", 0),
];

/// Unstressed prefixes.
const WEAK_STARTS: [&str; 22] = [
    "a", "be", "de", "re", "con", "com", "dis", "ex", "en", "em", "im", "in", "per", "pre", "pro",
    "sub", "sur", "for", "ob", "un", "es", "to",
];

/// Marks the stressed syllable of a word pronounced by rule and reduces the other vowels.
pub fn assign(word: &str, mut sounds: Vec<Sound>) -> Vec<Sound> {
    let vowels: Vec<usize> = (0..sounds.len())
        .filter(|index| sounds[*index].phoneme.is_vowel())
        .collect();
    if vowels.is_empty() {
        return sounds;
    }
    let stressed = stressed_syllable(word, &sounds, &vowels);
    for (syllable, index) in vowels.iter().enumerate() {
        if syllable == stressed {
            sounds[*index].stress = Stress::Primary;
            if sounds[*index].phoneme == Phoneme::Ax {
                sounds[*index].phoneme = Phoneme::Ah;
            }
            continue;
        }
        let last = syllable + 1 == vowels.len();
        let open = *index + 1 == sounds.len();
        let first = syllable == 0;
        let closed = sounds[*index + 1..]
            .iter()
            .take_while(|sound| !sound.phoneme.is_vowel())
            .count()
            >= 2;
        let far = syllable + 1 < stressed || syllable > stressed + 1;
        sounds[*index] = if first && closed && sounds[*index].phoneme == Phoneme::Ae {
            // fantastic, athletic: a closed first syllable is not reduced.
            sounds[*index]
        } else {
            reduce(sounds[*index], first, last, open, far)
        };
    }
    merge_r(sounds)
}

/// Merges a schwa and a following r into one phoneme.
fn merge_r(sounds: Vec<Sound>) -> Vec<Sound> {
    let mut out: Vec<Sound> = Vec::with_capacity(sounds.len());
    for sound in sounds {
        match out.last_mut() {
            Some(last) if last.phoneme == Phoneme::Ax && sound.phoneme == Phoneme::R => {
                last.phoneme = Phoneme::Er
            }
            _ => out.push(sound),
        }
    }
    out
}

fn stressed_syllable(word: &str, sounds: &[Sound], vowels: &[usize]) -> usize {
    let count = vowels.len();
    if count == 1 {
        return 0;
    }
    if let Some((_, after)) = ENDINGS
        .iter()
        .find(|(ending, _)| word.ends_with(ending) && word.len() > ending.len() + 1)
    {
        return count.saturating_sub(after + 1);
    }
    let weak_start = WEAK_STARTS.iter().any(|start| {
        word.strip_prefix(start).is_some_and(|rest| {
            rest.len() >= 3 && !rest.starts_with(['a', 'e', 'i', 'o', 'u', 'y'])
        })
    });
    let strong = |index: usize| {
        !matches!(
            sounds[vowels[index]].phoneme,
            Phoneme::Ax | Phoneme::Er | Phoneme::Ih
        )
    };
    let closed = sounds.len() > vowels[count - 1] + 2;
    let full_end = strong(count - 1) && vowels[count - 1] + 1 < sounds.len();
    match count {
        2 if weak_start && full_end => 1,
        2 if full_end && closed && is_long(sounds[vowels[1]].phoneme) => 1,
        2 => 0,
        3 if weak_start && strong(1) => 1,
        3 => {
            let heavy = vowels[2] - vowels[1] > 2 && strong(1);
            usize::from(heavy)
        }
        _ => count - 3,
    }
}

fn is_long(phoneme: Phoneme) -> bool {
    matches!(
        phoneme,
        Phoneme::Ey
            | Phoneme::Iy
            | Phoneme::Ay
            | Phoneme::Ow
            | Phoneme::Uw
            | Phoneme::Aw
            | Phoneme::Oy
            | Phoneme::Ao
    )
}

/// Reduces an unstressed vowel, mostly to a schwa.
fn reduce(sound: Sound, first: bool, last: bool, open: bool, far: bool) -> Sound {
    let weak = match sound.phoneme {
        // Vowels two syllables away from the stress are not reduced.
        full if far && (first || is_long(full)) && full != Phoneme::Ax => {
            let stress = if first || is_long(full) && !open {
                Stress::Secondary
            } else {
                Stress::None
            };
            return Sound { stress, ..sound };
        }
        Phoneme::Ae | Phoneme::Ah | Phoneme::Aa => Phoneme::Ax,
        Phoneme::Eh if first => Phoneme::Ih,
        Phoneme::Eh => Phoneme::Ax,
        Phoneme::Ao if !first => Phoneme::Ax,
        Phoneme::Ey if !last => Phoneme::Ax,
        Phoneme::Ay if !last && !first => Phoneme::Ax,
        Phoneme::Iy if !open && !first => Phoneme::Iy,
        Phoneme::Ow if !open && !last => Phoneme::Ax,
        other => other,
    };
    Sound {
        phoneme: weak,
        stress: Stress::None,
    }
}
