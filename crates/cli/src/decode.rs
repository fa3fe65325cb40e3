//! `kinora decode --stream`: records of latents → records of clips, by the model's decoder alone.
//!
//! The header of a record on the standard input has `width`, `height` and `reading`: slot → word, or slot → an object with
//! `value`, as `kinora generate --stream` writes it. `action`, `style`, `weather`, `time` and `object1` decide what is
//! composited. Its arrays: `plan` `[T, 116]` as the camera shows it, `video_tokens` `[T · rows · cols, 192]`, `layers`
//! `[T, 3, layer_dim]`; `sound_tokens` `[T, 40]`, silence if they are missing; `slots_scene` and `slots_subjects`, one-hot
//! by `reading` if they are missing. Records on the standard output have the whole header of the input with `device`,
//! `seconds` and `frames_blake3`, and the arrays `frames`, `plan`, `sound_tokens` and `samples`. There is no speech.

use std::io::{BufReader, BufWriter};
use std::path::PathBuf;
use std::rc::Rc;

use anyhow::{Context, Result, bail, ensure};
use kinora_contract::plan::{PLAN_DIM, Plan, SUBJECTS};
use kinora_engine::Cancel;
use kinora_model::VideoModel;
use kinora_models::AnyModel;
use kinora_models::starter::conditioning::conditioning_mask::Tokens;
use kinora_models::starter::networks::dit::SOUND_DIM;
use kinora_models::starter::text::slots::{Classes, NONE, Slot, SlotProbs};
use kinora_models::starter::{LatentInput, Starter};
use kinora_pipeline::{Runtime, decode_run};
use serde_json::Value;

use crate::clip_record::CollectedClip;
use crate::generate::{Device, executor_chain};
use crate::model;
use crate::record::{Record, send};

/// Arguments of `kinora decode`.
#[derive(clap::Args)]
pub struct Args {
    /// Read records from the standard input and write records to the standard output.
    #[arg(long)]
    stream: bool,
    /// Folder of the model: model.json and the files that it names. The built-in starter if left out.
    #[arg(long)]
    model: Option<PathBuf>,
    /// Where to run; by default the GPU if there is a real one.
    #[arg(long, value_enum)]
    device: Option<Device>,
}

/// Decodes records until the input ends or the reader closes the pipe.
pub fn run(args: &Args) -> Result<()> {
    ensure!(args.stream, "kinora decode works on streams: give --stream");
    let AnyModel::Starter(starter) = model::open(args.model.as_deref())? else {
        bail!("only models of the family starter decode latents");
    };
    let mut input = BufReader::with_capacity(1 << 20, std::io::stdin().lock());
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    pollster::block_on(async {
        let mut runtime = Runtime::new(executor_chain(args.device)).await?;
        let mut number = 0;
        while let Some(record) = Record::read(&mut input)? {
            number += 1;
            let decoded = decode(record, &starter, &mut runtime).await;
            if !send(
                &mut out,
                &decoded.with_context(|| format!("record {number}"))?,
            )? {
                break;
            }
        }
        Ok(())
    })
}

async fn decode(mut record: Record, starter: &Starter, runtime: &mut Runtime) -> Result<Vec<u8>> {
    let side = |name: &str| {
        let side = record.header[name]
            .as_u64()
            .and_then(|it| it.try_into().ok());
        side.with_context(|| format!("the header has no {name}"))
    };
    let size = [side("width")?, side("height")?];
    let classes = &starter.checkpoint().config.classes;
    let reading = reading(classes, &record.header["reading"])?;
    let latents = latents(&mut record, classes, reading)?;
    let mut recipe = starter.recipe("latents", 0);
    [recipe.width, recipe.height] = size;
    recipe.frames = latents.plan.frames() as u32;
    let mut run = starter.decode_run(&recipe, classes.reading(reading), latents)?;
    let latents = run.latent_input();
    let mut clip = CollectedClip::default();
    let mut keep = |event| clip.keep(event);
    let cancel = Cancel::new();
    let summary = decode_run(&mut run, &recipe, runtime, &mut keep, &cancel).await?;
    let mut header = record.header;
    header["frames"] = latents.plan.frames().into();
    clip.record(header, size, &summary, &latents).finish()
}

/// Reads the class of every slot, in the order of [`Slot::ALL`]. A subject without words is absent.
fn reading(classes: &Classes, json: &Value) -> Result<[usize; Slot::ALL.len()]> {
    let slots = json.as_object().context("the header has no reading")?;
    let mut indices = [0; Slot::ALL.len()];
    for slot in Slot::ALL {
        let read = slots.get(&slot.name());
        let word = read.and_then(|read| read.as_str().or_else(|| read["value"].as_str()));
        let class = classes.class(slot, word.unwrap_or(NONE));
        indices[slot.row()] = class
            .with_context(|| format!("{} has no class {}", slot.name(), word.unwrap_or(NONE)))?;
    }
    Ok(indices)
}

fn latents(
    record: &mut Record,
    classes: &Classes,
    reading: [usize; Slot::ALL.len()],
) -> Result<LatentInput> {
    let mut take = |name: &str| record.take(name);
    let rows = take("plan").context("there is no plan")?;
    let frames = rows.len() / PLAN_DIM;
    let plan = Plan::from_rows(frames, rows)?;
    let layers = take("layers").context("there are no layers")?;
    // The decoder does not look at references.
    let references = vec![0.0; layers.len() / frames.max(1)];
    let tokens = Tokens {
        video: take("video_tokens").context("there are no video_tokens")?,
        sound: take("sound_tokens").unwrap_or_else(|| vec![0.0; frames * SOUND_DIM]),
        layers: [references, layers].concat(),
    };
    let slots = match (take("slots_scene"), take("slots_subjects")) {
        (Some(scene), Some(subjects)) => per_frame(&scene, &subjects, frames)?,
        (None, None) => {
            let shared = Rc::new(SlotProbs::one_hot(classes, reading));
            std::iter::repeat_n(shared, frames).collect()
        }
        _ => bail!("slots_scene and slots_subjects belong together"),
    };
    Ok(LatentInput {
        plan,
        tokens,
        slots,
    })
}

fn per_frame(scene: &[f32], subjects: &[f32], frames: usize) -> Result<Vec<Rc<SlotProbs>>> {
    let fits = frames > 0
        && scene.len().is_multiple_of(frames)
        && subjects.len().is_multiple_of(frames * SUBJECTS);
    ensure!(
        fits && !scene.is_empty() && !subjects.is_empty(),
        "the slot probabilities have another number of latent frames than the plan"
    );
    let scene = scene.chunks_exact(scene.len() / frames);
    let subjects = subjects.chunks_exact(subjects.len() / frames);
    let both = scene.zip(subjects).map(|(scene, subjects)| {
        Rc::new(SlotProbs {
            scene: scene.to_vec(),
            subjects: subjects.to_vec(),
        })
    });
    Ok(both.collect())
}
