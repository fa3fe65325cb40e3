//! Encodes an Opus track with ropus, a fixed-point port: the same samples give the same bytes on every platform.

use ropus::{Application, Bitrate, Channels, Encoder, Signal};
use shiguredo_mp4::TrackKind;
use shiguredo_mp4::bitstream::opus::{ChannelCount, OpusSampleEntryConfig, build_opus_box};
use shiguredo_mp4::boxes::SampleEntry;

use crate::CodecError;
use crate::format::TRACK_RATE;
use crate::mux::{Packet, Track};
use crate::resample::Upsampler;

/// Samples per packet: 20 ms at 48 kHz.
const PACKET: usize = 960;
/// Maximum length of an Opus packet in bytes.
const MAX_PACKET_BYTES: usize = 1275;
const BITS_PER_SECOND: u32 = 96_000;

/// Encoder of mono sound.
pub(super) struct OpusEncoder {
    encoder: Encoder,
    upsampler: Upsampler,
    input_rate: u32,
    /// Samples at 48 kHz of an incomplete packet.
    waiting: Vec<f32>,
    /// Number of samples at 48 kHz, without padding.
    length: u64,
    packets: Vec<Packet>,
}

impl OpusEncoder {
    pub(super) fn new(input_rate: u32) -> Result<Self, CodecError> {
        let encoder = Encoder::builder(TRACK_RATE, Channels::Mono, Application::Audio)
            .bitrate(Bitrate::Bits(BITS_PER_SECOND))
            .complexity(10)
            .signal(Signal::Music)
            .build()
            .map_err(failed)?;
        let upsampler = Upsampler::new(input_rate);
        Ok(Self {
            encoder,
            upsampler,
            input_rate,
            waiting: vec![],
            length: 0,
            packets: vec![],
        })
    }

    pub(super) fn push(&mut self, samples: &[f32]) -> Result<(), CodecError> {
        let samples = self.upsampler.push(samples);
        self.length += samples.len() as u64;
        self.encode(&samples)
    }

    /// Returns the track, or `None` without samples.
    pub(super) fn finish(mut self) -> Result<Option<Track>, CodecError> {
        let rest = self.upsampler.finish();
        self.length += rest.len() as u64;
        self.encode(&rest)?;
        if self.length == 0 {
            return Ok(None);
        }
        let skip = u64::from(self.encoder.lookahead());
        // The encoder delays its input by `skip` samples, so padding flushes the last ones.
        let padded = (self.length + skip).next_multiple_of(PACKET as u64);
        let coded = (self.packets.len() * PACKET + self.waiting.len()) as u64;
        self.encode(&vec![0.0; (padded - coded) as usize])?;
        let entry = build_opus_box(&OpusSampleEntryConfig {
            channel_count: ChannelCount::Mono,
            pre_skip: skip as u16,
            input_sample_rate: self.input_rate,
            output_gain: 0,
        });
        Ok(Some(Track {
            kind: TrackKind::Audio,
            entry: SampleEntry::Opus(entry),
            timescale: TRACK_RATE,
            packet_duration: PACKET as u32,
            packets: self.packets,
            skip,
            length: self.length,
        }))
    }

    fn encode(&mut self, samples: &[f32]) -> Result<(), CodecError> {
        self.waiting
            .extend(samples.iter().map(|sample| sample.clamp(-1.0, 1.0)));
        let whole = self.waiting.len() / PACKET * PACKET;
        let mut data = [0; MAX_PACKET_BYTES];
        for packet in self.waiting[..whole].chunks_exact(PACKET) {
            let len = self
                .encoder
                .encode_float(packet, &mut data)
                .map_err(failed)?;
            self.packets.push(Packet {
                data: data[..len].to_vec(),
                keyframe: true,
            });
        }
        self.waiting.drain(..whole);
        Ok(())
    }
}

fn failed(error: impl std::fmt::Display) -> CodecError {
    CodecError::Encoder {
        codec: "Opus",
        message: error.to_string(),
    }
}
