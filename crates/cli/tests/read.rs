//! `kinora read`, and clips whose prompt was read.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use std::process::{Command, Output};

use serde_json::Value;

fn kinora(args: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_kinora"))
        .args(args)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    output
}

fn read(args: &[&str]) -> Value {
    serde_json::from_slice(&kinora(&[&["read"], args].concat()).stdout).unwrap()
}

#[test]
fn a_reading_states_fields_words_and_the_scene() {
    let report = read(&["trois bouteilles blanches basculent, élégamment"]);
    assert_eq!(report["language"], "fr");
    assert_eq!(report["fields"]["s1.count"]["value"], "3");
    assert_eq!(report["fields"]["s1.thing"]["value"], "bottle");
    assert_eq!(report["scene"]["fields"]["object3"], "bottle");
    let words = report["words"].as_array().unwrap();
    let last = words.last().unwrap();
    assert_eq!(last["text"], "élégamment");
    assert!(last["outcome"]["NotUsed"].is_string(), "{last}");
}

#[test]
fn an_instruction_is_read_after_the_prompt_that_it_changes() {
    let report = read(&["make it blue", "--after", "a red ball rolls on a street"]);
    assert_eq!(report["fields"]["s1.colour"]["value"], "blue");
    assert_eq!(report["fields"]["place"]["value"], "street");
}

#[test]
fn a_thing_of_the_library_is_cast_as_a_picture_unless_the_model_is_to_draw() {
    let prompt = "a blue horse gallops to the right on a beach";
    let fields = &read(&[prompt])["scene"]["fields"];
    assert_eq!(fields["picture1"], "1f40e");
    assert_eq!(fields["tint1"], "blue");
    assert_eq!(fields["motion"], "run");
    let alone = read(&[prompt, "--libraries", "none"]);
    assert!(alone["scene"]["fields"]["picture1"].is_null(), "{alone}");
    assert_eq!(alone["compromises"][0]["instead"], "bear");
}

/// Both sentences state the same scene, so both clips have the same frames; the second has its recipe in the file.
#[test]
fn a_clip_shows_the_scene_and_its_file_keeps_it() {
    let path = std::env::temp_dir().join(format!("kinora-read-{}.mp4", std::process::id()));
    let path = path.to_str().unwrap();
    let frames = |prompt: &str| {
        let line = [
            "generate",
            prompt,
            "--device",
            "cpu",
            "--json",
            "--seconds",
            "0.4",
            "--steps",
            "1",
            "-o",
            path,
        ];
        let events = String::from_utf8(kinora(&line).stdout).unwrap();
        let done = events
            .lines()
            .find(|it| it.contains("frames_blake3"))
            .unwrap();
        let done: Value = serde_json::from_str(done).unwrap();
        done["summary"]["frames_blake3"].clone()
    };
    let english = frames("a red wooden cube falls on a beach at night, animated");
    assert!(english.is_string());
    assert_eq!(
        frames("un cube rouge en bois tombe sur une plage la nuit, dessin animé"),
        english
    );
    let recipe = kinora_codec::read_recipe(&std::fs::read(path).unwrap())
        .unwrap()
        .unwrap();
    let scene = recipe.scene.unwrap();
    assert_eq!(
        (scene.get("object1"), scene.get("time")),
        (Some("cube"), Some("night"))
    );
    assert!(scene.is_chosen("weather") && !scene.is_chosen("place"));
}
