//! Character folding: composes accents, normalises quotes, splits ligatures; removes accents in English.

use super::Language;

/// Folds a text to the letters of the pronunciation rules. Preserves the case.
pub fn fold(text: &str, language: Language) -> Vec<char> {
    let mut out: Vec<char> = Vec::with_capacity(text.len());
    for symbol in text.chars() {
        match symbol {
            '\u{300}'..='\u{36f}' => {
                if let Some(last) = out.last_mut() {
                    *last = compose(*last, symbol);
                }
            }
            // Invisible: soft hyphens, joiners, byte order marks, variation selectors.
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' => {}
            '‘' | '’' | 'ʼ' | '′' | '`' => out.push('\''),
            'œ' => out.extend(['o', 'e']),
            'Œ' => out.extend(['O', 'E']),
            'æ' => out.extend(['a', 'e']),
            'Æ' => out.extend(['A', 'E']),
            'ß' => out.extend(['s', 's']),
            '…' => out.extend(['.', '.', '.']),
            _ => out.push(symbol),
        }
    }
    for symbol in &mut out {
        *symbol = letter(*symbol, language);
    }
    out
}

/// Removes accents that the language does not use.
fn letter(symbol: char, language: Language) -> char {
    if symbol.is_ascii() || language == Language::French && is_french(symbol) {
        return symbol;
    }
    const PLAIN: [(&str, char); 13] = [
        ("àáâãäåāăą", 'a'),
        ("çćĉċč", 'c'),
        ("ďđð", 'd'),
        ("èéêëēĕėęě", 'e'),
        ("ĝğġģ", 'g'),
        ("ìíîïĩīĭįı", 'i'),
        ("ĺļľŀł", 'l'),
        ("ñńņň", 'n'),
        ("òóôõöøōŏő", 'o'),
        ("ŕŗř", 'r'),
        ("śŝşšș", 's'),
        ("ţťŧțþ", 't'),
        ("ùúûüũūŭůűų", 'u'),
    ];
    let small = lower(symbol);
    let more = [("ýÿŷ", 'y'), ("źżž", 'z')];
    let plain = PLAIN
        .iter()
        .chain(&more)
        .find(|(letters, _)| letters.contains(small))
        .map(|(_, plain)| *plain);
    match plain {
        Some(plain) if small != symbol => plain.to_ascii_uppercase(),
        Some(plain) => plain,
        None => symbol,
    }
}

fn is_french(symbol: char) -> bool {
    "àâçéèêëîïôùûüÿ".contains(lower(symbol))
}

/// Converts a letter to lower case if the result is a single letter.
pub fn lower(symbol: char) -> char {
    let mut small = symbol.to_lowercase();
    match (small.next(), small.next()) {
        (Some(small), None) => small,
        _ => symbol,
    }
}

/// Composes a letter and a combining accent if French has the result; otherwise returns the letter.
fn compose(base: char, accent: char) -> char {
    match (base, accent) {
        ('a', '\u{300}') => 'à',
        ('e', '\u{300}') => 'è',
        ('u', '\u{300}') => 'ù',
        ('e', '\u{301}') => 'é',
        ('a', '\u{302}') => 'â',
        ('e', '\u{302}') => 'ê',
        ('i', '\u{302}') => 'î',
        ('o', '\u{302}') => 'ô',
        ('u', '\u{302}') => 'û',
        ('e', '\u{308}') => 'ë',
        ('i', '\u{308}') => 'ï',
        ('u', '\u{308}') => 'ü',
        ('c', '\u{327}') => 'ç',
        ('E', '\u{301}') => 'É',
        ('E', '\u{300}') => 'È',
        ('E', '\u{302}') => 'Ê',
        ('A', '\u{300}') => 'À',
        ('C', '\u{327}') => 'Ç',
        _ => base,
    }
}
