//! A run, from a recipe's bytes to an MP4: tab lock, generation, encoder, history entry.

use super::captions::captions;
use super::model_host::ModelHost;
use super::{port, poster, tab_lock};
use crate::protocol::{ClipRecord, Device, RunUpdate};
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::StreamExt;
use futures_util::future::join;
use js_sys::{Date, Math, Uint8Array};
use kinora_codec::{ClipFormat, CodecError, Encoder, EncoderChoice, PlatformEncoder};
use kinora_contract::event::{Event, SpokenLine, Summary};
use kinora_contract::{Plan, Recipe};
use kinora_engine::Cancel;
use kinora_pipeline::GenerateError;
use kinora_sound::SAMPLE_RATE;
use web_sys::AbortController;

/// A run and its means to stop.
pub struct Job {
    /// The page's number of it.
    pub number: u32,
    cancel: Cancel,
    abort: Option<AbortController>,
}

/// A finished clip.
pub struct Clip {
    /// The MP4.
    pub mp4: Uint8Array,
    /// Its history entry.
    pub record: ClipRecord,
    /// The poster, a PNG.
    pub poster: Option<Uint8Array>,
}

/// Input of the encoder.
enum Media {
    Frame(Vec<u8>),
    Sound(Vec<f32>),
}

impl Job {
    /// Creates a run.
    pub fn new(number: u32) -> Self {
        Self {
            number,
            cancel: Cancel::new(),
            abort: AbortController::new().ok(),
        }
    }

    /// Stops the run, whether it computes or waits for the lock.
    pub fn cancel(&self) {
        self.cancel.cancel();
        if let Some(abort) = &self.abort {
            abort.abort();
        }
    }

    fn post(&self, update: RunUpdate, bytes: Option<Uint8Array>) {
        port::update(self.number, update, bytes);
    }
}

/// Runs a job. The error is its last update.
pub async fn run(
    job: &Job,
    model: &mut ModelHost,
    requested: Device,
    recipe: &[u8],
) -> Result<Clip, RunUpdate> {
    let recipe = Recipe::from_bytes(recipe).map_err(|error| failed(error.to_string()))?;
    let _lock = match &job.abort {
        Some(abort) => tab_lock::acquire(abort, || job.post(RunUpdate::Waiting, None)).await,
        None => None,
    };
    if job.cancel.is_cancelled() {
        return Err(RunUpdate::Cancelled);
    }
    let began = Date::now();
    let (sender, receiver) = unbounded();
    let mut watch = Watch::new(job, &recipe, sender);
    let (made, written) = join(
        async {
            let device = model.device(requested);
            job.post(RunUpdate::Started { device }, None);
            let mut on_event = |event| watch.on_event(event);
            let outcome = model
                .generate(&recipe, requested, &mut on_event, &job.cancel)
                .await;
            // Ends the encoder's input.
            watch.media.close_channel();
            outcome
        },
        encode(&recipe, receiver),
    )
    .await;
    let (device, summary) = made.map_err(ended)?;
    let (mp4, choice) = written.map_err(|error| {
        failed(format!(
            "The clip was generated but could not be encoded: {error}."
        ))
    })?;
    let took = ((Date::now() - began) / 1000.0) as f32;
    let poster = watch.poster().await;
    let record = ClipRecord {
        captions: watch.captions(),
        ..record(&recipe, &mp4, &summary, (device, took, choice))
    };
    Ok(Clip {
        mp4: Uint8Array::from(mp4.as_slice()),
        record,
        poster,
    })
}

/// Forwards the events of a run to the page, and its frames and sound to the encoder.
struct Watch<'a> {
    job: &'a Job,
    recipe: &'a Recipe,
    media: UnboundedSender<Media>,
    /// The first subject's material, as the model read the prompt.
    material: String,
    plan: Option<Plan>,
    spoken: Vec<SpokenLine>,
    /// RGB bytes of the poster's frame.
    poster: Option<Vec<u8>>,
}

