//! A recipe → a clip, told as a stream of events.

use kinora_contract::Recipe;
use kinora_contract::plan::Plan;
use kinora_engine::{Cancel, EngineError, Executor, Handle};
use kinora_model::decoder::{Chunk, to_byte};
use kinora_model::dit::{SOUND_DIM, TOKEN_DIM};
use kinora_model::features::video_plan_features;
use kinora_model::rope::{dit_positions, rope_tables, time_positions};
use kinora_model::wan::time_features;
use kinora_model::{Grid, Guidance};
use kinora_sound::SAMPLE_RATE;
use web_time::Instant;

use crate::error::GenerateError;
use crate::estimate::{Estimator, Work};
use crate::event::{Event, Stage, Summary};
use crate::noise::{Purpose, standard_normal};
use crate::prompt::{self, EncodedPrompt};
use crate::runtime::{Network, Runtime};
use crate::schedule::{Step, euler_steps};

/// Generates the clip of a recipe. Everything it makes leaves through `events`; the last one is [`Event::Done`].
///
/// The same recipe on the same executor gives the same bytes. A wish to cancel is answered between two dispatches.
pub async fn generate(
    recipe: &Recipe,
    runtime: &mut Runtime,
    events: &mut dyn FnMut(Event),
    cancel: &Cancel,
) -> Result<Summary, GenerateError> {
    check(recipe, runtime)?;
    let mut job = Job::new(recipe, runtime, events, cancel);
    job.load().await?;
    let text = job.text().await?;
    let plan = job.plan(&text).await?;
    let (video, sound) = job.denoise(&text, &plan).await?;
    let frames_blake3 = job.decode(&video).await?;
    job.sound(&sound);
    let summary = job.summary(frames_blake3);
    events(Event::Done {
        summary: summary.clone(),
    });
    Ok(summary)
}

fn check(recipe: &Recipe, runtime: &Runtime) -> Result<(), GenerateError> {
    recipe.validate()?;
    let config = &runtime.starter.config;
    if recipe.model.hash != config.weights_blake3 {
        let name = |id: &str, hash: &str| format!("{id} {}", &hash[..hash.len().min(8)]);
        return Err(GenerateError::OtherModel {
            wanted: name(&recipe.model.id, &recipe.model.hash),
            loaded: name(&config.id, &config.weights_blake3),
        });
    }
    let unsupported = [
        (!recipe.sources.is_empty(), "clips and images as sources"),
        (!recipe.edits.is_empty(), "edits"),
        (!recipe.dialogue.is_empty(), "dialogue"),
    ];
    match unsupported.into_iter().find(|(asked, _)| *asked) {
        Some((_, what)) => Err(GenerateError::Unsupported(what.to_owned())),
        None => Ok(()),
    }
}

/// One generation under way.
struct Job<'a> {
    recipe: &'a Recipe,
    runtime: &'a mut Runtime,
    events: &'a mut dyn FnMut(Event),
    cancel: &'a Cancel,
    grid: Grid,
    guidance: Guidance,
    estimator: Estimator,
    seconds: Vec<(Stage, f32)>,
    since: Instant,
}

/// Video and sound tokens.
type Tokens = (Vec<f32>, Vec<f32>);

impl<'a> Job<'a> {
    fn new(
        recipe: &'a Recipe,
        runtime: &'a mut Runtime,
        events: &'a mut dyn FnMut(Event),
        cancel: &'a Cancel,
    ) -> Self {
        let [width, height, frames] =
            [recipe.width, recipe.height, recipe.frames].map(|n| n as usize);
        let guidance = if recipe.guidance_scale == 1.0 {
            Guidance::None
        } else {
            Guidance::ClassifierFree
        };
        Self {
            recipe,
            runtime,
            events,
            cancel,
            grid: Grid::of_clip(width, height, frames),
            guidance,
            estimator: Estimator::new(0.0, 0.0),
            seconds: Vec::new(),
            since: Instant::now(),
        }
    }

    fn emit(&mut self, event: Event) {
        (self.events)(event);
    }

