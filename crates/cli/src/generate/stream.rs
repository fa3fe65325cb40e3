//! `kinora generate --stream`: one request per line → one record per clip, in the order of the lines, whatever the number
//! of threads.
//!
//! A line is a prompt or a JSON object ([`Request`]). The header of a record has `prompt`, `seed`, `width`, `height`,
//! `frames`, `T` (latent frames), `fps`, `sample_rate`, `steps`, `guidance`, `model` (BLAKE3 of the weights), `device`,
//! `frames_blake3`, `seconds` per stage, `reading` (slot → value and confidence), `unknown` words and `speech`. Its arrays
//! are `frames` u8 `[frames, height, width, 3]`, `plan` `[T, 116]`, `sound_tokens` `[T, 40]` and `samples`; with
//! `--latents` also `video_tokens` `[T · rows · cols, 192]`, `layers` `[T, 3, layer_dim]`, and the slot probabilities
//! `slots_scene` `[T, scene]` and `slots_subjects` `[T, 3, subject]`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter};
use std::sync::Mutex;
use std::sync::mpsc::{SyncSender, sync_channel};

use anyhow::{Context, Result, bail};
use kinora_contract::Recipe;
use kinora_contract::plan::{SUBJECTS, latent_frames};
use kinora_engine::Cancel;
use kinora_library::Library;
use kinora_model::VideoModel;
use kinora_models::starter::LatentInput;
use kinora_models::starter::networks::dit::TOKEN_DIM;
use kinora_models::starter::text::slots::SlotProbs;
use kinora_models::{AnyModel, AnyRun};
use kinora_pipeline::{Event, GenerateError, Runtime, generate_run};
use kinora_sound::SAMPLE_RATE;
use serde_json::{Value, json};

use super::request::Request;
use super::{Args, executor_chain};
use crate::clip_record::CollectedClip;
use crate::library;
use crate::model;
use crate::record::{RecordWriter, send};

/// The lines that are not generated yet, and the number of the next one.
struct Lines {
    input: Box<dyn BufRead + Send>,
    next: usize,
}

impl Lines {
    fn open(args: &Args) -> Result<Self> {
        let input: Box<dyn BufRead + Send> = match &args.captions {
            None => Box::new(BufReader::new(std::io::stdin())),
            Some(path) => {
                let file = File::open(path);
                let file = file.with_context(|| format!("{} cannot be read", path.display()))?;
                Box::new(BufReader::new(file))
            }
        };
        Ok(Self { input, next: 0 })
    }

    /// The next line that is not empty, with its number.
    fn take(&mut self) -> Result<Option<(usize, String)>> {
        let mut line = String::new();
        loop {
            line.clear();
            if self.input.read_line(&mut line)? == 0 {
                return Ok(None);
            }
            let line = line.trim();
            if !line.is_empty() {
                self.next += 1;
                return Ok(Some((self.next - 1, line.to_owned())));
            }
        }
    }
}

/// Writes a record per line until the input ends, a request fails or the reader closes the pipe.
pub fn write(args: &Args) -> Result<()> {
    let lines = Mutex::new(Lines::open(args)?);
    let mut out = BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
    std::thread::scope(|scope| {
        let (sender, records) = sync_channel(1);
        for _ in 0..args.threads.max(1) {
            let (sender, lines) = (sender.clone(), &lines);
            scope.spawn(move || {
                if let Err(error) = work(args, lines, &sender) {
                    // Nobody receives where an earlier clip failed.
                    let _ = sender.send(Err(error));
                }
            });
        }
        drop(sender);
        let (mut waiting, mut next) = (BTreeMap::new(), 0);
        for record in records {
            let (index, bytes): (usize, Vec<u8>) = record?;
            waiting.insert(index, bytes);
            while let Some(bytes) = waiting.remove(&next) {
                if !send(&mut out, &bytes)? {
                    return Ok(());
                }
                next += 1;
            }
        }
        Ok(())
    })
}