impl<'a> Watch<'a> {
    fn new(job: &'a Job, recipe: &'a Recipe, media: UnboundedSender<Media>) -> Self {
        Self {
            job,
            recipe,
            media,
            material: String::new(),
            plan: None,
            spoken: Vec::new(),
            poster: None,
        }
    }

    fn on_event(&mut self, mut event: Event) {
        let mut pixels = None;
        match &mut event {
            Event::PromptRead(reading) => {
                let material = reading.understood.iter().find(|it| it.slot == "material1");
                self.material = material.map(|it| it.value.clone()).unwrap_or_default();
            }
            Event::Preview { rgb, .. } => {
                pixels = Some(Uint8Array::from(std::mem::take(rgb).as_slice()));
            }
            Event::Frame { index, rgb } => {
                let rgb = std::mem::take(rgb);
                pixels = Some(Uint8Array::from(rgb.as_slice()));
                if *index == self.recipe.frames / 3 {
                    self.poster = Some(rgb.clone());
                }
                self.feed(Media::Frame(rgb));
            }
            Event::Sound { samples, .. } => {
                return self.feed(Media::Sound(std::mem::take(samples)));
            }
            // The captions need these; the page does not.
            Event::Plan { plan } => return self.plan = Some(plan.clone()),
            Event::Speech { lines } => return self.spoken = std::mem::take(lines),
            Event::Done { .. } => return,
            Event::Stage { .. }
            | Event::Step { .. }
            | Event::Estimate { .. }
            | Event::Resumed { .. } => {}
        }
        self.job.post(RunUpdate::Event(event), pixels);
    }

    fn feed(&self, media: Media) {
        // The receiver ends early only when encoding failed; that error is reported instead.
        let _ = self.media.unbounded_send(media);
    }

    fn captions(&self) -> Vec<(f32, String)> {
        let Recipe { frames, fps, .. } = *self.recipe;
        let of = |plan| captions(plan, frames, fps, &self.material);
        let mut captions = self.plan.as_ref().map(of).unwrap_or_default();
        captions.extend(
            self.spoken
                .iter()
                .map(|line| (line.start_s, line.text.clone())),
        );
        captions.sort_by(|a, b| a.0.total_cmp(&b.0));
        captions
    }

    async fn poster(&self) -> Option<Uint8Array> {
        poster::png(self.poster.as_ref()?, self.recipe.width, self.recipe.height).await
    }
}

/// Encodes frames and sound as they arrive.
async fn encode(
    recipe: &Recipe,
    mut media: UnboundedReceiver<Media>,
) -> Result<(Vec<u8>, EncoderChoice), CodecError> {
    let mut encoder = PlatformEncoder::open(ClipFormat::of(recipe, SAMPLE_RATE)).await?;
    let choice = encoder.choice();
    while let Some(next) = media.next().await {
        match next {
            Media::Frame(rgb) => encoder.push_frame(&rgb).await?,
            Media::Sound(samples) => encoder.push_audio(&samples).await?,
        }
    }
    Ok((encoder.finish(Some(recipe)).await?, choice))
}

fn record(
    recipe: &Recipe,
    mp4: &[u8],
    summary: &Summary,
    (device, took, choice): (Device, f32, EncoderChoice),
) -> ClipRecord {
    let made_at = Date::now();
    ClipRecord {
        id: format!(
            "{made_at:015.0}-{:06x}",
            (Math::random() * f64::from(1 << 24)) as u32
        ),
        prompt: recipe.prompt.clone(),
        recipe: recipe.to_link_fragment().unwrap_or_default(),
        made_at,
        width: recipe.width,
        height: recipe.height,
        frames: recipe.frames,
        fps: recipe.fps,
        bytes: mp4.len() as f64,
        took,
        device: device.name().to_owned(),
        frames_hash: summary.frames_blake3.clone(),
        codecs: format!("{} and {}", choice.video, choice.audio),
        captions: Vec::new(),
    }
}

fn ended(error: GenerateError) -> RunUpdate {
    match error {
        GenerateError::Cancelled => RunUpdate::Cancelled,
        other => failed(other.to_string()),
    }
}

fn failed(sentence: String) -> RunUpdate {
    RunUpdate::Failed { sentence }
}
