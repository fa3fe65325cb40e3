//! The quiet of a place: a room's hush, the sea, birds over a meadow, a street's rumble.

use core::f32::consts::TAU;

use crate::noise::{LowPass, white};
use crate::track::Place;

/// Adds the ambience of a place over the whole track.
pub fn add(out: &mut [f32], place: Place, rate: f32) {
    match place {
        Place::WoodenFloor => hiss(out, rate, 180.0, 0.016, 0.0),
        Place::Beach => hiss(out, rate, 900.0, 0.035, 0.75),
        Place::Meadow => {
            hiss(out, rate, 500.0, 0.014, 0.4);
            birds(out, rate);
        }
        Place::Street => {
            hiss(out, rate, 130.0, 0.05, 0.25);
            hiss(out, rate, 1500.0, 0.004, 0.0);
        }
    }
}

/// Low-passed noise that swells once in about three seconds by `swell`.
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

/// Two short chirps, always at the same places of the track.
fn birds(out: &mut [f32], rate: f32) {
    for (start_s, base_hz) in [
        (0.55, 3300.0),
        (0.72, 3700.0),
        (1.95, 3100.0),
        (2.10, 3500.0),
    ] {
        let start = (start_s * rate) as usize;
        let length = (0.09 * rate) as usize;
        let mut phase = 0.0f32;
        for (index, sample) in out.iter_mut().skip(start).take(length).enumerate() {
            let along = index as f32 / length as f32;
            phase += TAU * base_hz * (1.0 + 0.18 * along) / rate;
            if phase > TAU {
                phase -= TAU;
            }
            *sample += libm::sinf(phase) * 0.018 * 4.0 * along * (1.0 - along);
        }
    }
}
