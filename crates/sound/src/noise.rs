//! Stateless white noise and a one-pole low-pass filter. Sample n of a stream is a hash of (stream, n).

/// Returns sample `index` of a stream of white noise, uniform in [-1, 1).
pub fn white(stream: u32, index: u32) -> f32 {
    let mut x = index.wrapping_mul(0x9E37_79B1) ^ stream.wrapping_mul(0x85EB_CA77);
    x ^= x >> 15;
    x = x.wrapping_mul(0x2C1B_3C6D);
    x ^= x >> 12;
    x = x.wrapping_mul(0x297A_2D39);
    x ^= x >> 15;
    (x >> 8) as f32 / 8_388_608.0 - 1.0
}

/// One-pole low-pass filter.
pub struct LowPass {
    state: f32,
    gain: f32,
}

impl LowPass {
    /// Creates a filter with its corner at `frequency` Hz.
    pub fn new(frequency: f32, rate: f32) -> Self {
        let gain = 1.0 - libm::expf(-core::f32::consts::TAU * frequency / rate);
        Self { state: 0.0, gain }
    }

    /// Filters one sample.
    pub fn next(&mut self, sample: f32) -> f32 {
        self.state += (sample - self.state) * self.gain;
        self.state
    }
}
