//! Errors of encoding, muxing and reading clips.

use kinora_contract::RecipeError;
use kinora_contract::clip_file::ClipFileError;
use thiserror::Error;

/// Reason why a clip could not be written or read.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum CodecError {
    /// The size, frame rate or sample rate is not supported.
    #[error("a clip cannot have {what}")]
    BadFormat {
        /// Unsupported property.
        what: String,
    },
    /// A frame has the wrong number of bytes.
    #[error("a frame has {expected} bytes, not {found}")]
    FrameSize {
        /// Expected length in bytes.
        expected: usize,
        /// Length found in bytes.
        found: usize,
    },
    /// The clip was finished without a frame.
    #[error("a clip needs at least one frame")]
    NoFrames,
    /// The browser has no working video encoder.
    #[error("This browser cannot encode video: H.264, VP9 and AV1 were tried.")]
    NoVideoEncoder {
        /// Codec strings that were tried, each with its error.
        tried: Vec<String>,
    },
    /// The browser has no working audio encoder.
    #[error("This browser cannot encode sound: AAC and Opus were tried.")]
    NoAudioEncoder {
        /// Codec strings that were tried, each with its error.
        tried: Vec<String>,
    },
    /// An encoder failed while encoding.
    #[error("the {codec} encoder failed: {message}")]
    Encoder {
        /// Name of the codec.
        codec: &'static str,
        /// Message of the encoder.
        message: String,
    },
    /// Muxing failed.
    #[error("the MP4 cannot be written: {message}")]
    Mux {
        /// Message of the muxer.
        message: String,
    },
    /// The bytes are not an MP4.
    #[error("the file is not an MP4")]
    NotMp4,
    /// The file ends inside a box, or the size field of a box is invalid.
    #[error("the MP4 is cut short or damaged at byte {at}")]
    Damaged {
        /// Offset of the damaged box in bytes.
        at: usize,
    },
    /// The recipe box does not contain a valid recipe.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
}

impl From<ClipFileError> for CodecError {
    fn from(error: ClipFileError) -> Self {
        match error {
            ClipFileError::NotMp4 => Self::NotMp4,
            ClipFileError::Damaged { at } => Self::Damaged { at },
            ClipFileError::Recipe(error) => Self::Recipe(error),
        }
    }
}

impl From<shiguredo_mp4::Error> for CodecError {
    fn from(error: shiguredo_mp4::Error) -> Self {
        Self::Mux {
            message: error.to_string(),
        }
    }
}

impl From<shiguredo_mp4::mux::MuxError> for CodecError {
    fn from(error: shiguredo_mp4::mux::MuxError) -> Self {
        Self::Mux {
            message: error.to_string(),
        }
    }
}
