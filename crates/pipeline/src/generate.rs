//! A recipe → a clip, told as a stream of events.

use std::rc::Rc;

use kinora_contract::Recipe;
use kinora_engine::{Cancel, EngineError, Executor, Handle};
use kinora_model::wan::time_features;
use kinora_model::{Grid, Guidance};
use kinora_sound::SAMPLE_RATE;
use web_time::Instant;

use crate::dialogue::{self, Speech};
use crate::error::GenerateError;
use crate::estimate::Estimator;
use crate::event::{Event, Stage, Summary};
use crate::latent_clip::LatentClip;
use crate::pictures;
use crate::plan::Staged;
use crate::runtime::{Network, Runtime};
use crate::schedule::Step;
use crate::source::{self, Made, Start};
use crate::window::{self, Window};

/// Devices that a generation may lose before it gives up on their kind.
const LOSSES: u32 = 3;

/// Repeats an attempt on another device for as long as there is one. What a generation knows lives on the host, so that
/// a lost device costs one attempt: a step, the pictures of a latent frame, or one of the quick stages.
macro_rules! persist {
    ($job:ident, $attempt:expr) => {
        loop {
            match $attempt.await {
                Ok(done) => break done,
                Err(error) => $job.recover(error.into()).await?,
            }
        }
    };
}

pub(crate) use persist;

/// Generates the clip of a recipe. Everything it makes leaves through `events`; the last one is [`Event::Done`].
///
/// The same recipe on the same executor gives the same bytes. A wish to cancel is answered between two dispatches.
pub async fn generate(
    recipe: &Recipe,
    runtime: &mut Runtime,
    events: &mut dyn FnMut(Event),
    cancel: &Cancel,
) -> Result<Summary, GenerateError> {
    generate_latents(recipe, runtime, events, cancel)
        .await
        .map(|(summary, _)| summary)
}

/// [`generate`] that also returns the plan and the tokens from which the frames were decoded.
pub async fn generate_latents(
    recipe: &Recipe,
    runtime: &mut Runtime,
    events: &mut dyn FnMut(Event),
    cancel: &Cancel,
) -> Result<(Summary, LatentClip), GenerateError> {
    check(recipe, runtime)?;
    let mut job = Job::new(recipe, runtime, events, cancel, 0);
    let speech = job.speech()?;
    job.tell_of_fall();
    persist!(job, job.load());
    let (made, staged) = job.made(&speech).await?;
    let frames_blake3 = job.decode(&made.tokens, &staged).await?;
    job.sound(&made.tokens.sound, &speech);
    let summary = job.summary(frames_blake3);
    events(Event::Done {
        summary: summary.clone(),
    });
    let clip = LatentClip {
        plan: staged.plan,
        tokens: made.tokens,
        slots: staged.said,
    };
    Ok((summary, clip))
}

/// Fails where a recipe cannot be followed here.
pub(crate) fn check(recipe: &Recipe, runtime: &Runtime) -> Result<(), GenerateError> {
    recipe.validate()?;
    let config = &runtime.starter.config;
    if recipe.model.hash != config.weights_blake3 {
        let name = |id: &str, hash: &str| format!("{id} {}", &hash[..hash.len().min(8)]);
        return Err(GenerateError::OtherModel {
            wanted: name(&recipe.model.id, &recipe.model.hash),
            loaded: name(&config.id, &config.weights_blake3),
        });
    }
    match recipe.edits.is_empty() {
        true => Ok(()),
        false => Err(GenerateError::Unsupported("edits".to_owned())),
    }
}

/// One generation under way.
pub(crate) struct Job<'a> {
    pub(crate) recipe: &'a Recipe,
    pub(crate) runtime: &'a mut Runtime,
    pub(crate) events: &'a mut dyn FnMut(Event),
    pub(crate) cancel: &'a Cancel,
    /// How many clips are made from this one, in a row.
    pub(crate) depth: usize,
    /// The size of a window: what is drawn at once.
    pub(crate) grid: Grid,
    /// Latent frames of the whole clip.
    pub(crate) latent_frames: usize,
    pub(crate) windows: Vec<Window>,
    pub(crate) guidance: Guidance,
    pub(crate) estimator: Estimator,
    seconds: Vec<(Stage, f32)>,
    since: Instant,
    losses: u32,
}

impl<'a> Job<'a> {
    pub(crate) fn new(
        recipe: &'a Recipe,
        runtime: &'a mut Runtime,
        events: &'a mut dyn FnMut(Event),
        cancel: &'a Cancel,
        depth: usize,
    ) -> Self {
        let [width, height, frames] =
            [recipe.width, recipe.height, recipe.frames].map(|n| n as usize);
        let guidance = if recipe.guidance_scale == 1.0 {
            Guidance::None
        } else {
            Guidance::ClassifierFree
        };
        let whole = Grid::of_clip(width, height, frames);
        let (length, windows) = window::windows(whole.latent_frames, source::drawn(recipe));
        Self {
            recipe,
            runtime,
            events,
            cancel,
            depth,
            grid: Grid {
                latent_frames: length,
                ..whole
            },
            latent_frames: whole.latent_frames,
            windows,
            guidance,
            estimator: Estimator::new(0.0, 0.0),
            seconds: Vec::new(),
            since: Instant::now(),
            losses: 0,
        }
    }

