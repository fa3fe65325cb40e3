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

use anyhow::{Context, Result, ensure};
use kinora_contract::plan::{PLAN_DIM, Plan, SUBJECTS};
use kinora_engine::Cancel;
use kinora_model::dit::SOUND_DIM;
use kinora_model::given::Tokens;
use kinora_model::said::Said;
use kinora_model::starter::SlotConfig;
use kinora_pipeline::{LatentClip, Runtime, Understood, decode_latents};
use serde_json::Value;

use crate::clip_record::CollectedClip;
use crate::generate::{Device, ladder};
use crate::record::{Record, send};
use crate::starter;

/// Arguments of `kinora decode`.
#[derive(clap::Args)]
pub struct Args {
    /// Read records from the standard input and write records to the standard output.
    #[arg(long)]
    stream: bool,
    /// Folder of the model: config.json, tokenizer.json, starter.safetensors. The built-in place if left out.
    #[arg(long)]
    model: Option<PathBuf>,
    /// Where to run; by default the GPU if there is a real one.
    #[arg(long, value_enum)]
    device: Option<Device>,
}

/// Decodes records until the input ends or the reader closes the pipe.
pub fn run(args: &Args) -> Result<()> {
    ensure!(args.stream, "kinora decode works on streams: give --stream");
    let starter = starter::open(args.model.as_deref())?;
    let mut input = BufReader::with_capacity(1 << 20, std::io::stdin().lock());
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    pollster::block_on(async {
        let mut runtime = Runtime::new(Rc::new(starter), ladder(args.device)).await?;
        let mut number = 0;
        while let Some(record) = Record::read(&mut input)? {
            number += 1;
            let decoded = decode(record, &mut runtime).await;
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

async fn decode(mut record: Record, runtime: &mut Runtime) -> Result<Vec<u8>> {
    let side = |name: &str| {
        let side = record.header[name]
            .as_u64()
            .and_then(|it| it.try_into().ok());
        side.with_context(|| format!("the header has no {name}"))
    };
    let size = [side("width")?, side("height")?];
    let reading = reading(&record.header["reading"])?;
    let latents = latents(&mut record, &runtime.starter.config.slots, &reading)?;
    let mut clip = CollectedClip::default();
    let mut keep = |event| clip.keep(event);
    let cancel = Cancel::new();
    let summary = decode_latents(&latents, &reading, size, runtime, &mut keep, &cancel).await?;
    let mut header = record.header;
    header["frames"] = latents.plan.frames().into();
    clip.record(header, size, &summary, &latents).finish()
}

/// The words of a reading; slots without a word are left out.
fn reading(json: &Value) -> Result<Vec<Understood>> {
    let slots = json.as_object().context("the header has no reading")?;
    let words = slots.iter().filter_map(|(slot, read)| {
        let value = read.as_str().or_else(|| read["value"].as_str())?;
        Some(Understood {
            slot: slot.clone(),
            value: value.to_owned(),
            confidence: 1.0,
        })
    });
    Ok(words.collect())
}

fn latents(
    record: &mut Record,
    slots: &[SlotConfig],
    reading: &[Understood],
) -> Result<LatentClip> {
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
        _ => vec![Rc::new(Said::new(slots, &one_hot(slots, reading)?)); frames],
    };
    Ok(LatentClip {
        plan,
        tokens,
        slots,
    })
}

fn per_frame(scene: &[f32], subjects: &[f32], frames: usize) -> Result<Vec<Rc<Said>>> {
    let fits = frames > 0 && scene.len() % frames == 0 && subjects.len() % (frames * SUBJECTS) == 0;
    ensure!(
        fits && !scene.is_empty() && !subjects.is_empty(),
        "the slot probabilities have another number of latent frames than the plan"
    );
    let scene = scene.chunks_exact(scene.len() / frames);
    let subjects = subjects.chunks_exact(subjects.len() / frames);
    let both = scene.zip(subjects).map(|(scene, subjects)| {
        Rc::new(Said {
            scene: scene.to_vec(),
            subjects: subjects.to_vec(),
        })
    });
    Ok(both.collect())
}

/// Probabilities of a reading that leaves nothing open. A subject without words is absent: the last class of its slots.
fn one_hot(slots: &[SlotConfig], reading: &[Understood]) -> Result<Vec<Vec<f32>>> {
    let row = |slot: &SlotConfig| {
        let read = reading.iter().find(|read| read.slot == slot.name);
        let word = read.map_or("none", |read| read.value.as_str());
        let class = slot.classes.iter().position(|class| class == word);
        let class = class.with_context(|| format!("{} has no class {word}", slot.name))?;
        let mut row = vec![0.0; slot.classes.len()];
        row[class] = 1.0;
        Ok(row)
    };
    slots.iter().map(row).collect()
}
