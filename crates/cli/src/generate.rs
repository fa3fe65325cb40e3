//! `kinora generate`: a sentence → an MP4 with sound.

mod pictures;
mod recipe;
mod request;
mod scene;
mod stream;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use kinora_codec::{ClipFormat, Encoder, PlatformEncoder};
use kinora_contract::{Camera, Recipe, Style};
use kinora_engine::{AdapterChoice, AnyExecutor, Cancel, CpuExecutor, GpuExecutor};
use kinora_library::Library;
use kinora_model::VideoModel;
use kinora_models::AnyModel;
use kinora_pipeline::{Event, ExecutorChain, MakeExecutor, Runtime, Stage, generate};
use kinora_sound::SAMPLE_RATE;

use crate::library;
use crate::model;

/// Arguments of `kinora generate`.
#[derive(clap::Args)]
pub struct Args {
    /// Description of the clip.
    #[arg(required_unless_present_any = ["recipe", "remix", "go_on", "stream"])]
    prompt: Option<String>,
    /// Follow a recipe link or its part after `#` instead of a prompt.
    #[arg(long, conflicts_with_all = ["prompt", "seed", "style", "camera", "seconds", "size", "steps", "guidance", "remix", "go_on", "picture", "cut_out", "face"])]
    recipe: Option<String>,
    /// Remix the clip of an MP4: parts that the new prompt and settings do not change are preserved.
    #[arg(long, value_name = "FILE", conflicts_with = "go_on")]
    remix: Option<PathBuf>,
    /// Extend the clip of an MP4: it becomes the beginning of the new clip, in the same size.
    #[arg(
        long,
        visible_alias = "extend",
        value_name = "FILE",
        conflicts_with = "size"
    )]
    go_on: Option<PathBuf>,
    /// Image used as the background; stored in the recipe.
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    /// Image with a transparent background, used as the first subject of the prompt; stored in the recipe.
    #[arg(long, value_name = "FILE")]
    cut_out: Option<PathBuf>,
    /// Image of a head with a transparent background, for prompts in which a person talks or looks around; only with that person's
    /// consent. Such a clip cannot be shared.
    #[arg(long, value_name = "FILE")]
    face: Option<PathBuf>,
    /// Seed of the noise: the same seed gives the same clip. 0, or the clip's own, by default.
    #[arg(long)]
    seed: Option<u64>,
    /// Style; overrides the prompt.
    #[arg(long, value_parser = parse_word::<Style>)]
    style: Option<Style>,
    /// Camera move; overrides the prompt.
    #[arg(long, value_parser = parse_word::<Camera>)]
    camera: Option<Camera>,
    /// Length in seconds, up to 8. 2.75, the clip's own, or 28 frames more than the clip that goes on, by default.
    #[arg(long)]
    seconds: Option<f32>,
    /// Width × height: 128x128, 160x96 or 96x160. Square, or the clip's own, by default.
    #[arg(long, value_parser = parse_size)]
    size: Option<(u32, u32)>,
    /// Denoising steps; the model's own number by default.
    #[arg(long)]
    steps: Option<u32>,
    /// Classifier-free guidance; the model's own by default.
    #[arg(long)]
    guidance: Option<f32>,
    /// The MP4 to write.
    #[arg(short, long, required_unless_present = "stream")]
    output: Option<PathBuf>,
    /// Generate a clip per line of the standard input, and write records (frames, plan, sound) to the standard output.
    #[arg(long, conflicts_with_all = ["output", "prompt", "recipe", "remix", "go_on", "picture", "cut_out", "face", "seed", "style", "camera", "seconds", "size", "steps", "guidance", "json"])]
    stream: bool,
    /// Read the lines of the stream from this file: prompts, or JSON objects.
    #[arg(long, requires = "stream", value_name = "FILE")]
    captions: Option<PathBuf>,
    /// Clips of the stream that are generated at once, each on its own executor.
    #[arg(long, requires = "stream", default_value_t = 1)]
    threads: usize,
    /// Add tokens and slot probabilities to the records: `kinora decode --stream` renders them again.
    #[arg(long, requires = "stream")]
    latents: bool,
    /// Folder of the model: model.json and the files that it names. The built-in starter by default.
    #[arg(long)]
    model: Option<PathBuf>,
    /// Folder of the library of things, whose pictures are shown where the prompt names them; "none" lets the model draw everything.
    /// libraries/things by default.
    #[arg(long, value_name = "FOLDER")]
    libraries: Option<PathBuf>,
    /// Where to run; by default the GPU if there is a real one.
    #[arg(long, value_enum)]
    device: Option<Device>,
    /// Let the model's text encoder read the prompt instead of the reader.
    #[arg(long)]
    unread: bool,
    /// Print events as lines of JSON.
    #[arg(long)]
    json: bool,
}

/// Where networks run.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Device {
    /// WGSL on Vulkan, Metal or Direct3D.
    Webgpu,
    /// burn on the CPU.
    Cpu,
}

