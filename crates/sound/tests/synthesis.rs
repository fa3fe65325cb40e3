//! Impacts, ambience and rolling: timing, level, decay and pitch by material and size.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use kinora_sound::{Impact, Material, Place, SAMPLE_RATE, SoundTrack, render, wav};

fn track(place: Place, impacts: Vec<Impact>) -> SoundTrack {
    let (material, size) = (Material::Wood, 0.5);
    SoundTrack {
        frames: 33,
        place,
        material,
        size,
        impacts,
        roll: vec![0.0; 33],
    }
}

fn hit(time_s: f32, energy: f32, size: f32, material: Material) -> Impact {
    Impact {
        time_s,
        energy,
        size,
        material,
    }
}

/// Isolates an impact: the track with it minus the track without.
fn alone(place: Place, impact: Impact) -> Vec<f32> {
    let with = render(&track(place, vec![impact]), SAMPLE_RATE);
    let without = render(&track(place, vec![]), SAMPLE_RATE);
    with.iter().zip(&without).map(|(a, b)| a - b).collect()
}

fn energy(samples: &[f32]) -> f32 {
    samples.iter().map(|sample| sample * sample).sum()
}

#[test]
fn impact_starts_within_two_milliseconds() {
    for material in Material::ALL {
        for place in Place::ALL {
            let samples = alone(place, hit(1.2345, 0.6, 0.5, material));
            let loudest = samples
                .iter()
                .fold(0.0f32, |peak, sample| peak.max(sample.abs()));
            let start = samples
                .iter()
                .position(|sample| sample.abs() > loudest * 0.1)
                .unwrap();
            let late = start as f32 / SAMPLE_RATE as f32 - 1.2345;
            assert!(late.abs() < 0.002, "{material:?} {place:?} {late}");
            assert!(
                samples[..start.saturating_sub(32)]
                    .iter()
                    .all(|sample| *sample == 0.0)
            );
        }
    }
}

#[test]
fn loud_tracks_do_not_clip() {
    let impacts: Vec<_> = (0..40)
        .map(|_| hit(0.5, 1.0, 0.9, Material::Metal))
        .collect();
    let samples = render(&track(Place::Street, impacts), SAMPLE_RATE);
    assert_eq!(samples.len(), 44_000);
    assert!(samples.iter().all(|sample| sample.abs() < 1.0));
}

#[test]
fn harder_impacts_are_louder() {
    for material in Material::ALL {
        let soft = energy(&alone(Place::Street, hit(0.5, 0.2, 0.5, material)));
        let hard = energy(&alone(Place::Street, hit(0.5, 0.9, 0.5, material)));
        assert!(hard > soft * 6.0, "{material:?}: {soft} {hard}");
    }
}

#[test]
fn metal_decays_more_slowly_than_wood() {
    let late = |material| {
        let samples = alone(Place::Street, hit(0.5, 0.8, 0.5, material));
        energy(&samples[11_200..14_400]) / energy(&samples)
    };
    assert!(late(Material::Metal) > 100.0 * late(Material::Wood));
}

#[test]
fn small_objects_have_higher_pitch() {
    let crossings = |size| {
        let samples = alone(Place::Street, hit(0.5, 0.8, size, Material::Metal));
        samples[8_100..12_000]
            .windows(2)
            .filter(|pair| (pair[0] < 0.0) != (pair[1] < 0.0))
            .count()
    };
    assert!(crossings(0.1) as f32 > 1.4 * crossings(0.9) as f32);
}

#[test]
fn ambience_is_quiet_but_audible() {
    for place in Place::ALL {
        let samples = render(&track(place, vec![]), SAMPLE_RATE);
        let level = (energy(&samples) / samples.len() as f32).sqrt();
        assert!((0.001..0.08).contains(&level), "{place:?} {level}");
    }
}

#[test]
fn rolling_noise_follows_the_roll_level() {
    let mut rolling = track(Place::WoodenFloor, vec![]);
    rolling.roll[12..24].fill(0.8);
    let samples = render(&rolling, SAMPLE_RATE);
    assert!(energy(&samples[18_000..30_000]) > 4.0 * energy(&samples[..12_000]));
}

#[test]
fn wav_has_header_and_all_samples() {
    let bytes = wav::to_bytes(&[0.0, 1.0, -1.0, 2.0], SAMPLE_RATE);
    assert_eq!(
        (&bytes[..4], &bytes[8..16], bytes.len()),
        (&b"RIFF"[..], &b"WAVEfmt "[..], 52)
    );
    assert_eq!(i16::from_le_bytes([bytes[46], bytes[47]]), 32_767);
    assert_eq!(i16::from_le_bytes([bytes[50], bytes[51]]), 32_767);
}
