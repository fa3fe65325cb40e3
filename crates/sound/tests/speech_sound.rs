//! Acoustic measurements of synthesized speech: formants, voicing, pitch, closures, levels, voices, clipping and clicks.

mod measure;

use kinora_sound::SAMPLE_RATE;
use kinora_sound::speech::{Language, Manner, Phoneme, TimedPhoneme, Utterance, Voice, speak};

use measure::{formants_of, pitch_of, rms, spectrum_distance, voicing};

fn voice(name: &str) -> Voice {
    Voice::named(name).expect("the voice exists")
}

fn say(text: &str, name: &str) -> Utterance {
    speak(text, Language::English, &voice(name), 1.0).expect("the text can be utterance")
}

/// Returns the samples between two fractions of a phoneme's duration.
fn part<'a>(utterance: &'a Utterance, phoneme: &TimedPhoneme, from: f32, to: f32) -> &'a [f32] {
    let at =
        |share: f32| ((phoneme.start_s + phoneme.duration_s * share) * SAMPLE_RATE as f32) as usize;
    &utterance.samples[at(from)..at(to).min(utterance.samples.len())]
}

fn first(utterance: &Utterance, wanted: Phoneme) -> TimedPhoneme {
    let found = utterance
        .phonemes
        .iter()
        .find(|phoneme| phoneme.phoneme == wanted);
    *found.unwrap_or_else(|| panic!("{wanted:?} is utterance"))
}

#[test]
fn vowels_have_their_formants() {
    // F1 and F2 of men after Hillenbrand et al. (1995).
    for (text, phoneme, f1, f2) in [
        ("heed", Phoneme::Iy, 300.0, 2240.0),
        ("hid", Phoneme::Ih, 410.0, 1860.0),
        ("head", Phoneme::Eh, 560.0, 1720.0),
        ("had", Phoneme::Ae, 665.0, 1660.0),
        ("hod", Phoneme::Aa, 740.0, 1140.0),
        ("hawed", Phoneme::Ao, 610.0, 930.0),
        ("hood", Phoneme::Uh, 460.0, 1240.0),
        ("hud", Phoneme::Ah, 630.0, 1230.0),
        ("herd", Phoneme::Er, 470.0, 1330.0),
    ] {
        // A low pitch places many harmonics under each formant.
        let low = voice("oak").with_pitch(80.0).expect("80 Hz is a pitch");
        let utterance = speak(text, Language::English, &low, 0.7).expect("a word");
        let vowel = utterance
            .phonemes
            .iter()
            .find(|sound| sound.phoneme.is_vowel())
            .expect("a vowel");
        assert_eq!(vowel.phoneme, phoneme, "{text}");
        let found = formants_of(part(&utterance, vowel, 0.35, 0.6));
        // The vocal tract of this voice is 3 % longer than the reference.
        let (f1, f2) = (f1 * 0.97, f2 * 0.97);
        assert!(
            (found[0] - f1).abs() < 0.12 * f1 + 25.0,
            "{text}: F1 {} not {f1}",
            found[0]
        );
        assert!(
            (found[1] - f2).abs() < 0.1 * f2,
            "{text}: F2 {} not {f2}",
            found[1]
        );
    }
}

#[test]
fn voices_have_the_requested_pitch() {
    for voice in Voice::ALL {
        for pitch_hz in [voice.pitch_hz(), voice.pitch_hz() * 1.15] {
            let voice = voice.with_pitch(pitch_hz).expect("a pitch");
            let utterance = speak(
                "We were away a year ago, and now we are all here.",
                Language::English,
                &voice,
                1.0,
            )
            .expect("a text");
            let vowels = utterance
                .phonemes
                .iter()
                .filter(|sound| sound.phoneme.is_vowel() && sound.duration_s > 0.07);
            let mut octaves: Vec<f32> = vowels
                .filter_map(|vowel| pitch_of(part(&utterance, vowel, 0.1, 0.9), pitch_hz))
                .map(|found| (found / pitch_hz).log2())
                .collect();
            assert!(octaves.len() > 8, "{}", voice.name);
            // Median, because the pitch estimate errs by an octave where a high voice falls deep.
            octaves.sort_by(f32::total_cmp);
            let middle = octaves[octaves.len() / 2];
            assert!(
                middle.abs() < 0.07,
                "{}: {:.1} % off {pitch_hz} Hz",
                voice.name,
                (middle.exp2() - 1.0) * 100.0
            );
        }
    }
}

