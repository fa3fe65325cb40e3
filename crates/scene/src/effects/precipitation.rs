//! Procedural rain and snow in front of the scene. Deterministic in time; identical in every clip.
//!
//! Streaks and flakes fall in the space of the background plate, so that a moving camera passes them.

use kinora_contract::plan::CameraState;

use crate::rng::Rng;
use crate::vocabulary::{Style, Time, Weather};
use crate::{pixel_range, smoothstep};

/// Seed of the positions.
const SEED: u64 = 77;
/// Screen units of one fall, after which a particle restarts in another column.
const FALL: f32 = 2.4;
/// Minimum width of a rain streak in screen units.
const MIN_STREAK_WIDTH: f32 = 0.009;
/// Horizontal drift of rain per unit of fall.
const SLANT: f32 = -0.30 / 2.6;

/// Rain or snow in the light of a time of day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precipitation {
    kind: Kind,
    /// Gain of the colour.
    light: f32,
    /// Gain of the opacity.
    opacity: f32,
}

/// Kinds, numbered as the classes of [`Weather`]; the number seeds the positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rain = 1,
    Snow = 2,
}

/// A streak or flake.
struct Particle {
    /// Column, −1 ..= 1.
    column: f32,
    /// Phase of the fall, 0 .. 1.
    phase: f32,
    /// Scale of size and speed: nearer particles are larger and faster.
    scale: f32,
}

impl Precipitation {
    /// Returns the precipitation of a weather; `None` in clear weather and fog.
    pub fn of(weather: Weather, time: Time, style: Style) -> Option<Self> {
        let kind = match weather {
            Weather::Rain => Kind::Rain,
            Weather::Snow => Kind::Snow,
            Weather::Clear | Weather::Fog => return None,
        };
        Some(Self {
            kind,
            light: if time == Time::Night { 0.66 } else { 1.0 },
            opacity: if style == Style::Animated { 1.15 } else { 1.0 },
        })
    }

    /// Returns the RGB colour, 0 ..= 1.
    pub fn colour(self) -> [f32; 3] {
        let colour = match self.kind {
            Kind::Rain => [0.80, 0.86, 0.94],
            Kind::Snow => [0.97, 0.98, 1.0],
        };
        colour.map(|value: f32| value * self.light)
    }

    /// Computes the share of light that passes the particles, `[height * width]` in 0 ..= 1, seen by `camera` at `time_s`.
    ///
    /// `plate` is the camera of the background plate, in whose screen space the particles fall.
    pub fn transmittance(
        self,
        (width, height): (usize, usize),
        plate: &CameraState,
        camera: &CameraState,
        time_s: f32,
    ) -> Vec<f32> {
        let mut transmittance = Transmittance::new(width, height);
        for particle in self.particles() {
            let (x, y) = self.position(&particle, width as f32 / height as f32, time_s);
            let (x, y) = plate.back(x, y);
            let (x, y) = camera.project(x, y);
            let size = particle.scale * camera.zoom / plate.zoom;
            match self.kind {
                Kind::Rain => {
                    transmittance.streak(x, y, 0.13 * size, 0.36 * particle.scale * self.opacity);
                }
                Kind::Snow => transmittance.flake(x, y, 0.022 * size, 0.9 * self.opacity),
            }
        }
        transmittance.pixels
    }

    /// Composites the precipitation over a frame `[height, width, 3]` in −1 ..= 1; see [`Self::transmittance`].
    pub fn draw(
        self,
        frame: &mut [f32],
        size: (usize, usize),
        plate: &CameraState,
        camera: &CameraState,
        time_s: f32,
    ) {
        let transmittance = self.transmittance(size, plate, camera, time_s);
        let colour = self.colour().map(|value| 2.0 * value - 1.0);
        for (pixel, passed) in frame.as_chunks_mut::<3>().0.iter_mut().zip(transmittance) {
            for (value, colour) in pixel.iter_mut().zip(colour) {
                *value = colour + (*value - colour) * passed;
            }
        }
    }

    fn particles(self) -> impl Iterator<Item = Particle> {
        let count = match self.kind {
            Kind::Rain => 46,
            Kind::Snow => 54,
        };
        let mut rng = Rng::new(SEED, self.kind as u64);
        (0..count).map(move |_| Particle {
            column: rng.range(-1.0, 1.0),
            phase: rng.range(0.0, 1.0),
            scale: rng.range(0.5, 1.0),
        })
    }

    /// Computes the position on the screen of the plate.
    fn position(self, particle: &Particle, aspect: f32, time_s: f32) -> (f32, f32) {
        let (speed, drift) = self.velocity();
        let fallen = particle.phase * FALL + speed * particle.scale * time_s;
        let lap = (fallen / FALL).floor();
        let y = fallen - lap * FALL - 1.2;
        // Each lap takes another column.
        let shift = lap * 0.381_966 + particle.column;
        let column = (shift * 0.5 - (shift * 0.5).floor()) * 2.0 - 1.0;
        let x = column * (aspect + 0.2) + drift * particle.scale * (y + 0.2);
        (x, y)
    }

