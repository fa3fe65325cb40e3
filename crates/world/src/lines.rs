//! Lines: short sentences that can be said within a clip, made from a small grammar.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use kinora_sound::speech::Language;

/// A sentence by its number. New templates go to the end: the numbers stay.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct Line(u16);

struct Said {
    text: String,
    language: Language,
}

impl Line {
    /// How many there are.
    pub fn count() -> usize {
        table().said.len()
    }

    /// The line of a number; numbers beyond the last start again.
    pub fn new(number: u64) -> Self {
        Self((number % Self::count() as u64) as u16)
    }

    /// The one after it.
    pub fn next(self) -> Self {
        Self::new(u64::from(self.0) + 1)
    }

    /// What is said.
    pub fn text(self) -> &'static str {
        &self.said().text
    }

    /// In which language.
    pub fn language(self) -> Language {
        self.said().language
    }

    /// The line that has these words, whatever their case and marks.
    pub fn of_text(text: &str) -> Option<Self> {
        table().by_words.get(&bare(text)).copied()
    }

    fn said(self) -> &'static Said {
        let said = &table().said;
        &said[usize::from(self.0) % said.len()]
    }
}

struct Table {
    said: Vec<Said>,
    by_words: BTreeMap<String, Line>,
}

/// Templates: `*` stands for each of the fillers in turn.
const ENGLISH: &[(&str, &[&str])] = &[
    (
        "hello *",
        &["there", "everybody", "my friend", "again", "world"],
    ),
    ("good *", &["morning", "evening", "night", "afternoon"]),
    ("how are you *", &["", "today", "doing", "my friend"]),
    ("nice to * you", &["see", "meet", "hear"]),
    (
        "i love *",
        &[
            "you",
            "music",
            "this place",
            "the rain",
            "the sea",
            "my dog",
            "red apples",
            "the snow",
            "summer",
            "this song",
        ],
    ),
    (
        "i like *",
        &[
            "your hat",
            "the colour blue",
            "my new car",
            "the city",
            "green tea",
            "old books",
            "big parties",
        ],
    ),
    (
        "i want *",
        &[
            "a cup of tea",
            "to go home",
            "more time",
            "a new bike",
            "to see the sea",
            "to dance",
        ],
    ),
    (
        "i can *",
        &[
            "see you",
            "hear the birds",
            "fly",
            "do it",
            "help you",
            "smell the flowers",
        ],
    ),
    (
        "i am *",
        &[
            "so happy",
            "very tired",
            "hungry",
            "ready",
            "late again",
            "a bit cold",
            "your friend",
        ],
    ),
    (
        "we are *",
        &[
            "here now",
            "going home",
            "best friends",
            "ready to go",
            "nearly there",
        ],
    ),
    (
        "you are *",
        &["very kind", "so funny", "right", "late", "my hero"],
    ),
    (
        "where is *",
        &[
            "my phone",
            "the station",
            "the cat",
            "my red ball",
            "everybody",
            "the fire",
        ],
    ),
    (
        "what a *",
        &[
            "beautiful day",
            "surprise",
            "lovely house",
            "great game",
            "strange bird",
            "mess",
        ],
    ),
    (
        "this is *",
        &[
            "amazing",
            "my house",
            "so good",
            "not a dream",
            "the end",
            "the right way",
        ],
    ),
    (
        "look at *",
        &[
            "me",
            "the moon",
            "that",
            "the mountains",
            "this big fish",
            "the stars",
        ],
    ),
    (
        "let us *",
        &["go", "dance", "play a game", "begin", "try again", "eat"],
    ),
    (
        "please *",
        &[
            "wait for me",
            "come here",
            "help me",
            "listen",
            "sit down",
            "open the door",
            "say it again",
        ],
    ),
    (
        "do not *",
        &[
            "worry",
            "be afraid",
            "move",
            "forget me",
            "look down",
            "touch that",
        ],
    ),
    (
        "did you *",
        &["see that", "hear me", "sleep well", "find it", "call me"],
    ),
    (
        "have a *",
        &["nice day", "good time", "seat", "look at this"],
    ),
    (
        "it is *",
        &[
            "raining again",
            "too cold",
            "my birthday",
            "only a game",
            "time to go",
            "very dark",
            "all over",
        ],
    ),
    (
        "the * is here",
        &["bus", "summer", "winter", "doctor", "music", "ice cream"],
    ),
    (
        "my name is *",
        &["Anna", "Tom", "Maria", "Sam", "Lucy", "Ben", "Nora", "Max"],
    ),
    (
        "* is my favourite day",
        &["monday", "friday", "sunday", "today"],
    ),
    ("one two three *", &["", "go", "jump", "smile"]),
    (
        "see you *",
        &["soon", "tomorrow", "later", "next week", "on monday"],
    ),
    (
        "thank you *",
        &[
            "",
            "so much",
            "very much",
            "for the flowers",
            "for your help",
        ],
    ),
    (
        "welcome to *",
        &[
            "the show",
            "my house",
            "the beach",
            "the future",
            "our world",
        ],
    ),
    (
        "the sky is *",
        &["blue", "so big", "falling", "full of stars"],
    ),
    (
        "i think *",
        &[
            "so too",
            "it works",
            "we should go",
            "it is a bear",
            "you are right",
        ],
    ),
    ("who wants *", &["cake", "to play", "more soup", "a story"]),
    (
        "that was *",
        &["close", "fun", "my best idea", "a big wave", "wonderful"],
    ),
    (
        "*",
        &[
            "yes",
            "no",
            "maybe",
            "of course",
            "never mind",
            "well done",
            "happy birthday",
            "good luck",
            "be careful",
            "over here",
            "follow me",
            "watch this",
            "oh no",
            "i am sorry",
            "excuse me",
            "come on",
            "wake up",
            "keep going",
            "not again",
            "i do not know",
        ],
    ),
    (
        "here comes the *",
        &["sun", "rain", "train", "queen", "best part"],
    ),
    ("never * alone", &["walk", "swim", "travel"]),
    (
        "the * was great",
        &["film", "food", "party", "trip", "weather"],
    ),
    (
        "can you * this",
        &["see", "hear", "feel", "believe", "read"],
    ),
    (
        "we need *",
        &["more light", "a plan", "a bigger boat", "some water", "you"],
    ),
    (
        "there is *",
        &[
            "a spider on your hat",
            "no time",
            "something in the box",
            "snow on the roof",
        ],
    ),
    ("six blue * on the moon", &["birds", "boats", "balloons"]),
];