#[test]
fn questions_rise_and_statements_fall() {
    let end = |text: &str| {
        let utterance = say(text, "cedar");
        let vowel = *utterance
            .phonemes
            .iter()
            .rev()
            .find(|sound| sound.phoneme.is_vowel())
            .expect("a vowel");
        let pitch =
            |from, to| pitch_of(part(&utterance, &vowel, from, to), 122.0).expect("a voiced vowel");
        pitch(0.6, 0.95) / pitch(0.1, 0.45)
    };
    assert!(
        end("You saw the moon?") > 1.08,
        "{}",
        end("You saw the moon?")
    );
    assert!(
        end("You saw the moon.") < 0.95,
        "{}",
        end("You saw the moon.")
    );
}

#[test]
fn vowels_are_voiced_and_voiceless_fricatives_are_not() {
    for name in ["oak", "cedar", "willow", "birch", "wren"] {
        let utterance = say("See the fish. She saw a thick sheet of ice.", name);
        for phoneme in &utterance.phonemes {
            // 50 ms around the middle; a gliding pitch lowers the autocorrelation of longer windows.
            let half = 0.025 / phoneme.duration_s.max(0.05);
            let found = voicing(part(&utterance, phoneme, 0.5 - half, 0.5 + half));
            if phoneme.phoneme.is_vowel() && phoneme.duration_s > 0.08 {
                assert!(found > 0.6, "{name} {phoneme:?}: {found}");
            }
            if phoneme.phoneme.manner() == Manner::Fricative && !phoneme.phoneme.is_voiced() {
                assert!(found < 0.45, "{name} {phoneme:?}: {found}");
            }
        }
    }
}

#[test]
fn plosives_have_closure_and_burst() {
    for (text, phoneme) in [
        ("appear", Phoneme::P),
        ("attack", Phoneme::T),
        ("okay", Phoneme::K),
    ] {
        let utterance = say(text, "cedar");
        let plosive = first(&utterance, phoneme);
        let closure = rms(part(&utterance, &plosive, 0.15, 0.4));
        let vowel = utterance
            .phonemes
            .iter()
            .filter(|sound| sound.phoneme.is_vowel())
            .map(|vowel| rms(part(&utterance, vowel, 0.3, 0.7)));
        let loudest = vowel.fold(0.0f32, f32::max);
        assert!(
            closure < loudest * 0.01,
            "{text}: {closure} in the closure, {loudest} in a vowel"
        );
        let release = rms(part(&utterance, &plosive, 0.6, 1.0));
        assert!(
            release > closure * 10.0 && release > loudest * 0.02,
            "{text}: {release}"
        );
    }
}

#[test]
fn fricatives_have_their_spectral_centre() {
    let centre = |text: &str, phoneme| {
        let utterance = say(text, "cedar");
        measure::centre_hz(part(&utterance, &first(&utterance, phoneme), 0.2, 0.8))
    };
    let (s, sh) = (centre("see", Phoneme::S), centre("she", Phoneme::Sh));
    assert!(s > 4_800.0, "s {s}");
    assert!((2_600.0..4_600.0).contains(&sh), "sh {sh}");
}

#[test]
fn levels_are_even_and_nothing_clips() {
    for voice in Voice::ALL {
        for (text, language) in [
            ("Hello there!", Language::English),
            (
                "Pa, pa, pa! Cheese. The big brown dog jumps; six thick thistle sticks?",
                Language::English,
            ),
            ("Bonjour, je m'appelle Kinora. On y va ?", Language::French),
            ("Shh!", Language::English),
        ] {
            let utterance = speak(text, language, &voice, 1.0).expect("a text");
            let peak = utterance
                .samples
                .iter()
                .fold(0.0f32, |peak, sample| peak.max(sample.abs()));
            assert!(
                peak <= 0.98 && peak > 0.15,
                "{} {text}: peak {peak}",
                voice.name
            );
            let level = rms(&utterance.samples);
            assert!(
                (0.03..0.2).contains(&level),
                "{} {text}: level {level}",
                voice.name
            );
        }
    }
}

