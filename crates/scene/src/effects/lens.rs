//! Lens transmittance of a style: vignette and letterbox bars.

use crate::smoothstep;
use crate::vocabulary::Style;

/// Distance from the centre, in half image heights, beyond which the letterbox bars of the cinematic style begin.
const BAR_EDGE: f32 = 0.86;

/// Lens of a style.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lens {
    /// Transmits everything; the animated style.
    #[default]
    Clear,
    /// Slight vignette; the realistic style.
    Realistic,
    /// Strong vignette and letterbox bars; the cinematic style.
    Cinematic,
}

impl Lens {
    /// Returns the lens of a style.
    pub fn of_style(style: Style) -> Self {
        match style {
            Style::Realistic => Self::Realistic,
            Style::Cinematic => Self::Cinematic,
            Style::Animated => Self::Clear,
        }
    }

    /// Computes the transmittance of each pixel, `[height, width]` in 0 ..= 1.
    pub fn transmittance(self, width: usize, height: usize) -> Vec<f32> {
        let from_centre = |at: usize, pixels: usize| {
            let half = pixels as f32 / 2.0;
            (at as f32 + 0.5 - half) / half
        };
        let pixels = (0..height).flat_map(|row| (0..width).map(move |col| (row, col)));
        pixels
            .map(|(row, col)| {
                self.transmittance_at(from_centre(col, width), from_centre(row, height))
            })
            .collect()
    }

    /// Computes the transmittance at a point of the frame; both axes run from −1 to 1 between opposite edges.
    pub fn transmittance_at(self, x: f32, y: f32) -> f32 {
        let squared_distance = x * x + y * y;
        match self {
            Self::Clear => 1.0,
            Self::Realistic => 1.0 - 0.10 * smoothstep(0.6, 2.0, squared_distance),
            Self::Cinematic if y.abs() > BAR_EDGE => 0.0,
            Self::Cinematic => 1.0 - 0.48 * smoothstep(0.35, 1.7, squared_distance),
        }
    }
}

/// Multiplies a frame `[height, width, 3]` in −1 ..= 1 by a transmittance `[height, width]`, in linear 0 ..= 1 intensity.
pub fn apply_transmittance(frame: &mut [f32], transmittance: &[f32]) {
    for (pixel, factor) in frame.as_chunks_mut::<3>().0.iter_mut().zip(transmittance) {
        *pixel = pixel.map(|value| (value + 1.0) * factor - 1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_style_has_its_vignette_and_bars() {
        let of = |style| Lens::of_style(style).transmittance(20, 10);
        assert!(of(Style::Animated).iter().all(|it| *it == 1.0));
        let (realistic, cinematic) = (of(Style::Realistic), of(Style::Cinematic));
        let at = |row: usize, col: usize| row * 20 + col;
        // The corner pixel lies at x² + y² = 0.9² + 0.95².
        let t = (1.7125f32 - 0.6) / 1.4;
        let want = 1.0 - 0.1 * t * t * (3.0 - 2.0 * t);
        assert!((realistic[at(0, 0)] - want).abs() < 1e-6);
        assert_eq!([realistic[at(5, 10)], cinematic[at(5, 10)]], [1.0; 2]);
        let t = (0.95f32 * 0.95 + 0.01 - 0.35) / 1.35;
        let want = 1.0 - 0.48 * t * t * (3.0 - 2.0 * t);
        assert!((cinematic[at(4, 0)] - want).abs() < 1e-6);
        // The first and the last row are bars: |y| is 0.9 there and 0.7 in the next row.
        assert!(cinematic[..20].iter().all(|it| *it == 0.0));
        assert!(cinematic[20..180].iter().all(|it| *it > 0.5));
        assert!(cinematic[180..].iter().all(|it| *it == 0.0));
    }

    #[test]
    fn transmittance_scales_intensity_above_black() {
        let mut frame = vec![0.5, -0.25, 1.0, 0.5, -0.25, 1.0, 0.5, -0.25, 1.0];
        apply_transmittance(&mut frame, &[1.0, 0.0, 0.5]);
        assert_eq!(frame[..3], [0.5, -0.25, 1.0]);
        assert_eq!(frame[3..], [-1.0, -1.0, -1.0, -0.25, -0.625, 0.0]);
    }
}
