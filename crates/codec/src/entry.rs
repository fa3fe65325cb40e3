//! Builds MP4 sample entries from the descriptions and key frames of WebCodecs encoders.

use shiguredo_mp4::Decode;
use shiguredo_mp4::bitstream::aac::{
    Mp4aSampleEntryConfig, build_mp4a_box, parse_audio_specific_config,
};
use shiguredo_mp4::bitstream::av1::{
    Av1ObuParseContext, Av1ObuType, Av1SampleEntryConfig, build_av01_box_from_config_obus,
    parse_obus,
};
use shiguredo_mp4::bitstream::opus::{ChannelCount, OpusSampleEntryConfig, build_opus_box};
use shiguredo_mp4::bitstream::vp9::{Vp9SampleEntryConfig, build_vp09_box, parse_frame_header};
use shiguredo_mp4::boxes::{Avc1Box, AvccBox, SampleEntry, VisualSampleEntryFields};

use crate::{AudioCodec, ClipFormat, CodecError, VideoCodec, colour};

/// Encoder delay of libopus at 48 kHz, for encoders that do not report theirs.
const OPUS_PRE_SKIP: u16 = 312;
/// VP9 levels by maximum number of pixels: level 1 up to 36 864, else level 4.1.
const VP9_LEVELS: [(u32, u8); 2] = [(36_864, 10), (u32::MAX, 41)];

/// Builds the sample entry of a video track from the encoder's description (H.264) or its first key frame (VP9, AV1).
pub(crate) fn video_entry(
    codec: VideoCodec,
    format: ClipFormat,
    description: &[u8],
    keyframe: &[u8],
) -> Result<SampleEntry, CodecError> {
    match codec {
        VideoCodec::H264 => avc1(format, description),
        VideoCodec::Vp9 => vp09(format, keyframe),
        VideoCodec::Av1 => av01(keyframe),
    }
}

/// Builds the sample entry of an audio track. Also returns the number of samples to skip at its start as far as the
/// description states it: the pre-skip of Opus, 0 for AAC.
pub(crate) fn audio_entry(
    codec: AudioCodec,
    input_sample_rate: u32,
    description: &[u8],
) -> Result<(SampleEntry, u64), CodecError> {
    match codec {
        AudioCodec::Opus => {
            // `OpusHead`: magic (8), version, channels, then the pre-skip.
            let head = description
                .starts_with(b"OpusHead")
                .then(|| description.get(10..12));
            let pre_skip = match head.flatten() {
                Some(bytes) => u16::from_le_bytes([bytes[0], bytes[1]]),
                None => OPUS_PRE_SKIP,
            };
            let channel_count = ChannelCount::Mono;
            let config = OpusSampleEntryConfig {
                channel_count,
                pre_skip,
                input_sample_rate,
                output_gain: 0,
            };
            Ok((SampleEntry::Opus(build_opus_box(&config)), pre_skip.into()))
        }
        AudioCodec::Aac => {
            // Encoders append empty extensions; two bytes describe plain AAC-LC.
            let plain = description.get(..2).unwrap_or(description);
            let config = parse_audio_specific_config(plain)?;
            let entry = Mp4aSampleEntryConfig {
                es_id: 1,
                buffer_size_db: 0,
                max_bitrate: 0,
                avg_bitrate: 0,
            };
            Ok((SampleEntry::Mp4a(build_mp4a_box(&config, &entry)?), 0))
        }
    }
}

/// `description` is the payload of an `avcC` box.
fn avc1(format: ClipFormat, description: &[u8]) -> Result<SampleEntry, CodecError> {
    let len = 8 + description.len() as u32;
    let whole = [&len.to_be_bytes()[..], b"avcC", description].concat();
    let (avcc_box, _) = AvccBox::decode(&whole)?;
    let visual = VisualSampleEntryFields {
        data_reference_index: VisualSampleEntryFields::DEFAULT_DATA_REFERENCE_INDEX,
        width: format.width as u16,
        height: format.height as u16,
        horizresolution: VisualSampleEntryFields::DEFAULT_HORIZRESOLUTION,
        vertresolution: VisualSampleEntryFields::DEFAULT_VERTRESOLUTION,
        frame_count: VisualSampleEntryFields::DEFAULT_FRAME_COUNT,
        compressorname: VisualSampleEntryFields::NULL_COMPRESSORNAME,
        depth: VisualSampleEntryFields::DEFAULT_DEPTH,
    };
    Ok(SampleEntry::Avc1(Avc1Box {
        visual,
        avcc_box,
        unknown_boxes: Vec::new(),
    }))
}

