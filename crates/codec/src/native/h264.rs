//! Encodes an H.264 track with OpenH264.

use openh264::OpenH264API;
use openh264::encoder::{
    BitRate, ColorPrimaries, Complexity, EncoderConfig, FrameRate, FrameType, IntraFramePeriod,
    MatrixCoefficients, QpRange, RateControlMode, TransferCharacteristics, UsageType, VuiConfig,
};
use openh264::formats::YUVSlices;
use shiguredo_mp4::TrackKind;
use shiguredo_mp4::bitstream::h264::LengthSize;
use shiguredo_mp4::bitstream::h264::{
    H264NalUnitType, H264SampleEntryConfig, build_avc1_box_from_annexb, parse_annexb_nal_units,
};
use shiguredo_mp4::boxes::SampleEntry;

use crate::colour::rgb_to_i420;
use crate::format::{FRAME_DURATION, KEYFRAME_SECONDS};
use crate::mux::{Packet, Track};
use crate::{ClipFormat, CodecError};

/// Quantiser ranges, finest first. Fine, because small clips are viewed enlarged with their artefacts. OpenH264 fails on
/// noise with fine quantisers; such frames are encoded with the next range.
const QUANTISERS: [QpRange; 3] = [
    QpRange::new(12, 20),
    QpRange::new(22, 30),
    QpRange::new(32, 40),
];
/// Number of leading [`QUANTISERS`] with which OpenH264 never skips frames.
const NEVER_SKIPS: usize = 1;

/// Encoder of frames of one size.
pub(super) struct H264Encoder {
    format: ClipFormat,
    encoder: openh264::encoder::Encoder,
    /// Index into [`QUANTISERS`].
    quantiser: usize,
    entry: Option<SampleEntry>,
    packets: Vec<Packet>,
}

impl H264Encoder {
    pub(super) fn new(format: ClipFormat) -> Result<Self, CodecError> {
        let encoder = open(format, 0)?;
        Ok(Self {
            format,
            encoder,
            quantiser: 0,
            entry: None,
            packets: Vec::new(),
        })
    }

    pub(super) fn push(&mut self, rgb: &[u8]) -> Result<(), CodecError> {
        let (width, height) = (self.format.width as usize, self.format.height as usize);
        let i420 = rgb_to_i420(rgb, width, height);
        let mut encoded = self.encode(&i420);
        while encoded.is_err() && self.quantiser + 1 < QUANTISERS.len() {
            self.quantiser += 1;
            self.encoder = open(self.format, self.quantiser)?;
            encoded = self.encode(&i420);
        }
        self.packets.push(encoded?);
        Ok(())
    }

    fn encode(&mut self, i420: &[u8]) -> Result<Packet, CodecError> {
        let (width, height) = (self.format.width as usize, self.format.height as usize);
        let (luma, chroma) = i420.split_at(width * height);
        let (blue, red) = chroma.split_at(chroma.len() / 2);
        let strides = (width, width / 2, width / 2);
        let picture = YUVSlices::new((luma, blue, red), (width, height), strides);
        let milliseconds = self.packets.len() as u64 * 1000 / u64::from(self.format.fps);
        let at = openh264::Timestamp::from_millis(milliseconds);
        let stream = self.encoder.encode_at(&picture, at).map_err(failed)?;
        let keyframe = stream.frame_type() == FrameType::IDR;
        let annexb = stream.to_vec();
        let data = sample_data(&annexb)?;
        if keyframe {
            self.keep_entry(&annexb)?;
        }
        Ok(Packet { data, keyframe })
    }

    /// Keeps the sample entry of the first key frame. The file stores parameter sets once, so later key frames must match.
    fn keep_entry(&mut self, annexb: &[u8]) -> Result<(), CodecError> {
        let config = H264SampleEntryConfig {
            length_size: LengthSize::FourBytes,
        };
        let entry = SampleEntry::Avc1(build_avc1_box_from_annexb(annexb, &config)?);
        match &self.entry {
            Some(first) if *first != entry => Err(CodecError::Encoder {
                codec: "H.264",
                message: "it changed its parameter sets between key frames".into(),
            }),
            _ => {
                self.entry = Some(entry);
                Ok(())
            }
        }
    }

    pub(super) fn finish(self) -> Result<Track, CodecError> {
        let entry = self.entry.ok_or(CodecError::NoFrames)?;
        Ok(Track {
            kind: TrackKind::Video,
            entry,
            timescale: self.format.fps * FRAME_DURATION,
            packet_duration: FRAME_DURATION,
            length: self.packets.len() as u64 * u64::from(FRAME_DURATION),
            packets: self.packets,
            skip: 0,
        })
    }
}

fn open(format: ClipFormat, quantiser: usize) -> Result<openh264::encoder::Encoder, CodecError> {
    let config = config(format)
        .qp(QUANTISERS[quantiser])
        // Without frame skipping OpenH264 writes a warning to stderr.
        .skip_frames(quantiser < NEVER_SKIPS);
    openh264::encoder::Encoder::with_api_config(OpenH264API::from_source(), config).map_err(failed)
}

/// Builds the configuration. One thread, so that the same frames give the same bytes.
fn config(format: ClipFormat) -> EncoderConfig {
    let pixels_per_second = (format.width * format.height).saturating_mul(format.fps);
    let vui = VuiConfig::new()
        .color_primaries(ColorPrimaries::Bt709)
        .transfer_characteristics(TransferCharacteristics::Srgb)
        .matrix_coefficients(MatrixCoefficients::Bt709)
        .full_range(false);
    EncoderConfig::new()
        .usage_type(UsageType::CameraVideoRealTime)
        .rate_control_mode(RateControlMode::Quality)
        .bitrate(BitRate::from_bps(
            pixels_per_second.saturating_mul(8).max(2_000_000),
        ))
        .max_frame_rate(FrameRate::from_hz(format.fps as f32))
        .intra_frame_period(IntraFramePeriod::from_num_frames(
            format.fps * KEYFRAME_SECONDS,
        ))
        .complexity(Complexity::High)
        .scene_change_detect(false)
        .background_detection(false)
        .adaptive_quantization(false)
        .num_threads(1)
        .vui(vui)
}

/// Converts a frame from Annex B to length-prefixed slices without parameter sets, which are in the sample entry.
fn sample_data(annexb: &[u8]) -> Result<Vec<u8>, CodecError> {
    let mut data = Vec::with_capacity(annexb.len());
    for nal in parse_annexb_nal_units(annexb)? {
        if matches!(
            nal.nal_unit_type,
            H264NalUnitType::Sps | H264NalUnitType::Pps
        ) {
            continue;
        }
        // A slice of a frame of at most 4096×4096 is far below 4 GB.
        data.extend((nal.data.len() as u32).to_be_bytes());
        data.extend_from_slice(nal.data);
    }
    if data.is_empty() {
        return Err(CodecError::Encoder {
            codec: "H.264",
            message: "it skipped a frame".into(),
        });
    }
    Ok(data)
}

fn failed(error: openh264::Error) -> CodecError {
    CodecError::Encoder {
        codec: "H.264",
        message: error.to_string(),
    }
}
