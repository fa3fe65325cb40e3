//! The denoising of a clip: seeded noise → video and sound tokens.

use kinora_contract::plan::Plan;
use kinora_engine::{EngineError, Executor, Handle};
use kinora_model::Guidance;
use kinora_model::dit::{SOUND_DIM, TOKEN_DIM};
use kinora_model::features::video_plan_features;
use kinora_model::rope::{dit_positions, rope_tables};

use crate::error::GenerateError;
use crate::estimate::Work;
use crate::event::{Event, Stage};
use crate::generate::{Job, persist};
use crate::noise::{Purpose, standard_normal};
use crate::prompt::{self, EncodedPrompt};
use crate::runtime::Network;
use crate::schedule::{Step, euler_steps};

/// Video and sound tokens.
pub(crate) type Tokens = (Vec<f32>, Vec<f32>);

impl Job<'_> {
    /// Noise → tokens. The host follows the state from what it reads for the preview, so that a lost device costs one step.
    pub(crate) async fn denoise(
        &mut self,
        text: &EncodedPrompt,
        plan: &Plan,
    ) -> Result<Tokens, GenerateError> {
        self.enter(Stage::Denoise);
        let seed = self.recipe.seed;
        let frames = self.grid.latent_frames;
        let mut video = standard_normal(seed, Purpose::Video, self.grid.video_tokens() * TOKEN_DIM);
        let mut sound = standard_normal(seed, Purpose::Sound, frames * SOUND_DIM);
        let mut handle = persist!(self, self.start_denoise(text, plan, (&video, &sound)));
        let steps = euler_steps(self.recipe.steps, self.runtime.starter.config.sampler.shift);
        let mut index = 0;
        while index < steps.len() {
            self.estimator.start();
            match self.denoise_step(handle, steps[index]).await {
                Err(error) => {
                    self.recover(error.into()).await?;
                    handle = persist!(self, self.start_denoise(text, plan, (&video, &sound)));
                }
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
}

fn advance(state: &mut [f32], x0: &[f32], step: Step) {
    for (z, x) in state.iter_mut().zip(x0) {
        *z = step.keep * *z + step.blend * x;
    }
}
