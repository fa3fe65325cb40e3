//! Text normalisation: numbers, abbreviations, breaks, typed errors, arbitrary text; and mixing of speech.

use kinora_sound::speech::text::{Break, Token, normalise};
use kinora_sound::speech::{LONGEST_TEXT, Language, SpeechError, Voice, mix, speak};
use proptest::prelude::*;

/// Formats the tokens of a text on one line.
fn read(text: &str, language: Language) -> String {
    let tokens = normalise(text, language).expect("the text can be read");
    let shown: Vec<String> = tokens
        .iter()
        .map(|token| match token {
            Token::Word(word) => word.clone(),
            Token::Letter(letter) => letter.to_ascii_uppercase().to_string(),
            Token::Break(Break::Comma) => ",".into(),
            Token::Break(Break::Statement) => ".".into(),
            Token::Break(Break::Question) => "?".into(),
            Token::Break(Break::Exclamation) => "!".into(),
        })
        .collect();
    shown.join(" ")
}

#[test]
fn english_text_is_normalised() {
    for (text, words) in [
        ("Hello, world!", "hello , world !"),
        ("I have 3 cats", "i have three cats ."),
        (
            "1,234,567",
            "one million two hundred thirty four thousand five hundred sixty seven .",
        ),
        (
            "In 1999 and 2026.",
            "in nineteen ninety nine and twenty twenty six .",
        ),
        ("3.14", "three point one four ."),
        ("007", "zero zero seven ."),
        ("the 21st of May", "the twenty first of may ."),
        ("$5.50", "five dollars and fifty cents ."),
        ("$1", "one dollar ."),
        ("€20", "twenty euros ."),
        ("at 3:05 or 15:00", "at three oh five or fifteen hundred ."),
        ("100%", "one hundred percent ."),
        (
            "5 km at 20°C",
            "five kilometers at twenty degrees celsius .",
        ),
        (
            "Dr. Smith met Mr. Jones.",
            "doctor smith met mister jones .",
        ),
        ("A TV, a GPU and NASA", "a T V , a G P U and nasa ."),
        ("The U.S.A. is big", "the U S A is big ."),
        ("Wait... what?!", "wait . what ?"),
        ("“It’s a café”", "it's a cafe ."),
        ("rock & roll 🎸🔥", "rock and roll ."),
        ("well-known (mostly)", "well known , mostly ."),
        ("the 1990s", "the nineteen nineties ."),
        ("-5 degrees, not x - 5", "minus five degrees , not X five ."),
    ] {
        assert_eq!(read(text, Language::English), words, "{text}");
    }
}

#[test]
fn french_text_is_normalised() {
    for (text, words) in [
        ("Bonjour, ça va ?", "bonjour , ça va ?"),
        (
            "71, 80, 81, 99",
            "soixante et onze , quatre vingts , quatre vingt un , quatre vingt dix neuf .",
        ),
        ("1 000 000", "un million ."),
        ("200", "deux cents ."),
        ("3,5 km", "trois virgule cinq kilomètres ."),
        ("15h30", "quinze heures trente ."),
        ("le 1er et la 2e", "le premier et la deuxième ."),
        ("12,50 €", "douze euros cinquante ."),
        ("M. Dupont", "monsieur dupont ."),
        ("l'e\u{301}cole", "l'école ."),
    ] {
        assert_eq!(read(text, Language::French), words, "{text}");
    }
}

#[test]
fn unspeakable_text_is_an_error() {
    let voice = Voice::ALL[0];
    let error = |text: &str| speak(text, Language::English, &voice, 1.0).expect_err(text);
    assert_eq!(error(""), SpeechError::Empty);
    assert_eq!(error(" \n\t"), SpeechError::Empty);
    assert_eq!(error("🎉👍🏽"), SpeechError::NoWords);
    assert_eq!(error("... !?"), SpeechError::NoWords);
    assert_eq!(error("hello мир"), SpeechError::Script('м'));
    assert_eq!(error("你好"), SpeechError::Script('你'));
    assert_eq!(
        error(&"a".repeat(LONGEST_TEXT + 1)),
        SpeechError::TooLong(LONGEST_TEXT + 1)
    );
    for pace in [0.0, -1.0, 9.0, f32::INFINITY] {
        assert_eq!(
            speak("hi", Language::English, &voice, pace),
            Err(SpeechError::Pace(pace))
        );
    }
    assert!(matches!(
        speak("hi", Language::English, &voice, f32::NAN),
        Err(SpeechError::Pace(_))
    ));
    assert_eq!(voice.with_pitch(1000.0), Err(SpeechError::Pitch(1000.0)));
    assert_eq!(
        error("你").to_string(),
        "the voices read Latin letters; they cannot say “你”"
    );
}

