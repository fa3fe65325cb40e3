//! Spelling correction: the only known word at one typing error.

use crate::Language;
use crate::lexicon::{Entry, Lexicon, Sense, Speech};

/// Shortest word that is corrected, in letters.
const SHORTEST: usize = 4;
/// Shortest word that is corrected when the first letter differs.
const SHORTEST_FIRST: usize = 6;
/// Shortest word that is corrected when one letter stands for another: of short words most are real ones.
const SHORTEST_OTHER: usize = 7;
/// Vowels.
const VOWELS: &str = "aeiouyéèêàîôûù";
/// Letters that an error may leave out or replace.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzéèêàçîôûù";

/// Spellings of the same sound.
const SOUNDS: &[(&str, &str)] = &[
    ("f", "ph"),
    ("ph", "f"),
    ("k", "c"),
    ("c", "k"),
    ("k", "qu"),
    ("qu", "k"),
    ("s", "c"),
    ("c", "s"),
    ("ss", "c"),
    ("s", "ss"),
    ("z", "s"),
    ("s", "z"),
    ("i", "y"),
    ("y", "i"),
    ("ei", "ie"),
    ("ie", "ei"),
    ("an", "en"),
    ("en", "an"),
    ("o", "au"),
    ("o", "eau"),
    ("au", "o"),
    ("ai", "è"),
    ("é", "er"),
    ("er", "é"),
    ("in", "ain"),
    ("j", "ge"),
];

/// Returns the known word that a misspelt one means, if there is exactly one best candidate.
pub(crate) fn corrected(word: &str, language: Language, lexicon: &Lexicon) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < SHORTEST || !letters.iter().all(|it| it.is_alphabetic()) {
        return None;
    }
    let mut best: Option<(u32, String)> = None;
    let mut tie = false;
    for (kind, candidate) in errors(&letters) {
        let own = |it: &&Entry| it.language == Some(language) && it.rest.is_empty();
        let mut entries = lexicon.starting_with(&candidate).iter().filter(own);
        let Some(first) = entries.next() else {
            continue;
        };
        let states =
            first.speech != Speech::Ordinary || entries.any(|it| it.speech != Speech::Ordinary);
        let other_first = candidate.chars().next() != letters.first().copied();
        if other_first && letters.len() < SHORTEST_FIRST {
            continue;
        }
        // A word with a field is likelier than one without.
        if !states && kind > 0 {
            continue;
        }
        let cost = kind + u32::from(other_first) * 4 + u32::from(!states) * 2;
        match &best {
            Some((least, _)) if cost > *least => {}
            // Forms of one word are no tie: "poursui" is "poursuit" as well as "poursuis".
            Some((least, known)) if cost == *least => {
                let sense = lexicon
                    .starting_with(known)
                    .iter()
                    .find(own)
                    .map(|it| &it.sense);
                tie |= *known != candidate
                    && (sense != Some(&first.sense) || first.sense == Sense::Ordinary);
            }
            _ => (best, tie) = (Some((cost, candidate)), false),
        }
    }
    best.filter(|_| !tie).map(|(_, known)| known)
}

/// Lists what one typing error may stand for, with its weight: 0 a swap or a repeated letter, 1 a missing one or the same sound,
/// 2 an extra one or another letter. The words are looked up, which costs far less than a comparison with every known word.
fn errors(typed: &[char]) -> Vec<(u32, String)> {
    let mut out = Vec::new();
    for at in 0..typed.len() {
        // A letter left out is likelier than one too many.
        let (before, after) = typed.split_at(at);
        let word = |middle: &[char], rest: &[char]| -> String {
            before.iter().chain(middle).chain(rest).collect()
        };
        let repeats = before.last() == after.first();
        out.push((u32::from(!repeats) * 2, word(&[], &after[1..])));
        if let [a, b, rest @ ..] = after
            && a != b
        {
            out.push((0, word(&[*b, *a], rest)));
        }
        for letter in LETTERS.chars().filter(|it| *it != after[0]) {
            // One vowel for another sounds alike more often than one consonant for another.
            let vowels = VOWELS.contains(letter) && VOWELS.contains(after[0]);
            if typed.len() >= SHORTEST_OTHER - usize::from(vowels) {
                out.push((2, word(&[letter], &after[1..])));
            }
            let repeats = before.last() == Some(&letter);
            out.push((u32::from(!repeats), word(&[letter], after)));
        }
    }
    let whole: String = typed.iter().collect();
    for (spelt, meant) in SOUNDS {
        for (at, _) in whole.match_indices(spelt) {
            let word = format!("{}{meant}{}", &whole[..at], &whole[at + spelt.len()..]);
            out.push((1, word));
        }
    }
    for letter in LETTERS.chars() {
        let repeats = typed.last() == Some(&letter);
        let word = typed.iter().chain([&letter]).collect();
        out.push((u32::from(!repeats), word));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_are_weighted() {
        let error = |typed: &str, known: &str| {
            let letters: Vec<char> = typed.chars().collect();
            let all = errors(&letters);
            all.into_iter()
                .filter(|it| it.1 == known)
                .map(|it| it.0)
                .min()
        };
        assert_eq!(error("blal", "ball"), Some(0));
        assert_eq!(error("balll", "ball"), Some(0));
        assert_eq!(error("bal", "ball"), Some(0));
        assert_eq!(error("bll", "ball"), Some(1));
        assert_eq!(error("giraffa", "giraffe"), Some(2));
        assert_eq!(error("ball", "ball"), None);
        assert_eq!(error("cat", "ball"), None);
    }

    #[test]
    fn misspelt_words_are_corrected() {
        let lexicon = Lexicon::built_in();
        let english = |word: &str| corrected(word, Language::English, &lexicon);
        assert_eq!(english("purpel").as_deref(), Some("purple"));
        assert_eq!(english("elefant").as_deref(), Some("elephant"));
        assert_eq!(english("girafe").as_deref(), Some("giraffe"));
        let french = |word: &str| corrected(word, Language::French, &lexicon);
        assert_eq!(french("éléphannt").as_deref(), Some("éléphant"));
    }

    #[test]
    fn a_correction_takes_less_than_a_millisecond() {
        let lexicon = Lexicon::built_in();
        let start = std::time::Instant::now();
        for _ in 0..20 {
            assert_eq!(corrected("zzyzzxqqk", Language::English, &lexicon), None);
        }
        // Debug builds are many times slower than what ships.
        assert!(start.elapsed().as_millis() < 20 * 10);
    }
}
