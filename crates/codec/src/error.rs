//! What can go wrong between frames and a file.

use kinora_contract::RecipeError;
use kinora_contract::clip_file::ClipFileError;
use thiserror::Error;

/// Why a clip could not be written or read.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum CodecError {
    /// The size, rate or sample rate cannot be encoded.
    #[error("a clip cannot have {what}")]
    BadFormat {
        /// What is wrong.
        what: String,
    },
    /// A frame has the wrong number of bytes.
    #[error("a frame has {expected} bytes, not {found}")]
    FrameSize {
        /// Bytes of a frame in this format.
        expected: usize,
        /// Bytes that came.
        found: usize,
    },
    /// The clip was ended without a frame.
    #[error("a clip needs at least one frame")]
    NoFrames,
    /// No video codec of the platform works.
    #[error("This browser cannot encode video: H.264, VP9 and AV1 were tried.")]
    NoVideoEncoder {
        /// Each codec and what happened.
        tried: Vec<String>,
    },
    /// No audio codec of the platform works.
    #[error("This browser cannot encode sound: AAC and Opus were tried.")]
    NoAudioEncoder {
        /// Each codec and what happened.
        tried: Vec<String>,
    },
    /// An encoder failed in the middle.
    #[error("the {codec} encoder failed: {message}")]
    Encoder {
        /// The codec.
        codec: &'static str,
        /// What it said.
        message: String,
    },
    /// The tracks cannot be put into an MP4.
    #[error("the MP4 cannot be written: {message}")]
    Mux {
        /// What the muxer said.
        message: String,
    },
    /// The bytes are not an MP4.
    #[error("the file is not an MP4")]
    NotMp4,
    /// The file ends in the middle of a box, or a box has an impossible size.
    #[error("the MP4 is cut short or damaged at byte {at}")]
    Damaged {
        /// Where the damaged box begins.
        at: usize,
    },
    /// The file holds a recipe that cannot be read.
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