#[test]
fn speech_is_mixed_without_clipping() {
    let utterance = speak("Hello!", Language::English, &Voice::ALL[1], 1.0).expect("a text");
    let mut track: Vec<f32> = (0..32_000)
        .map(|index| (index as f32 * 0.3).sin() * 0.9)
        .collect();
    let before = track.clone();
    mix(&mut track, &utterance, 0.5, 2.0, 1.0);
    assert!(track.iter().all(|sample| sample.abs() <= 0.98));
    assert_eq!(
        track[..7_900],
        before[..7_900],
        "nothing changes before the voice"
    );
    assert!(
        track[9_500..15_000]
            .iter()
            .zip(&before[9_500..])
            .any(|(a, b)| (a - b).abs() > 0.05)
    );
    // Below the limiter mixing is exact addition.
    let mut quiet = vec![0.125f32; 32_000];
    mix(&mut quiet, &utterance, 0.5, 0.5, 1.0);
    for (index, sample) in utterance.samples.iter().enumerate() {
        assert_eq!(quiet[8_000 + index], 0.125 + sample * 0.5);
    }
    // Speech outside the track is cut.
    let mut short = vec![0.0f32; 1_000];
    mix(&mut short, &utterance, -0.2, 1.0, 1.0);
    assert_eq!(short[..], utterance.samples[3_200..4_200]);
    mix(&mut short, &utterance, f32::INFINITY, f32::NAN, f32::NAN);
    assert!(short.iter().all(|sample| sample.is_finite()));
}

#[test]
fn track_is_ducked_under_speech() {
    let utterance = speak("Hello!", Language::English, &Voice::ALL[1], 1.0).expect("a text");
    let mut track = vec![0.2f32; 48_000];
    mix(&mut track, &utterance, 1.0, 0.0, 0.5);
    assert_eq!(track[0], 0.2);
    assert!((track[20_000] - 0.1).abs() < 1e-6);
    assert!(
        track
            .windows(2)
            .all(|pair| (pair[1] - pair[0]).abs() < 1e-3)
    );
}

fn any_language() -> impl Strategy<Value = Language> {
    prop_oneof![Just(Language::English), Just(Language::French)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    /// Samples stay within full scale; words and phonemes lie inside the utterance.
    #[test]
    fn any_text_is_synthesized_or_rejected(text in "\\PC{0,40}", language in any_language(), voice in 0..5usize) {
        if let Ok(utterance) = speak(&text, language, &Voice::ALL[voice], 1.3) {
            prop_assert!(utterance.samples.iter().all(|sample| sample.abs() <= 0.98));
            prop_assert!(utterance.phonemes.iter().any(|sound| sound.duration_s > 0.0));
            let end = utterance.words.last().map_or(0.0, |word| word.start_s + word.duration_s);
            prop_assert!(end <= utterance.duration_s() + 1e-3);
            prop_assert_eq!(utterance.mouth(12.0).len(), (utterance.duration_s() * 12.0).ceil() as usize);
        }
    }

    /// Letters, digits, signs and accents in any order.
    #[test]
    fn latin_text_is_always_synthesized(text in "[a-zA-Z0-9'.,:;?!$€£%°éèêàçœôûï \u{301}\u{300}-]{1,60}", language in any_language()) {
        let tokens = normalise(&text, language);
        let speakable = text.chars().any(|symbol| symbol.is_ascii_digit() || symbol.is_alphabetic() && symbol.is_ascii());
        if speakable {
            prop_assert!(speak(&text, language, &Voice::ALL[0], 2.0).is_ok(), "{tokens:?}");
        }
    }

    /// Parsing the words of a number gives the number.
    #[test]
    fn numbers_are_spelled_reversibly(number in 0u64..1_000_000_000_000_000, language in any_language()) {
        let words = kinora_sound::speech::text::cardinal(number, language);
        prop_assert_eq!(value(&words, language), number, "{:?}", words);
    }
}

/// Parses number words.
fn value(words: &[String], language: Language) -> u64 {
    let (mut total, mut part) = (0u64, 0u64);
    for word in words {
        let word = word.trim_end_matches('s');
        let (scale, small) = match (language, word) {
            (_, "hundred" | "cent") => (100, true),
            (Language::French, "vingt") if part % 100 == 4 => (20, true),
            (_, "thousand" | "mille") => (1_000, false),
            (_, "million") => (1_000_000, false),
            (Language::English, "billion") | (_, "milliard") => (1_000_000_000, false),
            (_, "trillion" | "billion") => (1_000_000_000_000, false),
            (_, "et") => continue,
            _ => {
                part += small_value(word);
                continue;
            }
        };
        if small && scale == 20 {
            part += 76;
        } else if small {
            part = part.max(1) * 100;
        } else {
            total += part.max(1) * scale;
            part = 0;
        }
    }
    total + part
}

fn small_value(word: &str) -> u64 {
    const ENGLISH: &str = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen \
        seventeen eighteen nineteen";
    const FRENCH: &str = "zéro un deux troi quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize";
    const TENS: &str = "_ _ twenty thirty forty fifty sixty seventy eighty ninety";
    const FRENCH_TENS: &str = "_ _ vingt trente quarante cinquante soixante";
    let find = |list: &str| {
        list.split_whitespace()
            .position(|name| name == word || name == format!("{word}s"))
            .map(|index| index as u64)
    };
    let tens = || {
        find(TENS)
            .or_else(|| find(FRENCH_TENS))
            .map(|tens| tens * 10)
    };
    find(ENGLISH)
        .or_else(|| find(FRENCH))
        .or_else(tens)
        .unwrap_or_else(|| panic!("{word} is a number"))
}
