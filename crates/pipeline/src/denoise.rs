//! The denoising of a clip: seeded noise → video, sound and layer tokens.

use kinora_contract::plan::{Plan, frame_of};
use kinora_engine::{EngineError, Executor, Handle};
use kinora_model::Guidance;
use kinora_model::decoder::{Previewer, to_byte};
use kinora_model::dit::{SOUND_DIM, TOKEN_DIM};
use kinora_model::features::{layer_plan_features, video_plan_features};
use kinora_model::overlay::LatentFrame;
use kinora_model::rope::{dit_positions, rope_tables};

use crate::error::GenerateError;
use crate::estimate::Work;
use crate::event::{Event, Stage};
use crate::generate::{Job, persist};
use crate::noise::{Purpose, standard_normal};
use crate::prompt::{self, EncodedPrompt};
use crate::runtime::Network;
use crate::schedule::{Step, euler_steps};

/// The parts of a clip in tokens: as they stand between two steps, or as the video model predicts them.
pub(crate) struct Tokens {
    pub video: Vec<f32>,
    pub sound: Vec<f32>,
    /// Ordered by latent frame, then subject.
    pub layers: Vec<f32>,
}

impl Job<'_> {
    /// Noise → tokens. The host follows the state from what it reads for the preview, so that a lost device costs one step.
    pub(crate) async fn denoise(
        &mut self,
        text: &EncodedPrompt,
        plan: &Plan,
    ) -> Result<Tokens, GenerateError> {
        self.enter(Stage::Denoise);
        let mut tokens = self.noise();
        let mut handle = persist!(self, self.start_denoise(text, plan, &tokens));
        let steps = euler_steps(self.recipe.steps, self.runtime.starter.config.sampler.shift);
        let mut index = 0;
        while index < steps.len() {
            self.estimator.start();
            match self.denoise_step(handle, steps[index]).await {
                Err(error) => {
                    self.recover(error.into()).await?;
                    handle = persist!(self, self.start_denoise(text, plan, &tokens));
                }
                Ok(x0) => {
                    tokens.advance(&x0, steps[index]);
                    index += 1;
                    self.report_step(handle, index as u32, steps.len() as u32)?;
                    self.preview(&x0, plan);
                }
            }
        }
        Ok(tokens)
    }

    fn noise(&self) -> Tokens {
        let layer_dim = self.runtime.starter.config.layers.dim();
        let noise = |purpose, count| standard_normal(self.recipe.seed, purpose, count);
        Tokens {
            video: noise(Purpose::Video, self.grid.video_tokens() * TOKEN_DIM),
            sound: noise(Purpose::Sound, self.grid.latent_frames * SOUND_DIM),
            layers: noise(Purpose::Layers, self.grid.layer_tokens() * layer_dim),
        }
    }

    async fn start_denoise(
        &mut self,
        text: &EncodedPrompt,
        plan: &Plan,
        tokens: &Tokens,
    ) -> Result<Handle, GenerateError> {
        let handle = self
            .runtime
            .load(Network::Dit(self.grid, self.guidance))
            .await?;
        let config = &self.runtime.starter.config.dit;
        let rope = rope_tables(&dit_positions(self.grid), config.head_dim());
        let bias_rows = config.heads * self.grid.tokens();
        let mut inputs = vec![
            ("video", tokens.video.clone()),
            ("sound", tokens.sound.clone()),
            ("layers", tokens.layers.clone()),
            ("text", text.rows.clone()),
            ("text_bias", text.attention_bias(bias_rows)),
            ("plan_features", video_plan_features(plan, self.grid)),
            ("plan", plan.rows().to_vec()),
            ("layer_plan", layer_plan_features(plan, self.grid)),
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
        let executor = &mut self.runtime.executor;
        Ok(Tokens {
            video: executor.read(handle, "video_x0").await?,
            sound: executor.read(handle, "sound_x0").await?,
            layers: executor.read(handle, "layers_x0").await?,
        })
    }

    fn report_step(&mut self, handle: Handle, index: u32, total: u32) -> Result<(), GenerateError> {
        let seconds_left = self
            .estimator
            .finish(Work::Denoise, self.runtime.flops(handle)?);
        self.emit(Event::Step { index, total });
        self.emit(Event::Estimate { seconds_left });
        Ok(())
    }

    /// Shows the middle of the predicted clip, as the matrices draw it.
    fn preview(&mut self, x0: &Tokens, plan: &Plan) {
        let index = self.grid.latent_frames / 2;
        let subframes = Previewer::SUBFRAME..Previewer::SUBFRAME + 1;
        let (video, layers) = x0.of_latent_frame(index, self.grid.latent_frames);
        let overlayer = &self.runtime.overlayer;
        let layers = overlayer.layers(layers, plan, index, subframes.clone());
        let latent = LatentFrame {
            index,
            video,
            layers: &layers,
        };
        let mut values = self.runtime.previewer.place(video, self.grid);
        let overlay = overlayer.overlay(latent, plan, self.grid, subframes);
        overlay.lay_on(&mut values);
        self.emit(Event::Preview {
            width: self.recipe.width,
            height: self.recipe.height,
            frame: frame_of(index, Previewer::SUBFRAME) as u32,
            rgb: values.into_iter().map(to_byte).collect(),
        });
    }
}

impl Tokens {
    /// The video and layer tokens of one of `latent_frames`.
    pub fn of_latent_frame(&self, index: usize, latent_frames: usize) -> (&[f32], &[f32]) {
        let part = |tokens: &[f32]| {
            let length = tokens.len() / latent_frames;
            index * length..(index + 1) * length
        };
        let (video, layers) = (part(&self.video), part(&self.layers));
        (&self.video[video], &self.layers[layers])
    }

    fn advance(&mut self, x0: &Self, step: Step) {
        advance(&mut self.video, &x0.video, step);
        advance(&mut self.sound, &x0.sound, step);
        advance(&mut self.layers, &x0.layers, step);
    }
}

fn advance(state: &mut [f32], x0: &[f32], step: Step) {
    for (z, x) in state.iter_mut().zip(x0) {
        *z = step.keep * *z + step.blend * x;
    }
}
