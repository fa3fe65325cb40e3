//! Events as JSON: the names of `kinora generate --json`.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use kinora_contract::event::{
    CHOSEN_BELOW, Event, PromptReading, SlotReading, SpokenLine, Stage, Summary,
};
use kinora_contract::plan::{PLAN_DIM, Plan};

#[test]
fn json_names_are_stable() {
    let plan = Plan::from_rows(1, vec![0.0; PLAN_DIM]).unwrap();
    let zeros = vec!["0.0"; PLAN_DIM].join(",");
    let cases = [
        (
            Event::Stage {
                stage: Stage::Denoise,
            },
            r#"{"event":"stage","stage":"denoise"}"#.to_owned(),
        ),
        (
            Event::PromptRead(PromptReading {
                unknown: vec!["dragon".to_owned()],
                corrected: vec![("bal".to_owned(), "ball".to_owned())],
                dropped: 2,
                understood: vec![SlotReading {
                    slot: "colour1".to_owned(),
                    value: "red".to_owned(),
                    confidence: 0.5,
                }],
            }),
            concat!(
                r#"{"event":"words","unknown":["dragon"],"corrected":[["bal","ball"]],"dropped":2,"#,
                r#""understood":[{"slot":"colour1","value":"red","confidence":0.5}]}"#
            )
            .to_owned(),
        ),
        (
            Event::Plan { plan },
            format!(r#"{{"event":"plan","plan":{{"latent_frames":1,"rows":[{zeros}]}}}}"#),
        ),
        (
            Event::Step { index: 1, total: 4 },
            r#"{"event":"step","index":1,"total":4}"#.to_owned(),
        ),
        (
            Event::Preview {
                width: 1,
                height: 1,
                frame: 8,
                rgb: vec![1, 2, 3],
            },
            r#"{"event":"preview","width":1,"height":1,"frame":8,"rgb":[1,2,3]}"#.to_owned(),
        ),
        (
            Event::Estimate { seconds_left: 1.5 },
            r#"{"event":"estimate","seconds_left":1.5}"#.to_owned(),
        ),
        (
            Event::Frame {
                index: 0,
                rgb: vec![1, 2, 3],
            },
            r#"{"event":"frame","index":0,"rgb":[1,2,3]}"#.to_owned(),
        ),
        (
            Event::Speech {
                lines: vec![SpokenLine {
                    speaker: None,
                    text: "hello".to_owned(),
                    start_s: 0.5,
                    end_s: 1.0,
                    cut: false,
                }],
            },
            concat!(
                r#"{"event":"speech","lines":[{"speaker":null,"text":"hello","#,
                r#""start_s":0.5,"end_s":1.0,"cut":false}]}"#
            )
            .to_owned(),
        ),
        (
            Event::Sound {
                samples: vec![0.5],
                sample_rate: 16_000,
            },
            r#"{"event":"sound","samples":[0.5],"sample_rate":16000}"#.to_owned(),
        ),
        (
            Event::Resumed {
                device: "cpu".to_owned(),
                reason: "lost".to_owned(),
            },
            r#"{"event":"resumed","device":"cpu","reason":"lost"}"#.to_owned(),
        ),
        (
            Event::Done {
                summary: Summary {
                    frames_blake3: "ab".to_owned(),
                    device: "webgpu".to_owned(),
                    seconds: vec![(Stage::Load, 0.5), (Stage::Sound, 1.0)],
                },
            },
            concat!(
                r#"{"event":"done","summary":{"frames_blake3":"ab","device":"webgpu","#,
                r#""seconds":[["load",0.5],["sound",1.0]]}}"#
            )
            .to_owned(),
        ),
    ];
    for (event, json) in cases {
        assert_eq!(serde_json::to_string(&event).unwrap(), json);
        assert_eq!(serde_json::from_str::<Event>(&json).unwrap(), event);
    }
}

#[test]
fn slots_below_the_threshold_are_chosen() {
    let read = |confidence| SlotReading {
        slot: "place".to_owned(),
        value: "beach".to_owned(),
        confidence,
    };
    assert!(read(CHOSEN_BELOW - 0.01).is_chosen());
    assert!(!read(CHOSEN_BELOW).is_chosen());
}
