//! Mouth shapes against phoneme times and synthesized sound.

use kinora_sound::SAMPLE_RATE;
use kinora_sound::speech::{Language, Phoneme, Place, Viseme, Voice, mouth, speak};

const TEXT: &str = "Bob may buy a map. My mom made five more pies for papa!";

#[test]
fn pauses_and_bilabials_close_the_mouth() {
    let utterance = speak(TEXT, Language::English, &Voice::ALL[2], 1.0).expect("a text");
    for sound in &utterance.phonemes {
        let middle = mouth::at(&utterance.phonemes, sound.start_s + sound.duration_s * 0.5);
        assert_eq!(middle.viseme, Viseme::of(sound.phoneme), "{sound:?}");
        let closed = sound.phoneme == Phoneme::Pause || sound.phoneme.place() == Place::Bilabial;
        if closed {
            assert!(middle.open < 0.02, "{sound:?}: {middle:?}");
        }
        if matches!(sound.phoneme, Phoneme::Aa | Phoneme::Ay) && sound.duration_s > 0.12 {
            assert!(middle.open > 0.5, "{sound:?}: {middle:?}");
        }
    }
    let rest = mouth::at(&utterance.phonemes, utterance.duration_s() + 1.0);
    assert_eq!((rest.viseme, rest.open), (Viseme::Rest, 0.0));
    assert_eq!(mouth::at(&utterance.phonemes, -1.0).viseme, Viseme::Rest);
}

#[test]
fn every_bilabial_closure_is_visible_at_film_rates() {
    let utterance = speak(TEXT, Language::English, &Voice::ALL[2], 1.0).expect("a text");
    for fps in [12.0, 24.0, 25.0, 60.0] {
        let frames = utterance.mouth(fps);
        assert_eq!(frames.len(), (utterance.duration_s() * fps).ceil() as usize);
        for sound in utterance
            .phonemes
            .iter()
            .filter(|sound| sound.phoneme.place() == Place::Bilabial)
        {
            let frame = ((sound.start_s + sound.duration_s * 0.4) * fps) as usize;
            assert!(
                frames[frame].open < 0.05,
                "{fps} fps, {sound:?}: {:?}",
                frames[frame]
            );
        }
    }
    for fps in [0.0, -5.0, f32::NAN] {
        assert!(utterance.mouth(fps).is_empty());
    }
}

#[test]
fn mouth_motion_is_smooth_and_bounded() {
    let utterance = speak(TEXT, Language::English, &Voice::ALL[0], 1.0).expect("a text");
    let frames = utterance.mouth(500.0);
    for pair in frames.windows(2) {
        assert!((0.0..=1.0).contains(&pair[0].open) && (-1.0..=1.0).contains(&pair[0].width));
        // 2 ms apart: a mouth that opens fully takes at least 25 ms.
        assert!((pair[1].open - pair[0].open).abs() < 0.12, "{pair:?}");
    }
}

#[test]
fn mouth_opening_correlates_with_the_sound() {
    let text = "Papa may buy a map. Obama, a beamy bomb; my puppy may hop up.";
    for voice in Voice::ALL {
        let utterance = speak(text, Language::English, &voice, 1.0).expect("a text");
        let fps = 100.0;
        let open: Vec<f32> = utterance
            .mouth(fps)
            .iter()
            .map(|mouth| mouth.open)
            .collect();
        let step = SAMPLE_RATE as usize / fps as usize;
        let loud: Vec<f32> = utterance
            .samples
            .chunks(step)
            .map(|chunk| chunk.iter().map(|sample| sample.abs()).sum())
            .collect();
        let best = (-15i32..=15)
            .max_by(|a, b| correlation(&open, &loud, *a).total_cmp(&correlation(&open, &loud, *b)))
            .expect("a lag");
        let strength = correlation(&open, &loud, best);
        assert!(best.abs() <= 4, "{}: {best}0 ms apart", voice.name);
        assert!(strength > 0.6, "{}: {strength}", voice.name);
    }
}

/// Computes the correlation of `a` with `b` shifted by `lag` frames.
fn correlation(a: &[f32], b: &[f32], lag: i32) -> f32 {
    let pairs: Vec<(f32, f32)> = a
        .iter()
        .enumerate()
        .filter_map(|(index, a)| Some((*a, *b.get(usize::try_from(index as i32 + lag).ok()?)?)))
        .collect();
    let count = pairs.len() as f32;
    let (mean_a, mean_b) = (
        pairs.iter().map(|pair| pair.0).sum::<f32>() / count,
        pairs.iter().map(|pair| pair.1).sum::<f32>() / count,
    );
    let (mut both, mut va, mut vb) = (0.0, 1e-9, 1e-9);
    for (a, b) in pairs {
        both += (a - mean_a) * (b - mean_b);
        va += (a - mean_a).powi(2);
        vb += (b - mean_b).powi(2);
    }
    both / f32::sqrt(va * vb)
}
