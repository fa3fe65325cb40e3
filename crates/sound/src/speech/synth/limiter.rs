//! Look-ahead limiter: reduces the gain around peaks and leaves quieter samples unchanged.

/// Maximum magnitude of the output.
pub const CEILING: f32 = 0.98;

/// Look-ahead and release in samples: 5 ms at 16 kHz.
const REACH: usize = 80;

/// Limits every sample to [`CEILING`]. A track within the ceiling stays unchanged, bit for bit.
pub fn limit(samples: &mut [f32]) {
    if samples.iter().all(|sample| sample.abs() <= CEILING) {
        return;
    }
    let wanted: Vec<f32> = samples
        .iter()
        .map(|sample| (CEILING / sample.abs().max(CEILING)).min(1.0))
        .collect();
    // The minimum gain within reach, averaged over the same reach, never exceeds the gain that any sample requires.
    let least = least_within(&wanted, REACH);
    let mut sum: f64 = 0.0;
    let at = |index: isize| -> f64 {
        let last = least.len() as isize - 1;
        f64::from(least[index.clamp(0, last) as usize])
    };
    let reach = REACH as isize;
    for offset in -reach..=reach {
        sum += at(offset);
    }
    let width = (2 * REACH + 1) as f64;
    for (index, sample) in samples.iter_mut().enumerate() {
        *sample = (*sample * (sum / width) as f32).clamp(-CEILING, CEILING);
        let index = index as isize;
        sum += at(index + reach + 1) - at(index - reach);
    }
}

/// Computes the sliding-window minimum over ±`reach` neighbours, for every index.
fn least_within(values: &[f32], reach: usize) -> Vec<f32> {
    let mut queue = std::collections::VecDeque::new();
    let mut out = Vec::with_capacity(values.len());
    let mut next = 0;
    for index in 0..values.len() {
        while next < values.len().min(index + reach + 1) {
            while queue
                .back()
                .is_some_and(|last| values[*last] >= values[next])
            {
                queue.pop_back();
            }
            queue.push_back(next);
            next += 1;
        }
        while queue.front().is_some_and(|first| first + reach < index) {
            queue.pop_front();
        }
        out.push(queue.front().map_or(1.0, |first| values[*first]));
    }
    out
}
