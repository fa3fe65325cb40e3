//! What falls before the camera: rain and snow in front of everything, the same at the same instant in every clip.
//!
//! A latent spans four frames and has no room for a flake, but nothing about it has to be guessed. It falls in the place, so that a
//! camera moves past it. Twins: `crates/world/src/render/weather.rs` and `training/falling.py`.

use kinora_contract::plan::CameraState;

use crate::lens::smoothstep;
use crate::stroke::around;

/// Seed of where streaks and flakes are.
const SEED: u64 = 77;
/// Screen units from where something begins to fall to where it begins again.
const WAY: f32 = 2.4;
/// Screen units across which a streak is solid, at least.
const STREAK: f32 = 0.009;
/// How far rain goes across for each unit that it falls.
const SLANT: f32 = -0.30 / 2.6;

/// What falls, as it looks in the light of a time and in a style.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Falling {
    kind: Kind,
    /// How much light there is.
    light: f32,
    /// How much stronger it is drawn.
    solid: f32,
}

/// Numbered as weathers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rain = 1,
    Snow = 2,
}

/// One streak or flake: where it starts across and down, 0..1 each, and how near it is.
struct Piece {
    across: f32,
    down: f32,
    near: f32,
}

impl Falling {
    /// What falls in a weather, at a time, in a style, each by its word; in most weathers nothing.
    pub fn of(weather: &str, time: &str, style: &str) -> Option<Self> {
        let kind = match weather {
            "rain" => Kind::Rain,
            "snow" => Kind::Snow,
            _ => return None,
        };
        Some(Self {
            kind,
            light: if time == "night" { 0.66 } else { 1.0 },
            solid: if style == "animated" { 1.15 } else { 1.0 },
        })
    }

    /// Draws it into a frame `[H, W, 3]` in −1..1 as a camera sees it at an instant.
    pub fn draw(
        self,
        frame: &mut [f32],
        (width, height): (usize, usize),
        stage: &CameraState,
        camera: &CameraState,
        time_s: f32,
    ) {
        let mut clear = Clear::new(width, height);
        for piece in self.pieces() {
            let (x, y) = self.at(&piece, width as f32 / height as f32, time_s);
            let (x, y) = stage.back(x, y);
            let (x, y) = camera.project(x, y);
            let size = piece.near * camera.zoom / stage.zoom;
            match self.kind {
                Kind::Rain => clear.streak(x, y, 0.13 * size, 0.36 * piece.near * self.solid),
                Kind::Snow => clear.flake(x, y, 0.022 * size, 0.9 * self.solid),
            }
        }
        let colour = match self.kind {
            Kind::Rain => [0.80, 0.86, 0.94],
            Kind::Snow => [0.97, 0.98, 1.0],
        };
        let colour = colour.map(|value| 2.0 * value * self.light - 1.0);
        for (pixel, clear) in frame.as_chunks_mut::<3>().0.iter_mut().zip(clear.pixels) {
            for (value, colour) in pixel.iter_mut().zip(colour) {
                *value = colour + (*value - colour) * clear;
            }
        }
    }

    fn pieces(self) -> impl Iterator<Item = Piece> {
        let count = match self.kind {
            Kind::Rain => 46,
            Kind::Snow => 54,
        };
        let mut numbers = Numbers::new(self.kind as u64);
        (0..count).map(move |_| Piece {
            across: numbers.next(-1.0, 1.0),
            down: numbers.next(0.0, 1.0),
            near: numbers.next(0.5, 1.0),
        })
    }

    /// Where a piece is on the stage.
    fn at(self, piece: &Piece, aspect: f32, time_s: f32) -> (f32, f32) {
        let (speed, drift) = self.speed();
        let way = piece.down * WAY + speed * piece.near * time_s;
        let lap = (way / WAY).floor();
        let down = way - lap * WAY - 1.2;
        // Another column on each lap.
        let shift = lap * 0.381_966 + piece.across;
        let across = (shift * 0.5 - (shift * 0.5).floor()) * 2.0 - 1.0;
        let x = across * (aspect + 0.2) + drift * piece.near * (down + 0.2);
        (x, down)
    }

    /// Screen units per second down, and how far it is blown on its way.
    fn speed(self) -> (f32, f32) {
        match self.kind {
            Kind::Rain => (2.6, SLANT * 2.6),
            Kind::Snow => (0.42, 0.10),
        }
    }
}

