//! Illumination: how the light of a scene colours a picture that was made in neutral light.

use crate::vocabulary::{Place, Time, Weather};

/// Gain of each colour, and haze that is mixed in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Illumination {
    gain: [f32; 3],
    haze: f32,
}

impl Illumination {
    /// Returns the light of a scene.
    pub fn of(place: Place, time: Time, weather: Weather) -> Self {
        let gain = match (time, place.is_indoors()) {
            (Time::Day, _) => [1.0, 1.0, 1.0],
            (Time::Sunset, false) => [1.0, 0.86, 0.72],
            (Time::Sunset, true) => [1.0, 0.92, 0.84],
            (Time::Night, false) => [0.52, 0.58, 0.74],
            (Time::Night, true) => [0.88, 0.8, 0.7],
        };
        let (dimmed, haze) = match weather {
            Weather::Clear => (1.0, 0.0),
            Weather::Rain => (0.86, 0.04),
            Weather::Snow => (0.95, 0.05),
            Weather::Fog => (0.95, 0.22),
        };
        Self {
            gain: gain.map(|value| value * dimmed),
            haze,
        }
    }

    /// Lights a colour in 0..1. A colour that is premultiplied by coverage is hazed where it has light.
    pub fn apply(&self, colour: [f32; 3]) -> [f32; 3] {
        let brightest = colour.into_iter().fold(0.0, f32::max);
        std::array::from_fn(|v| {
            let lit = colour[v] * self.gain[v];
            lit + (brightest * 0.9 - lit) * self.haze
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_changes_nothing_and_night_is_darker_and_bluer() {
        let day = Illumination::of(Place::Meadow, Time::Day, Weather::Clear);
        assert_eq!(day.apply([0.2, 0.5, 0.9]), [0.2, 0.5, 0.9]);
        let night = Illumination::of(Place::Meadow, Time::Night, Weather::Clear);
        let [r, _, b] = night.apply([0.5; 3]);
        assert!(r < b && b < 0.5);
        assert_eq!(night.apply([0.0; 3]), [0.0; 3]);
    }
}
