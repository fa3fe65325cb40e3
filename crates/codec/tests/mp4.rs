//! Encoded clips, decoded with ffmpeg: tracks, frames, colours and sound.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

mod support;

use kinora_codec::{ClipFormat, CodecError, PlatformEncoder, read_recipe};
use support::{
    FORMAT, FRAMES, TempFile, decode_frames, decode_sound, encode, ffprobe, luma_psnr, psnr,
    recipe, scene,
};

fn tone(count: usize) -> Vec<f32> {
    (0..count)
        .map(|n| (n as f32 * 440.0 * std::f32::consts::TAU / 16_000.0).sin() * 0.5)
        .collect()
}

#[test]
fn tracks_have_codec_size_rate_and_duration() {
    for (width, height, frames) in [(128, 128, 33), (160, 96, 17), (96, 160, 9)] {
        let format = ClipFormat {
            width,
            height,
            ..FORMAT
        };
        let sound = tone(frames * 16_000 / 12);
        let mp4 = encode(format, &scene(format, frames), &sound);
        let file = TempFile::new(&mp4);
        let probe = ffprobe(&file, &["-show_streams", "-show_format", "-count_frames"]);
        let streams = probe["streams"].as_array().unwrap();
        assert_eq!(streams.len(), 2);
        let (video, audio) = (&streams[0], &streams[1]);
        assert_eq!(video["codec_name"], "h264");
        assert_eq!(
            (video["width"].as_u64(), video["height"].as_u64()),
            (Some(width.into()), Some(height.into()))
        );
        assert_eq!(video["nb_read_frames"], frames.to_string());
        assert_eq!(
            (&video["r_frame_rate"], &video["avg_frame_rate"]),
            (&"12/1".into(), &"12/1".into())
        );
        assert_eq!(
            (&video["color_space"], &video["color_range"]),
            (&"bt709".into(), &"tv".into())
        );
        assert_eq!(
            (&video["color_primaries"], &video["color_transfer"]),
            (&"bt709".into(), &"iec61966-2-1".into())
        );
        assert_eq!(audio["codec_name"], "opus");
        assert_eq!(
            (&audio["sample_rate"], audio["channels"].as_u64()),
            (&"48000".into(), Some(1))
        );
        for stream in streams {
            let duration: f64 = stream["duration"].as_str().unwrap().parse().unwrap();
            assert!(
                (duration - frames as f64 / 12.0).abs() < 0.02,
                "{duration} s for {frames} frames"
            );
            let start: f64 = stream["start_time"].as_str().unwrap().parse().unwrap();
            assert!(start.abs() < 0.001, "starts at {start} s");
        }
    }
}

#[test]
fn decoded_frames_match_in_order() {
    let frames = scene(FORMAT, FRAMES);
    let mp4 = encode(FORMAT, &frames, &tone(44_000));
    let decoded = decode_frames(&TempFile::new(&mp4), FORMAT);
    assert_eq!(decoded.len(), FRAMES);
    let worst = |measure: fn(&[u8], &[u8]) -> f64| {
        frames
            .iter()
            .zip(&decoded)
            .map(|(a, b)| measure(a, b))
            .fold(f64::MAX, f64::min)
    };
    let (luma, colour) = (worst(luma_psnr), worst(psnr));
    println!(
        "{} bytes; worst frame: luma {luma:.1} dB, RGB {colour:.1} dB",
        mp4.len()
    );
    assert!(luma > 40.0, "{luma:.1} dB");
    // 4:2:0 subsampling loses hard edges of saturated colours, whatever the quantiser.
    assert!(colour > 33.0, "{colour:.1} dB");
    assert!(mp4.len() < 300_000, "{} bytes", mp4.len());
}

