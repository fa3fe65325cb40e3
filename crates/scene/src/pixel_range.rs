//! Screen-space intervals as pixel indices.

use std::ops::Range;

/// Indices of the pixels along one axis that the interval `from..to` (screen units) touches, with a margin of one pixel.
///
/// `pixels` is the length of the axis, `half_height` half the image height in pixels (screen units to pixels).
pub fn pixel_range(from: f32, to: f32, pixels: usize, half_height: f32) -> Range<usize> {
    let at = |edge: f32| edge * half_height + pixels as f32 / 2.0;
    let first = ((at(from) - 1.0).max(0.0) as usize).min(pixels);
    first..((at(to) + 2.0).max(0.0) as usize).clamp(first, pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_inside_the_image() {
        assert_eq!(pixel_range(-0.5, 0.5, 8, 4.0), 1..8);
        assert_eq!(pixel_range(-9.0, -8.0, 8, 4.0), 0..0);
        assert_eq!(pixel_range(8.0, 9.0, 8, 4.0), 8..8);
        assert_eq!(pixel_range(f32::MIN, f32::MAX, 8, 4.0), 0..8);
    }
}
