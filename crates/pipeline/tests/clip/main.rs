//! Whole clips by the starter that ships: deterministic, alike on both executors, cancelled at once, refused clearly.

#![allow(clippy::unwrap_used)] // A test that meets an error fails.

mod library;
mod open_words;
mod pictures;
mod resolved_scene;
mod sources;

use std::cell::RefCell;
use std::rc::Rc;

use kinora_contract::{Plan, Recipe};
use kinora_engine::{
    AdapterChoice, AnyExecutor, Cancel, CpuExecutor, EngineError, Executor, GpuExecutor,
};
use kinora_model::VideoModel;
use kinora_models::{AnyModel, ModelFiles};
use kinora_pipeline::{
    Event, ExecutorChain, GenerateError, MakeExecutor, Runtime, Summary, generate,
};

const PROMPT: &str = "a red rubber ball bounces on a wooden floor, cinematic";

/// Reads the files of a model; the manifest is `model.json`.
fn files() -> ModelFiles {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/starter");
    let names = [
        "model.json",
        "config.json",
        "tokenizer.json",
        "starter.safetensors",
    ];
    let read = |name: &str| {
        let path = format!("{folder}/{name}");
        std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
    };
    names.map(|name| (name.to_owned(), read(name))).into()
}

fn starter() -> AnyModel {
    open(&files()).unwrap()
}

fn open(files: &ModelFiles) -> Result<AnyModel, kinora_model::OpenError> {
    let manifest = std::str::from_utf8(&files["model.json"]).unwrap();
    kinora_models::open(kinora_models::parse_manifest(manifest)?, files)
}

/// The starter with a runtime.
struct Host {
    model: AnyModel,
    runtime: Runtime,
}

fn on_cpu() -> Host {
    host(vec![cpu()])
}

fn on_gpu() -> Host {
    host(vec![gpu(Rc::default())])
}

fn host(chain: ExecutorChain) -> Host {
    let runtime = pollster::block_on(Runtime::new(chain))
        .expect("this test needs a Vulkan adapter; `cargo xtask setup` installs a software one");
    Host {
        model: starter(),
        runtime,
    }
}

fn cpu() -> MakeExecutor {
    Box::new(|| Box::pin(async { Ok(AnyExecutor::Cpu(CpuExecutor::new())) }))
}

/// What takes the newest device away.
type Saboteur = Rc<RefCell<Option<Box<dyn Fn()>>>>;

fn gpu(saboteur: Saboteur) -> MakeExecutor {
    Box::new(move || {
        let saboteur = Rc::clone(&saboteur);
        Box::pin(async move {
            let executor = GpuExecutor::new(AdapterChoice::Any).await?;
            *saboteur.borrow_mut() = Some(Box::new(executor.saboteur()));
            Ok(AnyExecutor::Gpu(Box::new(executor)))
        })
    })
}

/// Runs a recipe and takes the device away after every event for which `strikes` says so.
fn run_under_attack(
    recipe: &Recipe,
    chain: ExecutorChain,
    saboteur: &Saboteur,
    mut strikes: impl FnMut(&Event) -> bool,
) -> Result<(Summary, Vec<Event>), GenerateError> {
    let Host { model, mut runtime } = host(chain);
    let mut events = Vec::new();
    let mut keep = |event| {
        if strikes(&event) {
            saboteur.borrow().as_ref().expect("there is a device")();
        }
        events.push(event);
    };
    let summary = pollster::block_on(generate(
        &model,
        recipe,
        &mut runtime,
        &mut keep,
        &Cancel::new(),
    ))?;
    Ok((summary, events))
}

fn resumed(events: &[Event]) -> Vec<&str> {
    let device = events.iter().filter_map(|event| match event {
        Event::Resumed { device, .. } => Some(device.as_str()),
        _ => None,
    });
    device.collect()
}

/// A short recipe: 9 frames in 4 steps.
fn draft(host: &Host) -> Recipe {
    let mut recipe = host.model.recipe(PROMPT, 7);
    recipe.frames = 9;
    recipe.steps = 4;
    recipe.guidance_scale = 1.0;
    recipe
}

