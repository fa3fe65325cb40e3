//! Water poured into water: resonating bubbles after van den Doel (2005) over band-passed noise.

use core::f32::consts::TAU;

use crate::noise::{LowPass, white};
use crate::track::{FRAMES_PER_SECOND, SoundTrack};

/// Bubbles per second.
const BUBBLES: f32 = 55.0;

/// Adds the flow with the roll level of each frame as its level.
pub fn add(out: &mut [f32], track: &SoundTrack, rate: f32) {
    rush(out, track, rate);
    let count = (out.len() as f32 / rate * BUBBLES) as u32;
    for bubble in 0..count {
        let at_s = (bubble as f32 + 0.5 + 0.45 * white(271, bubble)) / BUBBLES;
        let level = level_at(track, at_s);
        let size = 0.5 + 0.5 * white(272, bubble);
        if level > 0.02 {
            let gain = 0.16 * level * (0.3 + 0.7 * size);
            self::bubble(out, at_s, 480.0 + 1_500.0 * (1.0 - size), gain, rate);
        }
    }
}

/// Returns the level of the flow at an instant.
fn level_at(track: &SoundTrack, time_s: f32) -> f32 {
    let frame = (time_s * FRAMES_PER_SECOND as f32) as usize;
    track.roll.get(frame).copied().unwrap_or(0.0)
}

/// Adds a bubble: a decaying tone of rising frequency.
pub fn bubble(out: &mut [f32], at_s: f32, pitch_hz: f32, gain: f32, rate: f32) {
    let start = (at_s * rate + 0.5) as usize;
    // Large bubbles decay more slowly.
    let decay_s = 0.013 * (900.0 / pitch_hz).clamp(0.4, 2.0);
    let decay = libm::expf(-1.0 / (decay_s * rate));
    let (mut phase, mut level) = (0.0f32, gain);
    for (index, sample) in out
        .iter_mut()
        .skip(start)
        .take((decay_s * rate * 6.0) as usize)
        .enumerate()
    {
        *sample += libm::cosf(phase) * level;
        level *= decay;
        phase += TAU * pitch_hz * (1.0 + 3.0 * index as f32 / rate) / rate;
        if phase > TAU {
            phase -= TAU;
        }
    }
}

fn rush(out: &mut [f32], track: &SoundTrack, rate: f32) {
    let (mut low, mut high) = (LowPass::new(500.0, rate), LowPass::new(2_400.0, rate));
    let mut level = LowPass::new(14.0, rate);
    for (index, sample) in out.iter_mut().enumerate() {
        let wanted = level_at(track, index as f32 / rate);
        let noise = high.next(white(273, index as u32));
        *sample += (noise - low.next(noise)) * level.next(wanted) * 0.10;
    }
}
