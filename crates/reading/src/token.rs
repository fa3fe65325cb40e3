//! Tokens: words, numbers, marks, quotations and emoji, with their place in the text.

use std::ops::Range;

/// Kind of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters.
    Word,
    /// Digits.
    Number(u32),
    /// Punctuation.
    Mark(char),
    /// A quotation; its text without the quotation marks.
    Quote(String),
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// Kind.
    pub kind: Kind,
    /// Lower-case text, apostrophes normalised.
    pub text: String,
    /// Bytes of the prompt.
    pub span: Range<usize>,
    /// Whether a French elision (`l'`) made it.
    pub elided: bool,
}

/// Words before an apostrophe that French elides.
const ELISIONS: [&str; 13] = [
    "l", "d", "j", "qu", "s", "n", "c", "m", "t", "jusqu", "lorsqu", "puisqu", "presqu",
];

/// Splits a text.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let end_of = |i: usize| letters.get(i).map_or(text.len(), |&(at, _)| at);
    let mut tokens: Vec<Token> = Vec::new();
    let mut i = 0;
    while i < letters.len() {
        let (at, letter) = letters[i];
        if let Some(close) = closing_quote(&letters, i) {
            let inner = &text[end_of(i + 1)..letters[close].0];
            let said = inner.trim();
            if !said.is_empty() {
                tokens.push(Token {
                    kind: Kind::Quote(said.to_owned()),
                    text: said.to_lowercase(),
                    span: at..end_of(close + 1),
                    elided: false,
                });
            }
            i = close + 1;
        } else if letter.is_alphabetic() {
            let mut j = i + 1;
            while j < letters.len() && continues_word(&letters, j) {
                j += 1;
            }
            // "d' un": an elision that stands alone
            let alone = letters.get(j).is_some_and(|it| is_apostrophe(it.1))
                && ELISIONS.contains(&text[at..end_of(j)].to_lowercase().as_str());
            if alone {
                j += 1;
            }
            word(text, at..end_of(j), &mut tokens);
            i = j;
        } else if letter.is_ascii_digit() {
            let mut j = i + 1;
            while j < letters.len() && letters[j].1.is_ascii_digit() {
                j += 1;
            }
            let digits = &text[at..end_of(j)];
            tokens.push(Token {
                kind: Kind::Number(digits.parse().unwrap_or(u32::MAX)),
                text: digits.to_owned(),
                span: at..end_of(j),
                elided: false,
            });
            i = j;
        } else if letter.is_whitespace() || is_joiner(letter) {
            i += 1;
        } else if is_emoji(letter) {
            // A sequence (variation selector, skin tone, joiner) is one token.
            let mut j = i + 1;
            let mut joined = false;
            while j < letters.len() && (is_joiner(letters[j].1) || joined) {
                joined = letters[j].1 == '\u{200d}';
                j += 1;
            }
            let plain = |it: &char| *it == '\u{200d}' || !is_joiner(*it);
            let text: String = text[at..end_of(j)].chars().filter(plain).collect();
            tokens.push(Token {
                kind: Kind::Word,
                text,
                span: at..end_of(j),
                elided: false,
            });
            i = j;
        } else {
            tokens.push(Token {
                // "cats & dogs"
                kind: match letter {
                    '&' => Kind::Word,
                    _ => Kind::Mark(letter),
                },
                text: letter.to_string(),
                span: at..end_of(i + 1),
                elided: false,
            });
            i += 1;
        }
    }
    tokens
}

fn is_joiner(letter: char) -> bool {
    matches!(letter, '\u{200d}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

fn is_emoji(letter: char) -> bool {
    matches!(letter, '\u{1f000}'..='\u{1faff}' | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}')
}

fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '‘' | '`')
}

fn continues_word(letters: &[(usize, char)], j: usize) -> bool {
    let next = |k: usize| letters.get(k).is_some_and(|it| it.1.is_alphabetic());
    letters[j].1.is_alphabetic()
        || is_mark(letters[j].1)
        || (is_apostrophe(letters[j].1) && next(j + 1))
}

/// Whether a character is a combining accent.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

/// Returns the index of the mark that closes the quotation opened at `i`.
fn closing_quote(letters: &[(usize, char)], i: usize) -> Option<usize> {
    let close: &[char] = match letters[i].1 {
        '"' => &['"'],
        '“' | '„' => &['”', '“', '"'],
        '«' => &['»'],
        // A single mark opens a quotation only before a word and after a space, and closes it only after a word and before none.
        '\'' | '‘' => {
            let before = i.checked_sub(1).map(|k| letters[k].1);
            if before.is_some_and(|it| it.is_alphanumeric()) {
                return None;
            }
            let ends = |k: usize| {
                is_apostrophe(letters[k].1)
                    && letters.get(k + 1).is_none_or(|it| !it.1.is_alphanumeric())
            };
            return (i + 2..letters.len()).find(|&k| ends(k));
        }
        _ => return None,
    };
    (i + 1..letters.len()).find(|&k| close.contains(&letters[k].1))
}

