//! The denoising of a clip: seeded noise → video, sound and layer tokens.

use std::ops::Range;

use kinora_contract::plan::{PLAN_DIM, Plan, SUBJECTS, frame_of};
use kinora_engine::{EngineError, Executor, Handle};
use kinora_model::Guidance;
use kinora_model::dit::{SOUND_DIM, TOKEN_DIM};
use kinora_model::features::{layer_plan_features, sound_plan_features, video_plan_features};
use kinora_model::given::{Given, Tokens};
use kinora_model::overlay::{LatentFrame, to_byte};
use kinora_model::pictures::Pictures;
use kinora_model::rope::{dit_positions, rope_tables};

use crate::error::GenerateError;
use crate::estimate::Work;
use crate::generate::{Job, persist};
use crate::noise::{Purpose, clip_noise, standard_normal};
use crate::pictures;
use crate::plan::Staged;
use crate::prompt::{self, EncodedPrompt};
use crate::runtime::Network;
use crate::schedule::{Step, euler_steps};
use crate::source::Start;
use crate::window::Window;
use kinora_contract::event::{Event, Stage};

/// The sub-frame that a preview shows.
const PREVIEWED: usize = 1;

impl Job<'_> {
    /// Noise → tokens of the whole clip, window after window.
    pub(crate) async fn denoise(
        &mut self,
        text: &EncodedPrompt,
        staged: &Staged,
        start: &Start,
    ) -> Result<Tokens, GenerateError> {
        self.enter(Stage::Denoise);
        let mut clip = Clip::of(start);
        for (done, window) in self.windows.clone().into_iter().enumerate() {
            let (given, tokens) = self.begin_window(window, start, &staged.pictures, &clip);
            let part = part_of(staged, window.first, self.grid.latent_frames);
            let tokens = self
                .denoise_window((done, window), text, &part, (given, tokens))
                .await?;
            clip.push(window, &tokens, self.grid.latent_frames);
        }
        Ok(clip.tokens)
    }

    /// The host follows the state from what it reads for the preview, so that a lost device costs one step.
    async fn denoise_window(
        &mut self,
        (done, window): (usize, Window),
        text: &EncodedPrompt,
        part: &Staged,
        (given, mut tokens): (Given, Tokens),
    ) -> Result<Tokens, GenerateError> {
        let mut handle = persist!(self, self.start_denoise(text, part, &given, &tokens));
        let steps = euler_steps(self.recipe.steps, self.runtime.starter.config.sampler.shift);
        let mut index = 0;
        while index < steps.len() {
            self.estimator.start();
            match self.denoise_step(handle, steps[index]).await {
                Err(error) => {
                    self.recover(error.into()).await?;
                    handle = persist!(self, self.start_denoise(text, part, &given, &tokens));
                }
                Ok(x0) => {
                    advance(&mut tokens, &x0, steps[index]);
                    index += 1;
                    self.report_step(handle, (done * steps.len() + index) as u32)?;
                    self.preview(&x0, part, window.first);
                }
            }
        }
        Ok(tokens)
    }

    /// What a window begins with: noise, and what is there already.
    fn begin_window(
        &self,
        window: Window,
        start: &Start,
        pictures: &Pictures,
        clip: &Clip,
    ) -> (Given, Tokens) {
        let mut given = Given::start(self.grid, window.known);
        let mut tokens = self.noise(window.index);
        clip.give_start(window.known, &mut tokens);
        start.give(window, self.grid, &mut given, &mut tokens);
        pictures::give(pictures, window, self.grid, &mut given, &mut tokens);
        (given, tokens)
    }

    /// Noise for a window; references are zeros until somebody is shown.
    fn noise(&self, window: u32) -> Tokens {
        let config = &self.runtime.starter.config;
        let (seed, frames) = (self.recipe.seed, self.grid.latent_frames);
        let video = (Purpose::Video, Purpose::SharedVideo);
        let video_size = (frames, self.grid.tokens_per_frame() * TOKEN_DIM);
        let layer = (Purpose::Layers, Purpose::SharedLayers);
        let layer_size = (frames, SUBJECTS * config.layers.dim());
        let sampler = &config.sampler;
        let mut layers = vec![0.0; layer_size.1];
        let share = sampler.shared_layer_noise;
        layers.extend(clip_noise(seed, layer, window, layer_size, share));
        Tokens {
            video: clip_noise(seed, video, window, video_size, sampler.shared_video_noise),
            sound: standard_normal(seed, Purpose::Sound, window, frames * SOUND_DIM),
            layers,
        }
    }

    async fn start_denoise(
        &mut self,
        text: &EncodedPrompt,
        Staged { plan, shot, .. }: &Staged,
        given: &Given,
        tokens: &Tokens,
    ) -> Result<Handle, GenerateError> {
        let handle = self
            .runtime
            .load(Network::Dit(self.grid, self.guidance))
            .await?;
        let config = &self.runtime.starter.config.dit;
        let rope = rope_tables(&dit_positions(self.grid), config.head_dim());
        let bias_rows = config.heads * self.grid.tokens();
        let mut inputs = given.inputs(tokens);
        inputs.extend([
            ("text", text.rows.clone()),
            ("text_bias", text.attention_bias(bias_rows)),
            ("said.scene", text.said.scene.clone()),
            ("said.subjects", text.said.subjects.clone()),
            (
                "plan_features",
                video_plan_features(plan, self.grid, &shot.stage, &given.video),
            ),
            ("plan", sound_plan_features(plan, &given.sound)),
            (
                "layer_plan",
                layer_plan_features(plan, self.grid, &given.layers),
            ),
            ("rope.cos", rope.cos),
            ("rope.sin", rope.sin),
        ]);
        if self.guidance == Guidance::ClassifierFree {
            let null = prompt::encode_nothing(self.runtime, self.cancel).await?;
            inputs.push(("null_text_bias", null.attention_bias(bias_rows)));
            inputs.push(("null_text", null.rows));
            inputs.push(("null_said.scene", null.said.scene.clone()));
            inputs.push(("null_said.subjects", null.said.subjects.clone()));
            inputs.push(("guidance", vec![self.recipe.guidance_scale]));
        }
        self.write(handle, &inputs).await?;
        Ok(handle)
    }

    async fn denoise_step(&mut self, handle: Handle, step: Step) -> Result<Tokens, EngineError> {
        let freq_dim = self.runtime.starter.config.dit.freq_dim;
        self.write_step(handle, step, freq_dim).await?;
        self.runtime.executor.run(handle, self.cancel).await?;
        let executor = &mut self.runtime.executor;
        Ok(Tokens {
            video: executor.read(handle, "video_x0").await?,
            sound: executor.read(handle, "sound_x0").await?,
            layers: executor.read(handle, "layers_x0").await?,
        })
    }

    fn report_step(&mut self, handle: Handle, index: u32) -> Result<(), GenerateError> {
        let seconds_left = self
            .estimator
            .finish(Work::Denoise, self.runtime.flops(handle)?);
        let total = self.recipe.steps * self.windows.len() as u32;
        self.emit(Event::Step { index, total });
        self.emit(Event::Estimate { seconds_left });
        Ok(())
    }

    /// Shows the middle of the predicted window, which begins at latent frame `first`, without the residual nets.
    fn preview(&mut self, x0: &Tokens, staged: &Staged, first: usize) {
        let Staged {
            plan,
            shot,
            pictures,
            ..
        } = staged;
        let index = self.grid.latent_frames / 2;
        let subframes = PREVIEWED..PREVIEWED + 1;
        let (video, layers) = x0.of_latent_frame(index, self.grid.latent_frames);
        let overlayer = &self.runtime.overlayer;
        let backdrop = overlayer.backdrop(video, self.grid, index, pictures);
        let layers = overlayer.layers(layers, plan, index, pictures);
        let latent = LatentFrame {
            index,
            before: first,
            backdrop: &backdrop,
            layers: &layers,
            pictures,
        };
        let values = overlayer.frames(latent, plan, shot, subframes);
        self.emit(Event::Preview {
            width: self.recipe.width,
            height: self.recipe.height,
            frame: frame_of(first + index, PREVIEWED) as u32,
            rgb: values.into_iter().map(to_byte).collect(),
        });
    }
}