fn vp09(format: ClipFormat, keyframe: &[u8]) -> Result<SampleEntry, CodecError> {
    let header = parse_frame_header(keyframe)?;
    let pixels = format.width * format.height;
    let level = VP9_LEVELS
        .iter()
        .find(|(most, _)| pixels <= *most)
        .map_or(0, |(_, level)| *level);
    let config = Vp9SampleEntryConfig {
        level,
        colour_primaries: colour::PRIMARIES,
        transfer_characteristics: colour::TRANSFER,
        matrix_coefficients: colour::MATRIX,
        width: format.width as u16,
        height: format.height as u16,
    };
    Ok(SampleEntry::Vp09(build_vp09_box(&header, &config)?))
}

fn av01(keyframe: &[u8]) -> Result<SampleEntry, CodecError> {
    let obus = parse_obus(keyframe, Av1ObuParseContext::Sample)?;
    let header = obus
        .iter()
        .find(|obu| matches!(obu.obu_type, Av1ObuType::SequenceHeader));
    let header = header.map(|obu| obu.obu).unwrap_or_default();
    let config = Av1SampleEntryConfig {
        initial_presentation_delay_minus_one: None,
    };
    Ok(SampleEntry::Av01(build_av01_box_from_config_obus(
        header, &config,
    )?))
}

/// The fixtures are the output of Chromium's encoders for a white frame of 128×128 pixels.
#[cfg(test)]
mod tests {
    use super::*;

    const FORMAT: ClipFormat = ClipFormat {
        width: 128,
        height: 128,
        fps: 12,
        sample_rate: 16_000,
    };
    const AVCC: &[u8] = include_bytes!("../tests/fixtures/description.avcc");
    const VP9: &[u8] = include_bytes!("../tests/fixtures/keyframe.vp9");
    const AV1: &[u8] = include_bytes!("../tests/fixtures/keyframe.av1");

    #[test]
    fn browser_streams_give_sample_entries_of_their_size() {
        for (codec, description, keyframe) in [
            (VideoCodec::H264, AVCC, &[][..]),
            (VideoCodec::Vp9, &[][..], VP9),
            (VideoCodec::Av1, &[][..], AV1),
        ] {
            let entry = video_entry(codec, FORMAT, description, keyframe).unwrap();
            assert_eq!(entry.video_resolution(), Some((128, 128)), "{codec}");
        }
    }

    #[test]
    fn truncated_descriptions_and_frames_are_errors() {
        for codec in [VideoCodec::H264, VideoCodec::Vp9, VideoCodec::Av1] {
            assert!(video_entry(codec, FORMAT, &[], &[]).is_err(), "{codec}");
        }
        for len in 0..AVCC.len() {
            // Must not panic. Some prefixes are valid, because the cut is in optional fields.
            let _ = video_entry(VideoCodec::H264, FORMAT, &AVCC[..len], &[]);
        }
        assert!(audio_entry(AudioCodec::Aac, 16_000, &[]).is_err());
        assert!(audio_entry(AudioCodec::Aac, 16_000, &[0xff]).is_err());
    }

    #[test]
    fn opus_pre_skip_is_read_or_defaulted() {
        let head = b"OpusHead\x01\x01\x2c\x01\x80\xbb\0\0\0\0\0";
        assert_eq!(audio_entry(AudioCodec::Opus, 16_000, head).unwrap().1, 300);
        assert_eq!(audio_entry(AudioCodec::Opus, 16_000, &[]).unwrap().1, 312);
    }

    #[test]
    fn aac_description_is_read_with_and_without_extensions() {
        for description in [&[0x11, 0x88][..], &[0x11, 0x88, 0x56, 0xe5, 0x00]] {
            let (entry, skip) = audio_entry(AudioCodec::Aac, 16_000, description).unwrap();
            assert_eq!((entry.audio_sample_rate(), skip), (Some(48_000), 0));
        }
    }
}
