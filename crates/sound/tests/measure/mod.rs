//! Acoustic measurements for tests: level, pitch, voicing, formants and spectra, from their definitions.

use kinora_sound::SAMPLE_RATE;

const RATE: f32 = SAMPLE_RATE as f32;

/// Computes the root mean square.
pub fn rms(samples: &[f32]) -> f32 {
    (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32).sqrt()
}

/// Computes the maximum normalised autocorrelation over the lags of voices: near 1 for a steady voice, near 0 for noise.
pub fn voicing(samples: &[f32]) -> f32 {
    (lag(450.0)..lag(65.0))
        .map(|lag| correlation(samples, lag))
        .fold(0.0, f32::max)
}

/// Estimates the pitch within an octave of `expected_hz`. Returns `None` for unvoiced sound.
pub fn pitch_of(samples: &[f32], expected_hz: f32) -> Option<f32> {
    let lags = lag(expected_hz * 1.8)..lag(expected_hz / 1.8);
    let best = lags.max_by(|a, b| correlation(samples, *a).total_cmp(&correlation(samples, *b)))?;
    if correlation(samples, best) < 0.5 {
        return None;
    }
    let [left, middle, right] = [best - 1, best, best + 1].map(|lag| correlation(samples, lag));
    let shift = 0.5 * (left - right) / (left - 2.0 * middle + right).min(-1e-9);
    Some(RATE / (best as f32 + shift.clamp(-0.5, 0.5)))
}

fn lag(hz: f32) -> usize {
    (RATE / hz) as usize
}

fn correlation(samples: &[f32], lag: usize) -> f32 {
    if samples.len() <= lag + 16 {
        return 0.0;
    }
    let pairs = samples.iter().zip(&samples[lag..]);
    let (mut both, mut here, mut there) = (0.0, 1e-12, 1e-12);
    for (a, b) in pairs {
        both += a * b;
        here += a * a;
        there += b * b;
    }
    both / f32::sqrt(here * there)
}

/// Estimates formants by linear prediction: the first peaks of the spectrum, in Hz.
pub fn formants_of(samples: &[f32]) -> Vec<f32> {
    // Decimates by the integer factor 2 to 8 kHz, where four formants lie below the Nyquist frequency.
    let half: Vec<f32> = samples
        .chunks_exact(2)
        .map(|pair| (pair[0] + pair[1]) * 0.5)
        .collect();
    let sharp: Vec<f64> = half
        .windows(2)
        .map(|pair| f64::from(pair[1] - 0.95 * pair[0]))
        .collect();
    let length = sharp.len() as f64;
    let windowed: Vec<f64> = sharp
        .iter()
        .enumerate()
        .map(|(index, sample)| {
            sample * (0.54 - 0.46 * (std::f64::consts::TAU * index as f64 / length).cos())
        })
        .collect();
    let coefficients = predict(&windowed, 10);
    let power = |hz: f64| {
        let (mut real, mut imaginary) = (1.0, 0.0);
        for (index, coefficient) in coefficients.iter().enumerate() {
            let angle = std::f64::consts::TAU * hz / f64::from(RATE / 2.0) * (index + 1) as f64;
            real -= coefficient * angle.cos();
            imaginary += coefficient * angle.sin();
        }
        1.0 / (real * real + imaginary * imaginary)
    };
    let grid: Vec<f64> = (20..390).map(|step| f64::from(step) * 10.0).collect();
    grid.windows(3)
        .filter(|hz| power(hz[1]) > power(hz[0]) && power(hz[1]) >= power(hz[2]))
        .map(|hz| hz[1] as f32)
        .collect()
}

/// Computes prediction coefficients by Levinson–Durbin recursion on the autocorrelation.
fn predict(samples: &[f64], order: usize) -> Vec<f64> {
    let auto = |lag: usize| {
        samples
            .iter()
            .zip(&samples[lag..])
            .map(|(a, b)| a * b)
            .sum::<f64>()
    };
    let mut error = auto(0) * 1.000_001 + 1e-12;
    let mut coefficients: Vec<f64> = Vec::new();
    for step in 1..=order {
        let known: f64 = coefficients
            .iter()
            .enumerate()
            .map(|(index, value)| value * auto(step - 1 - index))
            .sum();
        let reflection = (auto(step) - known) / error;
        let mirrored: Vec<f64> = coefficients.iter().rev().copied().collect();
        for (value, mirror) in coefficients.iter_mut().zip(mirrored) {
            *value -= reflection * mirror;
        }
        coefficients.push(reflection);
        error *= 1.0 - reflection * reflection;
    }
    coefficients
}

/// Computes the mean frequency of the power spectrum, in Hz.
pub fn centre_hz(samples: &[f32]) -> f32 {
    let (mut weighted, mut total) = (0.0, 0.0);
    for step in 1..160 {
        let hz = step as f32 * 50.0;
        let power = power_at(samples, hz);
        weighted += power * hz;
        total += power;
    }
    weighted / total
}

/// Computes the RMS difference of two level-normalised long-term spectra in half-octave bands, in dB.
pub fn spectrum_distance(one: &[f32], other: &[f32]) -> f32 {
    let (one, other) = (bands(one), bands(other));
    let differences: Vec<f32> = one.iter().zip(&other).map(|(a, b)| a - b).collect();
    let mean = differences.iter().sum::<f32>() / differences.len() as f32;
    (differences
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f32>()
        / differences.len() as f32)
        .sqrt()
}

fn bands(samples: &[f32]) -> Vec<f32> {
    (0..12)
        .map(|band| {
            let low = 110.0 * 2f32.powf(band as f32 / 2.0);
            let power: f32 = (0..12)
                .map(|step| power_at(samples, low * 2f32.powf(step as f32 / 24.0)))
                .sum();
            10.0 * (power + 1e-9).log10()
        })
        .collect()
}

/// Computes the power at one frequency (Goertzel), summed over windows of 32 ms.
fn power_at(samples: &[f32], hz: f32) -> f32 {
    let turn = 2.0 * (std::f32::consts::TAU * hz / RATE).cos();
    let window = |chunk: &[f32]| {
        let (mut old, mut older) = (0.0, 0.0);
        for (index, sample) in chunk.iter().enumerate() {
            let fade = (std::f32::consts::PI * index as f32 / chunk.len() as f32).sin();
            (old, older) = (sample * fade * fade + turn * old - older, old);
        }
        old * old + older * older - turn * old * older
    };
    samples.chunks(512).map(window).sum()
}
