//! One run from a recipe's bytes to a file: the turn among tabs, the frames, the encoder, the record.

use super::captions::captions;
use super::line;
use super::maker::{Maker, Watcher};
use super::{poster, turn};
use crate::protocol::{ClipRecord, Device, News};
use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::StreamExt;
use futures_util::future::join;
use js_sys::{Date, Math, Uint8Array};
use kinora_codec::{ClipFormat, CodecError, Encoder, EncoderChoice, PlatformEncoder};
use kinora_contract::{Plan, Recipe};
use kinora_engine::Cancel;
use kinora_pipeline::{CHOSEN_BELOW, Event, GenerateError, SpokenLine, Stage, Summary};
use web_sys::AbortController;

/// A run and the ways to stop it.
pub struct Job {
    /// The page's number for it.
    pub number: u32,
    cancel: Cancel,
    abort: Option<AbortController>,
}

/// A finished clip.
pub struct Made {
    /// The file.
    pub mp4: Uint8Array,
    /// What the history shows.
    pub record: ClipRecord,
    /// A PNG.
    pub poster: Option<Uint8Array>,
}

/// What the encoder is fed.
enum Media {
    Frame(Vec<u8>),
    Sound(Vec<f32>, u32),
}

impl Job {
    /// A run that nobody has stopped.
    pub fn new(number: u32) -> Self {
        Self {
            number,
            cancel: Cancel::new(),
            abort: AbortController::new().ok(),
        }
    }

    /// Stops it, whether it computes or waits for its turn.
    pub fn cancel(&self) {
        self.cancel.cancel();
        if let Some(abort) = &self.abort {
            abort.abort();
        }
    }

    fn tell(&self, news: News, bytes: Option<Uint8Array>) {
        line::news(self.number, news, bytes);
    }
}

/// Runs a job. The error is the last news of it.
pub async fn run(
    job: &Job,
    maker: &mut Maker,
    device: Device,
    recipe: &[u8],
) -> Result<Made, News> {
    let recipe = Recipe::from_bytes(recipe).map_err(|error| failed(error.to_string()))?;
    let _turn = match &job.abort {
        Some(abort) => turn::take(abort, || job.tell(News::Waiting, None)).await,
        None => None,
    };
    if job.cancel.is_cancelled() {
        return Err(News::Cancelled);
    }
    let began = Date::now();
    let (sender, receiver) = unbounded();
    let mut watch = Watch::new(job, sender);
    let (made, written) = join(
        async {
            let news = |news| job.tell(news, None);
            let mut see = |event| watch.see(event);
            let mut watcher = Watcher {
                news: &news,
                events: &mut see,
            };
            let outcome = maker
                .generate(&recipe, device, &mut watcher, &job.cancel)
                .await;
            // The encoder ends when nothing more can come.
            watch.media.close_channel();
            outcome
        },
        encode(&recipe, receiver),
    )
    .await;
    let (device, summary) = made.map_err(ended)?;
    let (mp4, choice) = written.map_err(|error| {
        failed(format!(
            "The clip was made but could not be written: {error}."
        ))
    })?;
    let took = ((Date::now() - began) / 1000.0) as f32;
    let poster = watch.poster(&recipe).await;
    let record = ClipRecord {
        captions: watch.captions(&recipe),
        ..record(&recipe, &mp4, &summary, (device, took, choice))
    };
    Ok(Made {
        mp4: Uint8Array::from(mp4.as_slice()),
        record,
        poster,
    })
}

/// Sees every event of the pipeline: hands it to the page, and frames and sound to the encoder.
struct Watch<'a> {
    job: &'a Job,
    media: UnboundedSender<Media>,
    /// The material of the first subject, as the model read it.
    material: String,
    plan: Option<Plan>,
    spoken: Vec<SpokenLine>,
    /// All frames, one of which becomes the poster.
    frames: Vec<Vec<u8>>,
}

impl<'a> Watch<'a> {
    fn new(job: &'a Job, media: UnboundedSender<Media>) -> Self {
        Self {
            job,
            media,
            material: String::new(),
            plan: None,
            spoken: Vec::new(),
            frames: Vec::new(),
        }
    }

