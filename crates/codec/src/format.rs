//! The shape of a clip and the codecs that it is written with.

use std::fmt;

use kinora_contract::Recipe;
use serde::{Deserialize, Serialize};

use crate::CodecError;

/// The rate at which sound is encoded, whatever it was made at: every player and encoder has it.
pub(crate) const TRACK_RATE: u32 = 48_000;

/// Size and rates of a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClipFormat {
    /// Width in pixels, even.
    pub width: u32,
    /// Height in pixels, even.
    pub height: u32,
    /// Frames per second.
    pub fps: u32,
    /// Samples per second of the sound that is pushed; a divisor of 48 000.
    pub sample_rate: u32,
}

/// The codecs of a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncoderChoice {
    /// Of the frames.
    pub video: VideoCodec,
    /// Of the sound.
    pub audio: AudioCodec,
}

/// A video codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VideoCodec {
    /// H.264, which plays everywhere.
    H264,
    /// VP9.
    Vp9,
    /// AV1.
    Av1,
}

/// An audio codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AudioCodec {
    /// AAC-LC, which plays everywhere.
    Aac,
    /// Opus.
    Opus,
}

impl ClipFormat {
    /// The format of a recipe's clip with sound at `sample_rate`.
    pub fn of(recipe: &Recipe, sample_rate: u32) -> Self {
        let Recipe {
            width, height, fps, ..
        } = *recipe;
        Self {
            width,
            height,
            fps,
            sample_rate,
        }
    }

    /// Bytes of a frame.
    pub fn frame_len(&self) -> usize {
        self.width as usize * self.height as usize * 3
    }

    /// Whether encoders and the MP4 can take this format.
    pub(crate) fn check(&self) -> Result<(), CodecError> {
        let Self {
            width,
            height,
            fps,
            sample_rate,
        } = *self;
        let side = |side: u32| (16..=4096).contains(&side) && side.is_multiple_of(2);
        let bad = |what: String| Err(CodecError::BadFormat { what });
        if !side(width) || !side(height) {
            return bad(format!(
                "{width}×{height} pixels; both must be even, from 16 to 4096"
            ));
        }
        if !(1..=120).contains(&fps) {
            return bad(format!("{fps} frames per second; 1 to 120 are possible"));
        }
        if sample_rate < 8000 || !TRACK_RATE.is_multiple_of(sample_rate) {
            return bad(format!(
                "sound at {sample_rate} Hz; it must divide {TRACK_RATE} Hz"
            ));
        }
        Ok(())
    }

    /// Whether a frame has this format's number of bytes.
    pub(crate) fn check_frame(&self, rgb: &[u8]) -> Result<(), CodecError> {
        let expected = self.frame_len();
        match rgb.len() {
            found if found == expected => Ok(()),
            found => Err(CodecError::FrameSize { expected, found }),
        }
    }
}

impl fmt::Display for VideoCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::H264 => "H.264",
            Self::Vp9 => "VP9",
            Self::Av1 => "AV1",
        })
    }
}

impl fmt::Display for AudioCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Aac => "AAC",
            Self::Opus => "Opus",
        })
    }
}
