//! Glottal source: derivative of the flow of Klatt & Klatt (1990), with a band-limited discontinuity.

use crate::SAMPLE_RATE;
use crate::noise::LowPass;

/// Generates a train of glottal pulses.
pub struct GlottalSource {
    phase: f32,
    open_quotient: f32,
    tilt: LowPass,
}

impl GlottalSource {
    /// Creates a source with an open phase of `open_quotient` periods and an additional low-pass at `tilt_hz`.
    pub fn new(open_quotient: f32, tilt_hz: f32) -> Self {
        Self {
            phase: 0.0,
            open_quotient,
            tilt: LowPass::new(tilt_hz, SAMPLE_RATE as f32),
        }
    }

    /// Returns the next sample at a pitch, and whether the glottis is open.
    pub fn next(&mut self, pitch_hz: f32) -> (f32, bool) {
        let step = pitch_hz / SAMPLE_RATE as f32;
        self.phase += step;
        if self.phase >= 1.0 {
            self.phase -= 1.0;
        }
        let along = self.phase / self.open_quotient;
        let open = along < 1.0;
        // Derivative of the flow a·t² − b·t³; it reaches −1 at closure.
        let pulse = if open {
            along * (2.0 - 3.0 * along)
        } else {
            0.0
        };
        let sample = pulse + 1.0 * blep(self.phase - self.open_quotient, step);
        (self.tilt.next(sample), open)
    }
}

/// Returns the correction that band-limits a step of height 1 at phase 0 (polynomial BLEP of order 2).
fn blep(phase: f32, step: f32) -> f32 {
    if phase >= 0.0 && phase < step {
        let after = phase / step;
        -0.5 * (1.0 - after) * (1.0 - after)
    } else if phase < 0.0 && phase > -step {
        let before = phase / step + 1.0;
        0.5 * before * before
    } else {
        0.0
    }
}
