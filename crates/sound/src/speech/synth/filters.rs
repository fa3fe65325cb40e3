//! Second-order filters: Klatt's resonator and antiresonator, and a band-pass of unit peak gain.

use core::f32::consts::{PI, TAU};

use crate::SAMPLE_RATE;

const RATE: f32 = SAMPLE_RATE as f32;

/// Resonator: a pole pair with gain 1 at 0 Hz (Klatt 1980, equations 1 and 2).
#[derive(Clone, Copy, Default)]
pub struct Resonator {
    a: f32,
    b: f32,
    c: f32,
    old: f32,
    older: f32,
}

impl Resonator {
    /// Sets the centre frequency and the bandwidth of the pole, in Hz.
    pub fn tune(&mut self, frequency: f32, bandwidth: f32) {
        let radius = libm::expf(-PI * bandwidth / RATE);
        self.c = -radius * radius;
        self.b = 2.0 * radius * libm::cosf(TAU * frequency / RATE);
        self.a = 1.0 - self.b - self.c;
    }

    /// Filters one sample.
    pub fn next(&mut self, sample: f32) -> f32 {
        let out = self.a * sample + self.b * self.old + self.c * self.older;
        self.older = self.old;
        self.old = out;
        out
    }
}

/// Antiresonator: a zero pair with gain 1 at 0 Hz, the inverse of a [`Resonator`].
#[derive(Clone, Copy, Default)]
pub struct Antiresonator {
    a: f32,
    b: f32,
    c: f32,
    old: f32,
    older: f32,
}

impl Antiresonator {
    /// Sets the centre frequency and the bandwidth of the zero, in Hz.
    pub fn tune(&mut self, frequency: f32, bandwidth: f32) {
        let mut pole = Resonator::default();
        pole.tune(frequency, bandwidth);
        self.a = 1.0 / pole.a;
        self.b = -pole.b * self.a;
        self.c = -pole.c * self.a;
    }

    /// Filters one sample.
    pub fn next(&mut self, sample: f32) -> f32 {
        let out = self.a * sample + self.b * self.old + self.c * self.older;
        self.older = self.old;
        self.old = sample;
        out
    }
}

/// Band-pass: a pole pair with zeros at 0 Hz and at the Nyquist frequency. Its peak gain is 1 at any centre frequency.
#[derive(Clone, Copy, Default)]
pub struct BandPass {
    gain: f32,
    b: f32,
    c: f32,
    inputs: [f32; 2],
    outputs: [f32; 2],
}

impl BandPass {
    /// Sets the centre frequency and the bandwidth, in Hz.
    pub fn tune(&mut self, frequency: f32, bandwidth: f32) {
        let radius = libm::expf(-PI * bandwidth / RATE);
        self.gain = (1.0 - radius * radius) * 0.5;
        self.b = 2.0 * radius * libm::cosf(TAU * frequency / RATE);
        self.c = -radius * radius;
    }

    /// Filters one sample.
    pub fn next(&mut self, sample: f32) -> f32 {
        let out = self.gain * (sample - self.inputs[1])
            + self.b * self.outputs[0]
            + self.c * self.outputs[1];
        self.inputs = [sample, self.inputs[0]];
        self.outputs = [out, self.outputs[0]];
        out
    }
}
