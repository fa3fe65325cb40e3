//! Continuous ambience: room tone, sea, birds and crickets, wind, traffic.

use core::f32::consts::TAU;

use crate::noise::{LowPass, white};
use crate::surroundings::{Ambience, Surroundings, Weather};

/// Adds the ambience over the whole track.
pub fn add(out: &mut [f32], around: &Surroundings, rate: f32) {
    match around.ambience {
        Ambience::Room => hiss(out, rate, 180.0, 0.016, 0.0),
        Ambience::Kitchen => {
            hiss(out, rate, 220.0, 0.012, 0.0);
            hum(out, rate);
        }
        Ambience::Hall => {
            hiss(out, rate, 120.0, 0.020, 0.0);
            hiss(out, rate, 700.0, 0.004, 0.3);
        }
        Ambience::Sea => hiss(out, rate, 900.0, 0.035, 0.75),
        Ambience::Meadow => {
            hiss(out, rate, 500.0, 0.014, 0.4);
            animals(out, around, rate);
        }
        Ambience::Forest => {
            hiss(out, rate, 1800.0, 0.010, 0.6);
            animals(out, around, rate);
        }
        Ambience::Street => traffic(out, rate, 1.0),
        Ambience::Roof => {
            traffic(out, rate, 0.45);
            wind(out, rate, 0.022);
        }
        Ambience::Wind => wind(out, rate, 0.034),
        Ambience::Lake => {
            wind(out, rate, 0.016);
            hiss(out, rate, 1300.0, 0.009, 0.8);
        }
    }
    muffle(out, around.weather, rate);
}

/// Low-pass filters and attenuates the ambience in snow and fog.
fn muffle(out: &mut [f32], weather: Weather, rate: f32) {
    let (corner_hz, level) = match weather {
        Weather::Calm | Weather::Rain => return,
        Weather::Snow => (380.0, 0.75),
        Weather::Fog => (700.0, 0.70),
    };
    let mut filter = LowPass::new(corner_hz, rate);
    for sample in out.iter_mut() {
        *sample = filter.next(*sample) * level;
    }
}

fn animals(out: &mut [f32], around: &Surroundings, rate: f32) {
    match (around.night, around.weather) {
        (true, Weather::Calm | Weather::Fog) => crickets(out, rate),
        (false, Weather::Calm | Weather::Fog) => birds(out, rate),
        // Animals are silent in rain and snow.
        _ => {}
    }
}

fn traffic(out: &mut [f32], rate: f32, level: f32) {
    hiss(out, rate, 130.0, 0.05 * level, 0.25);
    hiss(out, rate, 1500.0, 0.004 * level, 0.0);
}

/// Adds low-passed noise whose level is modulated with a period of 3.1 s and depth `swell`.
fn hiss(out: &mut [f32], rate: f32, corner_hz: f32, level: f32, swell: f32) {
    let (mut first, mut second) = (
        LowPass::new(corner_hz, rate),
        LowPass::new(corner_hz * 2.0, rate),
    );
    let gain = level * libm::sqrtf(rate / (2.0 * corner_hz));
    let stream = 200 + corner_hz as u32;
    let mut strength = 1.0;
    for (index, sample) in out.iter_mut().enumerate() {
        if index % 64 == 0 {
            let phase = index as f32 / rate * TAU / 3.1;
            strength = 1.0 - swell * (0.5 + 0.5 * libm::cosf(phase));
        }
        *sample += second.next(first.next(white(stream, index as u32))) * gain * strength;
    }
}

/// Adds gusts: noise through a band-pass with a slowly moving centre frequency.
fn wind(out: &mut [f32], rate: f32, level: f32) {
    hiss(out, rate, 240.0, level, 0.5);
    // A state-variable band-pass after Chamberlin.
    let (mut low, mut band) = (0.0f32, 0.0f32);
    let (mut tune, mut strength) = (0.0, 0.0);
    for (index, sample) in out.iter_mut().enumerate() {
        if index % 64 == 0 {
            let time_s = index as f32 / rate;
            let gust = libm::sinf(TAU * time_s / 2.7) + 0.5 * libm::sinf(TAU * time_s / 1.1 + 1.0);
            tune = 2.0 * libm::sinf(core::f32::consts::PI * (430.0 + 130.0 * gust) / rate);
            strength = 0.35 + 0.30 * (gust + 1.5) / 3.0;
        }
        low += tune * band;
        let high = white(241, index as u32) - low - 0.16 * band;
        band += tune * high;
        *sample += band * level * strength * 0.22;
    }
}

/// Adds refrigerator hum: 50 Hz and its second and fourth harmonic.
fn hum(out: &mut [f32], rate: f32) {
    for (harmonic, level) in [(1.0, 0.006), (2.0, 0.009), (4.0, 0.003)] {
        let step = TAU * 50.0 * harmonic / rate;
        let mut phase = 0.0f32;
        for sample in out.iter_mut() {
            phase += step;
            if phase > TAU {
                phase -= TAU;
            }
            *sample += libm::sinf(phase) * level;
        }
    }
}

/// Adds two pairs of short chirps at fixed times of the track.
fn birds(out: &mut [f32], rate: f32) {
    for (start_s, base_hz) in [
        (0.55, 3300.0),
        (0.72, 3700.0),
        (1.95, 3100.0),
        (2.10, 3500.0),
    ] {
        chirp(out, rate, start_s, 0.09, (base_hz, 0.18), 0.018);
    }
}

/// Adds three pulses every 0.66 s.
fn crickets(out: &mut [f32], rate: f32) {
    let seconds = out.len() as f32 / rate;
    let mut start_s = 0.2;
    while start_s < seconds {
        for pulse in 0..3 {
            let at_s = start_s + 0.045 * pulse as f32;
            chirp(out, rate, at_s, 0.028, (4300.0, 0.02), 0.010);
        }
        start_s += 0.66;
    }
}

/// Adds a tone with a parabolic envelope whose frequency rises from `base_hz` by the fraction `rise`.
fn chirp(
    out: &mut [f32],
    rate: f32,
    start_s: f32,
    length_s: f32,
    (base_hz, rise): (f32, f32),
    level: f32,
) {
    let start = (start_s * rate) as usize;
    let length = (length_s * rate) as usize;
    let mut phase = 0.0f32;
    for (index, sample) in out.iter_mut().skip(start).take(length).enumerate() {
        let along = index as f32 / length as f32;
        phase += TAU * base_hz * (1.0 + rise * along) / rate;
        if phase > TAU {
            phase -= TAU;
        }
        *sample += libm::sinf(phase) * level * 4.0 * along * (1.0 - along);
    }
}
