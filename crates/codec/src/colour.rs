//! Converts sRGB frames to I420, the pixel format that every encoder accepts.
//!
//! BT.709 matrix and primaries, limited range, sRGB transfer, signalled in the MP4's `colr` box and, where the encoder
//! supports it, in the bitstream. BT.601 is not an option: browsers tag VP9 by its primaries alone.

/// `colour_primaries`, ITU-T H.273: BT.709, those of sRGB.
pub(crate) const PRIMARIES: u8 = 1;
/// `transfer_characteristics`, ITU-T H.273: sRGB.
pub(crate) const TRANSFER: u8 = 13;
/// `matrix_coefficients`, ITU-T H.273: BT.709.
pub(crate) const MATRIX: u8 = 1;

/// Converts sRGB bytes `[height, width, 3]` to consecutive Y, U and V planes. Width and height are even.
pub(crate) fn rgb_to_i420(rgb: &[u8], width: usize, height: usize) -> Vec<u8> {
    let (half_width, half_height) = (width / 2, height / 2);
    let mut planes = vec![0; width * height + 2 * half_width * half_height];
    let (luma, chroma) = planes.split_at_mut(width * height);
    let (blue, red) = chroma.split_at_mut(half_width * half_height);
    for (y, pixel) in luma.iter_mut().zip(rgb.chunks_exact(3)) {
        let [r, g, b] = [pixel[0], pixel[1], pixel[2]].map(i32::from);
        *y = shifted(11_966 * r + 40_254 * g + 4_064 * b, 16, 16);
    }
    for row in 0..half_height {
        for column in 0..half_width {
            let [r, g, b] = block_sum(rgb, width, 2 * column, 2 * row);
            let at = row * half_width + column;
            blue[at] = shifted(-6_596 * r - 22_188 * g + 28_784 * b, 18, 128);
            red[at] = shifted(28_784 * r - 26_145 * g - 2_639 * b, 18, 128);
        }
    }
    planes
}

/// Sums red, green and blue over a block of 2×2 pixels.
fn block_sum(rgb: &[u8], width: usize, x: usize, y: usize) -> [i32; 3] {
    let mut sum = [0; 3];
    for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
        let at = ((y + dy) * width + x + dx) * 3;
        for (total, value) in sum.iter_mut().zip(&rgb[at..at + 3]) {
            *total += i32::from(*value);
        }
    }
    sum
}

/// Computes `value / 2^bits`, rounded to nearest, plus `offset`, clamped to 0 ..= 255.
fn shifted(value: i32, bits: u32, offset: i32) -> u8 {
    (((value + (1 << (bits - 1))) >> bits) + offset).clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reference conversion in f64, from the definition of BT.709.
    fn exact([r, g, b]: [f64; 3]) -> [f64; 3] {
        let y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        let scale = 224.0 / 255.0 / 2.0;
        [
            16.0 + y * 219.0 / 255.0,
            128.0 + (b - y) / 0.9278 * scale,
            128.0 + (r - y) / 0.7874 * scale,
        ]
    }

    #[test]
    fn flat_colours_match_the_definition_within_rounding() {
        for r in (0..=255).step_by(15) {
            for g in (0..=255).step_by(17) {
                for b in (0..=255).step_by(51) {
                    let planes = rgb_to_i420(&[r, g, b].repeat(4), 2, 2);
                    let expected = exact([r, g, b].map(f64::from));
                    let found = [planes[0], planes[4], planes[5]].map(f64::from);
                    for (found, expected) in found.iter().zip(expected) {
                        assert!((found - expected).abs() <= 0.51, "{r} {g} {b}");
                    }
                }
            }
        }
    }

    #[test]
    fn chroma_is_the_block_mean_and_planes_are_in_order() {
        let mut rgb = vec![0; 4 * 2 * 3];
        rgb[0..3].copy_from_slice(&[255, 0, 0]);
        let planes = rgb_to_i420(&rgb, 4, 2);
        assert_eq!(planes.len(), 8 + 2 + 2);
        assert_eq!(planes[..2], [63, 16]);
        assert_eq!(planes[9], 128);
        assert_eq!(planes[10], 128 + 28);
    }
}
