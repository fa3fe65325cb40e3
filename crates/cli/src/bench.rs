//! `kinora bench`: where the time of a clip goes, and how fast each network and each op runs.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use kinora_contract::Recipe;
use kinora_engine::{Cancel, Executor};
use kinora_model::VideoModel;
use kinora_models::AnyModel;
use kinora_pipeline::{Event, Runtime, Stage, generate};

use crate::generate::{Device, executor_chain};
use crate::model;

/// Arguments of `kinora bench`.
#[derive(clap::Args)]
pub struct Args {
    /// Where to run.
    #[arg(long, value_enum)]
    device: Option<Device>,
    /// Clips to make; the first is cold, the rest are warm.
    #[arg(long, default_value_t = 3)]
    clips: u32,
    /// Frames per clip, 4n + 1.
    #[arg(long, default_value_t = 33)]
    frames: u32,
    /// Folder of the model.
    #[arg(long)]
    model: Option<PathBuf>,
}

const PROMPT: &str = "a red rubber ball bounces on a wooden floor, cinematic";

/// Makes clips and prints one JSON object with medians per stage.
pub fn run(args: &Args) -> Result<()> {
    let opened = Instant::now();
    let model = model::open(args.model.as_deref())?;
    let open_seconds = opened.elapsed().as_secs_f64();
    let mut recipe = model.recipe(PROMPT, 7);
    recipe.frames = args.frames;
    let device = args.device;
    pollster::block_on(async {
        let mut runtime = Runtime::new(executor_chain(device)).await?;
        let mut cold = Vec::new();
        let mut warm: BTreeMap<String, Vec<f32>> = BTreeMap::new();
        for clip in 0..args.clips.max(1) {
            let seconds = stage_seconds(&model, &recipe, &mut runtime).await?;
            if clip == 0 {
                cold = seconds;
            } else {
                for (stage, s) in seconds {
                    warm.entry(name(stage)).or_default().push(s);
                }
            }
        }
        let device = runtime.executor().device();
        let cold: BTreeMap<_, _> = cold
            .into_iter()
            .map(|(stage, s)| (name(stage), s))
            .collect();
        let warm: BTreeMap<_, _> = warm
            .into_iter()
            .map(|(stage, all)| (stage, median(all)))
            .collect();
        let report = serde_json::json!({
            "device": device,
            "prompt": PROMPT,
            "frames": recipe.frames,
            "steps": recipe.steps,
            "open_model_seconds": open_seconds,
            "cold_seconds": cold,
            "warm_median_seconds": warm,
        });
        println!("{}", serde_json::to_string_pretty(&report)?);
        Ok(())
    })
}

async fn stage_seconds(
    model: &AnyModel,
    recipe: &Recipe,
    runtime: &mut Runtime,
) -> Result<Vec<(Stage, f32)>> {
    let mut ignore = |_: Event| {};
    Ok(
        generate(model, recipe, runtime, &mut ignore, &Cancel::new())
            .await?
            .seconds,
    )
}

fn name(stage: Stage) -> String {
    format!("{stage:?}").to_lowercase()
}

fn median(mut values: Vec<f32>) -> f32 {
    values.sort_by(f32::total_cmp);
    values[values.len() / 2]
}
