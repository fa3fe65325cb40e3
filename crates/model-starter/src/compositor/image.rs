//! A subject's image, padded by transparent pixels and sampled bilinearly.

/// Values of a pixel: colour, premultiplied by coverage, and coverage, each 0..1.
const RGBA: usize = 4;

/// The image of a subject in its canonical frame, with a transparent pixel all around.
#[derive(Debug, Clone, PartialEq)]
pub struct PaddedImage {
    size: usize,
    /// `[size + 2, size + 2]` pixels.
    pixels: Vec<[f32; RGBA]>,
}

impl PaddedImage {
    /// Pads `size`² pixels, row-major.
    pub fn new(size: usize, pixels: impl IntoIterator<Item = [f32; RGBA]>) -> Self {
        let side = size + 2;
        let mut padded = vec![[0.0; RGBA]; side * side];
        for (at, pixel) in pixels.into_iter().take(size * size).enumerate() {
            padded[(at / size + 1) * side + at % size + 1] = pixel;
        }
        Self {
            size,
            pixels: padded,
        }
    }

    /// Side in pixels, without the padding.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Samples bilinearly; (0, 0) is the centre of the first pixel, and outside is transparent.
    pub fn sample(&self, col: f32, row: f32) -> [f32; RGBA] {
        let end = self.size as f32;
        let inside = |at: f32| at > -1.0 && at < end;
        if !(inside(col) && inside(row)) {
            return [0.0; RGBA];
        }
        // Counted from the clear pixel before the first, so that the integer part is the lower neighbour.
        let (col, row) = (col + 1.0, row + 1.0);
        let (left, top) = ((col as usize).min(self.size), (row as usize).min(self.size));
        let (x, y) = (col - left as f32, row - top as f32);
        let side = self.size + 2;
        let [a, b] = [left, left + 1].map(|at| self.pixels[top * side + at]);
        let [c, d] = [left, left + 1].map(|at| self.pixels[(top + 1) * side + at]);
        std::array::from_fn(|v| {
            let (above, below) = (a[v] + (b[v] - a[v]) * x, c[v] + (d[v] - c[v]) * x);
            above + (below - above) * y
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_blend_neighbours_and_outside_is_transparent() {
        let pixels = (0..4).map(|v| [v as f32, 0.0, 0.0, 1.0]);
        let image = PaddedImage::new(2, pixels);
        assert_eq!(image.sample(0.5, 0.5), [1.5, 0.0, 0.0, 1.0]);
        assert_eq!(image.sample(1.0, 0.0), [1.0, 0.0, 0.0, 1.0]);
        assert_eq!(image.sample(1.5, 1.0), [1.5, 0.0, 0.0, 0.5]);
        for (col, row) in [(-1.0, 0.0), (2.0, 0.0), (0.0, 2.5), (f32::NAN, 0.0)] {
            assert_eq!(image.sample(col, row), [0.0; 4]);
        }
    }
}
