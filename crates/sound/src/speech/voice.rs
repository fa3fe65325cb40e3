//! Who speaks: pitch, length of the vocal tract, and how the vocal folds close.

use super::SpeechError;

/// A voice. Take one of [`Voice::ALL`] and change its pitch if you like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Voice {
    /// What it is called.
    pub name: &'static str,
    /// Mean pitch in Hz.
    pub(super) pitch_hz: f32,
    /// How lively the melody is; 1 is calm reading.
    pub(super) range: f32,
    /// Formant frequencies relative to an adult male tract of 17.5 cm.
    pub(super) tract: f32,
    /// Share of a period in which the folds are open.
    pub(super) open_quotient: f32,
    /// Corner in Hz above which the folds' spectrum falls by another 6 dB per octave.
    pub(super) tilt_hz: f32,
    /// Breath noise under the voice, relative to it.
    pub(super) breath: f32,
    /// Stream of its noise.
    pub(super) stream: u32,
}

impl Voice {
    /// Mean pitches that a voice may have.
    pub const PITCHES_HZ: core::ops::RangeInclusive<f32> = 60.0..=400.0;

    /// Two lower voices, two higher ones and a child's.
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

    /// The voice of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|voice| voice.name == name)
    }

    /// Mean pitch of a statement, in Hz.
    pub fn pitch_hz(&self) -> f32 {
        self.pitch_hz
    }

    /// The same voice, higher or lower.
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
