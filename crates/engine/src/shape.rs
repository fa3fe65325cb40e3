//! Shape arithmetic.

use crate::op::Resample;

/// Number of elements.
pub(crate) fn len(shape: &[usize]) -> usize {
    shape.iter().product()
}

/// Length of the last axis.
pub(crate) fn cols(shape: &[usize]) -> usize {
    shape.last().copied().unwrap_or(1)
}

/// Product of all axes but the last.
pub(crate) fn rows(shape: &[usize]) -> usize {
    shape[..shape.len().saturating_sub(1)].iter().product()
}

/// Shape of a resampled tensor; None if `x` does not fit `kind`.
pub(crate) fn resample(x: &[usize], kind: Resample) -> Option<Vec<usize>> {
    let [t, h, w, c] = *x else { return None };
    match kind {
        Resample::PixelShuffle { r, time, .. } => {
            let block = r * r * time;
            (block > 0 && c % block == 0).then(|| vec![t * time, h * r, w * r, c / block])
        }
        Resample::PixelUnshuffle { r, time, .. } => {
            let fits = r > 0 && time > 0 && t % time == 0 && h % r == 0 && w % r == 0;
            fits.then(|| vec![t / time, h / r, w / r, c * r * r * time])
        }
        Resample::Nearest { r } => (r > 0).then(|| vec![t, h * r, w * r, c]),
    }
}