const FRENCH: &[(&str, &[&str])] = &[
    ("bonjour *", &["", "à tous", "mon ami", "madame"]),
    ("bonne *", &["nuit", "idée", "chance"]),
    ("je t'aime *", &["", "beaucoup", "bien"]),
    ("merci *", &["", "beaucoup", "mon ami"]),
    ("c'est *", &["magnifique", "la vie", "très bon", "fini"]),
    ("je suis *", &["content", "fatigué", "ici", "prêt"]),
    ("où est *", &["le chat", "la gare", "mon livre"]),
    ("regarde *", &["moi", "la lune", "la mer"]),
    ("il fait *", &["beau", "froid", "chaud"]),
    (
        "*",
        &[
            "oui",
            "non",
            "bien sûr",
            "à demain",
            "au revoir",
            "salut",
            "d'accord",
            "on y va",
        ],
    ),
];

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table {
            said: Vec::new(),
            by_words: BTreeMap::new(),
        };
        for (templates, language) in [(ENGLISH, Language::English), (FRENCH, Language::French)] {
            for (template, fillers) in templates {
                for filler in *fillers {
                    let text = template.replace('*', filler).trim().to_string();
                    let number = Line(table.said.len() as u16);
                    // Two templates may meet in one sentence; the first keeps it.
                    table.by_words.entry(bare(&text)).or_insert(number);
                    table.said.push(Said { text, language });
                }
            }
        }
        table
    })
}

/// Words in lower case with single spaces between them.
fn bare(text: &str) -> String {
    let letters = text.to_lowercase();
    let words = letters.split(|letter: char| !letter.is_alphanumeric() && letter != '\'');
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_hundreds_and_each_is_found_by_its_words() {
        assert!((250..400).contains(&Line::count()), "{}", Line::count());
        let all: Vec<&str> = (0..Line::count() as u64)
            .map(|number| Line::new(number).text())
            .collect();
        for text in &all {
            let found = Line::of_text(&format!("{}!", text.to_uppercase()));
            assert_eq!(found.map(Line::text), Some(*text));
        }
        let mut unique = all.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), all.len());
    }
}
