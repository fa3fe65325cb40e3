//! `kinora generate --stream` writes a record per request, and `kinora decode --stream` renders its latents to the same
//! frames.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

const REQUESTS: &[u8] = br#"{"prompt": "a red rubber ball bounces on a beach, animated", "seed": 7, "frames": 5, "steps": 1}
{"prompt": "a blue metal cube on a meadow, snow falls, at night", "frames": 5, "steps": 1}
{"prompt": "a green cup", "frames": 9, "size": [160, 96], "steps": 1, "guidance": 1}
"#;

/// The output of a command on the CPU for an input.
fn kinora(args: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kinora"))
        .args(args)
        .args(["--stream", "--device", "cpu"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    output.stdout
}

/// A record: its header, and the bytes of its arrays by name.
struct Record {
    header: Value,
    arrays: Vec<(String, Vec<u8>)>,
}

impl Record {
    fn array(&self, name: &str) -> &[u8] {
        let found = self.arrays.iter().find(|(known, _)| known == name);
        &found.unwrap_or_else(|| panic!("{name} is missing")).1
    }
}

fn split(mut bytes: &[u8]) -> Vec<Record> {
    let mut records = Vec::new();
    while !bytes.is_empty() {
        let (start, rest) = bytes.split_at(8);
        assert_eq!(start[..4], 0x4B57_5331_u32.to_le_bytes());
        let length = u32::from_le_bytes(start[4..].try_into().unwrap()) as usize;
        let (json, mut rest) = rest.split_at(length);
        let header: Value = serde_json::from_slice(json).unwrap();
        let mut arrays = Vec::new();
        for part in header["parts"].as_array().unwrap() {
            let sides = part["shape"].as_array().unwrap().iter();
            let count: u64 = sides.map(|side| side.as_u64().unwrap()).product();
            let width = if part["type"] == "u8" { 1 } else { 4 };
            let (array, after) = rest.split_at(count as usize * width);
            arrays.push((part["name"].as_str().unwrap().to_owned(), array.to_vec()));
            rest = after;
        }
        records.push(Record { header, arrays });
        bytes = rest;
    }
    records
}

#[test]
fn latents_are_decoded_to_the_frames_that_were_generated() {
    let bytes = kinora(&["generate", "--latents", "--threads", "2"], REQUESTS);
    let (clips, decoded) = (split(&bytes), split(&kinora(&["decode"], &bytes)));
    assert_eq!((clips.len(), decoded.len()), (3, 3));
    for (clip, again) in clips.iter().zip(&decoded) {
        let hash = blake3::hash(clip.array("frames")).to_hex();
        assert_eq!(clip.header["frames_blake3"], hash.as_str());
        assert!(!clip.array("samples").is_empty());
        for name in ["frames", "plan", "sound_tokens", "samples"] {
            assert_eq!(clip.array(name), again.array(name), "{name}");
        }
        assert_eq!(clip.header["prompt"], again.header["prompt"]);
    }
    let [ball, cube, cup] = [0, 1, 2].map(|index| &clips[index].header);
    assert_eq!(ball["seed"], 7);
    assert_eq!(ball["reading"]["object1"]["value"], "ball");
    assert_eq!(cube["reading"]["weather"]["value"], "snow");
    assert_eq!([&cup["width"], &cup["height"], &cup["T"]], [160, 96, 3]);
}

#[test]
fn a_reading_alone_has_no_arrays() {
    let request = br#"{"prompt": "a yellow cup, cinematic", "reading_only": true}"#;
    let [record] = &split(&kinora(&["generate"], request))[..] else {
        panic!("one record")
    };
    assert_eq!(record.header["reading"]["style"]["value"], "cinematic");
    assert!(record.arrays.is_empty());
}

#[test]
fn a_missing_file_is_named() {
    let child = Command::new(env!("CARGO_BIN_EXE_kinora"))
        .args(["generate", "--stream", "--captions", "/nowhere.jsonl"])
        .output()
        .unwrap();
    assert!(!child.status.success());
    assert!(String::from_utf8_lossy(&child.stderr).contains("/nowhere.jsonl"));
}
