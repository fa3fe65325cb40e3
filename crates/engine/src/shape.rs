//! Small arithmetic on shapes.

use crate::op::Resample;

/// The number of elements.
pub(crate) fn len(shape: &[usize]) -> usize {
    shape.iter().product()
}

/// The last axis.
pub(crate) fn cols(shape: &[usize]) -> usize {
    shape.last().copied().unwrap_or(1)
}

/// The product of all axes but the last.
pub(crate) fn rows(shape: &[usize]) -> usize {
    shape[..shape.len().saturating_sub(1)].iter().product()
}

/// The shape after a change of resolution; None if it does not fit.
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
