//! Upsamples sound from a divisor of 48 kHz to 48 kHz without delay.
//!
//! Polyphase windowed sinc. AAC encoders of some platforms accept 44.1 and 48 kHz only, and Opus always encodes at 48 kHz;
//! one rate for all sound gives one time base.

use std::f64::consts::PI;

use crate::format::TRACK_RATE;

/// Half-width of the filter in input samples.
const REACH: usize = 16;
/// Cutoff of the low-pass filter as a fraction of the input's Nyquist frequency.
const CUTOFF: f64 = 0.94;

/// Streaming upsampler. Output sample `k * factor` coincides with input sample `k`.
pub(crate) struct Upsampler {
    /// Filter taps, `[factor, 2 * REACH + 1]`, oldest input first.
    phases: Vec<Vec<f32>>,
    /// Last `2 * REACH` input samples.
    history: Vec<f32>,
    /// Remaining input samples without output; compensates the delay of the filter.
    lead: usize,
}

impl Upsampler {
    /// Creates an upsampler from `rate` Hz, a divisor of 48 000, to 48 kHz.
    pub(crate) fn new(rate: u32) -> Self {
        let factor = (TRACK_RATE / rate) as usize;
        let phases = (0..factor)
            .map(|phase| taps(phase as f64 / factor as f64))
            .collect();
        Self {
            phases,
            history: vec![0.0; 2 * REACH],
            lead: REACH,
        }
    }

    /// Adds input samples and returns the available output.
    pub(crate) fn push(&mut self, samples: &[f32]) -> Vec<f32> {
        if self.phases.len() == 1 {
            return samples.to_vec();
        }
        let input: Vec<f32> = self.history.iter().chain(samples).copied().collect();
        let mut output = Vec::with_capacity(samples.len() * self.phases.len());
        for window in input
            .windows(2 * REACH + 1)
            .skip(self.lead.min(samples.len()))
        {
            let value = |taps: &Vec<f32>| taps.iter().zip(window).map(|(t, x)| t * x).sum::<f32>();
            output.extend(self.phases.iter().map(value));
        }
        self.lead -= self.lead.min(samples.len());
        self.history
            .copy_from_slice(&input[input.len() - 2 * REACH..]);
        output
    }

    /// Returns the remaining output after the last input sample.
    pub(crate) fn finish(&mut self) -> Vec<f32> {
        if self.phases.len() == 1 {
            Vec::new()
        } else {
            self.push(&[0.0; REACH])
        }
    }
}

/// Computes the taps that evaluate the signal `fraction` input samples after the window's centre; their sum is 1.
fn taps(fraction: f64) -> Vec<f32> {
    let tap = |index: usize| {
        let distance = index as f64 - REACH as f64 - fraction;
        let window = (PI * distance / (REACH as f64 + 1.0) / 2.0).cos().powi(2);
        sinc(CUTOFF * distance) * window
    };
    let taps: Vec<f64> = (0..=2 * REACH).map(tap).collect();
    let sum: f64 = taps.iter().sum();
    taps.iter().map(|tap| (tap / sum) as f32).collect()
}

fn sinc(x: f64) -> f64 {
    if x.abs() < 1e-9 {
        1.0
    } else {
        (PI * x).sin() / (PI * x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hz: f64, rate: f64, count: usize) -> Vec<f32> {
        (0..count)
            .map(|n| (2.0 * PI * hz * n as f64 / rate).sin() as f32)
            .collect()
    }

    fn upsampled(rate: u32, input: &[f32], chunk: usize) -> Vec<f32> {
        let mut upsampler = Upsampler::new(rate);
        let mut output: Vec<f32> = input
            .chunks(chunk)
            .flat_map(|part| upsampler.push(part))
            .collect();
        output.extend(upsampler.finish());
        output
    }

    #[test]
    fn tones_keep_phase_and_amplitude() {
        for (rate, hz) in [
            (16_000, 440.0),
            (16_000, 6000.0),
            (8_000, 1000.0),
            (24_000, 5000.0),
        ] {
            let output = upsampled(rate, &tone(hz, rate.into(), 2000), 333);
            let expected = tone(hz, TRACK_RATE.into(), 2000 * (TRACK_RATE / rate) as usize);
            assert_eq!(output.len(), expected.len());
            let inner = 200..output.len() - 200;
            let worst = inner
                .map(|n| (output[n] - expected[n]).abs())
                .fold(0.0, f32::max);
            assert!(worst < 0.01, "{hz} Hz at {rate} Hz: {worst}");
        }
    }

    #[test]
    fn output_is_independent_of_chunking() {
        let input = tone(997.0, 16_000.0, 500);
        let whole = upsampled(16_000, &input, 500);
        for chunk in [1, 7, 16, 33, 499] {
            assert_eq!(upsampled(16_000, &input, chunk), whole);
        }
        assert_eq!(upsampled(48_000, &input, 7), input);
    }
}
