//! One footstep: the thud of the heel, and what the ground does under it.

use core::f32::consts::TAU;

use crate::noise::{LowPass, white};
use crate::surroundings::Ground;
use crate::track::{Impact, Material};

/// How a ground answers a foot.
struct Answer {
    thud_hz: f32,
    thud: f32,
    /// Knock of a hard ground: pitch and level.
    knock_hz: f32,
    knock: f32,
    /// Noise of loose ground: its band, level and seconds, and the share that comes in grains.
    low_hz: f32,
    high_hz: f32,
    rustle: f32,
    seconds: f32,
    grains: f32,
}

/// Adds a step, starting at the sample nearest to its instant.
pub fn add(out: &mut [f32], step: &Impact, ground: Ground, rate: f32) {
    let start = (step.time_s * rate + 0.5) as usize;
    let level = 0.25 + 0.75 * step.energy;
    if start >= out.len() || step.energy <= 0.0 {
        return;
    }
    let answer = answer(ground);
    // Metal feet knock on anything.
    let shod = match step.material {
        Material::Metal | Material::Stone => 1.0,
        Material::Wood => 0.5,
        Material::Rubber => 0.0,
    };
    let heavy = libm::exp2f((0.5 - step.size) * 0.6);
    let end = out.len().min(start + (rate * 0.35) as usize);
    let track = &mut out[start..end];
    tone(
        track,
        answer.thud_hz * heavy,
        0.035,
        level * answer.thud,
        rate,
    );
    let knock = answer.knock + 0.20 * shod;
    tone(
        track,
        answer.knock_hz * (1.0 + 0.5 * shod),
        0.016 + 0.05 * shod,
        level * knock,
        rate,
    );
    rustle(track, &answer, level, start as u32, rate);
}

fn tone(out: &mut [f32], pitch_hz: f32, decay_s: f32, gain: f32, rate: f32) {
    let step = TAU * pitch_hz / rate;
    let fall = libm::expf(-1.0 / (decay_s * rate));
    let mut loud = gain;
    for (index, sample) in out
        .iter_mut()
        .take((decay_s * rate * 7.0) as usize)
        .enumerate()
    {
        *sample += libm::cosf(step * index as f32) * loud;
        loud *= fall;
    }
}

fn rustle(out: &mut [f32], answer: &Answer, level: f32, at: u32, rate: f32) {
    let (mut low, mut high) = (
        LowPass::new(answer.low_hz, rate),
        LowPass::new(answer.high_hz, rate),
    );
    let fall = libm::expf(-1.0 / (answer.seconds * 0.4 * rate));
    let mut loud = level * answer.rustle;
    let grain = (rate * 0.007) as u32;
    for (index, sample) in out
        .iter_mut()
        .take((answer.seconds * 2.5 * rate) as usize)
        .enumerate()
    {
        let index = index as u32;
        let noise = high.next(white(261, at.wrapping_add(index)));
        // Each grain is loud or silent of its own.
        let lump = 0.5 + 0.5 * white(262, at.wrapping_add(index / grain));
        let lump = 1.0 - answer.grains + answer.grains * 1.6 * lump * lump;
        *sample += (noise - low.next(noise)) * loud * lump;
        loud *= fall;
    }
}

fn answer(ground: Ground) -> Answer {
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
    Answer {
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
