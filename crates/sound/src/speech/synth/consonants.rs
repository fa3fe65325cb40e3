//! Consonants: formant loci, transition times and noise spectra.

use crate::speech::{Manner, Phoneme, Place};

/// Number of bands of the parallel branch: F2, F3, F4, three fixed bands, and a bypass.
pub const BANDS: usize = 7;

/// Computes F1, F2 and F3 in Hz at a consonant beside a vowel with these formants, for an adult male vocal tract.
///
/// Linear in the vowel's formants (locus equations; slopes after Sussman et al. 1991, targets after Klatt 1980).
pub fn locus(phoneme: Phoneme, vowel: [f32; 3]) -> [f32; 3] {
    let line = |target: [f32; 3], slope: [f32; 3]| {
        let mut out = target;
        for (formant, value) in out.iter_mut().enumerate() {
            *value += slope[formant] * (vowel[formant] - target[formant]);
        }
        out
    };
    let open = match phoneme.manner() {
        // The nasal murmur has its own low pole; an F1 as low as that of a plosive would mask the higher formants.
        Manner::Nasal => 450.0,
        _ if phoneme.is_voiced() => 250.0,
        _ => 350.0,
    };
    match (phoneme, phoneme.place()) {
        (Phoneme::L, _) => line([350.0, 1080.0, 2750.0], [0.1, 0.25, 0.1]),
        (Phoneme::R, _) => line([330.0, 1100.0, 1500.0], [0.1, 0.15, 0.05]),
        (Phoneme::Rr, _) => line([480.0, 1150.0, 2400.0], [0.3, 0.5, 0.4]),
        (Phoneme::W, _) => line([300.0, 640.0, 2200.0], [0.1, 0.1, 0.4]),
        (Phoneme::Y, _) => line([270.0, 2200.0, 3000.0], [0.05, 0.15, 0.2]),
        (Phoneme::Hy, _) => line([275.0, 1850.0, 2150.0], [0.05, 0.1, 0.2]),
        (Phoneme::Hh, _) => vowel,
        (_, Place::Bilabial) => line([open, 900.0, 2150.0], [0.15, 0.72, 0.55]),
        (_, Place::Labiodental) => line([open, 1050.0, 2100.0], [0.15, 0.6, 0.5]),
        (_, Place::Dental) => line([open, 1350.0, 2550.0], [0.15, 0.45, 0.4]),
        (_, Place::Alveolar) => line([open, 1780.0, 2680.0], [0.15, 0.42, 0.3]),
        (_, Place::Postalveolar) => line([open, 1950.0, 2650.0], [0.1, 0.35, 0.3]),
        (_, Place::Palatal) => line([open, 2200.0, 2900.0], [0.1, 0.25, 0.2]),
        (_, Place::Velar) => {
            let f2 = (vowel[1] * 1.12 + 60.0).clamp(950.0, 2350.0);
            // F2 and F3 converge at the velum.
            [
                open + 0.15 * (vowel[0] - open),
                f2,
                (f2 + 480.0).clamp(2050.0, 2850.0),
            ]
        }
        _ => vowel,
    }
}

/// Returns the duration in seconds of the formant transition from a consonant into its neighbour.
pub fn transition_s(phoneme: Phoneme) -> f32 {
    match phoneme.manner() {
        Manner::Glide => 0.075,
        Manner::Liquid => 0.06,
        Manner::Nasal => 0.045,
        Manner::Fricative if phoneme == Phoneme::Hh => 0.03,
        Manner::Fricative => 0.05,
        Manner::Plosive if phoneme.place() == Place::Velar => 0.06,
        _ => 0.048,
    }
}

/// Returns the noise gain of a consonant per band, before a vowel whose F2 is `f2` Hz.
pub fn noise(phoneme: Phoneme, f2: f32) -> [f32; BANDS] {
    let front = ((f2 - 1000.0) / 1000.0).clamp(0.0, 1.0);
    match phoneme {
        Phoneme::S => [0.0, 0.0, 0.04, 0.28, 0.62, 0.62, 0.0],
        Phoneme::Z => [0.0, 0.0, 0.02, 0.16, 0.36, 0.36, 0.0],
        Phoneme::Sh => [0.05, 0.55, 0.75, 0.45, 0.3, 0.12, 0.0],
        Phoneme::Zh => [0.03, 0.28, 0.38, 0.24, 0.16, 0.06, 0.0],
        Phoneme::Ch => [0.05, 0.5, 0.8, 0.55, 0.4, 0.2, 0.0],
        Phoneme::Jh => [0.04, 0.34, 0.55, 0.38, 0.26, 0.12, 0.0],
        Phoneme::F => [0.02, 0.02, 0.03, 0.04, 0.06, 0.1, 0.045],
        Phoneme::V => [0.01, 0.01, 0.015, 0.02, 0.025, 0.04, 0.016],
        Phoneme::Th => [0.01, 0.02, 0.03, 0.05, 0.09, 0.12, 0.03],
        Phoneme::Dh => [0.005, 0.01, 0.015, 0.02, 0.035, 0.05, 0.012],
        Phoneme::Rr => [0.12, 0.06, 0.03, 0.0, 0.0, 0.0, 0.0],
        Phoneme::P => [0.1, 0.08, 0.06, 0.04, 0.03, 0.03, 0.09],
        Phoneme::B => [0.06, 0.05, 0.03, 0.02, 0.02, 0.02, 0.06],
        Phoneme::T => [0.0, 0.08, 0.3, 0.5, 0.55, 0.45, 0.02],
        Phoneme::D => [0.0, 0.08, 0.22, 0.3, 0.32, 0.25, 0.02],
        Phoneme::K => [
            0.65 - 0.35 * front,
            0.2 + 0.5 * front,
            0.08 + 0.2 * front,
            0.08,
            0.05,
            0.03,
            0.01,
        ],
        Phoneme::G => [
            0.45 - 0.25 * front,
            0.15 + 0.35 * front,
            0.06 + 0.1 * front,
            0.05,
            0.03,
            0.02,
            0.01,
        ],
        _ => [0.0; BANDS],
    }
}
