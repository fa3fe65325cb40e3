//! The vocal folds: the derivative of the glottal flow of Klatt & Klatt (1990), with its corner smoothed against aliasing.

use crate::SAMPLE_RATE;
use crate::noise::LowPass;

/// A train of glottal pulses.
pub struct Folds {
    phase: f32,
    open_quotient: f32,
    tilt: LowPass,
}

impl Folds {
    /// Folds that are open for `open_quotient` of a period; their spectrum falls faster above `tilt_hz`.
    pub fn new(open_quotient: f32, tilt_hz: f32) -> Self {
        Self {
            phase: 0.0,
            open_quotient,
            tilt: LowPass::new(tilt_hz, SAMPLE_RATE as f32),
        }
    }

    /// One sample at a pitch, and whether the folds are open.
    pub fn next(&mut self, pitch_hz: f32) -> (f32, bool) {
        let step = pitch_hz / SAMPLE_RATE as f32;
        self.phase += step;
        if self.phase >= 1.0 {
            self.phase -= 1.0;
        }
        let along = self.phase / self.open_quotient;
        let open = along < 1.0;
        // The flow a·t² − b·t³ has this derivative: it ends at −1 when the folds snap shut.
        let pulse = if open {
            along * (2.0 - 3.0 * along)
        } else {
            0.0
        };
        let sample = pulse + 1.0 * snap(self.phase - self.open_quotient, step);
        (self.tilt.next(sample), open)
    }
}

/// What a step of height 1 at phase 0 lacks to be band-limited (polynomial BLEP of order 2).
fn snap(phase: f32, step: f32) -> f32 {
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