/// Runs a recipe; returns all events.
fn run(recipe: &Recipe, host: &mut Host) -> Result<(Summary, Vec<Event>), GenerateError> {
    let mut events = Vec::new();
    let mut keep = |event| events.push(event);
    let summary = pollster::block_on(generate(
        &host.model,
        recipe,
        &mut host.runtime,
        &mut keep,
        &Cancel::new(),
    ))?;
    Ok((summary, events))
}

fn frames(events: &[Event]) -> Vec<u8> {
    let rgb = events.iter().filter_map(|event| match event {
        Event::Frame { rgb, .. } => Some(rgb.as_slice()),
        _ => None,
    });
    rgb.collect::<Vec<_>>().concat()
}

fn plan(events: &[Event]) -> Plan {
    let plan = events.iter().find_map(|event| match event {
        Event::Plan { plan } => Some(plan.clone()),
        _ => None,
    });
    plan.expect("a plan is told")
}

fn psnr(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    let squares: f64 = a
        .iter()
        .zip(b)
        .map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2))
        .sum();
    10.0 * (255.0f64.powi(2) * a.len() as f64 / squares.max(1e-9)).log10()
}

#[test]
fn a_clip_has_all_its_parts_and_is_the_same_twice() {
    let mut host = on_cpu();
    let mut recipe = draft(&host);
    (recipe.width, recipe.height) = (160, 96);
    let (first, events) = run(&recipe, &mut host).unwrap();
    assert_eq!(frames(&events).len(), 9 * 160 * 96 * 3);
    let steps = events
        .iter()
        .filter(|e| matches!(e, Event::Step { .. }))
        .count();
    let previews = events
        .iter()
        .filter(|e| matches!(e, Event::Preview { .. }))
        .count();
    assert_eq!((steps, previews), (4, 4));
    let samples = events.iter().find_map(|event| match event {
        Event::Sound {
            samples,
            sample_rate: 16_000,
        } => Some(samples.len()),
        _ => None,
    });
    assert_eq!(samples, Some(9 * 16_000 / 12));
    assert!(matches!(events.last(), Some(Event::Done { summary }) if *summary == first));

    let (again, _) = run(&recipe, &mut host).unwrap();
    assert_eq!(again.frames_blake3, first.frames_blake3);
    recipe.seed = 8;
    let (other, _) = run(&recipe, &mut host).unwrap();
    assert_ne!(other.frames_blake3, first.frames_blake3);
}

#[test]
fn what_a_prompt_quotes_is_heard_and_not_seen() {
    let mut host = on_cpu();
    let silent = draft(&host);
    let mut speaking = silent.clone();
    speaking.prompt = format!("{PROMPT}, \"look\"");
    let (silent_summary, silence) = run(&silent, &mut host).unwrap();
    let (summary, events) = run(&speaking, &mut host).unwrap();
    assert_eq!(summary.frames_blake3, silent_summary.frames_blake3);

    let line = events.iter().find_map(|event| match event {
        Event::Speech { lines } => lines.first().cloned(),
        _ => None,
    });
    let line = line.expect("the line is told");
    assert_eq!((line.text.as_str(), line.cut), ("look", false));
    let loudness = |events: &[Event]| {
        let part = (line.start_s * 16e3) as usize..(line.end_s * 16e3) as usize;
        let samples = events.iter().find_map(|event| match event {
            Event::Sound { samples, .. } => Some(&samples[part.clone()]),
            _ => None,
        });
        let samples = samples.expect("there is sound");
        (samples.iter().map(|x| x * x).sum::<f32>() / samples.len() as f32).sqrt()
    };
    let (with, without) = (loudness(&events), loudness(&silence));
    assert!((with - without).abs() > 0.01, "{with} and {without}");

    speaking.prompt = format!("{PROMPT}, «こんにちは»");
    let error = run(&speaking, &mut host).unwrap_err();
    assert!(error.to_string().contains("こんにちは"), "{error}");
}

