//! What the lens lets through: dark corners and black bars, a factor per pixel that belongs to a style and not to its place.
//!
//! Twin: `let_through` in `crates/world/src/render/finish.rs`.

/// Rows above and below this distance from the middle are black in the cinematic style.
const BARS: f32 = 0.86;

/// The lens of a style.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lens {
    /// All light passes, as in the animated style.
    #[default]
    Clear,
    /// Corners are a little darker.
    Realistic,
    /// Corners are dark, and bars hide the top and the bottom.
    Cinematic,
}

impl Lens {
    /// The lens of a style by its word; of a word that is none, a clear one.
    pub fn of_style(style: &str) -> Self {
        match style {
            "realistic" => Self::Realistic,
            "cinematic" => Self::Cinematic,
            _ => Self::Clear,
        }
    }

    /// How much light reaches each pixel of a frame, `[height, width]`, of 1.
    pub fn light(self, width: usize, height: usize) -> Vec<f32> {
        // Both axes reach 1 at the edge.
        let from_middle = |at: usize, pixels: usize| {
            let half = pixels as f32 / 2.0;
            (at as f32 + 0.5 - half) / half
        };
        let pixels = (0..height).flat_map(|row| (0..width).map(move |col| (row, col)));
        pixels
            .map(|(row, col)| self.let_through(from_middle(col, width), from_middle(row, height)))
            .collect()
    }

    fn let_through(self, x: f32, y: f32) -> f32 {
        let from_middle = x * x + y * y;
        match self {
            Self::Clear => 1.0,
            Self::Realistic => 1.0 - 0.10 * smoothstep(0.6, 2.0, from_middle),
            Self::Cinematic if y.abs() > BARS => 0.0,
            Self::Cinematic => 1.0 - 0.48 * smoothstep(0.35, 1.7, from_middle),
        }
    }
}

/// Darkens a frame `[H, W, 3]` in −1..1 by the light `[H, W]` that reaches it.
pub fn darken(frame: &mut [f32], light: &[f32]) {
    for (pixel, light) in frame.as_chunks_mut::<3>().0.iter_mut().zip(light) {
        *pixel = pixel.map(|value| (value + 1.0) * light - 1.0);
    }
}

/// 0 at one edge and 1 at the other, flat at both.
pub(crate) fn smoothstep(from: f32, to: f32, value: f32) -> f32 {
    let t = ((value - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_style_has_its_lens() {
        let light = |style| Lens::of_style(style).light(20, 10);
        assert!(light("animated").iter().all(|it| *it == 1.0));
        assert_eq!(light("baroque"), light("animated"));
        let (realistic, cinematic) = (light("realistic"), light("cinematic"));
        let at = |row: usize, col: usize| row * 20 + col;
        // The corner lies at x² + y² = 0.9² + 0.95².
        let t = (1.7125f32 - 0.6) / 1.4;
        let want = 1.0 - 0.1 * t * t * (3.0 - 2.0 * t);
        assert!((realistic[at(0, 0)] - want).abs() < 1e-6);
        assert_eq!([realistic[at(5, 10)], cinematic[at(5, 10)]], [1.0; 2]);
        let t = (0.95f32 * 0.95 + 0.01 - 0.35) / 1.35;
        let want = 1.0 - 0.48 * t * t * (3.0 - 2.0 * t);
        assert!((cinematic[at(4, 0)] - want).abs() < 1e-6);
        // The first and the last row are the bars: |y| is 0.9 there and 0.7 in the next.
        assert!(cinematic[..20].iter().all(|it| *it == 0.0));
        assert!(cinematic[20..180].iter().all(|it| *it > 0.5));
        assert!(cinematic[180..].iter().all(|it| *it == 0.0));
    }

    #[test]
    fn no_light_is_black_and_all_light_changes_nothing() {
        let mut frame = vec![0.5, -0.25, 1.0, 0.5, -0.25, 1.0, 0.5, -0.25, 1.0];
        darken(&mut frame, &[1.0, 0.0, 0.5]);
        assert_eq!(frame[..3], [0.5, -0.25, 1.0]);
        assert_eq!(frame[3..], [-1.0, -1.0, -1.0, -0.25, -0.625, 0.0]);
    }
}
