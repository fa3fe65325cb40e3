//! Spelling correction: the only known word at one typing error.

use crate::Language;
use crate::lexicon::{Lexicon, Speech};

/// Shortest word that is corrected, in letters.
const SHORTEST: usize = 4;
/// Shortest word that is corrected when the first letter differs.
const SHORTEST_FIRST: usize = 6;

/// Returns the known word that a misspelt one means, if there is exactly one best candidate.
pub(crate) fn corrected<'a>(
    word: &str,
    language: Language,
    lexicon: &'a Lexicon,
) -> Option<&'a str> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < SHORTEST || !letters.iter().all(|it| it.is_alphabetic()) {
        return None;
    }
    let mut best: Option<(u32, &str)> = None;
    let mut tie = false;
    for (known, entries) in lexicon.words() {
        let own = |it: &&crate::lexicon::Entry| it.language == Some(language) && it.rest.is_empty();
        let Some(entry) = entries.iter().find(own) else {
            continue;
        };
        if known.chars().count().abs_diff(letters.len()) > 1 {
            continue;
        }
        let other: Vec<char> = known.chars().collect();
        let Some(kind) = one_error(&letters, &other) else {
            continue;
        };
        if letters[0] != other[0] && letters.len() < SHORTEST_FIRST {
            continue;
        }
        // A swap or a doubled letter is a likelier slip than another letter; a word with a field likelier than one without.
        let cost = kind
            + u32::from(letters[0] != other[0]) * 4
            + u32::from(entry.speech == Speech::Ordinary) * 2;
        match best {
            Some((least, _)) if cost > least => {}
            Some((least, _)) if cost == least => tie = true,
            _ => (best, tie) = (Some((cost, known)), false),
        }
    }
    best.filter(|_| !tie).map(|(_, known)| known)
}

/// Returns the weight of the one typing error between two words: 0 a swap or a repeated letter, 1 a missing or extra one, 2 another letter.
fn one_error(typed: &[char], known: &[char]) -> Option<u32> {
    let same = typed.iter().zip(known).take_while(|(a, b)| a == b).count();
    let (a, b) = (&typed[same..], &known[same..]);
    match typed.len().cmp(&known.len()) {
        std::cmp::Ordering::Less => {
            (a == &b[1..]).then(|| u32::from(same == 0 || known[same - 1] != known[same]))
        }
        std::cmp::Ordering::Greater => {
            (&a[1..] == b).then(|| u32::from(same == 0 || typed[same - 1] != typed[same]))
        }
        std::cmp::Ordering::Equal if a.is_empty() => None,
        std::cmp::Ordering::Equal => {
            let swapped = a.len() > 1 && a[0] == b[1] && a[1] == b[0] && a[2..] == b[2..];
            if swapped {
                Some(0)
            } else {
                (a[1..] == b[1..]).then_some(2)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_are_weighted() {
        let letters = |word: &str| word.chars().collect::<Vec<_>>();
        let error = |a: &str, b: &str| one_error(&letters(a), &letters(b));
        assert_eq!(error("blal", "ball"), Some(0));
        assert_eq!(error("balll", "ball"), Some(0));
        assert_eq!(error("bal", "ball"), Some(0));
        assert_eq!(error("bll", "ball"), Some(1));
        assert_eq!(error("bell", "ball"), Some(2));
        assert_eq!(error("ball", "ball"), None);
        assert_eq!(error("cat", "ball"), None);
    }
}
