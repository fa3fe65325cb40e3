//! Voices: pitch, vocal tract length and glottal source parameters.

use super::SpeechError;

/// A voice: one of [`Voice::ALL`], optionally with another pitch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Voice {
    /// Name.
    pub name: &'static str,
    /// Mean pitch in Hz.
    pub(super) pitch_hz: f32,
    /// Factor on the pitch range; 1 is calm reading.
    pub(super) range: f32,
    /// Factor on formant frequencies, relative to an adult male vocal tract of 17.5 cm.
    pub(super) tract: f32,
    /// Open quotient: fraction of a period in which the glottis is open.
    pub(super) open_quotient: f32,
    /// Corner frequency in Hz of an additional spectral tilt of −6 dB per octave.
    pub(super) tilt_hz: f32,
    /// Level of aspiration noise relative to the voice.
    pub(super) breath: f32,
    /// Noise stream.
    pub(super) stream: u32,
}

impl Voice {
    /// Range of the mean pitch in Hz.
    pub const PITCHES_HZ: core::ops::RangeInclusive<f32> = 60.0..=400.0;

    /// All voices: two low ones, two high ones and a child's.
    pub const ALL: [Self; 5] = [
        Self {
            name: "oak",
            pitch_hz: 96.0,
            range: 0.9,
            tract: 0.97,
            open_quotient: 0.52,
            tilt_hz: 2400.0,
            breath: 0.012,
            stream: 301,
        },
        Self {
            name: "cedar",
            pitch_hz: 122.0,
            range: 1.0,
            tract: 1.02,
            open_quotient: 0.56,
            tilt_hz: 3200.0,
            breath: 0.016,
            stream: 302,
        },
        Self {
            name: "willow",
            pitch_hz: 192.0,
            range: 1.0,
            tract: 1.14,
            open_quotient: 0.62,
            tilt_hz: 3000.0,
            breath: 0.022,
            stream: 303,
        },
        Self {
            name: "birch",
            pitch_hz: 222.0,
            range: 1.15,
            tract: 1.18,
            open_quotient: 0.7,
            tilt_hz: 2200.0,
            breath: 0.045,
            stream: 304,
        },
        Self {
            name: "wren",
            pitch_hz: 275.0,
            range: 1.2,
            tract: 1.28,
            open_quotient: 0.6,
            tilt_hz: 3400.0,
            breath: 0.025,
            stream: 305,
        },
    ];

    /// Returns the voice with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|voice| voice.name == name)
    }

    /// Returns the mean pitch of a statement in Hz.
    pub fn pitch_hz(&self) -> f32 {
        self.pitch_hz
    }

    /// Returns the voice with another mean pitch.
    ///
    /// # Errors
    /// [`SpeechError::Pitch`] outside [`Voice::PITCHES_HZ`].
    pub fn with_pitch(self, pitch_hz: f32) -> Result<Self, SpeechError> {
        if !Self::PITCHES_HZ.contains(&pitch_hz) {
            return Err(SpeechError::Pitch(pitch_hz));
        }
        Ok(Self { pitch_hz, ..self })
    }
}
