//! `kinora world --stream` writes records that a reader can split, in order, whatever the number of threads.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use std::process::Command;

use kinora_contract::plan::PLAN_DIM;
use kinora_sound::tokens::ROW;

fn stream(extra: &[&str]) -> Vec<u8> {
    let sizes = ["--width", "64", "--height", "32", "--frames", "9"];
    let output = Command::new(env!("CARGO_BIN_EXE_kinora"))
        .args(["world", "--stream", "--start", "40"])
        .args(sizes)
        .args(extra)
        .output()
        .unwrap();
    assert!(output.status.success());
    output.stdout
}

/// JSON headers of the records; the body after each header has `body` bytes.
fn headers(bytes: &[u8], body: usize) -> Vec<serde_json::Value> {
    let number =
        |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let (mut at, mut out) = (0, Vec::new());
    while at < bytes.len() {
        assert_eq!(number(at), 0x4B57_5331);
        let length = number(at + 4) as usize;
        out.push(serde_json::from_slice(&bytes[at + 8..at + 8 + length]).unwrap());
        at += 8 + length + body;
    }
    assert_eq!(at, bytes.len());
    out
}

const PIXELS: usize = 9 * 32 * 64 * 3;
const ROWS: usize = 3 * (PLAN_DIM + ROW) * 4;
const SAMPLES: usize = 9 * 16_000 / 12 * 4;

#[test]
fn records_follow_each_other() {
    let plain = headers(&stream(&["--count", "12"]), PIXELS + ROWS);
    let heard = headers(
        &stream(&["--audio", "--no-frames", "--count", "12"]),
        ROWS + SAMPLES,
    );
    let without_parts = |records: &[serde_json::Value]| -> Vec<serde_json::Value> {
        let mut records = records.to_vec();
        for record in &mut records {
            record.as_object_mut().unwrap().remove("parts");
        }
        records
    };
    assert_eq!(without_parts(&plain), without_parts(&heard));
    let names = |record: &serde_json::Value| -> Vec<String> {
        let parts = record["parts"].as_array().unwrap().iter();
        parts
            .map(|part| part["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&plain[0]), ["frames", "plan", "sound_tokens"]);
    assert_eq!(names(&heard[0]), ["plan", "sound_tokens", "samples"]);
    assert!(plain.iter().all(|json| json["laws"]["gravity"] == 6.0));
    assert!(
        plain
            .windows(2)
            .all(|pair| pair[0]["seed"].as_u64() < pair[1]["seed"].as_u64())
    );
    assert!(
        plain
            .iter()
            .all(|json| json["T"] == 3 && json["captions"].as_array().unwrap().len() >= 6)
    );
}

#[test]
fn held_out_scenes_are_left_out_unless_wanted() {
    let seeds = |extra: &[&str]| {
        headers(
            &stream(&[extra, &["--no-frames", "--count", "100"]].concat()),
            ROWS,
        )
        .len()
    };
    assert_eq!(seeds(&["--include-held-out"]), 100);
    assert_eq!(seeds(&[]) + seeds(&["--only-held-out"]), 100);
}

#[test]
fn threads_change_nothing() {
    assert_eq!(
        stream(&["--threads", "1", "--count", "12"]),
        stream(&["--threads", "3", "--count", "12"])
    );
}

#[test]
fn edits_follow_what_they_change() {
    let all = headers(
        &stream(&[
            "--edits",
            "--no-frames",
            "--include-held-out",
            "--count",
            "12",
        ]),
        ROWS,
    );
    assert_eq!(all.len(), 24);
    for pair in all.chunks_exact(2) {
        let (before, after) = (&pair[0], &pair[1]);
        assert_eq!(before["seed"], after["seed"]);
        assert_ne!(before["spec"], after["spec"]);
        assert!(before["instruction"].is_null() && after["instruction"].is_string());
    }
}

#[test]
fn people_are_streamed_with_their_mouths() {
    const MOUTHS: usize = 3 * 4 * 12 * 4;
    let people = |extra: &[&str]| {
        let flags = ["--kinds", "heads,talk", "--mouth", "--no-frames"];
        headers(&stream(&[&flags, extra].concat()), ROWS + MOUTHS)
    };
    let met = people(&["--count", "24"]);
    let talking = met.iter().filter(|json| json["spec"]["action"] == "talk");
    assert!(talking.clone().count() > 4);
    for json in talking {
        let said = json["speech"]["text"].as_str().unwrap();
        let caption = json["captions"][0].as_str().unwrap();
        assert!(caption.contains(&format!("\"{said}\"")), "{caption}");
    }
    let heads = |records: Vec<serde_json::Value>| -> Vec<u64> {
        let head = |json: &serde_json::Value| json["spec"]["head"].as_u64().unwrap();
        records.iter().map(head).collect()
    };
    assert!(heads(met).iter().all(|head| *head < 5_000));
    let strangers = heads(people(&["--only-held-out", "--count", "8"]));
    assert!(strangers.len() == 8 && strangers.iter().all(|head| (5_000..6_000).contains(head)));
}

#[test]
fn a_portrait_comes_with_the_same_person_elsewhere() {
    const PICTURE: usize = 64 * 64 * 4;
    let flags = ["--kinds", "heads", "--no-frames", "--count", "4"];
    let plain = stream(&flags);
    let with = stream(&[&flags[..], &["--reference"]].concat());
    assert_eq!(
        headers(&plain, ROWS).len(),
        headers(&with, ROWS + PICTURE).len()
    );
    let scenes = stream(&["--no-frames", "--count", "4", "--reference"]);
    let none = headers(&scenes, ROWS);
    assert!(none.iter().all(|json| json["reference"] == false));
}
