//! Text normalisation: converts text to spoken words and breaks.
//!
//! Expands numbers, amounts, times, abbreviations and initialisms; converts punctuation to [`Break`]s; skips emoji and other
//! symbols; rejects letters of other scripts.

mod abbreviations;
mod fold;
mod lexer;
mod numbers_en;
mod numbers_fr;

use super::{LONGEST_TEXT, Language, SpeechError};

/// A pause with the type of contour before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// Short pause within a sentence.
    Comma,
    /// End of a statement.
    Statement,
    /// End of a question.
    Question,
    /// End of an exclamation.
    Exclamation,
}

/// A token of normalised text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// Word in lower case: Latin letters and inner apostrophes.
    Word(String),
    /// Name of a letter.
    Letter(char),
    /// A pause.
    Break(Break),
}

/// Normalises a text. The last token is a break; breaks are never adjacent.
///
/// # Errors
///
/// Fails if the text is empty, too long, without words, or in another script.
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

/// Spells a number from 0 to 999,999,999,999,999.
pub fn cardinal(number: u64, language: Language) -> Vec<String> {
    match language {
        Language::English => numbers_en::cardinal(number),
        Language::French => numbers_fr::cardinal(number),
    }
}

/// Spells a decimal number (`12.05` → twelve point zero five); digit by digit if it is too long or has leading zeros.
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

/// Merges adjacent breaks into the strongest, removes leading breaks, and ensures a final one.
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
