//! Sound of physical events and of speech: impacts, rolling, the quiet of a place, and words, as mono `f32` samples.
//!
//! Pure functions, no I/O. Only IEEE arithmetic and `libm`, so the same track gives the same samples natively and in
//! wasm. A [`SoundTrack`] is what happens; [`render`] makes it audible; [`tokens`] is its form inside the model.
//! [`speech`] says a text and moves the mouth.

mod ambience;
mod impact;
mod noise;
mod rolling;
pub mod speech;
pub mod tokens;
mod track;
pub mod wav;

pub use track::{FRAMES_PER_SECOND, Impact, Material, Place, SoundTrack};

/// Sample rate of every Kinora clip, in Hz.
pub const SAMPLE_RATE: u32 = 16_000;

/// Renders a track to mono samples in (-1, 1), `sample_rate * frames / 12` of them.
pub fn render(track: &SoundTrack, sample_rate: u32) -> Vec<f32> {
    let rate = sample_rate as f32;
    let samples = track.frames * sample_rate as usize / FRAMES_PER_SECOND as usize;
    let mut out = vec![0.0; samples];
    ambience::add(&mut out, track.place, rate);
    rolling::add(&mut out, track, rate);
    for impact in &track.impacts {
        impact::add(&mut out, impact, track.place, rate);
    }
    out.iter_mut().for_each(|sample| *sample = limit(*sample));
    out
}

/// Leaves quiet samples alone and bends loud ones towards, never over, full scale.
fn limit(sample: f32) -> f32 {
    const KNEE: f32 = 0.6;
    let level = sample.abs();
    if level <= KNEE {
        return sample;
    }
    let over = (level - KNEE) / (1.0 - KNEE);
    let bent = KNEE + (1.0 - KNEE) * over / (1.0 + over);
    if sample < 0.0 { -bent } else { bent }
}
