//! Encodes a video track with WebCodecs' `VideoEncoder`.

use js_sys::Uint8Array;
use shiguredo_mp4::TrackKind;
use wasm_bindgen::prelude::*;

use super::bindings::{VideoEncoder, VideoFrame};
use super::object::{message, object, within_limit};
use super::sink::Sink;
use crate::colour::rgb_to_i420;
use crate::entry::video_entry;
use crate::format::{FRAME_DURATION, KEYFRAME_SECONDS};
use crate::mux::Track;
use crate::{ClipFormat, CodecError, VideoCodec};

pub(super) struct VideoStream {
    format: ClipFormat,
    codec: VideoCodec,
    encoder: VideoEncoder,
    sink: Sink,
    frames: u32,
}

impl VideoStream {
    pub(super) fn open(
        format: ClipFormat,
        codec: VideoCodec,
        config: &JsValue,
    ) -> Result<Self, CodecError> {
        let sink = Sink::new();
        let encoder = VideoEncoder::new(&sink.init()).map_err(|error| failed(codec, &error))?;
        encoder
            .configure(config)
            .map_err(|error| failed(codec, &error))?;
        Ok(Self {
            format,
            codec,
            encoder,
            sink,
            frames: 0,
        })
    }

    pub(super) fn push(&mut self, rgb: &[u8]) -> Result<(), CodecError> {
        self.check()?;
        let frame = self
            .frame(rgb)
            .map_err(|error| failed(self.codec, &error))?;
        let keyframe = self
            .frames
            .is_multiple_of(self.format.fps * KEYFRAME_SECONDS);
        let options = object([("keyFrame", keyframe.into())]);
        let encoded = self.encoder.encode(&frame, &options);
        frame.close();
        self.frames += 1;
        encoded.map_err(|error| failed(self.codec, &error))
    }

    pub(super) async fn finish(self) -> Result<Track, CodecError> {
        if self.frames == 0 {
            return Err(CodecError::NoFrames);
        }
        let flushed = match self.encoder.flush() {
            Ok(promise) => within_limit(promise).await,
            Err(error) => Err(error),
        };
        // The encoder's error is more specific than that of the rejected promise.
        self.check()?;
        flushed.map_err(|error| failed(self.codec, &error))?;
        let received = self.sink.take();
        if received.packets.len() != self.frames as usize {
            let (encoded, pushed) = (received.packets.len(), self.frames);
            return Err(self.failure(format!("it encoded {encoded} of {pushed} frames")));
        }
        let first = &received.packets[0].data;
        let entry = video_entry(self.codec, self.format, &received.description, first)?;
        Ok(Track {
            kind: TrackKind::Video,
            entry,
            timescale: self.format.fps * FRAME_DURATION,
            packet_duration: FRAME_DURATION,
            packets: received.packets,
            skip: 0,
            length: u64::from(self.frames) * u64::from(FRAME_DURATION),
        })
    }

    fn frame(&self, rgb: &[u8]) -> Result<VideoFrame, JsValue> {
        let ClipFormat {
            width, height, fps, ..
        } = self.format;
        let i420 = rgb_to_i420(rgb, width as usize, height as usize);
        let microseconds = |frame: u32| (f64::from(frame) * 1e6 / f64::from(fps)).round();
        let colours = object([
            ("primaries", "bt709".into()),
            ("transfer", "iec61966-2-1".into()),
            ("matrix", "bt709".into()),
            ("fullRange", false.into()),
        ]);
        let init = object([
            ("format", "I420".into()),
            ("codedWidth", width.into()),
            ("codedHeight", height.into()),
            ("timestamp", microseconds(self.frames).into()),
            (
                "duration",
                (microseconds(self.frames + 1) - microseconds(self.frames)).into(),
            ),
            ("colorSpace", colours),
        ]);
        VideoFrame::new(&Uint8Array::from(i420.as_slice()), &init)
    }

    fn check(&self) -> Result<(), CodecError> {
        self.sink.check().map_err(|message| self.failure(message))
    }

    fn failure(&self, message: String) -> CodecError {
        CodecError::Encoder {
            codec: name(self.codec),
            message,
        }
    }
}

impl Drop for VideoStream {
    fn drop(&mut self) {
        // Fails only if an error has closed the encoder already.
        let _ = self.encoder.close();
    }
}

fn failed(codec: VideoCodec, error: &JsValue) -> CodecError {
    CodecError::Encoder {
        codec: name(codec),
        message: message(error),
    }
}

fn name(codec: VideoCodec) -> &'static str {
    match codec {
        VideoCodec::H264 => "H.264",
        VideoCodec::Vp9 => "VP9",
        VideoCodec::Av1 => "AV1",
    }
}
