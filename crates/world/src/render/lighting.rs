//! Lighting by time of day and weather: key and ambient light, aerial perspective, sky.

use kinora_scene::smoothstep;
use kinora_scene::vocabulary::{Place, Style, Time, Weather};

use crate::geometry::vector::{V3, wave, whole};
use crate::spec::SceneSpec;

/// Light on subjects.
#[derive(Clone, Copy, Debug)]
pub struct Light {
    /// Unit direction to the light: x right, y up, z away from the camera.
    pub to_light: V3,
    /// Radiance of the key light.
    pub key: V3,
    /// Radiance of the ambient light.
    pub ambient: V3,
    /// Strength of shadows, 0 ..= 1.
    pub shadow: f32,
}

/// Time and weather of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Air {
    /// Time of day.
    pub time: Time,
    /// Weather.
    pub weather: Weather,
    /// Whether the place is indoors and lit by lamps.
    pub indoors: bool,
}

impl Air {
    /// Collects the conditions of a scene.
    pub fn of(spec: &SceneSpec) -> Self {
        Self::at(spec.place, spec.time, spec.weather)
    }

    /// Collects the conditions of a place.
    pub fn at(place: Place, time: Time, weather: Weather) -> Self {
        Self {
            time,
            weather,
            indoors: place.is_indoors(),
        }
    }

    /// Computes the light on subjects in a style.
    pub fn light(&self, style: Style) -> Light {
        let (side, mut key, mut ambient) = match style {
            Style::Cinematic => (V3(-0.80, 0.50, -0.42), 0.90, 0.36),
            _ => (V3(-0.50, 0.72, -0.55), 0.66, 0.46),
        };
        let (mut shadow, mut to_light) = (1.0, side);
        let (warm, sky) = match (self.time, self.indoors) {
            (Time::Day, _) => (V3(1.05, 1.0, 0.93), V3(1.0, 1.0, 1.0)),
            (Time::Sunset, false) => (V3(1.22, 0.84, 0.52), V3(0.96, 0.84, 0.90)),
            (Time::Sunset, true) => (V3(1.14, 0.92, 0.70), V3(0.98, 0.90, 0.86)),
            (Time::Night, false) => (V3(0.84, 0.92, 1.16), V3(0.78, 0.84, 1.06)),
            (Time::Night, true) => (V3(1.06, 0.92, 0.72), V3(0.86, 0.80, 0.74)),
        };
        match (self.time, self.indoors) {
            (Time::Sunset, false) => to_light = V3(0.78, 0.42, -0.46),
            (Time::Night, _) => shadow = 0.8,
            _ => {}
        }
        match self.weather {
            Weather::Clear => {}
            Weather::Rain => (key, ambient, shadow) = (key * 0.45, ambient * 1.22, shadow * 0.5),
            Weather::Snow => (key, ambient, shadow) = (key * 0.62, ambient * 1.22, shadow * 0.6),
            Weather::Fog => (key, ambient, shadow) = (key * 0.48, ambient * 1.34, shadow * 0.45),
        }
        if self.time == Time::Night && style == Style::Cinematic && !self.indoors {
            (key, ambient) = (key * 1.2, ambient * 1.35);
        }
        Light {
            to_light: to_light.normal(),
            key: warm * key,
            ambient: sky * ambient,
            shadow,
        }
    }

    /// Applies time and weather to a background colour painted for a clear day; `far` is 0 at the subjects and 1 at the horizon.
    pub fn lit(&self, colour: V3, far: f32) -> V3 {
        let tint = match (self.time, self.indoors) {
            (Time::Day, _) => V3(1.0, 1.0, 1.0),
            (Time::Sunset, false) => V3(1.04, 0.79, 0.66),
            (Time::Sunset, true) => V3(1.02, 0.88, 0.74),
            (Time::Night, false) => V3(0.36, 0.43, 0.64),
            (Time::Night, true) => V3(0.86, 0.77, 0.63),
        };
        let veil = match self.weather {
            Weather::Clear => V3(1.0, 1.0, 1.0),
            Weather::Rain => V3(0.70, 0.74, 0.80),
            Weather::Snow => V3(0.90, 0.93, 0.98),
            Weather::Fog => V3(0.93, 0.94, 0.96),
        };
        // At night weather removes less light.
        let veil = match self.time {
            Time::Night => veil.mix(V3(1.0, 1.0, 1.0), 0.6),
            _ => veil,
        };
        self.veiled(colour.times(tint).times(veil), far)
    }

    /// Colour of a window or lamp that is lit at night.
    pub fn glowing(&self, by_day: V3, by_night: V3, far: f32) -> V3 {
        match self.time {
            Time::Day => self.lit(by_day, far),
            Time::Sunset => self.lit(by_day, far).mix(by_night, 0.35),
            Time::Night => self.veiled(by_night, far * 0.6),
        }
    }