    fn see(&mut self, event: Event) {
        let bytes = |rgb: &[u8]| Some(Uint8Array::from(rgb));
        match event {
            Event::Stage { stage } => self.job.tell(
                News::Stage {
                    name: stage_name(stage).to_owned(),
                },
                None,
            ),
            Event::Words {
                unknown,
                corrected,
                dropped,
                understood,
            } => {
                let material = understood.iter().find(|u| u.slot == "material1");
                self.material = material.map(|u| u.value.clone()).unwrap_or_default();
                let understood = understood
                    .into_iter()
                    .map(|u| (u.slot, u.value, u.confidence < CHOSEN_BELOW))
                    .collect();
                self.job.tell(
                    News::Words {
                        unknown,
                        corrected,
                        dropped,
                        understood,
                    },
                    None,
                );
            }
            Event::Step { index, total } => {
                self.job.tell(
                    News::Step {
                        index: index as usize,
                        total: total as usize,
                    },
                    None,
                );
            }
            Event::Estimate { seconds_left } => {
                self.job.tell(News::Estimate { seconds_left }, None)
            }
            Event::Preview {
                width,
                height,
                rgb,
                frame,
            } => {
                self.job.tell(
                    News::Preview {
                        width,
                        height,
                        frame: frame as usize,
                    },
                    bytes(&rgb),
                );
            }
            Event::Frame { index, rgb } => {
                self.job.tell(
                    News::Frame {
                        index: index as usize,
                    },
                    bytes(&rgb),
                );
                self.frames.push(rgb.clone());
                self.feed(Media::Frame(rgb));
            }
            Event::Sound {
                samples,
                sample_rate,
            } => self.feed(Media::Sound(samples, sample_rate)),
            Event::Resumed { device, reason } => self.job.tell(
                News::Resumed {
                    device: Device::of_executor(&device),
                    reason,
                },
                None,
            ),
            Event::Plan { plan } => self.plan = Some(plan),
            Event::Speech { lines } => self.spoken = lines,
            Event::Done { .. } => {}
        }
    }

    fn feed(&self, media: Media) {
        // The receiver ends early only when encoding failed, and that error is the one to tell.
        let _ = self.media.unbounded_send(media);
    }

    fn captions(&self, recipe: &Recipe) -> Vec<(f32, String)> {
        let of = |plan| captions(plan, recipe.frames, recipe.fps, &self.material);
        let mut captions = self.plan.as_ref().map(of).unwrap_or_default();
        captions.extend(
            self.spoken
                .iter()
                .map(|line| (line.start_s, line.text.clone())),
        );
        captions.sort_by(|a, b| a.0.total_cmp(&b.0));
        captions
    }

    async fn poster(&self, recipe: &Recipe) -> Option<Uint8Array> {
        let frame = self.frames.get(self.frames.len() / 3)?;
        poster::png(frame, recipe.width, recipe.height).await
    }
}

/// Encodes while frames arrive.
async fn encode(
    recipe: &Recipe,
    mut media: UnboundedReceiver<Media>,
) -> Result<(Vec<u8>, EncoderChoice), CodecError> {
    let mut encoder = PlatformEncoder::open(ClipFormat::of(recipe, SAMPLE_RATE)).await?;
    let choice = encoder.choice();
    while let Some(next) = media.next().await {
        match next {
            Media::Frame(rgb) => encoder.push_frame(&rgb).await?,
            Media::Sound(samples, rate) => {
                debug_assert_eq!(rate, SAMPLE_RATE);
                encoder.push_audio(&samples).await?;
            }
        }
    }
    Ok((encoder.finish(Some(recipe)).await?, choice))
}

/// Samples per second of all of Kinora's sound.
const SAMPLE_RATE: u32 = 16_000;

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

fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Load => "load",
        Stage::Source => "source",
        Stage::Text => "text",
        Stage::Plan => "plan",
        Stage::Denoise => "denoise",
        Stage::Decode => "decode",
        Stage::Sound => "sound",
    }
}

fn ended(error: GenerateError) -> News {
    match error {
        GenerateError::Cancelled => News::Cancelled,
        other => failed(other.to_string()),
    }
}

fn failed(sentence: String) -> News {
    News::Failed { sentence }
}
