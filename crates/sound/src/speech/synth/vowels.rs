//! Formants F1, F2 and F3 of the vowels, at start and end, for an adult male vocal tract.
//!
//! English after Peterson & Barney (1952), Hillenbrand et al. (1995) and Klatt (1980); French after Calliope (1989), rounded.

use crate::speech::Phoneme;

/// Resonances of a vowel, in Hz.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Formants {
    /// F1, F2 and F3 at the start of the steady part.
    pub start: [f32; 3],
    /// F1, F2 and F3 at its end; different in diphthongs.
    pub end: [f32; 3],
    /// Bandwidths of F1, F2 and F3.
    pub bandwidths: [f32; 3],
    /// Opening of the velum, 0..1.
    pub nasal: f32,
}

/// Returns the formants of a vowel; those of a schwa for other phonemes.
pub fn formants(phoneme: Phoneme) -> Formants {
    let still = |f1, f2, f3| glide([f1, f2, f3], [f1, f2, f3]);
    match phoneme {
        Phoneme::Iy => glide([300.0, 2200.0, 2950.0], [285.0, 2280.0, 3000.0]),
        Phoneme::Ih => glide([400.0, 1900.0, 2560.0], [420.0, 1820.0, 2560.0]),
        Phoneme::Ey => glide([480.0, 1880.0, 2550.0], [330.0, 2150.0, 2700.0]),
        Phoneme::Eh => glide([550.0, 1750.0, 2500.0], [580.0, 1680.0, 2500.0]),
        Phoneme::Ae => glide([650.0, 1720.0, 2430.0], [680.0, 1600.0, 2430.0]),
        Phoneme::Aa => still(740.0, 1130.0, 2500.0),
        Phoneme::Ao => still(610.0, 920.0, 2500.0),
        Phoneme::Ow => glide([530.0, 1000.0, 2350.0], [400.0, 830.0, 2300.0]),
        Phoneme::Uh => still(460.0, 1240.0, 2380.0),
        Phoneme::Uw => glide([340.0, 1250.0, 2250.0], [315.0, 1050.0, 2220.0]),
        Phoneme::Ah => still(630.0, 1220.0, 2500.0),
        Phoneme::Er => still(470.0, 1320.0, 1650.0),
        Phoneme::Ay => glide([700.0, 1230.0, 2500.0], [400.0, 1950.0, 2550.0]),
        Phoneme::Aw => glide([700.0, 1280.0, 2500.0], [430.0, 930.0, 2350.0]),
        Phoneme::Oy => glide([540.0, 900.0, 2400.0], [380.0, 1880.0, 2480.0]),
        Phoneme::FrI => still(275.0, 2150.0, 3050.0),
        Phoneme::FrE => still(370.0, 2050.0, 2650.0),
        Phoneme::FrEh => still(540.0, 1780.0, 2520.0),
        Phoneme::FrA => still(700.0, 1380.0, 2500.0),
        Phoneme::FrO => still(390.0, 790.0, 2350.0),
        Phoneme::FrOpenO => still(540.0, 1020.0, 2450.0),
        Phoneme::FrU => still(300.0, 780.0, 2250.0),
        Phoneme::FrY => still(280.0, 1830.0, 2180.0),
        Phoneme::FrEu => still(385.0, 1450.0, 2250.0),
        Phoneme::FrOe => still(530.0, 1420.0, 2380.0),
        Phoneme::FrSchwa => still(430.0, 1400.0, 2350.0),
        Phoneme::FrAn => nasal(620.0, 980.0, 2550.0),
        Phoneme::FrIn => nasal(640.0, 1420.0, 2500.0),
        Phoneme::FrOn => nasal(440.0, 750.0, 2450.0),
        Phoneme::FrUn => nasal(560.0, 1330.0, 2400.0),
        _ => still(500.0, 1400.0, 2450.0),
    }
}

fn glide(start: [f32; 3], end: [f32; 3]) -> Formants {
    Formants {
        start,
        end,
        bandwidths: [65.0, 90.0, 140.0],
        nasal: 0.0,
    }
}

fn nasal(f1: f32, f2: f32, f3: f32) -> Formants {
    Formants {
        bandwidths: [110.0, 120.0, 180.0],
        nasal: 0.8,
        ..glide([f1, f2, f3], [f1, f2, f3])
    }
}
