//! Selects working codecs by test encodes, because browsers report support unreliably.

use wasm_bindgen::prelude::*;

use super::audio::{AudioPlan, RawAudio};
use super::object::object;
use super::priming::measure_priming;
use super::video::VideoStream;
use crate::format::TRACK_RATE;
use crate::{AudioCodec, ClipFormat, CodecError, VideoCodec};

/// Codec strings in order of preference: best playback support first.
const VIDEO: [(VideoCodec, &str); 6] = [
    (VideoCodec::H264, "avc1.42001f"),
    (VideoCodec::H264, "avc1.42e01f"),
    (VideoCodec::H264, "avc1.4d001f"),
    (VideoCodec::Vp9, "vp09.00.10.08"),
    (VideoCodec::Av1, "av01.0.00M.08"),
    (VideoCodec::Av1, "av01.0.04M.08"),
];
const AUDIO: [(AudioCodec, &str); 2] = [(AudioCodec::Aac, "mp4a.40.2"), (AudioCodec::Opus, "opus")];
const AUDIO_BITS_PER_SECOND: u32 = 96_000;

/// Returns the first video codec that encodes a frame to a track, with its configuration.
pub(super) async fn choose_video(format: ClipFormat) -> Result<(VideoCodec, JsValue), CodecError> {
    let mut tried = Vec::new();
    for (codec, string) in VIDEO {
        let config = video_config(codec, string, format);
        match try_video(codec, format, &config).await {
            Ok(()) => return Ok((codec, config)),
            Err(error) => tried.push(format!("{string}: {error}")),
        }
    }
    Err(CodecError::NoVideoEncoder { tried })
}

/// Returns the first audio codec that encodes samples to packets.
pub(super) async fn choose_audio() -> Result<AudioPlan, CodecError> {
    let mut tried = Vec::new();
    for (codec, string) in AUDIO {
        let config = object([
            ("codec", string.into()),
            ("sampleRate", TRACK_RATE.into()),
            ("numberOfChannels", 1.into()),
            ("bitrate", AUDIO_BITS_PER_SECOND.into()),
        ]);
        match try_audio(codec, string, &config).await {
            Ok(priming) => {
                return Ok(AudioPlan {
                    codec,
                    config,
                    priming,
                });
            }
            Err(error) => tried.push(format!("{string}: {error}")),
        }
    }
    Err(CodecError::NoAudioEncoder { tried })
}

async fn try_video(
    codec: VideoCodec,
    format: ClipFormat,
    config: &JsValue,
) -> Result<(), CodecError> {
    let mut stream = VideoStream::open(format, codec, config)?;
    let ramp: Vec<u8> = (0..format.frame_len()).map(|at| (at / 97) as u8).collect();
    stream.push(&ramp)?;
    stream.finish().await.map(drop)
}

/// Tests an audio codec. Returns the encoder delay in samples that its description does not state.
async fn try_audio(codec: AudioCodec, string: &str, config: &JsValue) -> Result<u64, CodecError> {
    let mut probe = RawAudio::open(codec, config)?;
    match codec {
        AudioCodec::Aac => measure_priming(probe, string).await,
        AudioCodec::Opus => {
            probe.push(&[0.0; 4800])?;
            let received = probe.finish().await?;
            crate::entry::audio_entry(codec, TRACK_RATE, &received.description)?;
            Ok(0)
        }
    }
}

fn video_config(codec: VideoCodec, string: &str, format: ClipFormat) -> JsValue {
    let ClipFormat {
        width, height, fps, ..
    } = format;
    // Four bits per pixel: small clips are viewed enlarged with their artefacts.
    let bits_per_second = (width * height)
        .saturating_mul(fps)
        .saturating_mul(4)
        .max(1_000_000);
    let config = object([
        ("codec", string.into()),
        ("width", width.into()),
        ("height", height.into()),
        ("framerate", fps.into()),
        ("bitrate", bits_per_second.into()),
        ("bitrateMode", "variable".into()),
        ("latencyMode", "quality".into()),
    ]);
    if codec == VideoCodec::H264 {
        // Length-prefixed samples and a separate description, as in MP4.
        let avc = object([("format", "avc".into())]);
        // Setting a property of a new plain object does not fail.
        let _ = js_sys::Reflect::set(&config, &"avc".into(), &avc);
    }
    config
}
