use super::*;
use crate::{Lexicon, read};

fn resolved(prompt: &str, seed: u64) -> Resolution {
    let reading = read(&Lexicon::built_in(), prompt);
    resolve(
        &reading,
        Settings {
            seed,
            ..Settings::default()
        },
    )
}

#[test]
fn what_is_stated_is_kept_whatever_the_seed() {
    for seed in 0..20 {
        let scene = resolved(
            "a red rubber ball bounces on a beach at night, animated",
            seed,
        )
        .scene;
        for (field, value) in [
            ("object1", "ball"),
            ("colour1", "red"),
            ("material1", "rubber"),
            ("action", "bounce"),
            ("place", "beach"),
            ("time", "night"),
            ("style", "animated"),
            ("object2", "none"),
        ] {
            assert_eq!(scene.get(field), Some(value), "{field}");
            assert!(!scene.is_chosen(field));
        }
        assert!(scene.is_chosen("weather") && scene.is_chosen("camera"));
        assert!(
            scene
                .caption
                .starts_with("a red rubber ball bounces on a beach at night"),
            "{}",
            scene.caption
        );
    }
}

#[test]
fn open_fields_vary_with_the_seed_and_suit_the_subject() {
    let scenes: Vec<Scene> = (0..40)
        .map(|seed| resolved("an apple", seed).scene)
        .collect();
    let values = |field: &str| -> std::collections::BTreeSet<String> {
        scenes
            .iter()
            .filter_map(|it| it.get(field).map(str::to_owned))
            .collect()
    };
    assert_eq!(
        values("colour1").into_iter().collect::<Vec<_>>(),
        ["green", "red"]
    );
    assert!(values("place").len() > 6);
    assert_eq!(resolved("an apple", 3), resolved("an apple", 3));
}

#[test]
fn a_counted_subject_takes_several_seats() {
    let scene = resolved("three white bottles topple", 1).scene;
    for number in 1..=3 {
        assert_eq!(scene.get(&format!("object{number}")), Some("bottle"));
        assert_eq!(scene.get(&format!("colour{number}")), Some("white"));
    }
    let many = resolved("nine red balls roll", 1);
    assert!(
        many.compromises
            .iter()
            .any(|it| it.stated == "9" && it.instead.as_deref() == Some("3"))
    );
}

#[test]
fn what_the_vocabulary_lacks_is_replaced_and_reported() {
    let resolution = resolved("a horse gallops over the savanna", 5);
    let instead = |stated: &str| {
        resolution
            .compromises
            .iter()
            .find(|it| it.stated == stated)
            .and_then(|it| it.instead.clone())
    };
    assert_eq!(instead("horse").as_deref(), Some("bear"));
    assert_eq!(instead("savanna").as_deref(), Some("desert"));
}

#[test]
fn a_remix_keeps_the_choices_of_its_source() {
    let lexicon = Lexicon::built_in();
    let source = resolved("a ball rolls", 1).scene;
    let reading = read(&lexicon, "a blue ball rolls");
    let settings = Settings {
        seed: 99,
        source: Some(&source),
        ..Settings::default()
    };
    let remix = resolve(&reading, settings).scene;
    for field in ["place", "time", "weather", "style", "camera", "material1"] {
        assert_eq!(remix.get(field), source.get(field), "{field}");
    }
    assert_eq!(remix.get("colour1"), Some("blue"));
}

#[test]
fn people_are_described_in_the_caption() {
    let scene = resolved(
        "an old man with a white beard and glasses says \"hello\" in the snow",
        2,
    )
    .scene;
    assert!(
        scene
            .caption
            .starts_with("an old man with a beard and glasses says on a snowfield"),
        "{}",
        scene.caption
    );
    assert_eq!(scene.speech, ["hello"]);
}

#[test]
fn direction_and_size_are_fields_of_the_scene() {
    let scene = resolved("a huge ball rolls to the left on a beach", 4).scene;
    assert_eq!(
        (scene.get("direction"), scene.get("size1")),
        (Some("left"), Some("large"))
    );
    let two = resolved("a tiny ball hits a cube", 4);
    assert_eq!(two.scene.get("size1"), None);
    assert!(
        two.compromises
            .iter()
            .any(|it| it.stated == "small" && it.instead.is_none())
    );
}
