//! Letter-to-sound rules `left[letters]right = symbols`; the first matching rule applies.
//!
//! The format is that of Elovitz et al. (1976). In contexts lower-case letters are literals; classes are `_` word boundary,
//! `V` vowel letter, `C` consonant letter, `*` any number of consonants, `+` one or more vowels, `E` a letter that softens c
//! and g, `D` voiced consonant, `S` a suffix that does not change the stem, `N` a letter other than m and n, `.` any letter.

use super::{Sound, sounds};

/// Rule table, indexed by the first letter of each rule.
pub struct Rules {
    by_letter: Vec<(char, Vec<Rule>)>,
}

struct Rule {
    left: Vec<char>,
    letters: Vec<char>,
    right: Vec<char>,
    symbols: &'static str,
}

impl Rules {
    /// Parses a table; `#` starts a comment.
    pub fn parse(table: &'static str) -> Self {
        let mut by_letter: Vec<(char, Vec<Rule>)> = Vec::new();
        for rule in table.lines().filter_map(parse_rule) {
            let first = rule.letters[0];
            match by_letter.iter_mut().find(|(letter, _)| *letter == first) {
                Some((_, rules)) => rules.push(rule),
                None => by_letter.push((first, vec![rule])),
            }
        }
        Self { by_letter }
    }

    /// Converts a word to phonemes; a letter without a matching rule is silent.
    pub fn apply(&self, word: &str) -> Vec<Sound> {
        let word: Vec<char> = word.chars().collect();
        let backwards: Vec<char> = word.iter().rev().copied().collect();
        let mut out = Vec::new();
        let mut at = 0;
        while at < word.len() {
            let rules = self
                .by_letter
                .iter()
                .find(|(letter, _)| *letter == word[at]);
            let fit = rules.and_then(|(_, rules)| {
                rules
                    .iter()
                    .find(|rule| rule.fits(&word[at..], &backwards[word.len() - at..]))
            });
            match fit {
                Some(rule) => {
                    out.extend(sounds(rule.symbols));
                    at += rule.letters.len();
                }
                None => at += 1,
            }
        }
        out
    }
}

impl Rule {
    /// Tests whether the rule matches. `before` is the text to the left, reversed.
    fn fits(&self, rest: &[char], before: &[char]) -> bool {
        rest.starts_with(&self.letters)
            && context(&self.right, &rest[self.letters.len()..])
            && context(&self.left, before)
    }
}

fn parse_rule(line: &'static str) -> Option<Rule> {
    if line.starts_with('#') {
        return None;
    }
    let (left, rest) = line.split_once('[')?;
    let (letters, rest) = rest.split_once(']')?;
    let (right, symbols) = rest.split_once('=')?;
    let letters: Vec<char> = letters.chars().collect();
    letters.first()?;
    Some(Rule {
        left: left.trim().chars().rev().collect(),
        letters,
        right: right.trim().chars().collect(),
        symbols: symbols.trim(),
    })
}

/// Tests whether `text`, in reading direction away from the letters of the rule, starts with the pattern.
fn context(pattern: &[char], text: &[char]) -> bool {
    let Some((class, pattern)) = pattern.split_first() else {
        return true;
    };
    let run = |is: fn(char) -> bool| text.iter().take_while(|letter| is(**letter)).count();
    match class {
        '_' => text.is_empty() && pattern.is_empty(),
        '*' => (0..=run(is_consonant))
            .rev()
            .any(|length| context(pattern, &text[length..])),
        '+' => (1..=run(is_vowel))
            .rev()
            .any(|length| context(pattern, &text[length..])),
        'S' => {
            [
                "", "e", "es", "ed", "er", "ers", "ing", "ings", "ely", "est", "eful", "eless",
                "ement", "ements",
            ]
            .iter()
            .any(|ending| text.iter().copied().eq(ending.chars()))
                && !text.is_empty()
        }
        _ => match text.split_first() {
            Some((letter, text)) => is_in(*class, *letter) && context(pattern, text),
            None => false,
        },
    }
}

fn is_in(class: char, letter: char) -> bool {
    match class {
        'V' => is_vowel(letter),
        'C' => is_consonant(letter),
        'E' => "eiyéèêëî".contains(letter),
        'D' => "bdgjlmnrvwz".contains(letter),
        'N' => letter != 'm' && letter != 'n',
        '.' => true,
        _ => class == letter,
    }
}

fn is_vowel(letter: char) -> bool {
    "aeiouyàâéèêëîïôùûüÿ".contains(letter)
}

fn is_consonant(letter: char) -> bool {
    letter.is_alphabetic() && !is_vowel(letter)
}

#[cfg(test)]
mod tests {
    use super::{Rules, context};

    fn fits(pattern: &str, text: &str) -> bool {
        let pattern: Vec<char> = pattern.chars().collect();
        let text: Vec<char> = text.chars().collect();
        context(&pattern, &text)
    }

    #[test]
    fn context_classes_match() {
        assert!(fits("_", "") && !fits("_", "a"));
        assert!(fits("C_", "t") && !fits("C_", "te"));
        assert!(fits("*V", "stra") && !fits("*V", "str"));
        assert!(fits("CS", "king") && fits("CS", "ke") && !fits("CS", "k") && !fits("CS", "kin"));
        assert!(fits("+_", "ea") && !fits("+_", ""));
    }

    #[test]
    fn first_matching_rule_applies() {
        let rules = Rules::parse("[c]E = s\n[c] = k\n_[a]_ = ax\n[a] = ae");
        let symbols = |word| -> Vec<_> {
            rules
                .apply(word)
                .iter()
                .map(|sound| sound.phoneme.symbol())
                .collect()
        };
        assert_eq!(symbols("cac"), ["k", "ae", "k"]);
        assert_eq!(symbols("a"), ["ax"]);
        assert_eq!(symbols("cec"), ["s", "k"]);
    }
}