/// What is drawn of a clip so far.
#[derive(Default)]
struct Clip {
    tokens: Tokens,
}

impl Clip {
    fn of(start: &Start) -> Self {
        match start {
            Start::Extend(made) => Self {
                tokens: made.tokens.clone(),
            },
            Start::Nothing | Start::Remix(..) => Self::default(),
        }
    }

    /// Takes over what a window of `length` latent frames adds; the first brings the references.
    fn push(&mut self, window: Window, tokens: &Tokens, length: usize) {
        let new = window.known..window.used;
        extend(&mut self.tokens.video, &tokens.video, length, new.clone());
        extend(&mut self.tokens.sound, &tokens.sound, length, new.clone());
        // References stand where one more latent frame would.
        let first = if window.first == 0 { 0 } else { new.start + 1 };
        let layers = first..new.end + 1;
        extend(&mut self.tokens.layers, &tokens.layers, length + 1, layers);
    }

    /// Writes the last `known` latent frames of the clip where a window begins.
    fn give_start(&self, known: usize, window: &mut Tokens) {
        let give = |clip: &[f32], window: &mut [f32], skip: usize, rows: usize| {
            let length = (window.len() - skip) / rows * known;
            window[skip..skip + length].copy_from_slice(&clip[clip.len() - length..]);
        };
        if known > 0 {
            let frames = window.sound.len() / SOUND_DIM;
            let references = window.layers.len() / (frames + 1);
            give(&self.tokens.video, &mut window.video, 0, frames);
            give(&self.tokens.sound, &mut window.sound, 0, frames);
            give(&self.tokens.layers, &mut window.layers, references, frames);
        }
    }
}

/// Appends some of the `rows` equal parts of a window.
fn extend(clip: &mut Vec<f32>, window: &[f32], rows: usize, wanted: Range<usize>) {
    let width = window.len() / rows;
    clip.extend_from_slice(&window[wanted.start * width..wanted.end * width]);
}

/// A window's part of a plan, seen in the same way; past the end of the plan its last row goes on.
fn part_of(staged: &Staged, first: usize, length: usize) -> Staged {
    let (plan, mut part) = (&staged.plan, Plan::empty(length));
    let last = plan.latent_frames() - 1;
    for (j, row) in part.rows_mut().chunks_exact_mut(PLAN_DIM).enumerate() {
        let at = (first + j).min(last) * PLAN_DIM;
        row.copy_from_slice(&plan.rows()[at..at + PLAN_DIM]);
    }
    Staged {
        plan: part,
        ..staged.clone()
    }
}

fn advance(tokens: &mut Tokens, x0: &Tokens, step: Step) {
    let parts = [
        (&mut tokens.video, &x0.video),
        (&mut tokens.sound, &x0.sound),
        (&mut tokens.layers, &x0.layers),
    ];
    for (state, x0) in parts {
        for (z, x) in state.iter_mut().zip(x0) {
            *z = step.keep * *z + step.blend * x;
        }
    }
}
