//! Sound at a divisor of 48 kHz becomes sound at 48 kHz, without delay.
//!
//! A windowed sinc, one phase per output sample. AAC encoders of some platforms take 44.1 and 48 kHz only, and Opus
//! codes at 48 kHz in any case; making all sound so keeps one clock.

use std::f64::consts::PI;

use crate::format::TRACK_RATE;

/// Input samples on either side of an output sample that shape it.
const REACH: usize = 16;
/// Where the low pass lies, as a share of the input's Nyquist frequency.
const CUTOFF: f64 = 0.94;

/// A streaming upsampler. Output sample `k * factor` lies at input sample `k`.
pub(crate) struct Upsampler {
    /// Taps of each phase, `2 * REACH + 1`, oldest input first.
    phases: Vec<Vec<f32>>,
    /// The last `2 * REACH` input samples.
    history: Vec<f32>,
    /// Input samples that are still to be left out of the output, to undo the filter's delay.
    lead: usize,
}

impl Upsampler {
    /// An upsampler from `rate` to 48 kHz; `rate` divides it.
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

    /// The output that can be made once these samples have come.
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

    /// The output that waited for samples that will not come.
    pub(crate) fn finish(&mut self) -> Vec<f32> {
        if self.phases.len() == 1 {
            Vec::new()
        } else {
            self.push(&[0.0; REACH])
        }
    }
}

/// The taps that give the signal `fraction` of an input sample after the window's centre; their sum is 1.
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
    fn a_tone_comes_out_in_place_and_in_phase() {
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
    fn chunks_do_not_matter() {
        let input = tone(997.0, 16_000.0, 500);
        let whole = upsampled(16_000, &input, 500);
        for chunk in [1, 7, 16, 33, 499] {
            assert_eq!(upsampled(16_000, &input, chunk), whole);
        }
        assert_eq!(upsampled(48_000, &input, 7), input);
    }
}