/// Generates clips on one executor until there are no more lines.
fn work(
    args: &Args,
    lines: &Mutex<Lines>,
    records: &SyncSender<Result<(usize, Vec<u8>)>>,
) -> Result<()> {
    let model = model::open(args.model.as_deref())?;
    let library = library::open(args.libraries.as_deref())?;
    pollster::block_on(async {
        let mut runtime = Runtime::new(executor_chain(args.device)).await?;
        runtime.set_library(library.clone());
        let things = library.as_deref().map(Library::hash);
        loop {
            let line = match lines.lock() {
                Ok(mut lines) => lines.take()?,
                Err(_) => bail!("another thread failed"),
            };
            let Some((index, line)) = line else {
                return Ok(());
            };
            let number = index + 1;
            let record = record(&line, (&model, things), &mut runtime, args.latents).await;
            let record = record.with_context(|| format!("clip {number}"))?;
            if records.send(Ok((index, record))).is_err() {
                return Ok(());
            }
        }
    })
}

async fn record(
    line: &str,
    (model, things): (&AnyModel, Option<&str>),
    runtime: &mut Runtime,
    latents: bool,
) -> Result<Vec<u8>> {
    let request = Request::of_line(line)?;
    let recipe = request.recipe(model.manifest(), model.sampler_defaults(), things)?;
    let (mut clip, cancel) = (CollectedClip::default(), Cancel::new());
    let mut keep = |event: Event| {
        if request.reading_only && matches!(event, Event::PromptRead(_)) {
            cancel.cancel();
        }
        clip.keep(event);
    };
    let made = generate_run(model, &recipe, runtime, &mut keep, &cancel).await;
    if request.reading_only && matches!(made, Err(GenerateError::Cancelled)) {
        return RecordWriter::new(header(&recipe, &clip), 0).finish();
    }
    let (summary, run) = made?;
    let latent_clip = match &run {
        AnyRun::Starter(run) => run.latent_input(),
        AnyRun::Toy(_) => bail!("the stream needs a model with a plan"),
    };
    let size = [recipe.width, recipe.height];
    let mut out = clip.record(header(&recipe, &clip), size, &summary, &latent_clip);
    if latents {
        push_latents(&mut out, &latent_clip);
    }
    out.finish()
}

fn header(recipe: &Recipe, clip: &CollectedClip) -> Value {
    json!({
        "prompt": recipe.prompt,
        "seed": recipe.seed,
        "width": recipe.width,
        "height": recipe.height,
        "frames": recipe.frames,
        "T": latent_frames(recipe.frames as usize),
        "fps": recipe.fps,
        "sample_rate": SAMPLE_RATE,
        "steps": recipe.steps,
        "guidance": recipe.guidance_scale,
        "model": recipe.model.hash,
        "reading": clip.reading,
        "unknown": clip.unknown,
        "speech": clip.speech,
    })
}

/// Appends the tokens without references, and the slot probabilities.
fn push_latents(out: &mut RecordWriter, clip: &LatentInput) {
    let (frames, tokens) = (clip.plan.latent_frames(), &clip.tokens);
    let video = [tokens.video.len() / TOKEN_DIM, TOKEN_DIM];
    out.floats("video_tokens", &video, &tokens.video);
    let width = tokens.layers.len() / ((frames + 1) * SUBJECTS);
    let layers = &tokens.layers[SUBJECTS * width..];
    out.floats("layers", &[frames, SUBJECTS, width], layers);
    let of_all = |part: fn(&SlotProbs) -> &[f32]| -> Vec<f32> {
        let slots = clip.slots.iter();
        slots.flat_map(|slots| part(slots)).copied().collect()
    };
    let scene = of_all(|slots| &slots.scene);
    out.floats("slots_scene", &[frames, scene.len() / frames], &scene);
    let subjects = of_all(|slots| &slots.subjects);
    let width = subjects.len() / (frames * SUBJECTS);
    out.floats("slots_subjects", &[frames, SUBJECTS, width], &subjects);
}
