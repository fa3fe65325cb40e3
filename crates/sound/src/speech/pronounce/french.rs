//! French pronunciation: lexicon, letter-to-sound rules, elision, liaison, and stress on the last full vowel.

use std::sync::LazyLock;

use super::lexicon::Lexicon;
use super::rules::Rules;
use super::{Sound, SpokenWord, Stress, sounds};
use crate::speech::Phoneme;
use crate::speech::text::Token;

static LEXICON: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../../../data/french.lexicon")));
static RULES: LazyLock<Rules> =
    LazyLock::new(|| Rules::parse(include_str!("../../../data/french.rules")));

/// Unaccented function words.
const FUNCTION_WORDS: &str = " le la les de du des un une et à au aux en dans sur pour par que qui ne se ce me te je tu il elle on nous vous \
    ils elles mon ma mes ton ta tes son sa ses mais ou si y est a ai as es sont ont ";

/// Words with liaison: their silent last consonant is pronounced before a vowel.
const LIAISON_WORDS: &str = " les des mes tes ses ces nos vos leurs un on mon ton son en nous vous ils elles est sont ont deux trois dix six \
    très plus petit grand dans sans chez aux quand tout c'est aucun bien ";

/// Words that block liaison (h aspiré and similar).
const ASPIRATED: &str = " haut hauts haute hautes héros hibou hiboux huit onze oui homard haricot haricots hasard honte hors hamster \
    hanche hurler hérisson halte hall hockey hache ";

/// Subjects after which the verb ending `-ent` is silent.
const PLURAL_SUBJECTS: [&str; 2] = ["ils", "elles"];

/// Pronounces the words of a phrase.
pub fn words(tokens: &[Token]) -> Vec<SpokenWord> {
    let mut out: Vec<SpokenWord> = Vec::new();
    for token in tokens {
        let word = match token {
            Token::Word(text) => word(text, out.last().map(|last| last.text.as_str())),
            Token::Letter(letter) => letter_name(*letter),
            Token::Break(_) => continue,
        };
        if let Some(last) = out.last_mut() {
            link(last, &word);
        }
        out.push(word);
    }
    out
}

/// Pronounces a word; the previous word identifies plural verbs.
pub fn word(text: &str, before: Option<&str>) -> SpokenWord {
    let plural = before.is_some_and(|before| PLURAL_SUBJECTS.contains(&before));
    let (mut sounds, known) = match LEXICON.get(text) {
        Some(sounds) => (sounds, true),
        None => split(text, plural),
    };
    if !FUNCTION_WORDS.contains(&format!(" {text} ")) {
        stress_last(&mut sounds);
    }
    let text = text.to_owned();
    SpokenWord {
        text,
        sounds,
        known,
    }
}

/// Pronounces a word with an elided clitic (`l'ami`, `qu'elle`) as a consonant before the word.
fn split(text: &str, plural: bool) -> (Vec<Sound>, bool) {
    if let Some((clitic, rest)) = text.split_once('\'') {
        let mut out = sounds(match clitic {
            "l" => "l",
            "d" => "d",
            "j" => "zh",
            "m" => "m",
            "t" => "t",
            "s" | "c" => "s",
            "n" => "n",
            "qu" => "k",
            _ => "",
        });
        if out.is_empty() {
            out = RULES.apply(&format!("{clitic}e"));
        }
        let (rest, known) = match LEXICON.get(rest) {
            Some(rest) => (rest, true),
            None => (by_rule(rest, plural), false),
        };
        out.extend(rest);
        return (out, known);
    }
    match text
        .strip_suffix('s')
        .and_then(|single| LEXICON.get(single))
    {
        Some(sounds) => (sounds, true),
        None => (by_rule(text, plural), false),
    }
}

fn by_rule(text: &str, plural: bool) -> Vec<Sound> {
    let plain: String = text.chars().filter(|letter| *letter != '\'').collect();
    match plain
        .strip_suffix("ent")
        .filter(|stem| plural && stem.len() > 1)
    {
        Some(stem) => RULES.apply(&format!("{stem}es")),
        None => RULES.apply(&plain),
    }
}

/// Appends the liaison consonant between two words.
fn link(last: &mut SpokenWord, next: &SpokenWord) {
    let vowel_next = next
        .sounds
        .first()
        .is_some_and(|sound| sound.phoneme.is_vowel() || sound.phoneme == Phoneme::Hy);
    let belongs = LIAISON_WORDS.contains(&format!(" {} ", last.text));
    if !vowel_next || !belongs || ASPIRATED.contains(&format!(" {} ", next.text)) {
        return;
    }
    if matches!(last.text.as_str(), "dix" | "six") {
        last.sounds.pop();
    }
    let symbol = match last.text.chars().last() {
        Some('s' | 'x' | 'z') => "z",
        Some('t' | 'd') => "t",
        Some('n') => "n",
        _ => return,
    };
    last.sounds.extend(sounds(symbol));
}

/// Stresses the last vowel that is not a schwa.
fn stress_last(sounds: &mut [Sound]) {
    let full = |sound: &&mut Sound| sound.phoneme.is_vowel() && sound.phoneme != Phoneme::FrSchwa;
    if let Some(sound) = sounds.iter_mut().rev().find(full) {
        sound.stress = Stress::Primary;
    }
}

fn letter_name(letter: char) -> SpokenWord {
    let symbols = match letter {
        'a' | 'à' | 'â' => "a1",
        'b' => "b e1",
        'c' => "s e1",
        'd' => "d e1",
        'e' => "eu1",
        'f' => "E1 f",
        'g' => "zh e1",
        'h' => "a1 sh",
        'i' | 'î' | 'ï' => "i1",
        'j' => "zh i1",
        'k' => "k a1",
        'l' => "E1 l",
        'm' => "E1 m",
        'n' => "E1 n",
        'o' | 'ô' => "o1",
        'p' => "p e1",
        'q' => "k y1",
        'r' => "E1 rr",
        's' => "E1 s",
        't' => "t e1",
        'u' | 'ù' | 'û' | 'ü' => "y1",
        'v' => "v e1",
        'w' => "d u b l @ v e1",
        'x' => "i1 k s",
        'y' | 'ÿ' => "i g rr E1 k",
        'z' => "z E1 d",
        'ç' => "s e s e d i1 j",
        _ => "e1",
    };
    let (text, sounds) = (letter.to_string(), sounds(symbols));
    SpokenWord {
        text,
        sounds,
        known: true,
    }
}