/// How much of each pixel is seen past what falls.
struct Clear {
    width: usize,
    height: usize,
    pixels: Vec<f32>,
}

impl Clear {
    fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            pixels: vec![1.0; width * height],
        }
    }

    fn streak(&mut self, x: f32, y: f32, length: f32, cover: f32) {
        let half = self.scale().max(STREAK) * 0.6;
        let reach = (length * SLANT.abs() + half * 2.0, length * 0.5);
        self.cover((x, y), reach, |dx, dy| {
            let fade = smoothstep(0.5, 0.2, dy.abs() / length);
            let off = (dx - dy * SLANT).abs();
            ((1.5 - off / half).clamp(0.0, 1.0) * fade * cover).min(1.0)
        });
    }

    fn flake(&mut self, x: f32, y: f32, radius: f32, cover: f32) {
        let soft = self.scale();
        self.cover((x, y), (radius + soft, radius + soft), |dx, dy| {
            let off = (dx * dx + dy * dy).sqrt();
            (((radius - off) / soft + 0.5).clamp(0.0, 1.0) * cover).min(1.0)
        });
    }

    /// Covers pixels around a screen point as far as `amount` says of their offsets.
    fn cover(
        &mut self,
        (x, y): (f32, f32),
        (across, down): (f32, f32),
        amount: impl Fn(f32, f32) -> f32,
    ) {
        let half = self.height as f32 / 2.0;
        let middle = self.width as f32 / 2.0;
        for row in around(y - down, y + down, self.height, half) {
            for col in around(x - across, x + across, self.width, half) {
                let dx = (col as f32 + 0.5 - middle) / half - x;
                let dy = (row as f32 + 0.5 - half) / half - y;
                self.pixels[row * self.width + col] *= 1.0 - amount(dx, dy);
            }
        }
    }

    /// Screen units of a pixel.
    fn scale(&self) -> f32 {
        2.0 / self.height as f32
    }
}

/// SplitMix64 (Steele, Lea & Flood 2014).
struct Numbers(u64);

impl Numbers {
    fn new(purpose: u64) -> Self {
        let mut numbers = Self(SEED ^ purpose.wrapping_mul(0xD1B5_4A32_D192_ED03));
        numbers.bits();
        numbers
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn next(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * ((self.bits() >> 40) as f32 / 16_777_216.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (usize, usize) = (48, 32);

    fn seen(weather: &str, time: &str, camera: &CameraState, time_s: f32) -> Vec<f32> {
        let mut frame = vec![-1.0; SIZE.0 * SIZE.1 * 3];
        let falling = Falling::of(weather, time, "realistic").unwrap();
        falling.draw(&mut frame, SIZE, &CameraState::AT_REST, camera, time_s);
        frame
    }

    #[test]
    fn only_rain_and_snow_fall() {
        for weather in ["clear", "fog", "hail", ""] {
            assert_eq!(Falling::of(weather, "day", "animated"), None);
        }
    }

    #[test]
    fn flakes_are_white_dimmer_at_night_and_fall() {
        let rest = CameraState::AT_REST;
        let light = |frame: &[f32]| frame.iter().map(|v| v + 1.0).sum::<f32>();
        let (day, night) = (
            seen("snow", "day", &rest, 1.0),
            seen("snow", "night", &rest, 1.0),
        );
        assert!(light(&day) > 60.0, "{}", light(&day));
        assert!((light(&night) / light(&day) - 0.66).abs() < 0.01);
        assert_ne!(day, seen("snow", "day", &rest, 1.25));
        assert_eq!(day, seen("snow", "day", &rest, 1.0));
    }

    #[test]
    fn a_camera_moves_past_what_falls() {
        let panned = CameraState {
            pan_x: 5.0 / 16.0,
            ..CameraState::AT_REST
        };
        let still = seen("rain", "day", &CameraState::AT_REST, 0.5);
        let moved = seen("rain", "day", &panned, 0.5);
        for (row, col) in (0..SIZE.1).flat_map(|r| (5..SIZE.0).map(move |c| (r, c))) {
            let at = |frame: &[f32], col: usize| frame[(row * SIZE.0 + col) * 3];
            // What comes in at the left had been cut off there.
            if col >= 8 {
                assert!((at(&moved, col) - at(&still, col - 5)).abs() < 1e-4);
            }
        }
    }
}
