//! Mixes speech into a sound track.

use super::{Utterance, synth};

/// Adds an utterance to a track of the same sample rate at `start_s` with `gain`, and limits the result to ±0.98.
///
/// Speech before the start or after the end of the track is cut. During speech the track is ducked to the fraction `under`
/// (0..1) of its level, with ramps; 1 disables ducking. A non-finite `gain` counts as 0, a non-finite `under` as 1.
pub fn mix(track: &mut [f32], utterance: &Utterance, start_s: f32, gain: f32, under: f32) {
    let rate = crate::SAMPLE_RATE as f32;
    let gain = if gain.is_finite() { gain } else { 0.0 };
    let under = if under.is_finite() { under } else { 1.0 };
    let start = libm::roundf(start_s * rate) as i64;
    duck(
        track,
        start,
        utterance.samples.len() as i64,
        under.clamp(0.0, 1.0),
    );
    for (index, sample) in utterance.samples.iter().enumerate() {
        let at = usize::try_from(start.saturating_add(index as i64)).ok();
        if let Some(out) = at.and_then(|at| track.get_mut(at)) {
            *out += sample * gain;
        }
    }
    synth::limit(track);
}

/// Attenuates the track in `[start, start + length)` to `under`, with ramps of 150 ms on both sides.
fn duck(track: &mut [f32], start: i64, length: i64, under: f32) {
    let ramp = i64::from(crate::SAMPLE_RATE) * 3 / 20;
    let end = start.saturating_add(length);
    for (index, sample) in track.iter_mut().enumerate() {
        let index = index as i64;
        let outside = start
            .saturating_sub(index)
            .max(index.saturating_sub(end))
            .max(0);
        if outside < ramp {
            let depth = 1.0 - outside as f32 / ramp as f32;
            *sample *= 1.0 - (1.0 - under) * depth;
        }
    }
}
