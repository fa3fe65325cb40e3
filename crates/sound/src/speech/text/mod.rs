//! Text → the words that are said and the breaks between them.
//!
//! Numbers, amounts, times, abbreviations and initialisms become words; punctuation becomes a [`Break`]; emoji and other
//! symbols are passed over; letters of another script are an error.

mod abbreviations;
mod fold;
mod lexer;
mod numbers_en;
mod numbers_fr;

use super::{LONGEST_TEXT, Language, SpeechError};

/// A pause and the melody before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// A short pause; the sentence goes on.
    Comma,
    /// A sentence ends.
    Statement,
    /// A question ends.
    Question,
    /// An exclamation ends.
    Exclamation,
}

/// A piece of normalised text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A word in lower case: Latin letters, apostrophes inside.
    Word(String),
    /// The name of a letter, said on its own.
    Letter(char),
    /// A pause.
    Break(Break),
}

/// Normalises a text: what is read aloud, in order. The last token is a break; no two breaks are adjacent.
///
/// # Errors
/// [`SpeechError`] when the text is empty, too long, without words, or in another script.
pub fn normalise(text: &str, language: Language) -> Result<Vec<Token>, SpeechError> {
    let length = text.chars().count();
    if length > LONGEST_TEXT {
        return Err(SpeechError::TooLong(length));
    }
    if text.trim().is_empty() {
        return Err(SpeechError::Empty);
    }
    let tokens = lexer::tokens(&fold::fold(text, language), language)?;
    let tokens = tidy(tokens);
    if tokens.is_empty() {
        return Err(SpeechError::NoWords);
    }
    Ok(tokens)
}

/// A number from 0 to 999,999,999,999,999 in words.
pub fn cardinal(number: u64, language: Language) -> Vec<String> {
    match language {
        Language::English => numbers_en::cardinal(number),
        Language::French => numbers_fr::cardinal(number),
    }
}

/// `12.05` → twelve point zero five; too long or with leading zeros, digit by digit.
fn decimal(whole: &str, fraction: &str, language: Language) -> String {
    let by_digit = |digits: &str| -> Vec<String> {
        let values = digits.chars().filter_map(|digit| digit.to_digit(10));
        values
            .flat_map(|value| cardinal(u64::from(value), language))
            .collect()
    };
    let mut words = match whole.parse::<u64>() {
        Ok(value) if whole.len() <= 15 && (whole.len() == 1 || !whole.starts_with('0')) => {
            cardinal(value, language)
        }
        _ => by_digit(whole),
    };
    if !fraction.is_empty() {
        words.push(
            if language == Language::English {
                "point"
            } else {
                "virgule"
            }
            .into(),
        );
        words.extend(by_digit(fraction));
    }
    words.join(" ")
}

/// Keeps the strongest of adjacent breaks, none at the start, and one at the end.
fn tidy(tokens: Vec<Token>) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len() + 1);
    for token in tokens {
        match (out.last_mut(), &token) {
            (None, Token::Break(_)) => {}
            (Some(Token::Break(before)), Token::Break(now)) => {
                if *before == Break::Comma {
                    *before = *now;
                }
            }
            _ => out.push(token),
        }
    }
    match out.last_mut() {
        None => {}
        Some(Token::Break(last @ Break::Comma)) => *last = Break::Statement,
        Some(Token::Break(_)) => {}
        Some(_) => out.push(Token::Break(Break::Statement)),
    }
    out
}
