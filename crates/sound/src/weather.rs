//! Weather sounds: rain on the ground, falling snow.

use crate::noise::{LowPass, white};
use crate::surroundings::{Ground, Surroundings, Weather};

/// Individually audible drops per second.
const DROPS: f32 = 70.0;

/// Adds the sound of the weather over the whole track.
pub fn add(out: &mut [f32], around: &Surroundings, rate: f32) {
    match around.weather {
        Weather::Calm | Weather::Fog => {}
        Weather::Rain => {
            shower(out, around.ground, rate);
            drops(out, around.ground, rate);
        }
        Weather::Snow => whisper(out, rate),
    }
}

/// Adds the sum of many drops: band-passed noise, darker on soft ground.
fn shower(out: &mut [f32], ground: Ground, rate: f32) {
    let bright_hz = match ground {
        Ground::Asphalt | Ground::Tiles | Ground::Gravel | Ground::Boards => 5_200.0,
        Ground::Leaves => 3_600.0,
        Ground::Grass | Ground::Sand | Ground::Snow => 2_600.0,
    };
    let (mut low, mut high) = (LowPass::new(700.0, rate), LowPass::new(bright_hz, rate));
    for (index, sample) in out.iter_mut().enumerate() {
        let noise = high.next(white(251, index as u32));
        *sample += (noise - low.next(noise)) * 0.085;
    }
}

/// Adds single drops: short decaying tones at hashed times.
fn drops(out: &mut [f32], ground: Ground, rate: f32) {
    let hard = matches!(
        ground,
        Ground::Asphalt | Ground::Tiles | Ground::Gravel | Ground::Boards
    );
    let count = (out.len() as f32 / rate * DROPS) as u32;
    for drop in 0..count {
        let at_s = (drop as f32 + 0.5 + 0.5 * white(252, drop)) / DROPS;
        let near = 0.5 + 0.5 * white(253, drop);
        let level = (0.015 + 0.06 * near * near * near) * if hard { 1.0 } else { 0.5 };
        let pitch = core::f32::consts::TAU * (1_300.0 + 1_700.0 * near.abs()) / rate;
        let decay = libm::expf(-1.0 / (0.0022 * rate));
        let mut level = level;
        let start = (at_s * rate) as usize;
        for (index, sample) in out
            .iter_mut()
            .skip(start)
            .take((0.012 * rate) as usize)
            .enumerate()
        {
            *sample += libm::sinf(pitch * index as f32) * level;
            level *= decay;
        }
    }
}

/// Adds falling snow: faint high-passed noise.
fn whisper(out: &mut [f32], rate: f32) {
    let mut low = LowPass::new(3_000.0, rate);
    for (index, sample) in out.iter_mut().enumerate() {
        let noise = white(254, index as u32);
        *sample += (noise - low.next(noise)) * 0.0035;
    }
}
