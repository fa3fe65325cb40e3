//! Language detection by function words and accents.

use super::Language;

const FRENCH: [&str; 40] = [
    "le", "la", "les", "un", "une", "des", "du", "de", "je", "tu", "il", "elle", "nous", "vous",
    "ils", "elles", "est", "et", "ou", "mais", "que", "qui", "ne", "pas", "ce", "c'est", "j'ai",
    "mon", "ma", "mes", "ton", "ta", "bonjour", "merci", "oui", "non", "salut", "avec", "pour",
    "dans",
];
const ENGLISH: [&str; 36] = [
    "the", "a", "an", "of", "to", "in", "is", "are", "am", "i", "you", "he", "she", "it", "we",
    "they", "and", "or", "but", "that", "who", "not", "my", "your", "this", "hello", "thanks",
    "yes", "no", "hi", "with", "for", "do", "don't", "i'm", "it's",
];

impl Language {
    /// Detects the language of a text. Ties are English.
    pub fn of(text: &str) -> Self {
        let text = text.to_lowercase().replace('’', "'");
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'');
        let (mut french, mut english) = (0, 0);
        for word in words {
            french += usize::from(FRENCH.contains(&word));
            english += usize::from(ENGLISH.contains(&word));
        }
        french += text
            .chars()
            .filter(|c| "àâçèéêëîïôœùûæ".contains(*c))
            .count();
        if french > english {
            Self::French
        } else {
            Self::English
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn function_words_and_accents_identify_the_language() {
        for text in [
            "Hello there, who are you?",
            "no",
            "Jump!",
            "The fiancé is late",
            "",
        ] {
            assert_eq!(Language::of(text), Language::English, "{text}");
        }
        for text in [
            "Bonjour tout le monde",
            "C’est à moi",
            "Où est la gare ?",
            "déjà vu",
        ] {
            assert_eq!(Language::of(text), Language::French, "{text}");
        }
    }
}
