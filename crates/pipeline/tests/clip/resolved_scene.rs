//! Recipes with a resolved scene: it determines the clip, and the prompt is not read.

use std::collections::BTreeMap;

use kinora_contract::{Recipe, Scene};
use kinora_pipeline::{Event, GenerateError};

use crate::{draft, on_cpu, run};

pub(crate) fn scene(colour: &str) -> Scene {
    let fields = [
        ("object1", "ball"),
        ("colour1", colour),
        ("material1", "rubber"),
        ("object2", "none"),
        ("colour2", "none"),
        ("material2", "none"),
        ("object3", "none"),
        ("colour3", "none"),
        ("material3", "none"),
        ("place", "beach"),
        ("style", "animated"),
        ("camera", "static"),
        ("action", "bounce"),
        ("weather", "clear"),
        ("time", "day"),
    ];
    let fields: BTreeMap<String, String> = fields
        .map(|(field, value)| (field.to_owned(), value.to_owned()))
        .into();
    Scene {
        caption: format!("a {colour} rubber ball bounces on a beach, animated, static camera"),
        fields,
        chosen: vec!["camera".to_owned()],
        ..Scene::default()
    }
}

pub(crate) fn with(recipe: &Recipe, prompt: &str, scene: Scene) -> Recipe {
    Recipe {
        prompt: prompt.to_owned(),
        scene: Some(scene),
        ..recipe.clone()
    }
}

#[test]
fn the_scene_determines_the_clip_and_the_prompt_does_not() {
    let mut host = on_cpu();
    let recipe = draft(&host);
    let blue = with(&recipe, "a blue ball bounces on a beach", scene("blue"));
    let (clip, events) = run(&blue, &mut host).unwrap();
    let other_words = with(
        &recipe,
        "une balle, bleue comme la mer \"hop\"",
        scene("blue"),
    );
    assert_eq!(
        run(&other_words, &mut host).unwrap().0.frames_blake3,
        clip.frames_blake3
    );
    let green = with(&recipe, "a blue ball bounces on a beach", scene("green"));
    assert_ne!(
        run(&green, &mut host).unwrap().0.frames_blake3,
        clip.frames_blake3
    );

    let reading = events.iter().find_map(|event| match event {
        Event::PromptRead(reading) => Some(&reading.understood),
        _ => None,
    });
    let slot = |name: &str| reading.unwrap().iter().find(|it| it.slot == name).unwrap();
    assert_eq!(slot("colour1").value, "blue");
    assert!(!slot("colour1").is_chosen() && slot("camera").is_chosen());
    // The quotation of the prompt is not spoken: the scene has no speech.
    let (_, events) = run(&other_words, &mut host).unwrap();
    assert!(
        !events
            .iter()
            .any(|event| matches!(event, Event::Speech { .. }))
    );
    let mut speaks = scene("blue");
    speaks.speech = vec!["hop".to_owned()];
    let (_, events) = run(&with(&recipe, "a ball", speaks), &mut host).unwrap();
    assert!(
        events
            .iter()
            .any(|event| matches!(event, Event::Speech { .. }))
    );
}

#[test]
fn a_value_that_the_model_does_not_know_is_refused_before_anything_runs() {
    let mut host = on_cpu();
    let mut horse = scene("blue");
    horse
        .fields
        .insert("object1".to_owned(), "horse".to_owned());
    let recipe = with(&draft(&host), "a horse", horse);
    let error = run(&recipe, &mut host).unwrap_err();
    assert!(matches!(error, GenerateError::Unsupported(_)), "{error}");
    assert!(error.to_string().contains("object1 \"horse\""), "{error}");
}
