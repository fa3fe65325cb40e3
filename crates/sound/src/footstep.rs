//! A footstep: the thud of the heel and the response of the ground.

use core::f32::consts::TAU;

use crate::noise::{LowPass, white};
use crate::surroundings::Ground;
use crate::track::{Impact, Material};

/// Response of a ground to a foot.
struct GroundResponse {
    thud_hz: f32,
    thud: f32,
    /// Knock of a hard ground: frequency and level.
    knock_hz: f32,
    knock: f32,
    /// Noise of loose ground: band, level, duration in seconds, and depth of the granular modulation.
    low_hz: f32,
    high_hz: f32,
    rustle: f32,
    seconds: f32,
    grains: f32,
}

/// Adds a footstep, starting at the sample nearest to its instant.
pub fn add(out: &mut [f32], step: &Impact, ground: Ground, rate: f32) {
    let start = (step.time_s * rate + 0.5) as usize;
    let level = 0.25 + 0.75 * step.energy;
    if start >= out.len() || step.energy <= 0.0 {
        return;
    }
    let response = response_of(ground);
    // Metal feet knock on any ground.
    let hardness = match step.material {
        Material::Metal | Material::Stone => 1.0,
        Material::Wood => 0.5,
        Material::Rubber => 0.0,
    };
    let pitch = libm::exp2f((0.5 - step.size) * 0.6);
    let end = out.len().min(start + (rate * 0.35) as usize);
    let track = &mut out[start..end];
    tone(
        track,
        response.thud_hz * pitch,
        0.035,
        level * response.thud,
        rate,
    );
    let knock = response.knock + 0.20 * hardness;
    tone(
        track,
        response.knock_hz * (1.0 + 0.5 * hardness),
        0.016 + 0.05 * hardness,
        level * knock,
        rate,
    );
    rustle(track, &response, level, start as u32, rate);
}

fn tone(out: &mut [f32], pitch_hz: f32, decay_s: f32, gain: f32, rate: f32) {
    let step = TAU * pitch_hz / rate;
    let decay = libm::expf(-1.0 / (decay_s * rate));
    let mut level = gain;
    for (index, sample) in out
        .iter_mut()
        .take((decay_s * rate * 7.0) as usize)
        .enumerate()
    {
        *sample += libm::cosf(step * index as f32) * level;
        level *= decay;
    }
}

/// Adds band-passed noise with granular modulation. `at` is the sample at which the step starts.
fn rustle(out: &mut [f32], response: &GroundResponse, level: f32, at: u32, rate: f32) {
    let (mut low, mut high) = (
        LowPass::new(response.low_hz, rate),
        LowPass::new(response.high_hz, rate),
    );
    let decay = libm::expf(-1.0 / (response.seconds * 0.4 * rate));
    let mut level = level * response.rustle;
    let grain = (rate * 0.007) as u32;
    for (index, sample) in out
        .iter_mut()
        .take((response.seconds * 2.5 * rate) as usize)
        .enumerate()
    {
        let index = index as u32;
        let noise = high.next(white(261, at.wrapping_add(index)));
        // Each grain has a random level.
        let random = 0.5 + 0.5 * white(262, at.wrapping_add(index / grain));
        let modulation = 1.0 - response.grains + response.grains * 1.6 * random * random;
        *sample += (noise - low.next(noise)) * level * modulation;
        level *= decay;
    }
}

fn response_of(ground: Ground) -> GroundResponse {
    let (thud_hz, thud, knock_hz, knock) = match ground {
        Ground::Boards => (92.0, 0.30, 260.0, 0.16),
        Ground::Sand => (64.0, 0.20, 200.0, 0.0),
        Ground::Grass => (70.0, 0.18, 200.0, 0.0),
        Ground::Asphalt => (110.0, 0.14, 420.0, 0.07),
        Ground::Tiles => (120.0, 0.12, 780.0, 0.17),
        Ground::Snow => (60.0, 0.16, 200.0, 0.0),
        Ground::Leaves => (68.0, 0.18, 200.0, 0.02),
        Ground::Gravel => (90.0, 0.14, 500.0, 0.04),
    };
    let (low_hz, high_hz, rustle, seconds, grains) = match ground {
        Ground::Boards => (300.0, 2_400.0, 0.10, 0.020, 0.0),
        Ground::Sand => (250.0, 1_500.0, 0.40, 0.075, 0.2),
        Ground::Grass => (900.0, 4_500.0, 0.28, 0.065, 0.3),
        Ground::Asphalt => (500.0, 4_200.0, 0.16, 0.022, 0.0),
        Ground::Tiles => (900.0, 6_500.0, 0.14, 0.012, 0.0),
        Ground::Snow => (250.0, 1_100.0, 0.62, 0.120, 0.9),
        Ground::Leaves => (1_800.0, 7_000.0, 0.44, 0.100, 0.8),
        Ground::Gravel => (800.0, 5_500.0, 0.42, 0.080, 0.9),
    };
    GroundResponse {
        thud_hz,
        thud,
        knock_hz,
        knock,
        low_hz,
        high_hz,
        rustle,
        seconds,
        grains,
    }
}
