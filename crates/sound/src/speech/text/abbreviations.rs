//! Expansion of abbreviations and units.

use super::Language;

/// Expands an abbreviation, given in lower case without its point.
pub fn abbreviation(name: &str, language: Language) -> Option<&'static str> {
    const ENGLISH: [(&str, &str); 22] = [
        ("mr", "mister"),
        ("mrs", "missus"),
        ("ms", "miz"),
        ("dr", "doctor"),
        ("prof", "professor"),
        ("st", "saint"),
        ("jr", "junior"),
        ("sr", "senior"),
        ("vs", "versus"),
        ("etc", "et cetera"),
        ("eg", "for example"),
        ("ie", "that is"),
        ("am", "a m"),
        ("pm", "p m"),
        ("ave", "avenue"),
        ("blvd", "boulevard"),
        ("dept", "department"),
        ("approx", "approximately"),
        ("capt", "captain"),
        ("gen", "general"),
        ("lt", "lieutenant"),
        ("sgt", "sergeant"),
    ];
    const FRENCH: [(&str, &str); 6] = [
        ("m", "monsieur"),
        ("dr", "docteur"),
        ("prof", "professeur"),
        ("etc", "et cetera"),
        ("av", "avenue"),
        ("bd", "boulevard"),
    ];
    let table: &[_] = match language {
        Language::English => &ENGLISH,
        Language::French => &FRENCH,
    };
    find(table, name)
}

/// Tests whether a single letter is a word.
pub fn letter_word(letter: char, language: Language) -> bool {
    match language {
        Language::English => matches!(letter, 'a' | 'A' | 'I' | 'i'),
        Language::French => matches!(letter, 'a' | 'A' | 'à' | 'À' | 'y' | 'Y' | 'ô' | 'Ô'),
    }
}

/// Expands a unit after a number; `one` selects the singular.
pub fn unit(name: &str, one: bool, language: Language) -> Option<&'static str> {
    const ENGLISH: [(&str, &str, &str); 15] = [
        ("km", "kilometer", "kilometers"),
        ("m", "meter", "meters"),
        ("cm", "centimeter", "centimeters"),
        ("mm", "millimeter", "millimeters"),
        ("kg", "kilogram", "kilograms"),
        ("g", "gram", "grams"),
        ("lb", "pound", "pounds"),
        ("ft", "foot", "feet"),
        ("min", "minute", "minutes"),
        ("ms", "millisecond", "milliseconds"),
        ("Hz", "hertz", "hertz"),
        ("°", "degree", "degrees"),
        ("°C", "degree celsius", "degrees celsius"),
        ("°F", "degree fahrenheit", "degrees fahrenheit"),
        ("mph", "mile per hour", "miles per hour"),
    ];
    const FRENCH: [(&str, &str, &str); 10] = [
        ("km", "kilomètre", "kilomètres"),
        ("m", "mètre", "mètres"),
        ("cm", "centimètre", "centimètres"),
        ("mm", "millimètre", "millimètres"),
        ("kg", "kilogramme", "kilogrammes"),
        ("g", "gramme", "grammes"),
        ("h", "heure", "heures"),
        ("min", "minute", "minutes"),
        ("°", "degré", "degrés"),
        ("°C", "degré celsius", "degrés celsius"),
    ];
    let table: &[_] = match language {
        Language::English => &ENGLISH,
        Language::French => &FRENCH,
    };
    let (_, single, several) = table.iter().find(|(symbol, _, _)| *symbol == name)?;
    Some(if one { single } else { several })
}

fn find(table: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    table
        .iter()
        .find(|(short, _)| *short == name)
        .map(|(_, words)| *words)
}