    /// Everything up to the tokens, and the plan that they follow.
    pub(crate) async fn made(&mut self, speech: &Speech) -> Result<(Made, Staged), GenerateError> {
        let source = self.source().await?;
        let before = source
            .as_ref()
            .map_or(&[][..], |(_, made)| &made.settled[..]);
        let text = persist!(self, self.text(before));
        let start = Start::of(source, self.recipe, text.understood());
        let rows = match &start {
            Start::Remix(made, kept) if kept.plan && made.obeys_as(text.understood()) => {
                made.rows.clone()
            }
            Start::Remix(made, kept) if kept.plan => self.by_law(made.rows.clone(), &text, 0)?,
            _ => {
                let planned = persist!(self, self.plan(&text, &start));
                self.by_law(planned, &text, start.drawn_frames())?
            }
        };
        let look = start.look(self.recipe, &text);
        let overlayer = &self.runtime.overlayer;
        let sources = pictures::sources(self.recipe, &start, text.is_portrait())?;
        let pictures = pictures::prepared(&sources, self.grid, overlayer)?;
        // What goes on stays as it was, whatever its new words are.
        let mut said = start.said().to_vec();
        said.resize(self.latent_frames, text.said.clone());
        let pictures = Rc::new(pictures);
        let staged = self.staged(rows.clone(), &text, speech, look, pictures, said.clone())?;
        self.emit(Event::Plan {
            plan: staged.plan.clone(),
        });
        persist!(self, self.estimate(&staged));
        let tokens = self.denoise(&text, &staged, &start).await?;
        let words = (text.understood().to_vec(), text.settled, said);
        let made = Made::new(self.recipe, words, rows, tokens, (look, sources));
        Ok((made, staged))
    }

    /// What is said in the clip.
    pub(crate) fn speech(&self) -> Result<Speech, GenerateError> {
        let lines = dialogue::lines(self.recipe);
        Ok(Speech::new(lines, self.recipe.seed, self.recipe.seconds())?)
    }

    pub(crate) fn emit(&mut self, event: Event) {
        (self.events)(event);
    }

    /// Says that the device is not the one that was wanted, once.
    fn tell_of_fall(&mut self) {
        if let Some(error) = self.runtime.fell.take() {
            self.tell_of_change(error.to_string());
        }
    }

    fn tell_of_change(&mut self, reason: String) {
        let device = self.runtime.executor.device().kind;
        self.emit(Event::Resumed { device, reason });
    }

    /// Goes on with another device after one that failed, or gives the error back.
    pub(crate) async fn recover(&mut self, error: GenerateError) -> Result<(), GenerateError> {
        let GenerateError::Engine(error) = error else {
            return Err(error);
        };
        self.losses += 1;
        let reason = error.to_string();
        let chance = self.losses <= LOSSES;
        self.runtime.recover(error, chance).await?;
        self.tell_of_change(reason);
        Ok(())
    }

    pub(crate) fn enter(&mut self, stage: Stage) {
        // A repeated attempt stays in its stage.
        if self.seconds.last().is_some_and(|(last, _)| *last == stage) {
            return;
        }
        self.leave();
        self.since = Instant::now();
        self.seconds.push((stage, 0.0));
        self.emit(Event::Stage { stage });
    }

    fn leave(&mut self) {
        if let Some((_, seconds)) = self.seconds.last_mut() {
            *seconds = self.since.elapsed().as_secs_f32();
        }
    }

    /// Prepares all networks, so that none is late.
    async fn load(&mut self) -> Result<(), GenerateError> {
        self.enter(Stage::Load);
        let networks = [
            Network::Text,
            Network::Planner(self.grid.latent_frames),
            Network::Dit(self.grid, self.guidance),
            Network::LayerRefiner,
            self.place_refiner(),
        ];
        for network in networks {
            self.runtime.load(network).await?;
            self.cancel.check()?;
        }
        Ok(())
    }

    pub(crate) fn sound(&mut self, tokens: &[f32], speech: &Speech) {
        self.enter(Stage::Sound);
        let track = kinora_sound::tokens::decode(tokens);
        let mut samples = kinora_sound::render(&track, SAMPLE_RATE);
        let lines = speech.over(&mut samples);
        if !lines.is_empty() {
            self.emit(Event::Speech { lines });
        }
        self.emit(Event::Sound {
            samples,
            sample_rate: SAMPLE_RATE,
        });
    }

    pub(crate) fn summary(&mut self, frames_blake3: String) -> Summary {
        self.leave();
        let device = self.runtime.executor.device().kind;
        Summary {
            frames_blake3,
            device,
            seconds: std::mem::take(&mut self.seconds),
        }
    }

    pub(crate) async fn write(
        &mut self,
        handle: Handle,
        inputs: &[(&str, Vec<f32>)],
    ) -> Result<(), EngineError> {
        for (name, values) in inputs {
            self.runtime.executor.write(handle, name, values).await?;
        }
        Ok(())
    }

    pub(crate) async fn write_step(
        &mut self,
        handle: Handle,
        step: Step,
        freq_dim: usize,
    ) -> Result<(), EngineError> {
        let inputs = [
            ("time", time_features(step.t, freq_dim)),
            ("coeffs", vec![step.keep, step.blend, 0.0, 0.0]),
        ];
        self.write(handle, &inputs).await
    }
}
