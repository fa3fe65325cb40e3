//! A run of the toy: one tile, velocity prediction, a linear decoder.

use std::rc::Rc;

use kinora_contract::Recipe;
use kinora_contract::plan::SUBFRAMES;
use kinora_model::blocks::rotary::rotary_tables;
use kinora_model::sampling::flow_match::{Step, euler_steps};
use kinora_model::sampling::noise::{NoiseStream, standard_normal};
use kinora_model::sampling::temporal_tiling::Tile;
use kinora_model::{DecodedFrames, GenerateError, Run, Session, StepOutcome};

use crate::Parts;
use crate::network::{DECODED_DIM, Shape, TOKEN_DIM, TOKEN_PIXELS};

/// Shift of the schedule.
const SHIFT: f32 = 3.0;

/// A finished clip. The toy makes no clips from clips, so it keeps nothing.
#[derive(Clone)]
pub struct ToyClip;

/// One clip of the toy under way.
pub struct ToyRun {
    parts: Rc<Parts>,
    recipe: Recipe,
    shape: Shape,
    /// `[text_rows, text_dim]`.
    text: Vec<f32>,
    /// `[tokens, TOKEN_DIM]`.
    latents: Vec<f32>,
}

impl ToyRun {
    pub(crate) fn new(parts: Rc<Parts>, recipe: &Recipe, shape: Shape, text: Vec<f32>) -> Self {
        Self {
            parts,
            recipe: recipe.clone(),
            shape,
            text,
            latents: Vec::new(),
        }
    }
}

impl Run for ToyRun {
    type Clip = ToyClip;

    fn tiles(&self) -> Vec<Tile> {
        vec![Tile {
            index: 0,
            first: 0,
            overlap: 0,
            used: self.shape.latent_frames,
        }]
    }

    fn schedule(&self) -> Vec<Step> {
        euler_steps(self.recipe.steps, SHIFT)
    }

    fn begin_tile(&mut self, tile: Tile) {
        let length = self.shape.tokens() * TOKEN_DIM;
        self.latents = standard_normal(self.recipe.seed, NoiseStream::Video, tile.index, length);
    }

    async fn upload(&mut self, session: &mut Session<'_>) -> Result<(), GenerateError> {
        let handle = self.parts.denoiser(session, self.shape).await?;
        let head_dim = self.parts.config.dit.head_dim();
        let rotary = rotary_tables(&self.shape.positions(), head_dim);
        let inputs = [
            ("latents", self.latents.clone()),
            ("text", self.text.clone()),
            ("guidance", vec![self.recipe.guidance_scale]),
            ("rope.cos", rotary.cos),
            ("rope.sin", rotary.sin),
        ];
        session.write(handle, &inputs).await?;
        Ok(())
    }

    async fn step(
        &mut self,
        session: &mut Session<'_>,
        step: Step,
    ) -> Result<StepOutcome, GenerateError> {
        let handle = self.parts.denoiser(session, self.shape).await?;
        let freq_dim = self.parts.config.dit.freq_dim;
        session.write_step(handle, step, freq_dim).await?;
        let minus_t = vec![-step.t; TOKEN_DIM];
        session.write_one(handle, "minus_t", &minus_t).await?;
        session.run(handle).await?;
        let x0 = session.read(handle, "x0").await?;
        step.apply(&mut self.latents, &x0);
        Ok(StepOutcome {
            preview: None,
            flops: session.flops(handle)?,
        })
    }

    fn end_tile(&mut self) {}

    fn latent_frames(&self) -> usize {
        self.shape.latent_frames
    }

    async fn decode(
        &mut self,
        session: &mut Session<'_>,
        latent_frame: usize,
    ) -> Result<DecodedFrames, GenerateError> {
        let handle = self.parts.decoder(session, self.shape).await?;
        let size = self.shape.tokens_per_frame() * TOKEN_DIM;
        let tokens = &self.latents[latent_frame * size..(latent_frame + 1) * size];
        session.write_one(handle, "tokens", tokens).await?;
        session.run(handle).await?;
        let pixels = session.read(handle, "pixels").await?;
        // Latent frame 0 is pixel frame 0 alone.
        let subframes = if latent_frame == 0 { 1 } else { SUBFRAMES };
        Ok(DecodedFrames {
            frames: (0..subframes).map(|i| self.frame(&pixels, i)).collect(),
            flops: session.flops(handle)?,
        })
    }

    fn sound_tokens(&self) -> Option<&[f32]> {
        None
    }

    fn into_clip(self) -> ToyClip {
        ToyClip
    }
}

impl ToyRun {
    /// Arranges the pixels `[tokens per frame, sub-frame, y, x, rgb]` of one sub-frame as RGB bytes, row-major.
    fn frame(&self, pixels: &[f32], subframe: usize) -> Vec<u8> {
        let width = self.shape.cols * TOKEN_PIXELS;
        let height = self.shape.rows * TOKEN_PIXELS;
        let mut rgb = Vec::with_capacity(width * height * 3);
        for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
            let token = y / TOKEN_PIXELS * self.shape.cols + x / TOKEN_PIXELS;
            let inside = (y % TOKEN_PIXELS) * TOKEN_PIXELS + x % TOKEN_PIXELS;
            let at = token * DECODED_DIM + (subframe * TOKEN_PIXELS * TOKEN_PIXELS + inside) * 3;
            rgb.extend(
                pixels[at..at + 3]
                    .iter()
                    .map(|value| ((value.clamp(-1.0, 1.0) + 1.0) * 127.5 + 0.5) as u8),
            );
        }
        rgb
    }
}