/// Generates one clip.
pub fn run(args: &Args) -> Result<()> {
    let Some(output) = &args.output else {
        return stream::write(args);
    };
    let reads = args.recipe.is_none() && !args.unread;
    if reads {
        scene::prepare();
    }
    let model = model::open(args.model.as_deref())?;
    let mut recipe = recipe::of(args, model.manifest(), model.sampler_defaults())?;
    let scene = recipe.scene.as_ref();
    let library = match reads || scene.is_some_and(|scene| !scene.libraries.is_empty()) {
        true => library::open(args.libraries.as_deref())?,
        false => None,
    };
    if reads {
        let notes = scene::read_into(
            &mut recipe,
            &model.manifest().family,
            library.as_deref().map(Library::hash),
        );
        if !args.json {
            notes.iter().for_each(|note| eprintln!("{note}"));
        }
    }
    // Before a device and an encoder are opened for a clip that the model cannot make.
    model.check(&recipe)?;
    let device = args.device;
    pollster::block_on(async {
        let mut runtime = Runtime::new(executor_chain(device)).await?;
        runtime.set_library(library);
        let mp4 = encode(&model, &recipe, &mut runtime, args.json).await?;
        std::fs::write(output, mp4)
            .with_context(|| format!("{} cannot be written", output.display()))?;
        if !args.json {
            eprintln!("wrote {}", output.display());
        }
        Ok(())
    })
}

/// Returns the executor chain of a device; by default the GPU if there is a real one, then the CPU.
pub fn executor_chain(device: Option<Device>) -> ExecutorChain {
    let gpu = |choice| -> MakeExecutor {
        Box::new(move || {
            Box::pin(async move {
                let executor = GpuExecutor::new(choice).await?;
                Ok(AnyExecutor::Gpu(Box::new(executor)))
            })
        })
    };
    let cpu = || -> MakeExecutor {
        Box::new(|| Box::pin(async { Ok(AnyExecutor::Cpu(CpuExecutor::new())) }))
    };
    match device {
        Some(Device::Webgpu) => vec![gpu(AdapterChoice::Any)],
        Some(Device::Cpu) => vec![cpu()],
        None => vec![gpu(AdapterChoice::Hardware), cpu()],
    }
}

/// Runs the pipeline and encodes its frames in the order in which they arrive.
async fn encode(
    model: &AnyModel,
    recipe: &Recipe,
    runtime: &mut Runtime,
    json: bool,
) -> Result<Vec<u8>> {
    let mut encoder = PlatformEncoder::open(ClipFormat::of(recipe, SAMPLE_RATE)).await?;
    let mut media = Vec::new();
    let mut events = |event: Event| {
        if json {
            print_json(&event);
        } else {
            print_progress(&event);
        }
        if matches!(event, Event::Frame { .. } | Event::Sound { .. }) {
            media.push(event);
        }
    };
    generate(model, recipe, runtime, &mut events, &Cancel::new()).await?;
    for event in media {
        match event {
            Event::Frame { rgb, .. } => encoder.push_frame(&rgb).await?,
            Event::Sound { samples, .. } => encoder.push_audio(&samples).await?,
            _ => {}
        }
    }
    Ok(encoder.finish(Some(recipe)).await?)
}

/// One event a line; pixels and samples stay out, they are in the file.
fn print_json(event: &Event) {
    let mut value = serde_json::to_value(event).expect("events are plain data");
    if let Some(object) = value.as_object_mut() {
        object.remove("rgb");
        object.remove("samples");
    }
    println!("{value}");
}

fn print_progress(event: &Event) {
    match event {
        Event::Speech { lines } => {
            for line in lines.iter().filter(|line| line.cut) {
                eprintln!(
                    "the clip is too short for “{}”: its end is cut; try --seconds {:.0}",
                    line.text,
                    line.end_s.ceil()
                );
            }
        }
        Event::PromptRead(reading) => {
            if !reading.unknown.is_empty() {
                eprintln!("not in this model's world: {}", reading.unknown.join(", "));
            }
            let there = reading.understood.iter().filter(|u| u.value != "none");
            let (said, chosen): (Vec<_>, Vec<_>) = there.partition(|u| !u.is_chosen());
            for (how, fields) in [("understood", said), ("chosen", chosen)] {
                let values: Vec<_> = fields.iter().map(|u| u.value.as_str()).collect();
                if !values.is_empty() {
                    eprintln!("{how}: {}", values.join(", "));
                }
            }
        }
        Event::Stage {
            stage: Stage::Source,
        } => eprintln!("drawing the clip it comes from"),
        Event::Step { index, total } => eprintln!("step {index}/{total}"),
        Event::Resumed { device, reason } => eprintln!("{reason}; going on by {device}"),
        Event::Done { summary } => {
            let total: f32 = summary.seconds.iter().map(|(_, seconds)| seconds).sum();
            eprintln!("made on {} in {total:.1} s", summary.device);
        }
        _ => {}
    }
}

fn parse_word<T: std::str::FromStr<Err: std::fmt::Display>>(word: &str) -> Result<T, String> {
    word.parse().map_err(|e: T::Err| e.to_string())
}

fn parse_size(text: &str) -> Result<(u32, u32)> {
    let Some((width, height)) = text.split_once('x') else {
        bail!("a size looks like 128x128")
    };
    Ok((width.parse()?, height.parse()?))
}