    /// Screen units per second down, and horizontal drift per screen unit of fall at scale 1.
    fn velocity(self) -> (f32, f32) {
        match self.kind {
            Kind::Rain => (2.6, SLANT * 2.6),
            Kind::Snow => (0.42, 0.10),
        }
    }
}

/// Transmittance image under construction.
struct Transmittance {
    width: usize,
    height: usize,
    pixels: Vec<f32>,
}

impl Transmittance {
    fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            pixels: vec![1.0; width * height],
        }
    }

    fn streak(&mut self, x: f32, y: f32, length: f32, opacity: f32) {
        let half = self.pixel_size().max(MIN_STREAK_WIDTH) * 0.6;
        let reach = (length * SLANT.abs() + half * 2.0, length * 0.5);
        self.attenuate((x, y), reach, |dx, dy| {
            let fade = smoothstep(0.5, 0.2, dy.abs() / length);
            let distance = (dx - dy * SLANT).abs();
            ((1.5 - distance / half).clamp(0.0, 1.0) * fade * opacity).min(1.0)
        });
    }

    fn flake(&mut self, x: f32, y: f32, radius: f32, opacity: f32) {
        let soft = self.pixel_size();
        self.attenuate((x, y), (radius + soft, radius + soft), |dx, dy| {
            let distance = (dx * dx + dy * dy).sqrt();
            (((radius - distance) / soft + 0.5).clamp(0.0, 1.0) * opacity).min(1.0)
        });
    }

    /// Multiplies the pixels within `reach` of a screen point by 1 − `coverage(dx, dy)`.
    fn attenuate(
        &mut self,
        (x, y): (f32, f32),
        reach: (f32, f32),
        coverage: impl Fn(f32, f32) -> f32,
    ) {
        let half = self.height as f32 / 2.0;
        let middle = self.width as f32 / 2.0;
        for row in pixel_range(y - reach.1, y + reach.1, self.height, half) {
            for col in pixel_range(x - reach.0, x + reach.0, self.width, half) {
                let dx = (col as f32 + 0.5 - middle) / half - x;
                let dy = (row as f32 + 0.5 - half) / half - y;
                self.pixels[row * self.width + col] *= 1.0 - coverage(dx, dy);
            }
        }
    }

    /// Side of a pixel in screen units.
    fn pixel_size(&self) -> f32 {
        2.0 / self.height as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (usize, usize) = (48, 32);

    fn drawn(weather: Weather, time: Time, camera: &CameraState, time_s: f32) -> Vec<f32> {
        let mut frame = vec![-1.0; SIZE.0 * SIZE.1 * 3];
        let effect = Precipitation::of(weather, time, Style::Realistic).unwrap();
        effect.draw(&mut frame, SIZE, &CameraState::AT_REST, camera, time_s);
        frame
    }

    #[test]
    fn exists_in_rain_and_snow_alone() {
        let falls =
            |weather: &Weather| Precipitation::of(*weather, Time::Day, Style::Animated).is_some();
        let falling: Vec<_> = Weather::ALL.iter().copied().filter(falls).collect();
        assert_eq!(falling, [Weather::Rain, Weather::Snow]);
    }

    #[test]
    fn flakes_are_white_and_moving_and_darker_at_night() {
        let rest = CameraState::AT_REST;
        let light = |frame: &[f32]| frame.iter().map(|v| v + 1.0).sum::<f32>();
        let (day, night) = (
            drawn(Weather::Snow, Time::Day, &rest, 1.0),
            drawn(Weather::Snow, Time::Night, &rest, 1.0),
        );
        assert!(light(&day) > 60.0, "{}", light(&day));
        assert!((light(&night) / light(&day) - 0.66).abs() < 0.01);
        assert_ne!(day, drawn(Weather::Snow, Time::Day, &rest, 1.25));
        assert_eq!(day, drawn(Weather::Snow, Time::Day, &rest, 1.0));
    }

    #[test]
    fn a_panned_camera_shifts_the_streaks() {
        let panned = CameraState {
            pan_x: 5.0 / 16.0,
            ..CameraState::AT_REST
        };
        let still = drawn(Weather::Rain, Time::Day, &CameraState::AT_REST, 0.5);
        let moved = drawn(Weather::Rain, Time::Day, &panned, 0.5);
        for (row, col) in (0..SIZE.1).flat_map(|r| (5..SIZE.0).map(move |c| (r, c))) {
            let at = |frame: &[f32], col: usize| frame[(row * SIZE.0 + col) * 3];
            // Streaks that enter at the left are cut off in the frame at rest.
            if col >= 8 {
                assert!((at(&moved, col) - at(&still, col - 5)).abs() < 1e-4);
            }
        }
    }
}
