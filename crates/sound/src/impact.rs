//! An impact by modal synthesis: modes of the object, response of the ground, click of the contact.

use core::f32::consts::TAU;

use crate::noise::{LowPass, white};
use crate::track::{Impact, Material, Place};

/// Modes of a material: base frequency at size 0.5, frequency ratios, gains and decay.
struct Modes {
    base_hz: f32,
    ratios: [f32; 5],
    gains: [f32; 5],
    /// Time constant of the base mode (decay to 1/e) in seconds.
    decay_s: f32,
    /// Increase of the decay rate per mode.
    damping: f32,
    click: f32,
    level: f32,
}

/// Response of the ground: its thud, and its low-pass and damping of the object's modes.
struct GroundResponse {
    thud_hz: f32,
    thud: f32,
    thud_decay_s: f32,
    brightness_hz: f32,
    ring: f32,
}

/// Adds an impact, starting at the sample nearest to its instant.
pub fn add(out: &mut [f32], impact: &Impact, place: Place, rate: f32) {
    let start = (impact.time_s * rate + 0.5) as usize;
    let level = impact.energy * (0.35 + 0.65 * impact.energy);
    if start >= out.len() || level <= 0.0 {
        return;
    }
    let (modes, ground) = (modes_of(impact.material), ground_of(place));
    let pitch = libm::exp2f((0.5 - impact.size) * 1.4);
    let end = out.len().min(start + (rate * 0.9) as usize);
    let track = &mut out[start..end];
    for mode in 0..modes.ratios.len() {
        let frequency = modes.base_hz * modes.ratios[mode] * pitch;
        // Hard impacts excite high modes more.
        let gain = (ground.brightness_hz * (0.6 + impact.energy) / frequency).min(1.0);
        let decay = modes.decay_s * ground.ring / (1.0 + modes.damping * mode as f32);
        tone(
            track,
            frequency,
            decay,
            level * modes.level * modes.gains[mode] * gain,
            rate,
        );
    }
    tone(
        track,
        ground.thud_hz * (0.8 + 0.2 * pitch),
        ground.thud_decay_s,
        level * ground.thud,
        rate,
    );
    click(
        track,
        impact,
        level * modes.click,
        ground.brightness_hz,
        rate,
    );
}

/// Adds an exponentially decaying sine by recurrence, two multiplications per sample.
fn tone(out: &mut [f32], frequency: f32, decay_s: f32, gain: f32, rate: f32) {
    if frequency > rate * 0.45 || gain < 1e-5 {
        return;
    }
    let angle = TAU * frequency / rate;
    let decay = libm::expf(-1.0 / (decay_s * rate));
    let (feedback1, feedback2) = (2.0 * decay * libm::cosf(angle), decay * decay);
    let (mut older, mut old) = (-gain * libm::sinf(angle) / decay, 0.0);
    for sample in out.iter_mut().take((decay_s * rate * 9.0) as usize) {
        *sample += old;
        let next = feedback1 * old - feedback2 * older;
        older = old;
        old = next;
    }
}

fn click(out: &mut [f32], impact: &Impact, gain: f32, brightness_hz: f32, rate: f32) {
    let mut filter = LowPass::new(brightness_hz, rate);
    let decay = libm::expf(-1.0 / (0.004 * rate));
    let mut level = gain;
    let stream = 17 + impact.material as u32;
    for (index, sample) in out.iter_mut().take((rate * 0.04) as usize).enumerate() {
        *sample += filter.next(white(stream, index as u32)) * level;
        level *= decay;
    }
}

fn modes_of(material: Material) -> Modes {
    match material {
        Material::Rubber => Modes {
            base_hz: 130.0,
            ratios: [1.0, 1.6, 2.3, 3.1, 4.4],
            gains: [1.0, 0.45, 0.22, 0.1, 0.04],
            decay_s: 0.060,
            damping: 0.5,
            click: 0.35,
            level: 0.62,
        },
        Material::Wood => Modes {
            base_hz: 330.0,
            ratios: [1.0, 2.57, 4.1, 5.9, 8.2],
            gains: [1.0, 0.6, 0.4, 0.2, 0.1],
            decay_s: 0.045,
            damping: 0.6,
            click: 0.6,
            level: 0.45,
        },
        Material::Metal => Modes {
            base_hz: 520.0,
            ratios: [1.0, 2.0, 2.76, 4.07, 5.4],
            gains: [0.7, 0.35, 0.6, 0.45, 0.35],
            decay_s: 0.34,
            damping: 0.35,
            click: 0.55,
            level: 0.30,
        },
        Material::Stone => Modes {
            base_hz: 780.0,
            ratios: [1.0, 1.52, 2.38, 3.3, 4.6],
            gains: [0.7, 0.6, 0.5, 0.35, 0.25],
            decay_s: 0.016,
            damping: 0.25,
            click: 1.1,
            level: 0.40,
        },
    }
}

fn ground_of(place: Place) -> GroundResponse {
    match place {
        Place::WoodenFloor => GroundResponse {
            thud_hz: 96.0,
            thud: 0.42,
            thud_decay_s: 0.07,
            brightness_hz: 3400.0,
            ring: 1.0,
        },
        Place::Beach => GroundResponse {
            thud_hz: 62.0,
            thud: 0.55,
            thud_decay_s: 0.05,
            brightness_hz: 620.0,
            ring: 0.55,
        },
        Place::Meadow => GroundResponse {
            thud_hz: 72.0,
            thud: 0.48,
            thud_decay_s: 0.05,
            brightness_hz: 900.0,
            ring: 0.65,
        },
        Place::Street => GroundResponse {
            thud_hz: 120.0,
            thud: 0.18,
            thud_decay_s: 0.03,
            brightness_hz: 5200.0,
            ring: 1.0,
        },
    }
}
