//! Rolling and sliding: filtered noise that follows the roll level of each frame.

use crate::noise::{LowPass, white};
use crate::track::{FRAMES_PER_SECOND, Material, Place, SoundTrack};

/// Adds the rolling noise of subject 1.
pub fn add(out: &mut [f32], track: &SoundTrack, rate: f32) {
    if track.roll.iter().all(|level| *level <= 0.0) {
        return;
    }
    let bright = brightness(track.material) * surface(track.place) * (1.3 - 0.6 * track.size);
    let (mut low, mut body) = (
        LowPass::new(bright, rate),
        LowPass::new(bright * 0.25, rate),
    );
    let mut level = LowPass::new(18.0, rate);
    // Compensates the loss of level in the low-pass filter, so that loudness does not depend on brightness.
    let gain = 0.16 * libm::sqrtf(rate / (4.0 * bright)).min(6.0);
    for (index, sample) in out.iter_mut().enumerate() {
        let frame = index * FRAMES_PER_SECOND as usize / rate as usize;
        let wanted = track.roll.get(frame).copied().unwrap_or(0.0);
        let noise = white(91, index as u32);
        *sample += (low.next(noise) - 0.6 * body.next(noise)) * level.next(wanted) * gain;
    }
}

/// Returns the corner frequency of the noise in Hz.
fn brightness(material: Material) -> f32 {
    match material {
        Material::Rubber => 420.0,
        Material::Wood => 900.0,
        Material::Metal => 1700.0,
        Material::Stone => 1300.0,
    }
}

/// Returns the factor of a surface on the corner frequency.
fn surface(place: Place) -> f32 {
    match place {
        Place::WoodenFloor => 0.9,
        Place::Beach => 0.6,
        Place::Meadow => 0.7,
        Place::Street => 1.2,
    }
}
