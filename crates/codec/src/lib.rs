//! Frames and sound become an MP4 with its recipe inside, and the recipe is read back.
//!
//! One [`Encoder`] per platform: WebCodecs in a tab's dedicated worker, software (H.264 and Opus) elsewhere. Both encode
//! while frames arrive and share the same colours, the same 48 kHz sound and the same muxer.

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

/// Turns frames and sound, as they arrive, into an MP4.
pub trait Encoder: Sized {
    /// Chooses the codecs, by really encoding something where the platform may not keep its word.
    fn open(format: ClipFormat) -> impl Future<Output = Result<Self, CodecError>>;

    /// The codecs in use.
    fn choice(&self) -> EncoderChoice;

    /// Adds the next frame: `width * height * 3` bytes, sRGB, row by row.
    fn push_frame(&mut self, rgb: &[u8]) -> impl Future<Output = Result<(), CodecError>>;

    /// Adds the next samples: mono, −1 ..= 1, at the format's rate. They begin with the first frame.
    fn push_audio(&mut self, samples: &[f32]) -> impl Future<Output = Result<(), CodecError>>;

    /// Ends both tracks and writes the file: the index first, then the recipe, then the media.
    fn finish(self, recipe: Option<&Recipe>) -> impl Future<Output = Result<Vec<u8>, CodecError>>;
}
