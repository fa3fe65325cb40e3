//! Browser encoder: WebCodecs in the dedicated worker that generates the frames.

mod audio;
mod bindings;
mod object;
mod priming;
mod probe;
mod sink;
mod video;

use kinora_contract::Recipe;

use crate::mux::mux;
use crate::{ClipFormat, CodecError, Encoder, EncoderChoice};

/// Encoder with the preferred codecs among those that work in this browser.
pub struct WebEncoder {
    format: ClipFormat,
    choice: EncoderChoice,
    video: video::VideoStream,
    audio: audio::AudioStream,
}

impl Encoder for WebEncoder {
    async fn open(format: ClipFormat) -> Result<Self, CodecError> {
        format.check()?;
        let (video_codec, config) = probe::choose_video(format).await?;
        let audio = probe::choose_audio().await?;
        Ok(Self {
            format,
            choice: EncoderChoice {
                video: video_codec,
                audio: audio.codec,
            },
            video: video::VideoStream::open(format, video_codec, &config)?,
            audio: audio::AudioStream::open(format.sample_rate, &audio)?,
        })
    }

    fn choice(&self) -> EncoderChoice {
        self.choice
    }

    async fn push_frame(&mut self, rgb: &[u8]) -> Result<(), CodecError> {
        self.format.check_frame(rgb)?;
        self.video.push(rgb)
    }

    async fn push_audio(&mut self, samples: &[f32]) -> Result<(), CodecError> {
        self.audio.push(samples)
    }

    async fn finish(self, recipe: Option<&Recipe>) -> Result<Vec<u8>, CodecError> {
        let mut tracks = vec![self.video.finish().await?];
        tracks.extend(self.audio.finish().await?);
        mux(tracks, recipe)
    }
}
