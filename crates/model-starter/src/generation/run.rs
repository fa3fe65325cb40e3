//! A run of the starter: the state of one clip under way.

use std::rc::Rc;

use kinora_contract::{Manifest, Recipe, Source};
use kinora_model::sampling::flow_match::{Step, euler_steps};
use kinora_model::sampling::temporal_tiling::Tile;
use kinora_model::{DecodedFrames, GenerateError, Run, Session, StepOutcome};
use kinora_scene::casting::Casting;

use super::clip_shape::ClipShape;
use super::decode;
use crate::checkpoint::Checkpoint;
use crate::compositor::Compositor;
use crate::conditioning::conditioning_mask::{ConditioningMask, Tokens};
use crate::conditioning::initial_state::{InitialState, LatentClip, RenderSettings};
use crate::conditioning::reference_images;
use crate::generation::denoise::{self, TileState, append_tile, write_overlap};
use crate::generation::planning::ClipLayout;
use crate::text::prompt::EncodedPrompt;

/// A model's data, shared with its runs.
pub(crate) struct Parts {
    pub manifest: Manifest,
    pub checkpoint: Checkpoint,
    pub compositor: Compositor,
}

/// One clip of the starter under way.
pub struct StarterRun {
    parts: Rc<Parts>,
    recipe: Recipe,
    shape: ClipShape,
    text: EncodedPrompt,
    initial: InitialState,
    layout: ClipLayout,
    settings: RenderSettings,
    references: Vec<Source>,
    casting: Casting,
    /// The plan before any camera move, `[latent frames, PLAN_DIM]`.
    rows: Vec<f32>,
    /// The clip so far.
    tokens: Tokens,
    tile: TileState,
}

impl StarterRun {
    pub(crate) fn new(
        parts: Rc<Parts>,
        recipe: &Recipe,
        shape: ClipShape,
        (text, initial): (EncodedPrompt, InitialState),
        layout: ClipLayout,
        (settings, references, casting, rows): (RenderSettings, Vec<Source>, Casting, Vec<f32>),
    ) -> Self {
        // Replaced by the first `begin_tile`.
        let tile = TileState {
            tile: Tile {
                index: 0,
                first: 0,
                overlap: 0,
                used: 0,
            },
            layout: layout.clone(),
            mask: ConditioningMask::none(shape.grid),
            tokens: Tokens::default(),
        };
        Self {
            parts,
            recipe: recipe.clone(),
            tokens: initial.known_tokens(),
            shape,
            text,
            initial,
            layout,
            settings,
            references,
            casting,
            rows,
            tile,
        }
    }

    pub(crate) fn layout(&self) -> &ClipLayout {
        &self.layout
    }

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    pub(crate) fn set_tokens(&mut self, tokens: Tokens) {
        self.tokens = tokens;
    }
}

impl Run for StarterRun {
    type Clip = LatentClip;

    fn tiles(&self) -> Vec<Tile> {
        self.shape.tiles.clone()
    }

    fn schedule(&self) -> Vec<Step> {
        let shift = self.parts.checkpoint.config.sampler.shift;
        euler_steps(self.recipe.steps, shift)
    }

    fn begin_tile(&mut self, tile: Tile) {
        let grid = self.shape.grid;
        let mut mask = ConditioningMask::prefix(grid, tile.overlap);
        let checkpoint = &self.parts.checkpoint;
        let mut tokens = denoise::noise(checkpoint, self.recipe.seed, tile.index, grid);
        write_overlap(&self.tokens, tile.overlap, &mut tokens);
        self.initial
            .write_preserved(tile, grid, &mut mask, &mut tokens);
        reference_images::write_known_tokens(
            &self.layout.references,
            tile,
            grid,
            &mut mask,
            &mut tokens,
        );
        self.tile = TileState {
            tile,
            layout: self.layout.window(tile.first, grid.latent_frames),
            mask,
            tokens,
        };
    }

    async fn upload(&mut self, session: &mut Session<'_>) -> Result<(), GenerateError> {
        let guided = (
            self.shape.grid,
            self.shape.guidance,
            self.recipe.guidance_scale,
        );
        let checkpoint = &self.parts.checkpoint;
        self.tile
            .upload(checkpoint, session, &self.text, guided)
            .await
    }

    async fn step(
        &mut self,
        session: &mut Session<'_>,
        step: Step,
    ) -> Result<StepOutcome, GenerateError> {
        let Parts {
            checkpoint,
            compositor,
            ..
        } = &*self.parts;
        let (grid, guidance) = (self.shape.grid, self.shape.guidance);
        let (x0, flops) = self
            .tile
            .step(checkpoint, session, (grid, guidance), step)
            .await?;
        Ok(StepOutcome {
            preview: Some(self.tile.preview(compositor, &x0, grid)),
            flops,
        })
    }

    fn end_tile(&mut self) {
        let length = self.shape.grid.latent_frames;
        append_tile(&mut self.tokens, self.tile.tile, &self.tile.tokens, length);
    }

    fn latent_frames(&self) -> usize {
        self.shape.latent_frames
    }

    async fn decode(
        &mut self,
        session: &mut Session<'_>,
        latent_frame: usize,
    ) -> Result<DecodedFrames, GenerateError> {
        let Parts {
            checkpoint,
            compositor,
            ..
        } = &*self.parts;
        let clip = (&self.tokens, &self.layout, self.shape.grid);
        decode::decode(checkpoint, compositor, session, clip, latent_frame).await
    }

    fn sound_tokens(&self) -> Option<&[f32]> {
        Some(&self.tokens.sound)
    }

    fn into_clip(self) -> LatentClip {
        LatentClip {
            reading: self.text.reading,
            resolved: self.text.resolved,
            slots: self.layout.slots,
            rows: self.rows,
            tokens: self.tokens,
            settings: self.settings,
            references: self.references,
            casting: self.casting,
            poses: self.layout.shot.all_poses(),
            size: [self.recipe.width, self.recipe.height],
        }
    }
}