#[test]
fn utterances_start_and_end_in_silence() {
    for voice in Voice::ALL {
        let utterance =
            speak("Are you all right?", Language::English, &voice, 1.0).expect("a text");
        let edge = SAMPLE_RATE as usize / 50;
        let ends = utterance.samples[..edge]
            .iter()
            .chain(&utterance.samples[utterance.samples.len() - edge..]);
        let loudest = ends.fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        assert!(loudest < 0.004, "{}: {loudest}", voice.name);
    }
}

#[test]
fn phoneme_borders_have_no_clicks() {
    // Vowels, nasals and glides only: a click exceeds the second difference of glottal pulses.
    for voice in Voice::ALL {
        let utterance = speak(
            "Many women were in a long lane; you may owe money.",
            Language::English,
            &voice,
            1.0,
        )
        .expect("a text");
        let bend = |at: usize| {
            (utterance.samples[at + 1] - 2.0 * utterance.samples[at] + utterance.samples[at - 1])
                .abs()
        };
        let greatest = |from: usize, to: usize| {
            (from.max(1)..to.min(utterance.samples.len() - 1))
                .map(bend)
                .fold(0.0f32, f32::max)
        };
        let everywhere: Vec<f32> = (0..utterance.samples.len() / 400)
            .map(|chunk| greatest(chunk * 400, (chunk + 1) * 400))
            .collect();
        let mut sorted = everywhere.clone();
        sorted.sort_by(f32::total_cmp);
        let usual = sorted[sorted.len() * 9 / 10];
        let worst = sorted[sorted.len() - 1];
        assert!(
            worst < usual * 4.0,
            "{}: {worst} beside {usual}",
            voice.name
        );
    }
}

#[test]
fn voices_differ() {
    let text = "The sun is shining and the sky is blue.";
    let spoken: Vec<_> = Voice::ALL
        .iter()
        .map(|voice| say(text, voice.name))
        .collect();
    for one in 0..spoken.len() {
        assert!(
            spectrum_distance(
                &spoken[one].samples,
                &say(text, Voice::ALL[one].name).samples
            ) < 1e-6
        );
        for other in 0..one {
            let distance = spectrum_distance(&spoken[one].samples, &spoken[other].samples);
            let names = (Voice::ALL[one].name, Voice::ALL[other].name);
            assert!(distance > 1.0, "{names:?}: {distance} dB");
        }
    }
}

#[test]
fn pace_scales_the_duration() {
    let text = "We were away a year ago.";
    let spoken = |pace| speak(text, Language::English, &voice("cedar"), pace).expect("a text");
    let (slow, calm, fast) = (spoken(0.7), spoken(1.0), spoken(1.5));
    assert!(slow.duration_s() > calm.duration_s() * 1.25);
    assert!(fast.duration_s() < calm.duration_s() * 0.8);
    let syllables = 7.0;
    let rate = syllables / calm.duration_s();
    assert!((2.5..6.5).contains(&rate), "{rate} syllables a second");
}

#[test]
fn phoneme_times_cover_the_utterance_without_gaps() {
    let utterance = say("Well, there are 12 red balls. Really?", "willow");
    let mut clock = 0.0;
    for phoneme in &utterance.phonemes {
        assert!((phoneme.start_s - clock).abs() < 1e-4, "{phoneme:?}");
        assert!(phoneme.duration_s > 0.01, "{phoneme:?}");
        clock = phoneme.start_s + phoneme.duration_s;
    }
    assert!((clock - utterance.duration_s()).abs() < 1e-3);
    let words: Vec<_> = utterance
        .words
        .iter()
        .map(|word| word.text.as_str())
        .collect();
    assert_eq!(
        words,
        ["well", "there", "are", "twelve", "red", "balls", "really"]
    );
    assert!(
        utterance
            .words
            .windows(2)
            .all(|pair| pair[1].start_s >= pair[0].start_s + pair[0].duration_s - 1e-4)
    );
}

/// Compares a hash of the samples, which use IEEE arithmetic and `libm` only and are equal on all platforms.
#[test]
fn synthesis_is_deterministic() {
    let utterance = say("Hello, world.", "cedar");
    let hash = utterance
        .samples
        .iter()
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, sample| {
            (hash ^ u64::from(sample.to_bits())).wrapping_mul(0x0100_0000_01b3)
        });
    assert_eq!(
        hash, GOLDEN,
        "{hash:#x}: a change of the synthesizer changes this on purpose"
    );
}

const GOLDEN: u64 = 0x50ab_3445_3a80_7f64;
