//! Audio-video sync: simultaneous flashes and beeps are at most 20 ms apart after decoding with ffmpeg.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

mod support;

use support::{FORMAT, FRAMES, TempFile, decode_frames, decode_sound, encode, ffprobe};

/// Frames with a flash; a beep of 50 ms starts with each.
const FLASHES: [usize; 4] = [0, 9, 18, 30];
const MAX_OFFSET_SECONDS: f64 = 0.020;

fn flash_and_beep() -> (Vec<Vec<u8>>, Vec<f32>) {
    let frame = |n: usize| vec![if FLASHES.contains(&n) { 255 } else { 0 }; FORMAT.frame_len()];
    let mut sound = vec![0.0; FRAMES * 16_000 / 12];
    for flash in FLASHES {
        for n in 0..800 {
            let at = flash * 16_000 / 12 + n;
            sound[at] = (n as f32 * 1000.0 * std::f32::consts::TAU / 16_000.0).cos() * 0.8;
        }
    }
    ((0..FRAMES).map(frame).collect(), sound)
}

/// Returns the presentation times of bright frames, in seconds.
fn flash_times(file: &TempFile) -> Vec<f64> {
    let probe = ffprobe(
        file,
        &["-select_streams", "v", "-show_entries", "frame=pts_time"],
    );
    let times = probe["frames"].as_array().unwrap().iter();
    let times = times.map(|frame| frame["pts_time"].as_str().unwrap().parse::<f64>().unwrap());
    let bright = decode_frames(file, FORMAT)
        .into_iter()
        .map(|rgb| rgb[rgb.len() / 2] > 128);
    times
        .zip(bright)
        .filter_map(|(time, bright)| bright.then_some(time))
        .collect()
}

/// Returns the start times of beeps in seconds: the first loud sample after 50 ms of silence.
fn beep_times(sound: &[f32]) -> Vec<f64> {
    let mut times = Vec::new();
    let mut last_loud = None;
    for (n, _) in sound
        .iter()
        .enumerate()
        .filter(|(_, sample)| sample.abs() > 0.3)
    {
        if last_loud.is_none_or(|last| n - last > 2400) {
            times.push(n as f64 / 48_000.0);
        }
        last_loud = Some(n);
    }
    times
}

#[test]
fn flash_and_beep_stay_within_20_ms() {
    let (frames, sound) = flash_and_beep();
    let file = TempFile::new(&encode(FORMAT, &frames, &sound));
    let (flashes, beeps) = (flash_times(&file), beep_times(&decode_sound(&file)));
    assert_eq!(
        (flashes.len(), beeps.len()),
        (FLASHES.len(), FLASHES.len()),
        "{flashes:?} {beeps:?}"
    );
    let offsets: Vec<f64> = flashes
        .iter()
        .zip(&beeps)
        .map(|(flash, beep)| beep - flash)
        .collect();
    println!("beep after flash, in seconds: {offsets:.5?}");
    for offset in offsets {
        assert!(offset.abs() <= MAX_OFFSET_SECONDS, "{offset} s");
    }
}