#[test]
fn noise_frames_are_all_encoded() {
    let mut state = 1_u32;
    let mut byte = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let frames: Vec<Vec<u8>> = (0..97)
        .map(|_| (0..FORMAT.frame_len()).map(|_| byte()).collect())
        .collect();
    let mp4 = encode(FORMAT, &frames, &[]);
    println!("{} bytes of noise", mp4.len());
    assert_eq!(
        decode_frames(&TempFile::new(&mp4), FORMAT).len(),
        frames.len()
    );
}

#[test]
fn flat_colours_keep_their_hue() {
    for colour in [
        [200, 30, 30],
        [30, 160, 40],
        [40, 60, 210],
        [255, 255, 255],
        [0, 0, 0],
        [240, 200, 40],
    ] {
        let frame = colour.repeat(128 * 128);
        let decoded = decode_frames(
            &TempFile::new(&encode(FORMAT, &vec![frame; 2], &[])),
            FORMAT,
        );
        for channel in 0..3 {
            let found = decoded[1][(64 * 128 + 64) * 3 + channel];
            assert!(
                found.abs_diff(colour[channel]) <= 4,
                "{colour:?} became {:?}",
                &decoded[1][..3]
            );
        }
    }
}

#[test]
fn decoded_sound_matches_in_time_and_level() {
    let sound = tone(44_000);
    let decoded = decode_sound(&TempFile::new(&encode(
        FORMAT,
        &scene(FORMAT, FRAMES),
        &sound,
    )));
    assert!(
        decoded.len().abs_diff(44_000 * 3) <= 960,
        "{} samples",
        decoded.len()
    );
    let expected = |n: usize| (n as f32 * 440.0 * std::f32::consts::TAU / 48_000.0).sin() * 0.5;
    let inner = 4800..decoded.len() - 4800;
    let count = inner.len() as f32;
    let error: f32 = inner
        .map(|n| (decoded[n] - expected(n)).powi(2))
        .sum::<f32>()
        / count;
    assert!(
        error.sqrt() < 0.03,
        "error {} of a tone of level 0.35",
        error.sqrt()
    );
}

#[test]
fn index_and_recipe_precede_the_media() {
    let mp4 = encode(FORMAT, &scene(FORMAT, 5), &tone(6_667));
    let mut boxes = Vec::new();
    let mut at = 0;
    while at < mp4.len() {
        boxes.push(String::from_utf8_lossy(&mp4[at + 4..at + 8]).into_owned());
        at += u32::from_be_bytes(mp4[at..at + 4].try_into().unwrap()) as usize;
    }
    assert_eq!(boxes, ["ftyp", "moov", "uuid", "mdat"]);
    assert_eq!(read_recipe(&mp4), Ok(Some(recipe())));
}

#[test]
fn encoding_is_deterministic() {
    let frames = scene(FORMAT, 9);
    assert_eq!(
        encode(FORMAT, &frames, &tone(12_000)),
        encode(FORMAT, &frames, &tone(12_000))
    );
}

#[test]
fn silent_clip_has_one_track_and_empty_clip_is_an_error() {
    let file = TempFile::new(&encode(FORMAT, &scene(FORMAT, 5), &[]));
    assert_eq!(
        ffprobe(&file, &["-show_streams"])["streams"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        PlatformEncoder::new(FORMAT).unwrap().into_mp4(None),
        Err(CodecError::NoFrames)
    );
}

#[test]
fn unsupported_input_is_rejected() {
    for format in [
        ClipFormat {
            width: 129,
            ..FORMAT
        },
        ClipFormat {
            height: 0,
            ..FORMAT
        },
        ClipFormat { fps: 0, ..FORMAT },
        ClipFormat {
            sample_rate: 44_100,
            ..FORMAT
        },
    ] {
        assert!(
            matches!(
                PlatformEncoder::new(format),
                Err(CodecError::BadFormat { .. })
            ),
            "{format:?}"
        );
    }
    let mut encoder = PlatformEncoder::new(FORMAT).unwrap();
    let error = encoder.add_frame(&[0; 12]).unwrap_err();
    assert_eq!(
        error,
        CodecError::FrameSize {
            expected: 49_152,
            found: 12
        }
    );
}
