//! Encodes an audio track with WebCodecs' `AudioEncoder`.

use js_sys::Float32Array;
use shiguredo_mp4::TrackKind;
use wasm_bindgen::prelude::*;

use super::bindings::{AudioData, AudioEncoder};
use super::object::{message, object, within_limit};
use super::sink::{Received, Sink};
use crate::entry::audio_entry;
use crate::format::TRACK_RATE;
use crate::mux::Track;
use crate::resample::Upsampler;
use crate::{AudioCodec, CodecError};

/// Samples of trailing silence, longer than any encoder delay; flushes the end of the sound.
const TAIL: usize = 4096;

/// A working audio codec of this browser.
pub(super) struct AudioPlan {
    pub codec: AudioCodec,
    pub config: JsValue,
    /// Measured encoder delay in samples, if the description does not state it.
    pub priming: u64,
}

pub(super) struct AudioStream {
    raw: RawAudio,
    codec: AudioCodec,
    priming: u64,
    upsampler: Upsampler,
    input_rate: u32,
    length: u64,
}

/// Encodes samples at 48 kHz to packets.
pub(super) struct RawAudio {
    codec: AudioCodec,
    encoder: AudioEncoder,
    sink: Sink,
    samples: u64,
}

impl AudioStream {
    pub(super) fn open(input_rate: u32, plan: &AudioPlan) -> Result<Self, CodecError> {
        Ok(Self {
            raw: RawAudio::open(plan.codec, &plan.config)?,
            codec: plan.codec,
            priming: plan.priming,
            upsampler: Upsampler::new(input_rate),
            input_rate,
            length: 0,
        })
    }

    pub(super) fn push(&mut self, samples: &[f32]) -> Result<(), CodecError> {
        let samples = self.upsampler.push(samples);
        self.length += samples.len() as u64;
        self.raw.push(&samples)
    }

    /// Returns the track, or `None` without samples.
    pub(super) async fn finish(mut self) -> Result<Option<Track>, CodecError> {
        let rest = self.upsampler.finish();
        self.length += rest.len() as u64;
        if self.length == 0 {
            return Ok(None);
        }
        self.raw.push(&rest)?;
        self.raw.push(&[0.0; TAIL])?;
        let received = self.raw.finish().await?;
        let (entry, skip) = audio_entry(self.codec, self.input_rate, &received.description)?;
        Ok(Some(Track {
            kind: TrackKind::Audio,
            entry,
            timescale: TRACK_RATE,
            packet_duration: packet_duration(self.codec),
            packets: received.packets,
            skip: skip + self.priming,
            length: self.length,
        }))
    }
}

impl RawAudio {
    pub(super) fn open(codec: AudioCodec, config: &JsValue) -> Result<Self, CodecError> {
        let sink = Sink::new();
        let encoder = AudioEncoder::new(&sink.init()).map_err(|error| failed(codec, &error))?;
        encoder
            .configure(config)
            .map_err(|error| failed(codec, &error))?;
        Ok(Self {
            codec,
            encoder,
            sink,
            samples: 0,
        })
    }

    pub(super) fn push(&mut self, samples: &[f32]) -> Result<(), CodecError> {
        self.check()?;
        if samples.is_empty() {
            return Ok(());
        }
        let clamped: Vec<f32> = samples
            .iter()
            .map(|sample| sample.clamp(-1.0, 1.0))
            .collect();
        let microseconds = (self.samples as f64 * 1e6 / f64::from(TRACK_RATE)).round();
        let init = object([
            ("format", "f32-planar".into()),
            ("sampleRate", TRACK_RATE.into()),
            ("numberOfFrames", (clamped.len() as u32).into()),
            ("numberOfChannels", 1.into()),
            ("timestamp", microseconds.into()),
            ("data", Float32Array::from(clamped.as_slice()).into()),
        ]);
        let data = AudioData::new(&init).map_err(|error| failed(self.codec, &error))?;
        self.samples += samples.len() as u64;
        let encoded = self.encoder.encode(&data);
        data.close();
        encoded.map_err(|error| failed(self.codec, &error))
    }

    pub(super) async fn finish(self) -> Result<Received, CodecError> {
        let flushed = match self.encoder.flush() {
            Ok(promise) => within_limit(promise).await,
            Err(error) => Err(error),
        };
        self.check()?;
        flushed.map_err(|error| failed(self.codec, &error))?;
        let received = self.sink.take();
        let encoded = received.packets.len() as u64 * u64::from(packet_duration(self.codec));
        if encoded + TAIL as u64 <= self.samples {
            let message = format!("it encoded {encoded} of {} samples", self.samples);
            return Err(CodecError::Encoder {
                codec: name(self.codec),
                message,
            });
        }
        Ok(received)
    }

    fn check(&self) -> Result<(), CodecError> {
        let failure = |message| CodecError::Encoder {
            codec: name(self.codec),
            message,
        };
        self.sink.check().map_err(failure)
    }
}

impl Drop for RawAudio {
    fn drop(&mut self) {
        // Fails only if an error has closed the encoder already.
        let _ = self.encoder.close();
    }
}

/// Returns the number of samples per packet at 48 kHz.
fn packet_duration(codec: AudioCodec) -> u32 {
    match codec {
        AudioCodec::Aac => 1024,
        AudioCodec::Opus => 960,
    }
}

fn failed(codec: AudioCodec, error: &JsValue) -> CodecError {
    CodecError::Encoder {
        codec: name(codec),
        message: message(error),
    }
}

fn name(codec: AudioCodec) -> &'static str {
    match codec {
        AudioCodec::Aac => "AAC",
        AudioCodec::Opus => "Opus",
    }
}
