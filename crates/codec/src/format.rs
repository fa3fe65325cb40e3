//! Format of a clip: size, rates and codecs.

use std::fmt;

use kinora_contract::Recipe;
use serde::{Deserialize, Serialize};

use crate::CodecError;

/// Sample rate of encoded sound in Hz, whatever the input rate. All players and encoders support it.
pub(crate) const TRACK_RATE: u32 = 48_000;
/// Duration of a frame in units of the video track's timescale, which is `FRAME_DURATION * fps`.
pub(crate) const FRAME_DURATION: u32 = 1000;
/// Interval between key frames in seconds.
pub(crate) const KEYFRAME_SECONDS: u32 = 2;

/// Size and rates of a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClipFormat {
    /// Width in pixels, even.
    pub width: u32,
    /// Height in pixels, even.
    pub height: u32,
    /// Frames per second.
    pub fps: u32,
    /// Sample rate of the input sound in Hz, at least 8000 and a divisor of 48 000.
    pub sample_rate: u32,
}

/// Codecs of a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncoderChoice {
    /// Codec of the video track.
    pub video: VideoCodec,
    /// Codec of the audio track.
    pub audio: AudioCodec,
}

/// Video codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VideoCodec {
    /// H.264; plays everywhere.
    H264,
    /// VP9.
    Vp9,
    /// AV1.
    Av1,
}

/// Audio codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AudioCodec {
    /// AAC-LC; plays everywhere.
    Aac,
    /// Opus.
    Opus,
}

impl ClipFormat {
    /// Returns the format of a recipe's clip with input sound at `sample_rate` Hz.
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

    /// Returns the length of an RGB frame in bytes.
    pub fn frame_len(&self) -> usize {
        self.width as usize * self.height as usize * 3
    }

    /// Checks that encoders and the MP4 support this format.
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
                "{width}×{height} pixels; width and height must be even, from 16 to 4096"
            ));
        }
        if !(1..=120).contains(&fps) {
            return bad(format!("{fps} frames per second; 1 to 120 are supported"));
        }
        if sample_rate < 8000 || !TRACK_RATE.is_multiple_of(sample_rate) {
            return bad(format!(
                "sound at {sample_rate} Hz; it must divide {TRACK_RATE} Hz"
            ));
        }
        Ok(())
    }

    /// Checks the length of an RGB frame.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour;

    /// Rows of the clip file's table of constants; `kinora-contract` checks that every row is compared by some test.
    #[test]
    fn constants_of_the_document_match_the_code() {
        let document = include_str!("../../../docs/formats.md");
        for (name, unit, value) in [
            ("TRACK_RATE", " (Hz)", TRACK_RATE),
            ("FRAME_DURATION", " (time units)", FRAME_DURATION),
            ("KEYFRAME_SECONDS", "", KEYFRAME_SECONDS),
            ("PRIMARIES", "", colour::PRIMARIES.into()),
            ("TRANSFER", "", colour::TRANSFER.into()),
            ("MATRIX", "", colour::MATRIX.into()),
        ] {
            let row = format!("| `{name}`{unit} | {value} |");
            assert!(document.contains(&row), "docs/formats.md: {row}");
        }
    }
}