#[test]
fn who_talks_opens_the_mouth_in_time_with_the_words() {
    let mut host = on_cpu();
    let mut recipe = draft(&host);
    recipe.prompt = "a woman says \"ah papa\" on a beach, realistic".to_owned();
    recipe.frames = 17;
    let (_, events) = run(&recipe, &mut host).unwrap();
    let plan = plan(&events);
    let mouths: Vec<f32> = (0..17)
        .map(|frame| plan.frame(frame).unwrap().subjects[0].mouth)
        .collect();
    // Nothing is said in the first two frames; vowels open the mouth, and each p closes it.
    assert_eq!(mouths[..2], [0.0, 0.0], "{mouths:?}");
    let opens = mouths
        .windows(2)
        .filter(|pair| pair[0] < 0.2 && pair[1] >= 0.2);
    assert!(opens.count() >= 2, "{mouths:?}");
    assert!(mouths.iter().any(|open| *open > 0.4), "{mouths:?}");
}

#[test]
fn a_long_clip_is_drawn_in_windows_and_is_the_same_twice() {
    let mut host = on_cpu();
    let mut recipe = draft(&host);
    (recipe.frames, recipe.steps) = (49, 2);
    let (first, events) = run(&recipe, &mut host).unwrap();
    assert_eq!(frames(&events).len(), 49 * 128 * 128 * 3);
    let steps = events.iter().filter_map(|event| match event {
        Event::Step { index, total } => Some((*index, *total)),
        _ => None,
    });
    assert_eq!(steps.collect::<Vec<_>>(), [(1, 4), (2, 4), (3, 4), (4, 4)]);
    let (again, _) = run(&recipe, &mut host).unwrap();
    assert_eq!(again.frames_blake3, first.frames_blake3);
}

#[test]
fn both_executors_draw_the_same_clip() {
    let (mut cpu, mut gpu) = (on_cpu(), on_gpu());
    let mut recipe = draft(&cpu);
    recipe.guidance_scale = 1.5;
    let (_, on_cpu) = run(&recipe, &mut cpu).unwrap();
    let (_, on_gpu) = run(&recipe, &mut gpu).unwrap();
    let alike = psnr(&frames(&on_cpu), &frames(&on_gpu));
    assert!(alike >= 45.0, "{alike:.1} dB");
}

#[test]
fn a_lost_device_costs_one_attempt_and_no_frame() {
    let saboteur = Saboteur::default();
    let chain = || vec![gpu(Rc::clone(&saboteur))];
    let recipe = draft(&on_cpu());
    let (calm, undisturbed) = run(&recipe, &mut host(chain())).unwrap();
    // Before the plan, within the steps and within the decoder.
    let strikes = |event: &Event| {
        matches!(
            event,
            Event::PromptRead(_) | Event::Step { index: 2, .. } | Event::Frame { index: 0, .. }
        )
    };
    let (summary, events) = run_under_attack(&recipe, chain(), &saboteur, strikes).unwrap();
    assert_eq!(resumed(&events), ["webgpu"; 3]);
    assert_eq!(frames(&events).len(), frames(&undisturbed).len());
    assert_eq!(summary.frames_blake3, calm.frames_blake3);
}

#[test]
fn a_device_that_is_lost_again_and_again_gives_way_to_the_next() {
    let saboteur = Saboteur::default();
    let always =
        |event: &Event| matches!(event, Event::Step { index: 1, .. } | Event::Resumed { .. });
    let recipe = draft(&on_cpu());

    let chain = vec![gpu(Rc::clone(&saboteur)), cpu()];
    let (summary, events) = run_under_attack(&recipe, chain, &saboteur, always).unwrap();
    assert_eq!(resumed(&events), ["webgpu", "webgpu", "webgpu", "cpu"]);
    assert_eq!(summary.device, "cpu");
    assert_eq!(frames(&events).len(), 9 * 128 * 128 * 3);

    let chain = vec![gpu(Rc::clone(&saboteur))];
    let error = run_under_attack(&recipe, chain, &saboteur, always).unwrap_err();
    assert!(error.to_string().contains("lost"), "{error}");
}