/// Pushes the parts of a word: an elision, the stem, an English clitic.
fn word(text: &str, span: Range<usize>, tokens: &mut Vec<Token>) {
    let lower: String = text[span.clone()]
        .chars()
        .map(|it| if is_apostrophe(it) { '\'' } else { it })
        .collect();
    let lower = compose(&lower.to_lowercase());
    let mut push = |text: &str, span: Range<usize>, elided: bool| {
        tokens.push(Token {
            kind: Kind::Word,
            text: text.to_owned(),
            span,
            elided,
        });
    };
    let Some((before, after)) = lower.split_once('\'') else {
        return push(&lower, span, false);
    };
    let middle = text[span.clone()]
        .find(is_apostrophe)
        .map_or(span.end, |at| span.start + at);
    let after_at = text[middle..span.end]
        .chars()
        .next()
        .map_or(middle, |it| middle + it.len_utf8());
    if lower == "aujourd'hui" {
        push(&lower, span, false);
    } else if ELISIONS.contains(&before) && !matches!(after, "t" | "s" | "d" | "m") {
        push(&format!("{before}'"), span.start..after_at, true);
        if !after.is_empty() {
            word(text, after_at..span.end, tokens);
        }
    } else if after == "t" && before.ends_with('n') {
        push(&lower, span, false);
    } else if matches!(after, "s" | "re" | "ll" | "ve" | "d" | "m") {
        push(before, span.start..middle, false);
        push(&format!("'{after}"), middle..span.end, false);
    } else {
        push(before, span.start..middle, false);
        word(text, after_at..span.end, tokens);
    }
}

/// Composes the combining accents of French.
fn compose(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        let pair = |last: char| match (last, letter) {
            ('e', '\u{301}') => Some('é'),
            ('e', '\u{300}') => Some('è'),
            ('e', '\u{302}') => Some('ê'),
            ('e', '\u{308}') => Some('ë'),
            ('a', '\u{300}') => Some('à'),
            ('a', '\u{302}') => Some('â'),
            ('u', '\u{300}') => Some('ù'),
            ('u', '\u{302}') => Some('û'),
            ('i', '\u{302}') => Some('î'),
            ('i', '\u{308}') => Some('ï'),
            ('o', '\u{302}') => Some('ô'),
            ('c', '\u{327}') => Some('ç'),
            _ => None,
        };
        match out.chars().last().and_then(pair) {
            Some(composed) => {
                out.pop();
                out.push(composed);
            }
            None => out.push(letter),
        }
    }
    out.replace('œ', "oe").replace('æ', "ae")
}

/// Removes the accents of a word.
pub(crate) fn folded(word: &str) -> String {
    word.chars()
        .map(|letter| match letter {
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'à' | 'â' | 'ä' => 'a',
            'ù' | 'û' | 'ü' => 'u',
            'î' | 'ï' => 'i',
            'ô' | 'ö' => 'o',
            'ç' => 'c',
            'ñ' => 'n',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|it| it.text).collect()
    }

    #[test]
    fn words_split_at_hyphens_elisions_and_clitics() {
        assert_eq!(
            texts("A close-up, Pixar-like!"),
            ["a", "close", "-", "up", ",", "pixar", "-", "like", "!"]
        );
        assert_eq!(
            texts("l’arbre d'hiver qu'on voit"),
            ["l'", "arbre", "d'", "hiver", "qu'", "on", "voit"]
        );
        assert_eq!(
            texts("the dog's ball isn't red"),
            ["the", "dog", "'s", "ball", "isn't", "red"]
        );
        assert_eq!(texts("aujourd'hui"), ["aujourd'hui"]);
    }

    #[test]
    fn spans_cover_the_words_of_the_prompt() {
        let prompt = "Un œuf «Salut !» tombe, l’été.";
        for token in tokens(prompt) {
            assert!(
                prompt
                    .get(token.span.clone())
                    .is_some_and(|it| !it.is_empty()),
                "{token:?}"
            );
        }
    }

    #[test]
    fn quotations_are_one_token_and_apostrophes_are_none() {
        let quotes = |text: &str| -> Vec<String> {
            let quote = |it: Token| match it.kind {
                Kind::Quote(text) => Some(text),
                _ => None,
            };
            tokens(text).into_iter().filter_map(quote).collect()
        };
        assert_eq!(quotes("she says \"hello there\""), ["hello there"]);
        assert_eq!(quotes("il dit « bonjour » et part"), ["bonjour"]);
        assert_eq!(quotes("he says 'it's me' and goes"), ["it's me"]);
        assert!(quotes("the dogs' ball and the cat's bowl").is_empty());
        assert!(quotes("an unclosed \"quote").is_empty());
    }

    #[test]
    fn emoji_sequences_are_words() {
        assert_eq!(texts("🐱⬆️🏖️"), ["🐱", "⬆", "🏖"]);
        assert_eq!(texts("👩‍🚒🏃🏽"), ["👩\u{200d}🚒", "🏃"]);
    }
}
