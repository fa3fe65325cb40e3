//! Software encoder: H.264 with OpenH264, Opus with ropus, both compiled from source.

mod h264;
mod opus;

use kinora_contract::Recipe;

use crate::mux::mux;
use crate::{AudioCodec, ClipFormat, CodecError, Encoder, EncoderChoice, VideoCodec};

/// Synchronous encoder. The futures of its [`Encoder`] implementation are immediately ready.
pub struct SoftwareEncoder {
    format: ClipFormat,
    video: h264::H264Encoder,
    audio: opus::OpusEncoder,
}

impl SoftwareEncoder {
    /// Opens an encoder; synchronous [`Encoder::open`].
    pub fn new(format: ClipFormat) -> Result<Self, CodecError> {
        format.check()?;
        let video = h264::H264Encoder::new(format)?;
        let audio = opus::OpusEncoder::new(format.sample_rate)?;
        Ok(Self {
            format,
            video,
            audio,
        })
    }

    /// Appends a frame; synchronous [`Encoder::push_frame`].
    pub fn add_frame(&mut self, rgb: &[u8]) -> Result<(), CodecError> {
        self.format.check_frame(rgb)?;
        self.video.push(rgb)
    }

    /// Appends samples; synchronous [`Encoder::push_audio`].
    pub fn add_audio(&mut self, samples: &[f32]) -> Result<(), CodecError> {
        self.audio.push(samples)
    }

    /// Finishes the file; synchronous [`Encoder::finish`].
    pub fn into_mp4(self, recipe: Option<&Recipe>) -> Result<Vec<u8>, CodecError> {
        let mut tracks = vec![self.video.finish()?];
        tracks.extend(self.audio.finish()?);
        mux(tracks, recipe)
    }
}

impl Encoder for SoftwareEncoder {
    async fn open(format: ClipFormat) -> Result<Self, CodecError> {
        Self::new(format)
    }

    fn choice(&self) -> EncoderChoice {
        EncoderChoice {
            video: VideoCodec::H264,
            audio: AudioCodec::Opus,
        }
    }

    async fn push_frame(&mut self, rgb: &[u8]) -> Result<(), CodecError> {
        self.add_frame(rgb)
    }

    async fn push_audio(&mut self, samples: &[f32]) -> Result<(), CodecError> {
        self.add_audio(samples)
    }

    async fn finish(self, recipe: Option<&Recipe>) -> Result<Vec<u8>, CodecError> {
        self.into_mp4(recipe)
    }
}