#[test]
fn a_device_that_cannot_be_made_is_told() {
    let refused = || EngineError::NoAdapter("the test took it".to_owned());
    let missing: MakeExecutor = Box::new(move || Box::pin(async move { Err(refused()) }));
    let mut host = host(vec![missing, cpu()]);
    let recipe = draft(&host);
    let (_, events) = run(&recipe, &mut host).unwrap();
    assert_eq!(resumed(&events), ["cpu"]);
    let (_, events) = run(&recipe, &mut host).unwrap();
    assert_eq!(resumed(&events), [""; 0], "once is enough");
}

#[test]
fn words_outside_the_world_are_told() {
    let mut host = on_cpu();
    let mut recipe = draft(&host);
    recipe.prompt = "a dragon 🐉 bounces on a wooden floor".to_owned();
    let (_, events) = run(&recipe, &mut host).unwrap();
    let unknown = events.iter().find_map(|event| match event {
        Event::PromptRead(reading) => Some(reading.unknown.clone()),
        _ => None,
    });
    assert_eq!(unknown, Some(vec!["dragon".to_owned()]));
}

#[test]
fn at_most_one_dispatch_follows_a_cancel_and_the_runtime_stays_usable() {
    let mut host = on_cpu();
    let recipe = draft(&host);
    let cancel = Cancel::new();
    let dispatched = host.runtime.executor().dispatch_counter();
    let mut at_cancel = None;
    let mut stop_at_first_step = |event| {
        if matches!(event, Event::Step { .. }) && at_cancel.is_none() {
            cancel.cancel();
            at_cancel = Some(dispatched.get());
        }
    };
    let result = pollster::block_on(generate(
        &host.model,
        &recipe,
        &mut host.runtime,
        &mut stop_at_first_step,
        &cancel,
    ));
    assert!(
        matches!(result, Err(GenerateError::Cancelled)),
        "{result:?}"
    );
    let after = dispatched.get() - at_cancel.expect("a step was taken");
    assert!(after <= 1, "{after} dispatches after the cancel");
    run(&recipe, &mut host).expect("the next clip is made");
}

#[test]
fn a_recipe_of_another_model_is_refused_by_name() {
    let mut host = on_cpu();
    let mut recipe = draft(&host);
    recipe.model.hash = "0".repeat(64);
    let error = run(&recipe, &mut host).unwrap_err();
    assert!(matches!(error, GenerateError::OtherModel { .. }));
    assert!(error.to_string().contains("00000000"), "{error}");
}

#[test]
fn a_recipe_outside_of_the_models_limits_is_refused() {
    let mut host = on_cpu();
    let mut recipe = draft(&host);
    (recipe.width, recipe.height, recipe.frames, recipe.fps) = (448, 832, 77, 16);
    let error = run(&recipe, &mut host).unwrap_err();
    assert!(matches!(error, GenerateError::Limit(_)), "{error}");
    assert!(
        error.to_string().starts_with("this model cannot make"),
        "{error}"
    );
}

#[test]
fn truncated_or_changed_files_are_named_by_their_hashes() {
    let good = files();
    for name in ["starter.safetensors", "config.json"] {
        let mut changed = good.clone();
        let middle = good[name].len() / 2;
        changed.get_mut(name).unwrap()[middle] ^= 1;
        let mut truncated = good.clone();
        truncated.get_mut(name).unwrap().pop();
        for bad in [changed, truncated] {
            let error = open(&bad).err().unwrap().to_string();
            assert!(
                error.contains("expected BLAKE3") && error.contains(name),
                "{error}"
            );
        }
    }
    let mut missing = good.clone();
    missing.remove("tokenizer.json");
    let error = open(&missing).err().unwrap().to_string();
    assert!(error.contains("no file tokenizer.json"), "{error}");
}
