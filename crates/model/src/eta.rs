//! Time estimates: remaining work over measured speed.

use web_time::Instant;

/// Kinds of work. Each has its own speed: a matrix product and a convolution reach different throughput.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Steps of the video model.
    Denoise,
    /// Latent frames of the decoder.
    Decode,
}

/// Tracks remaining and finished work per kind, in FLOPs.
#[derive(Debug)]
pub struct Eta {
    left: [f64; 2],
    done: [f64; 2],
    seconds: [f64; 2],
    since: Instant,
}

impl Eta {
    /// Starts with the FLOPs of all denoising steps and of all decoding.
    pub fn new(denoise: f64, decode: f64) -> Self {
        Self {
            left: [denoise, decode],
            done: [0.0; 2],
            seconds: [0.0; 2],
            since: Instant::now(),
        }
    }

    /// Starts the clock of the next piece of work.
    pub fn start(&mut self) {
        self.since = Instant::now();
    }

    /// Books a piece of `flops` that ends now; returns the estimated remaining seconds.
    pub fn finish(&mut self, work: Work, flops: f64) -> f32 {
        self.book(work, flops, self.since.elapsed().as_secs_f64())
    }

    fn book(&mut self, work: Work, flops: f64, seconds: f64) -> f32 {
        let kind = work as usize;
        self.left[kind] = (self.left[kind] - flops).max(0.0);
        self.done[kind] += flops;
        self.seconds[kind] += seconds;
        let overall = self.seconds.iter().sum::<f64>() / self.done.iter().sum::<f64>().max(1.0);
        let seconds_per_flop = |k: usize| {
            if self.done[k] > 0.0 {
                self.seconds[k] / self.done[k]
            } else {
                overall
            }
        };
        (0..2)
            .map(|k| self.left[k] * seconds_per_flop(k))
            .sum::<f64>() as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_estimate_uses_each_kinds_own_speed() {
        let mut eta = Eta::new(100.0, 50.0);
        assert_eq!(eta.book(Work::Denoise, 50.0, 1.0), 2.0);
        assert_eq!(eta.book(Work::Denoise, 50.0, 1.0), 1.0);
        assert_eq!(eta.book(Work::Decode, 25.0, 2.0), 2.0);
        assert_eq!(eta.book(Work::Decode, 25.0, 2.0), 0.0);
    }
}