    fn enter(&mut self, stage: Stage) {
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

    /// Prepares all networks, so that the estimate knows the work ahead.
    async fn load(&mut self) -> Result<(), GenerateError> {
        self.enter(Stage::Load);
        self.runtime.load(Network::Text).await?;
        self.runtime
            .load(Network::Planner(self.grid.latent_frames))
            .await?;
        self.cancel.check()?;
        let dit = self
            .runtime
            .load(Network::Dit(self.grid, self.guidance))
            .await?;
        self.cancel.check()?;
        self.runtime
            .load(Network::Decoder(self.grid, Chunk::First))
            .await?;
        let decoder = self
            .runtime
            .load(Network::Decoder(self.grid, Chunk::Next))
            .await?;
        self.estimator = Estimator::new(
            self.runtime.flops(dit)? * f64::from(self.recipe.steps),
            self.runtime.flops(decoder)? * (self.grid.latent_frames as f64 - 0.75),
        );
        Ok(())
    }

    async fn text(&mut self) -> Result<EncodedPrompt, GenerateError> {
        self.enter(Stage::Text);
        let text = prompt::encode(self.recipe, self.runtime, self.cancel).await?;
        self.emit(text.words.clone());
        Ok(text)
    }

    async fn plan(&mut self, text: &EncodedPrompt) -> Result<Plan, GenerateError> {
        self.enter(Stage::Plan);
        let frames = self.grid.latent_frames;
        let config = self.runtime.starter.config.clone();
        let handle = self.runtime.load(Network::Planner(frames)).await?;
        let positions: Vec<_> = time_positions(frames).collect();
        let rope = rope_tables(&positions, config.planner.head_dim());
        let noise = standard_normal(
            self.recipe.seed,
            Purpose::Plan,
            Plan::empty(frames).rows().len(),
        );
        let inputs = [
            ("plan", noise),
            ("text", text.rows.clone()),
            (
                "text_bias",
                text.attention_bias(config.planner.heads * frames),
            ),
            ("rope.cos", rope.cos),
            ("rope.sin", rope.sin),
        ];
        self.write(handle, &inputs).await?;
        for step in euler_steps(config.sampler.planner_steps, config.sampler.planner_shift) {
            self.write_step(handle, step, config.planner.freq_dim)
                .await?;
            self.runtime.executor.run(handle, self.cancel).await?;
        }
        let rows = self.runtime.executor.read(handle, "plan").await?;
        let plan = Plan::from_rows(frames, rows).map_err(|e| EngineError::Device(e.to_string()))?;
        self.emit(Event::Plan { plan: plan.clone() });
        Ok(plan)
    }

    /// Noise → tokens. The host follows the state from what it reads for the preview, so that a lost device costs one step.
    async fn denoise(
        &mut self,
        text: &EncodedPrompt,
        plan: &Plan,
    ) -> Result<Tokens, GenerateError> {
        self.enter(Stage::Denoise);
        let seed = self.recipe.seed;
        let frames = self.grid.latent_frames;
        let mut video = standard_normal(seed, Purpose::Video, self.grid.video_tokens() * TOKEN_DIM);
        let mut sound = standard_normal(seed, Purpose::Sound, frames * SOUND_DIM);
        let mut handle = self.start_denoise(text, plan, (&video, &sound)).await?;
        let steps = euler_steps(self.recipe.steps, self.runtime.starter.config.sampler.shift);
        let mut index = 0;
        while index < steps.len() {
            self.estimator.start();
            match self.denoise_step(handle, steps[index]).await {
                Err(EngineError::DeviceLost(_)) => {
                    self.runtime.replace_executor().await?;
                    self.emit(Event::Resumed {
                        step: index as u32 + 1,
                    });
                    handle = self.start_denoise(text, plan, (&video, &sound)).await?;
                    continue;
                }
                Err(error) => return Err(error.into()),
                Ok((video_x0, sound_x0)) => {
                    advance(&mut video, &video_x0, steps[index]);
                    advance(&mut sound, &sound_x0, steps[index]);
                    index += 1;
                    self.report_step(handle, index as u32, steps.len() as u32, &video_x0)?;
                }
            }
        }
        Ok((video, sound))
    }

    async fn start_denoise(
        &mut self,
        text: &EncodedPrompt,
        plan: &Plan,
        (video, sound): (&[f32], &[f32]),
    ) -> Result<Handle, GenerateError> {
        let handle = self
            .runtime
            .load(Network::Dit(self.grid, self.guidance))
            .await?;
        let config = &self.runtime.starter.config.dit;
        let rope = rope_tables(&dit_positions(self.grid), config.head_dim());
        let bias_rows = config.heads * self.grid.tokens();
        let mut inputs = vec![
            ("video", video.to_vec()),
            ("sound", sound.to_vec()),
            ("text", text.rows.clone()),
            ("text_bias", text.attention_bias(bias_rows)),
            ("plan_features", video_plan_features(plan, self.grid)),
            ("plan", plan.rows().to_vec()),
            ("rope.cos", rope.cos),
            ("rope.sin", rope.sin),
        ];
        if self.guidance == Guidance::ClassifierFree {
            let null = prompt::encode_nothing(self.runtime, self.cancel).await?;
            inputs.push(("null_text_bias", null.attention_bias(bias_rows)));
            inputs.push(("null_text", null.rows));
            inputs.push(("guidance", vec![self.recipe.guidance_scale]));
        }
        self.write(handle, &inputs).await?;
        Ok(handle)
    }

    async fn denoise_step(&mut self, handle: Handle, step: Step) -> Result<Tokens, EngineError> {
        let freq_dim = self.runtime.starter.config.dit.freq_dim;
        self.write_step(handle, step, freq_dim).await?;
        self.runtime.executor.run(handle, self.cancel).await?;
        let video = self.runtime.executor.read(handle, "video_x0").await?;
        let sound = self.runtime.executor.read(handle, "sound_x0").await?;
        Ok((video, sound))
    }

    fn report_step(
        &mut self,
        handle: Handle,
        index: u32,
        total: u32,
        video_x0: &[f32],
    ) -> Result<(), GenerateError> {
        let seconds_left = self
            .estimator
            .finish(Work::Denoise, self.runtime.flops(handle)?);
        self.emit(Event::Step { index, total });
        self.emit(Event::Estimate { seconds_left });
        let middle = self.grid.latent_frames / 2;
        let per_frame = self.grid.tokens_per_frame() * TOKEN_DIM;
        let tokens = &video_x0[middle * per_frame..(middle + 1) * per_frame];
        let rgb = self.runtime.previewer.rgb(tokens, self.grid);
        let (width, height) = (self.recipe.width, self.recipe.height);
        // The previewer shows the second sub-frame.
        let frame = kinora_contract::plan::frame_of(middle, 1) as u32;
        self.emit(Event::Preview {
            width,
            height,
            frame,
            rgb,
        });
        Ok(())
    }

    /// Tokens → frames, one latent frame at a time; returns the BLAKE3 of all of them.
    async fn decode(&mut self, video: &[f32]) -> Result<String, GenerateError> {
        self.enter(Stage::Decode);
        let mut hasher = blake3::Hasher::new();
        let mut previous: Option<Vec<f32>> = None;
        let mut next_index = 0;
        for tokens in video.chunks_exact(self.grid.tokens_per_frame() * TOKEN_DIM) {
            self.estimator.start();
            let chunk = if previous.is_some() {
                Chunk::Next
            } else {
                Chunk::First
            };
            let handle = self
                .runtime
                .load(Network::Decoder(self.grid, chunk))
                .await?;
            self.write(handle, &[("tokens", tokens.to_vec())]).await?;
            if let Some(previous) = previous.take() {
                self.write(handle, &[("previous", previous)]).await?;
            }
            self.runtime.executor.run(handle, self.cancel).await?;
            let frames = self.runtime.executor.read(handle, "frames").await?;
            previous = Some(self.runtime.executor.read(handle, "last").await?);
            for frame in frames.chunks_exact(frames.len() / chunk.frames()) {
                let rgb: Vec<u8> = frame.iter().map(|&value| to_byte(value)).collect();
                hasher.update(&rgb);
                self.emit(Event::Frame {
                    index: next_index,
                    rgb,
                });
                next_index += 1;
            }
            let seconds_left = self
                .estimator
                .finish(Work::Decode, self.runtime.flops(handle)?);
            self.emit(Event::Estimate { seconds_left });
        }
        Ok(hasher.finalize().to_hex().to_string())
    }

    fn sound(&mut self, tokens: &[f32]) {
        self.enter(Stage::Sound);
        let track = kinora_sound::tokens::decode(tokens);
        let samples = kinora_sound::render(&track, SAMPLE_RATE);
        self.emit(Event::Sound {
            samples,
            sample_rate: SAMPLE_RATE,
        });
    }

    fn summary(&mut self, frames_blake3: String) -> Summary {
        self.leave();
        let device = self.runtime.executor.device().kind;
        Summary {
            frames_blake3,
            device,
            seconds: std::mem::take(&mut self.seconds),
        }
    }

    async fn write(
        &mut self,
        handle: Handle,
        inputs: &[(&str, Vec<f32>)],
    ) -> Result<(), EngineError> {
        for (name, values) in inputs {
            self.runtime.executor.write(handle, name, values).await?;
        }
        Ok(())
    }

    async fn write_step(
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

fn advance(state: &mut [f32], x0: &[f32], step: Step) {
    for (z, x) in state.iter_mut().zip(x0) {
        *z = step.keep * *z + step.blend * x;
    }
}
