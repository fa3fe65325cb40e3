//! Test clips, and decoding with ffmpeg as an independent implementation.

#![allow(dead_code)] // Each test uses a part.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use kinora_codec::{ClipFormat, PlatformEncoder};
use kinora_contract::{ModelRef, Recipe};
use serde_json::Value;

pub const FORMAT: ClipFormat = ClipFormat {
    width: 128,
    height: 128,
    fps: 12,
    sample_rate: 16_000,
};
pub const FRAMES: usize = 33;

/// A temporary file, removed on drop.
pub struct TempFile(pub PathBuf);

impl TempFile {
    pub fn new(bytes: &[u8]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("kinora-codec-{}-{number}.mp4", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::File::create(&path)
            .unwrap()
            .write_all(bytes)
            .unwrap();
        Self(path)
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        // A leftover file in the temporary folder is harmless.
        let _ = std::fs::remove_file(&self.0);
    }
}

pub fn recipe() -> Recipe {
    let mut recipe = Recipe::new(ModelRef::of_weights("starter", b"w"), "a red ball 🎈", 7);
    recipe.extra.insert("x-later", "kept".into());
    recipe
}

pub fn encode(format: ClipFormat, frames: &[Vec<u8>], sound: &[f32]) -> Vec<u8> {
    let mut encoder = PlatformEncoder::new(format).unwrap();
    frames
        .iter()
        .for_each(|frame| encoder.add_frame(frame).unwrap());
    sound
        .chunks(1000)
        .for_each(|part| encoder.add_audio(part).unwrap());
    encoder.into_mp4(Some(&recipe())).unwrap()
}

/// Draws frames with soft and hard edges, saturated colours and motion.
pub fn scene(format: ClipFormat, count: usize) -> Vec<Vec<u8>> {
    let (width, height) = (format.width as i32, format.height as i32);
    let frame = |t: i32| {
        let mut rgb = Vec::with_capacity(format.frame_len());
        for y in 0..height {
            for x in 0..width {
                let (dx, dy) = (x - 20 - 2 * t, y - 40 - (t % 8) * 4);
                let ball = dx * dx + dy * dy < 300;
                let floor = y > height * 2 / 3;
                let shade = (x * 90 / width + y * 60 / height) as u8;
                rgb.extend(match (ball, floor) {
                    (true, _) => [220, (30 + dx.abs()) as u8, 40],
                    (_, true) if (x + y * 3) / 16 % 2 == 0 => [150, 100, 60],
                    (_, true) => [130, 84, 48],
                    _ => [90 + shade / 2, 120 + shade / 2, 200],
                });
            }
        }
        rgb
    };
    (0..count as i32).map(frame).collect()
}

pub fn ffprobe(file: &TempFile, args: &[&str]) -> Value {
    let out = run(
        "ffprobe",
        &[&["-v", "error", "-of", "json"], args, &[path(file)]].concat(),
    );
    serde_json::from_slice(&out.stdout).unwrap()
}

/// Decodes the frames to `rgb24`.
pub fn decode_frames(file: &TempFile, format: ClipFormat) -> Vec<Vec<u8>> {
    let args = [
        "-v",
        "error",
        "-i",
        path(file),
        "-map",
        "0:v",
        "-sws_flags",
        "accurate_rnd+full_chroma_int",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-",
    ];
    let out = run("ffmpeg", &args);
    out.stdout
        .chunks(format.frame_len())
        .map(<[u8]>::to_vec)
        .collect()
}

/// Decodes the sound to mono at 48 kHz, from time zero.
pub fn decode_sound(file: &TempFile) -> Vec<f32> {
    let args = [
        "-v",
        "error",
        "-i",
        path(file),
        "-map",
        "0:a",
        "-af",
        "aresample=async=1:first_pts=0",
        "-f",
        "f32le",
        "-ac",
        "1",
        "-ar",
        "48000",
        "-",
    ];
    let out = run("ffmpeg", &args);
    let sample = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().unwrap());
    out.stdout.chunks_exact(4).map(sample).collect()
}

pub fn psnr(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    let square = |(a, b): (&u8, &u8)| (f64::from(*a) - f64::from(*b)).powi(2);
    let error: f64 = a.iter().zip(b).map(square).sum::<f64>() / a.len() as f64;
    10.0 * (255.0 * 255.0 / error.max(1e-9)).log10()
}

/// Computes the PSNR of luma, which chroma subsampling does not affect.
pub fn luma_psnr(a: &[u8], b: &[u8]) -> f64 {
    let luma = |rgb: &[u8]| -> Vec<u8> {
        let weighted =
            |p: &[u8]| 0.299 * f32::from(p[0]) + 0.587 * f32::from(p[1]) + 0.114 * f32::from(p[2]);
        rgb.chunks_exact(3)
            .map(|pixel| weighted(pixel).round() as u8)
            .collect()
    };
    psnr(&luma(a), &luma(b))
}

fn path(file: &TempFile) -> &str {
    file.0.to_str().unwrap()
}

fn run(program: &str, args: &[&str]) -> Output {
    let out = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .output();
    let out = out.unwrap_or_else(|error| {
        panic!("{program} cannot be started ({error}); `cargo xtask setup` installs it")
    });
    let errors = String::from_utf8_lossy(&out.stderr);
    assert!(
        out.status.success() && errors.is_empty(),
        "{program} {args:?}: {errors}"
    );
    out
}
