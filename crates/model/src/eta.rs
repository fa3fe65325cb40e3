//! An honest time estimate: the work that is left over the speed that was measured.

use web_time::Instant;

/// Kinds of work; each has its own speed, because a matrix product and a convolution do not run alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// Steps of the video model.
    Denoise,
    /// Latent frames of the decoders.
    Decode,
}

/// Tracks work in FLOPs per kind.
#[derive(Debug)]
pub(crate) struct Estimator {
    left: [f64; 2],
    done: [f64; 2],
    seconds: [f64; 2],
    since: Instant,
}

impl Estimator {
    /// With the FLOPs that are ahead.
    pub fn new(denoise: f64, decode: f64) -> Self {
        Self {
            left: [denoise, decode],
            done: [0.0; 2],
            seconds: [0.0; 2],
            since: Instant::now(),
        }
    }

    /// Starts the clock of the next piece.
    pub fn start(&mut self) {
        self.since = Instant::now();
    }

    /// Books a piece that ended now, and says how many seconds are left.
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
    fn what_is_left_shrinks_to_nothing_at_each_kinds_own_speed() {
        let mut estimator = Estimator::new(100.0, 50.0);
        assert_eq!(estimator.book(Work::Denoise, 50.0, 1.0), 2.0);
        assert_eq!(estimator.book(Work::Denoise, 50.0, 1.0), 1.0);
        assert_eq!(estimator.book(Work::Decode, 25.0, 2.0), 2.0);
        assert_eq!(estimator.book(Work::Decode, 25.0, 2.0), 0.0);
    }
}
