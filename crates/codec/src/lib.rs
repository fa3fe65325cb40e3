//! Encodes frames and sound as an MP4 with an embedded recipe, and reads the recipe back.
//!
//! One [`Encoder`] per platform: WebCodecs in the browser's dedicated worker, software (H.264 and Opus) elsewhere. Both encode
//! frames as they arrive, and share colour conversion, resampling to 48 kHz and muxing.

mod colour;
mod error;
mod format;
mod mux;
mod recipe_box;
mod resample;

#[cfg(any(target_arch = "wasm32", test))]
mod entry;
#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(target_arch = "wasm32")]
mod web;

use std::future::Future;

use kinora_contract::Recipe;

pub use error::CodecError;
pub use format::{AudioCodec, ClipFormat, EncoderChoice, VideoCodec};
pub use recipe_box::{RECIPE_UUID, read_recipe};

#[cfg(not(target_arch = "wasm32"))]
pub use native::SoftwareEncoder as PlatformEncoder;
#[cfg(target_arch = "wasm32")]
pub use web::WebEncoder as PlatformEncoder;

/// Streaming encoder of frames and sound to an MP4.
pub trait Encoder: Sized {
    /// Opens an encoder and selects the codecs. Where a platform reports support unreliably, test encodes decide.
    fn open(format: ClipFormat) -> impl Future<Output = Result<Self, CodecError>>;

    /// Returns the codecs in use.
    fn choice(&self) -> EncoderChoice;

    /// Appends a frame: `[height, width, 3]` bytes, sRGB.
    fn push_frame(&mut self, rgb: &[u8]) -> impl Future<Output = Result<(), CodecError>>;

    /// Appends samples: mono, −1 ..= 1, at the sample rate of the format. The first sample coincides with the first frame.
    fn push_audio(&mut self, samples: &[f32]) -> impl Future<Output = Result<(), CodecError>>;

    /// Finishes both tracks and returns the file: index, recipe, media.
    fn finish(self, recipe: Option<&Recipe>) -> impl Future<Output = Result<Vec<u8>, CodecError>>;
}