    /// Computes the sky colour at a screen point above `horizon`.
    pub fn sky(&self, x: f32, y: f32, horizon: f32) -> V3 {
        let low = smoothstep(-1.0, horizon, y);
        let (top, bottom) = match self.time {
            Time::Day => (V3(0.36, 0.66, 0.95), V3(0.82, 0.91, 0.97)),
            Time::Sunset => (V3(0.35, 0.35, 0.62), V3(0.99, 0.67, 0.38)),
            Time::Night => (V3(0.05, 0.08, 0.20), V3(0.19, 0.26, 0.46)),
        };
        let mut sky = top.mix(bottom, low);
        if self.time == Time::Sunset {
            sky = sky.mix(V3(0.93, 0.45, 0.45), 0.7 * low * (1.0 - low) * 2.0);
        }
        if self.weather == Weather::Clear {
            return self.clear_sky(sky, x, y);
        }
        let grey = match self.weather {
            Weather::Rain => V3(0.50, 0.55, 0.62),
            Weather::Snow => V3(0.80, 0.84, 0.90),
            _ => V3(0.86, 0.88, 0.90),
        };
        let dim = match self.time {
            Time::Day => V3(1.0, 1.0, 1.0),
            Time::Sunset => V3(0.98, 0.80, 0.72),
            Time::Night => V3(0.28, 0.33, 0.46),
        };
        let billow = 1.0 + 0.05 * wave(x * 0.4 + 0.3 * wave(y * 0.9)) * (1.0 - low);
        sky.mix(grey.times(dim) * (0.90 + 0.12 * low) * billow, 0.92)
    }

    /// Wetness of the ground, 0 ..= 1; wet ground reflects.
    pub fn wet(&self) -> f32 {
        if self.weather == Weather::Rain {
            1.0
        } else {
            0.0
        }
    }

    /// Sun or moon, stars and a few clouds.
    fn clear_sky(&self, sky: V3, x: f32, y: f32) -> V3 {
        let (at, disc, glow, reach) = match self.time {
            Time::Day => ((0.58, -0.66), V3(1.0, 0.96, 0.72), V3(1.0, 0.97, 0.80), 0.5),
            Time::Sunset => ((0.50, -0.36), V3(1.0, 0.88, 0.55), V3(1.0, 0.72, 0.36), 0.8),
            Time::Night => (
                (0.52, -0.68),
                V3(0.95, 0.95, 0.86),
                V3(0.34, 0.42, 0.66),
                0.45,
            ),
        };
        let (dx, dy) = (x - at.0, y - at.1);
        let far = (dx * dx + dy * dy).sqrt();
        let mut sky = sky.mix(glow, smoothstep(reach, 0.12, far) * 0.5);
        if self.time == Time::Night {
            sky = sky + V3(0.85, 0.87, 0.95) * star(x, y);
        } else {
            let cloud = clouds(x, y);
            let white = if self.time == Time::Day {
                V3(0.98, 0.98, 0.98)
            } else {
                V3(0.99, 0.74, 0.62)
            };
            sky = sky.mix(white, cloud * 0.85);
        }
        sky.mix(disc, smoothstep(0.145, 0.120, far))
    }

    /// Applies aerial perspective: strong in fog, slight in rain and snow.
    fn veiled(&self, colour: V3, far: f32) -> V3 {
        let (most, mist) = match self.weather {
            Weather::Clear => return colour,
            Weather::Rain => (0.35, V3(0.50, 0.55, 0.62)),
            Weather::Snow => (0.45, V3(0.82, 0.86, 0.92)),
            Weather::Fog => (0.92, V3(0.86, 0.88, 0.90)),
        };
        let dim = match self.time {
            Time::Day => V3(1.0, 1.0, 1.0),
            Time::Sunset => V3(0.98, 0.80, 0.72),
            Time::Night => V3(0.28, 0.33, 0.46),
        };
        colour.mix(mist.times(dim), (0.06 + far).min(1.0) * most)
    }
}

/// A few soft clouds.
fn clouds(x: f32, y: f32) -> f32 {
    [
        (-0.62, -0.66, 0.24),
        (-0.40, -0.62, 0.18),
        (0.22, -0.80, 0.16),
        (0.06, -0.77, 0.20),
        (1.02, -0.48, 0.22),
    ]
    .iter()
    .map(|(cx, cy, r)| {
        let (dx, dy) = ((x - cx) / r, (y - cy) / (r * 0.42));
        smoothstep(1.0, 0.4, (dx * dx + dy * dy).sqrt())
    })
    .fold(0.0f32, f32::max)
}

/// Brightness of the stars at a point of the sky; at most one star per grid cell.
fn star(x: f32, y: f32) -> f32 {
    const CELLS: f32 = 5.0;
    let (column, row) = (whole(x * CELLS), whole(y * CELLS));
    let hash = column * 0.618_034 + row * 0.414_214;
    let (a, b) = (hash - whole(hash), hash * 7.3 - whole(hash * 7.3));
    let (dx, dy) = (
        x * CELLS - column - 0.2 - 0.6 * a,
        y * CELLS - row - 0.2 - 0.6 * b,
    );
    smoothstep(0.075, 0.02, (dx * dx + dy * dy).sqrt()) * (0.35 + 0.65 * b)
}
