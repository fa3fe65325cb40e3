//! Lexer: splits folded characters into words, expanded numbers and symbols, and breaks.

use super::abbreviations::{abbreviation, letter_word, unit};
use super::fold::lower;
use super::{Break, Language, SpeechError, Token, decimal, numbers_en, numbers_fr};

/// Splits a folded text into tokens.
pub fn tokens(text: &[char], language: Language) -> Result<Vec<Token>, SpeechError> {
    let mut lexer = Lexer {
        text,
        at: 0,
        language,
        out: Vec::new(),
    };
    while lexer.at < text.len() {
        lexer.step()?;
    }
    Ok(lexer.out)
}

struct Lexer<'a> {
    text: &'a [char],
    at: usize,
    language: Language,
    out: Vec<Token>,
}

impl Lexer<'_> {
    fn step(&mut self) -> Result<(), SpeechError> {
        let symbol = self.text[self.at];
        if is_latin(symbol) {
            self.word();
        } else if symbol.is_ascii_digit() {
            self.number(None);
        } else if symbol.is_alphabetic() {
            return Err(SpeechError::Script(symbol));
        } else {
            self.symbol(symbol);
        }
        Ok(())
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.text.get(self.at + ahead).copied()
    }

    fn say(&mut self, words: &str) {
        let words = words.split_whitespace();
        self.out.extend(words.map(|word| Token::Word(word.into())));
    }

    fn pause(&mut self, kind: Break) {
        self.out.push(Token::Break(kind));
    }

    fn word(&mut self) {
        if self.initials() {
            return;
        }
        let start = self.at;
        while let Some(symbol) = self.peek(0) {
            let joins = symbol == '\'' && self.peek(1).is_some_and(is_latin);
            if !is_latin(symbol) && !joins {
                break;
            }
            self.at += 1;
        }
        let raw = &self.text[start..self.at];
        let small: String = raw.iter().map(|symbol| lower(*symbol)).collect();
        if self.peek(0) == Some('.')
            && let Some(words) = abbreviation(&small, self.language)
        {
            self.at += 1;
            return self.say(words);
        }
        if self.is_spelled(raw, &small) {
            self.out.extend(small.chars().map(Token::Letter));
        } else {
            self.out.push(Token::Word(small));
        }
    }

    /// Reads initials: single letters, each with its point (`U.S.A.`).
    fn initials(&mut self) -> bool {
        let letter = |symbol: Option<char>| symbol.filter(char::is_ascii_alphabetic);
        let mut letters = Vec::new();
        while let Some(name) = letter(self.peek(2 * letters.len())) {
            if self.peek(2 * letters.len() + 1) != Some('.') {
                break;
            }
            letters.push(name.to_ascii_lowercase());
        }
        if letters.len() < 2 || letter(self.peek(2 * letters.len())).is_some() {
            return false;
        }
        self.at += 2 * letters.len();
        // The last point of the text also ends the sentence.
        if self.text[self.at..]
            .iter()
            .all(|symbol| symbol.is_whitespace())
        {
            self.at -= 1;
        }
        let name: String = letters.iter().collect();
        match abbreviation(&name, self.language) {
            Some(words) => self.say(words),
            None => self.out.extend(letters.into_iter().map(Token::Letter)),
        }
        true
    }

    /// Tests whether a word is spelled out: initialisms (`TV`, `GPU`, `HTML`) and single letters that are not words.
    fn is_spelled(&self, raw: &[char], small: &str) -> bool {
        if raw.len() == 1 {
            return !letter_word(raw[0], self.language);
        }
        let capitals = raw.iter().all(|symbol| symbol.is_ascii_uppercase());
        let vowel = |symbol: char| "aeiouy".contains(symbol);
        let no_vowel = !small.chars().any(vowel) && small.is_ascii();
        let known = matches!(
            small,
            "hm" | "hmm" | "shh" | "psst" | "mm" | "mmm" | "pfft" | "brr" | "grr" | "tsk" | "nth"
        );
        let shouted = self
            .text
            .iter()
            .filter(|symbol| symbol.is_lowercase())
            .count()
            == 0;
        let initialism = matches!(
            small,
            "usa"
                | "uk"
                | "eu"
                | "un"
                | "ai"
                | "id"
                | "ui"
                | "api"
                | "ceo"
                | "cia"
                | "fbi"
                | "iq"
                | "uae"
                | "ufo"
                | "usb"
                | "url"
                | "gpu"
                | "cpu"
                | "dna"
                | "nba"
                | "abc"
        );
        capitals && initialism && !(shouted && small == "un")
            || !known && no_vowel && (capitals || raw.len() <= 3) && !small.contains('\'')
    }

    fn number(&mut self, currency: Option<char>) {
        let digits = self.grouped_digits();
        let whole: String = digits
            .iter()
            .filter(|symbol| symbol.is_ascii_digit())
            .collect();
        let grouped = digits.len() != whole.len();
        if currency.is_none() && !grouped && self.time(&whole) {
            return;
        }
        let fraction = self.fraction();
        if currency.is_none() && fraction.is_empty() && self.ordinal(&whole) {
            return;
        }
        if let Some(sign) = currency.or_else(|| self.trailing_currency()) {
            let words = match self.language {
                Language::English => numbers_en::money(sign, &whole, &fraction),
                Language::French => numbers_fr::money(sign, &whole, &fraction),
            };
            return self.say(&words);
        }
        let year = !grouped
            && fraction.is_empty()
            && whole.len() == 4
            && self.language == Language::English;
        let words = match whole.parse::<u64>() {
            Ok(value) if year && numbers_en::is_year(value) => numbers_en::year(value),
            _ => decimal(&whole, &fraction, self.language),
        };
        self.say(&words);
        self.unit(&whole);
    }

    /// Reads digits with thousands separators: a comma in English, a space or a point in French.
    fn grouped_digits(&mut self) -> Vec<char> {
        let start = self.at;
        let is_digit = |symbol: Option<char>| symbol.is_some_and(|symbol| symbol.is_ascii_digit());
        while is_digit(self.peek(0)) {
            self.at += 1;
        }
        let separators: &[char] = match self.language {
            Language::English => &[','],
            Language::French => &['\u{a0}', '\u{202f}', '.', ' '],
        };
        let mut short = self.at - start <= 3;
        while short
            && self
                .peek(0)
                .is_some_and(|symbol| separators.contains(&symbol))
            && (1..4).all(|ahead| is_digit(self.peek(ahead)))
            && !is_digit(self.peek(4))
        {
            self.at += 4;
            short = true;
        }
        self.text[start..self.at].to_vec()
    }

    fn fraction(&mut self) -> String {
        let point = match self.language {
            Language::English => self.peek(0) == Some('.'),
            Language::French => matches!(self.peek(0), Some(',' | '.')),
        };
        let digits = |ahead: usize| self.peek(ahead).filter(char::is_ascii_digit);
        if !point || digits(1).is_none() {
            return String::new();
        }
        let fraction: String = (1..).map_while(digits).collect();
        self.at += 1 + fraction.len();
        fraction
    }

    /// Reads a time of day: `3:05`, `15h30`.
    fn time(&mut self, hours: &str) -> bool {
        let mark = match self.language {
            Language::English => self.peek(0) == Some(':'),
            Language::French => matches!(self.peek(0), Some(':' | 'h' | 'H')),
        };
        let digit = |ahead: usize| self.peek(ahead).and_then(|symbol| symbol.to_digit(10));
        let (Ok(hour), true) = (hours.parse::<u64>(), mark) else {
            return false;
        };
        let minutes = match (digit(1), digit(2), digit(3)) {
            (Some(tens), Some(ones), None) if tens < 6 => u64::from(tens * 10 + ones),
            _ => return false,
        };
        if hour > 24 {
            return false;
        }
        self.at += 3;
        let words = match self.language {
            Language::English => numbers_en::time(hour, minutes),
            Language::French => numbers_fr::time(hour, minutes),
        };
        self.say(&words);
        true
    }

    fn ordinal(&mut self, whole: &str) -> bool {
        let start = self.at;
        let mut end = start;
        while self.text.get(end).copied().is_some_and(is_latin) {
            end += 1;
        }
        let suffix: String = self.text[start..end]
            .iter()
            .map(|symbol| lower(*symbol))
            .collect();
        let Ok(value) = whole.parse::<u64>() else {
            return false;
        };
        let words = match (self.language, suffix.as_str()) {
            (Language::English, "st" | "nd" | "rd" | "th") => numbers_en::ordinal(value),
            (Language::English, "s") if value.is_multiple_of(10) => numbers_en::decade(value),
            (Language::French, "er" | "ère" | "re" | "e" | "ème" | "eme" | "nd" | "nde") => {
                numbers_fr::ordinal(value, suffix.ends_with("re"))
            }
            _ => return false,
        };
        self.at = end;
        self.say(&words);
        true
    }

    fn trailing_currency(&mut self) -> Option<char> {
        let spaces = self.text[self.at..]
            .iter()
            .take_while(|symbol| symbol.is_whitespace())
            .count()
            .min(2);
        let sign = self.peek(spaces).filter(|symbol| "€$£".contains(*symbol))?;
        // `5 $10` is two amounts in a row, not five dollars.
        if spaces > 0
            && self
                .peek(spaces + 1)
                .is_some_and(|symbol| symbol.is_ascii_digit())
        {
            return None;
        }
        self.at += spaces + 1;
        Some(sign)
    }

    /// Reads a unit after a number: `5 km`, `20°C`.
    fn unit(&mut self, whole: &str) {
        let spaces = self.text[self.at..]
            .iter()
            .take_while(|symbol| **symbol == ' ')
            .count()
            .min(1);
        let rest = &self.text[self.at + spaces..];
        let length = rest
            .iter()
            .take_while(|symbol| is_latin(**symbol) || **symbol == '°')
            .count();
        let name: String = rest[..length].iter().collect();
        if let Some(words) = unit(&name, whole == "1", self.language) {
            self.at += spaces + length;
            self.say(words);
        }
    }

    fn symbol(&mut self, symbol: char) {
        let digit_next = self.peek(1).is_some_and(|symbol| symbol.is_ascii_digit());
        let english = self.language == Language::English;
        self.at += 1;
        match symbol {
            '$' | '€' | '£' if digit_next => self.number(Some(symbol)),
            '.' => self.pause(Break::Statement),
            '!' | '¡' => self.pause(Break::Exclamation),
            '?' | '¿' => self.pause(Break::Question),
            ',' | ';' | ':' | '—' | '–' | '(' | ')' | '\n' => self.pause(Break::Comma),
            '-' if digit_next && (self.at < 2 || self.text[self.at - 2] == ' ') => {
                self.say(if english { "minus" } else { "moins" });
            }
            '%' => self.say(if english { "percent" } else { "pour cent" }),
            '&' => self.say(if english { "and" } else { "et" }),
            '+' => self.say("plus"),
            '=' => self.say(if english { "equals" } else { "égale" }),
            '@' => self.say(if english { "at" } else { "arobase" }),
            _ => {}
        }
    }
}

/// Tests whether a character is a letter of the folded Latin alphabet.
fn is_latin(symbol: char) -> bool {
    symbol.is_ascii_alphabetic()
        || "àâçéèêëîïôùûüÿ".contains(lower(symbol)) && symbol.is_alphabetic()
}
