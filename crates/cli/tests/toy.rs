//! A second model family through the command line.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use std::process::{Command, Output};

const TOY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/toy");

fn generate(args: &[&str]) -> Output {
    let output = std::env::temp_dir().join(format!("kinora-toy-{}.mp4", std::process::id()));
    Command::new(env!("CARGO_BIN_EXE_kinora"))
        .args([
            "generate", "--device", "cpu", "--json", "--model", TOY, "-o",
        ])
        .arg(output)
        .args(args)
        .output()
        .unwrap()
}

#[test]
fn the_toy_makes_a_clip() {
    let output = generate(&["a quiet storm", "--seed", "3"]);
    assert!(output.status.success(), "{output:?}");
    let events = String::from_utf8(output.stdout).unwrap();
    assert_eq!(events.matches(r#""event":"frame""#).count(), 17);
    assert!(!events.contains(r#""event":"plan""#));
    assert!(events.contains("frames_blake3"));
}

#[test]
fn a_size_of_another_model_is_refused() {
    let output = generate(&["a quiet storm", "--size", "128x128"]);
    assert!(!output.status.success());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.contains("this model cannot make clips of 128×128"),
        "{error}"
    );
}
