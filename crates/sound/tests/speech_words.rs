//! Pronunciations against fixtures written from general knowledge: words of the lexicon, and words that only the rules know.

use kinora_sound::speech::{Language, pronounce};

struct Tally {
    right: usize,
    total: usize,
    wrong: Vec<String>,
}

impl Tally {
    fn share(&self) -> f32 {
        self.right as f32 / self.total.max(1) as f32
    }
}

/// Known and unknown words of a fixture.
fn tally(fixture: &str, language: Language, same: fn(&str, &str) -> bool) -> [Tally; 2] {
    let mut tallies = [(); 2].map(|()| Tally {
        right: 0,
        total: 0,
        wrong: Vec::new(),
    });
    for line in fixture.lines() {
        let (text, expected) = line.split_once(' ').expect("a word and its sounds");
        let phrases = pronounce(text, language).expect("a word can be said");
        assert_eq!(phrases[0].words.len(), 1, "{text}");
        let word = &phrases[0].words[0];
        let symbols: Vec<_> = word
            .sounds
            .iter()
            .map(|sound| sound.phoneme.symbol())
            .collect();
        let said = symbols.join(" ");
        let tally = &mut tallies[usize::from(!word.known)];
        tally.total += 1;
        if same(&said, expected) {
            tally.right += 1;
        } else {
            tally.wrong.push(format!("{text}: {said}, not {expected}"));
        }
    }
    for (name, tally) in ["lexicon", "rules"].iter().zip(&tallies) {
        println!(
            "{language:?} {name}: {} of {}\n  {}",
            tally.right,
            tally.total,
            tally.wrong.join("\n  ")
        );
    }
    tallies
}

/// English speakers differ in weak vowels: `ih` and `ax` count as one.
fn alike(said: &str, expected: &str) -> bool {
    let weak = |symbols: &str| {
        symbols
            .split(' ')
            .map(|symbol| if symbol == "ih" { "ax" } else { symbol }.to_owned())
            .collect::<Vec<_>>()
    };
    weak(said) == weak(expected)
}

#[test]
fn english_words_are_said_right() {
    let [known, ruled] = tally(
        include_str!("fixtures/english.words"),
        Language::English,
        alike,
    );
    assert!(known.total + ruled.total >= 150 && ruled.total >= 80);
    assert!(known.share() >= 0.97, "lexicon {}", known.share());
    assert!(ruled.share() >= ENGLISH_RULES, "rules {}", ruled.share());
}

#[test]
fn french_words_are_said_right() {
    let [known, ruled] = tally(
        include_str!("fixtures/french.words"),
        Language::French,
        |said, expected| said == expected,
    );
    assert!(known.total + ruled.total >= 80 && ruled.total >= 60);
    assert!(known.share() >= 0.97, "lexicon {}", known.share());
    assert!(ruled.share() >= FRENCH_RULES, "rules {}", ruled.share());
}

/// Shares that the rules reached when they were written (69 of 86 and 81 of 81); they must not fall.
const ENGLISH_RULES: f32 = 0.79;
const FRENCH_RULES: f32 = 0.97;

/// What is said for a text: words apart by bars.
fn said(text: &str, language: Language) -> String {
    let phrases = pronounce(text, language).expect("the text can be said");
    let words: Vec<_> = phrases
        .iter()
        .flat_map(|phrase| &phrase.words)
        .map(|word| word.symbols())
        .collect();
    words.join(" | ")
}

#[test]
fn words_change_beside_others() {
    assert_eq!(
        said("the end, the dog", Language::English),
        "dh iy | eh1 n d | dh ax | d ao1 g"
    );
    assert_eq!(said("les amis", Language::French), "l e z | a m i1");
    assert_eq!(said("les héros", Language::French), "l e | e rr o1");
    assert_eq!(said("ils parlent", Language::French), "i l | p a1 rr l");
    assert_eq!(said("l'ami", Language::French), "l a m i1");
}

#[test]
fn endings_follow_their_stems() {
    for (text, symbols) in [
        ("hopped", "hh aa1 p t"),
        ("hoped", "hh ow1 p t"),
        ("dogs'", "d ao1 g z"),
        ("cat's", "k ae1 t s"),
        ("foxes", "f aa1 k s ax z"),
        ("they'll", "dh ey l"),
        ("friendly", "f r eh1 n d l iy"),
        ("quietly", "k w ay1 ax t l iy"),
        ("simply", "s ih1 m p l iy"),
    ] {
        assert_eq!(said(text, Language::English), symbols, "{text}");
    }
}

#[test]
fn every_accented_word_has_one_primary_stress() {
    for line in include_str!("fixtures/english.words").lines() {
        let text = line.split(' ').next().expect("a word");
        let symbols = said(text, Language::English);
        let primary = symbols
            .split(' ')
            .filter(|symbol| symbol.ends_with('1'))
            .count();
        let function = !symbols.contains('1') && text.len() <= 5;
        assert!(primary == 1 || function, "{text}: {symbols}");
    }
}
