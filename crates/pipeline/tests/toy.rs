//! A second family runs through the same loop: the toy, opened by its manifest.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

use kinora_contract::recipe::{Source, SourceRole};
use kinora_engine::{AnyExecutor, Cancel, CpuExecutor};
use kinora_model::VideoModel;
use kinora_models::{AnyModel, ModelFiles};
use kinora_pipeline::{Event, GenerateError, MakeExecutor, Runtime, Stage, Summary, generate};

fn toy() -> AnyModel {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/toy");
    let read = |name: &str| std::fs::read(format!("{folder}/{name}")).unwrap();
    let manifest = String::from_utf8(read("model.json")).unwrap();
    let manifest = kinora_models::parse_manifest(&manifest).unwrap();
    let files = manifest.files.iter().map(|file| file.name.clone());
    let files: ModelFiles = files.map(|name| (name.clone(), read(&name))).collect();
    kinora_models::open(manifest, &files).unwrap()
}

fn run(
    model: &AnyModel,
    change: impl Fn(&mut kinora_contract::Recipe),
) -> Result<(Summary, Vec<Event>), GenerateError> {
    let mut recipe = model.recipe("a quiet storm", 3);
    change(&mut recipe);
    let cpu: MakeExecutor =
        Box::new(|| Box::pin(async { Ok(AnyExecutor::Cpu(CpuExecutor::new())) }));
    pollster::block_on(async {
        let mut runtime = Runtime::new(vec![cpu]).await?;
        let mut events = Vec::new();
        let mut keep = |event| events.push(event);
        let cancel = Cancel::new();
        let summary = generate(model, &recipe, &mut runtime, &mut keep, &cancel).await?;
        Ok((summary, events))
    })
}

#[test]
fn the_toy_makes_a_clip_of_its_own_size_rate_and_sound() {
    let model = toy();
    let (summary, events) = run(&model, |_| ()).unwrap();
    let frames: Vec<&Vec<u8>> = events
        .iter()
        .filter_map(|event| match event {
            Event::Frame { rgb, .. } => Some(rgb),
            _ => None,
        })
        .collect();
    assert_eq!(frames.len(), 17);
    assert!(frames.iter().all(|rgb| rgb.len() == 128 * 96 * 3));
    assert_ne!(frames[0], frames[16]);
    let samples = events.iter().find_map(|event| match event {
        Event::Sound { samples, .. } => Some(samples),
        _ => None,
    });
    // 17 frames at 16 per second, silent.
    let samples = samples.unwrap();
    assert_eq!(samples.len(), 17_000);
    assert!(samples.iter().all(|sample| *sample == 0.0));
    assert!(
        !events
            .iter()
            .any(|event| matches!(event, Event::Plan { .. }))
    );
    let stages: Vec<Stage> = summary.seconds.iter().map(|(stage, _)| *stage).collect();
    let expected = [
        Stage::Load,
        Stage::Text,
        Stage::Denoise,
        Stage::Decode,
        Stage::Sound,
    ];
    assert_eq!(stages, expected);
    let (again, _) = run(&model, |_| ()).unwrap();
    assert_eq!(again.frames_blake3, summary.frames_blake3);
}

#[test]
fn prompt_seed_and_guidance_change_the_toys_clip() {
    let model = toy();
    let hash =
        |change: fn(&mut kinora_contract::Recipe)| run(&model, change).unwrap().0.frames_blake3;
    let plain = hash(|_| ());
    assert_ne!(hash(|recipe| recipe.prompt = "a loud storm".into()), plain);
    assert_ne!(hash(|recipe| recipe.seed = 4), plain);
    // The null text is a weight of its own, so guidance matters.
    assert_ne!(hash(|recipe| recipe.guidance_scale = 1.0), plain);
}

#[test]
fn speech_sounds_over_the_toys_silence() {
    let model = toy();
    let speak = |recipe: &mut kinora_contract::Recipe| recipe.prompt.push_str(" says \"hello\"");
    let (_, events) = run(&model, speak).unwrap();
    let loud = events.iter().any(|event| match event {
        Event::Sound { samples, .. } => samples.iter().any(|sample| sample.abs() > 0.05),
        _ => false,
    });
    assert!(loud);
}

#[test]
fn the_toy_refuses_a_remix_before_it_draws_the_source() {
    let model = toy();
    let mut recipe = model.recipe("a quiet storm", 3);
    let source = recipe.clone();
    recipe.sources = vec![Source::of_clip(SourceRole::Remix, source.hash(), &source)];
    let error = model.check(&recipe).unwrap_err();
    assert!(matches!(error, GenerateError::Unsupported(_)), "{error}");
}

#[test]
fn the_toy_refuses_clips_outside_of_its_limits_and_other_models_recipes() {
    let model = toy();
    let square = run(&model, |recipe| recipe.height = 128).unwrap_err();
    assert!(matches!(square, GenerateError::Limit(_)), "{square}");
    let other = run(&model, |recipe| recipe.model.hash = "0".repeat(64)).unwrap_err();
    assert!(matches!(other, GenerateError::OtherModel { .. }), "{other}");
}
