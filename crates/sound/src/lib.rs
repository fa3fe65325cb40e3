//! Synthesis of sound effects, ambience and speech as mono `f32` samples.
//!
//! Pure functions, no I/O. Uses IEEE arithmetic and `libm` only, so the same input gives the same samples natively and in
//! wasm. A [`SoundTrack`] lists the events of a clip, [`render`] synthesizes it, [`tokens`] converts it to and from the
//! model's tokens, and [`speech`] synthesizes speech with mouth shapes.

mod ambience;
mod footstep;
mod impact;
mod noise;
mod rolling;
pub mod speech;
mod surroundings;
pub mod tokens;
mod track;
mod water;
pub mod wav;
mod weather;

pub use surroundings::{Ambience, Ground, Surroundings, Weather};
pub use track::{FRAMES_PER_SECOND, Impact, Material, Place, SoundTrack};

/// Sample rate of rendered sound, in Hz.
pub const SAMPLE_RATE: u32 = 16_000;

/// Renders a track in the default surroundings of its place: `sample_rate * frames / 12` mono samples in (-1, 1).
pub fn render(track: &SoundTrack, sample_rate: u32) -> Vec<f32> {
    render_in(track, &Surroundings::of(track.place), sample_rate)
}

/// Renders a track in explicit surroundings; see [`render`].
pub fn render_in(track: &SoundTrack, around: &Surroundings, sample_rate: u32) -> Vec<f32> {
    let rate = sample_rate as f32;
    let samples = track.frames * sample_rate as usize / FRAMES_PER_SECOND as usize;
    let mut out = vec![0.0; samples];
    ambience::add(&mut out, around, rate);
    weather::add(&mut out, around, rate);
    if around.water {
        water::add(&mut out, track, rate);
    } else {
        rolling::add(&mut out, track, rate);
    }
    for (index, impact) in track.impacts.iter().enumerate() {
        if around.footsteps.get(index).copied().unwrap_or(false) {
            footstep::add(&mut out, impact, around.ground, rate);
        } else {
            impact::add(&mut out, impact, around.ground.place(), rate);
        }
    }
    out.iter_mut().for_each(|sample| *sample = limit(*sample));
    out
}

/// Soft clipper: identity below the knee, compresses larger magnitudes asymptotically to full scale.
fn limit(sample: f32) -> f32 {
    const KNEE: f32 = 0.6;
    let level = sample.abs();
    if level <= KNEE {
        return sample;
    }
    let over = (level - KNEE) / (1.0 - KNEE);
    let compressed = KNEE + (1.0 - KNEE) * over / (1.0 + over);
    if sample < 0.0 {
        -compressed
    } else {
        compressed
    }
}
