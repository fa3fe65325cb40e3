//! A run of the starter: the state of one clip under way.

use std::rc::Rc;

use kinora_contract::plan::latent_frames;
use kinora_contract::{Recipe, Source};
use kinora_model::sampling::flow_match::{Step, euler_steps};
use kinora_model::sampling::temporal_tiling::{Tile, Tiling};
use kinora_model::{DecodedFrames, GenerateError, Run, Session, StepOutcome};

use crate::conditioning_mask::{ConditioningMask, Tokens};
use crate::denoise::{self, TileState, append_tile, write_overlap};
use crate::dit::Guidance;
use crate::grid::Grid;
use crate::initial_state::{InitialState, LatentClip, RenderSettings, source_latent_frames};
use crate::model::Parts;
use crate::planning::ClipLayout;
use crate::text::prompt::EncodedPrompt;
use crate::{decode, reference_images};

/// Latent frames that the networks were trained on, and those that a later tile takes over.
const TILING: Tiling = Tiling {
    max_tile: 9,
    overlap: 2,
};

/// Shape of a clip and of its tiles.
#[derive(Debug, Clone)]
pub(crate) struct ClipShape {
    /// Grid of a tile.
    pub grid: Grid,
    /// Latent frames of the whole clip.
    pub latent_frames: usize,
    pub tiles: Vec<Tile>,
    pub guidance: Guidance,
    /// Width over height.
    pub aspect: f32,
    /// Frames per second.
    pub fps: f32,
}

impl ClipShape {
    /// Returns the shape of a recipe's clip.
    pub fn of(recipe: &Recipe) -> Self {
        let frames = latent_frames(recipe.frames as usize);
        let (length, tiles) = TILING.tiles(frames, source_latent_frames(recipe));
        let [width, height] = [recipe.width, recipe.height].map(|n| n as usize);
        Self {
            grid: Grid {
                latent_frames: length,
                ..Grid::of_clip(width, height, recipe.frames as usize)
            },
            latent_frames: frames,
            tiles,
            guidance: match recipe.guidance_scale == 1.0 {
                true => Guidance::None,
                false => Guidance::ClassifierFree,
            },
            aspect: width as f32 / height as f32,
            fps: recipe.fps as f32,
        }
    }
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
        (settings, references, rows): (RenderSettings, Vec<Source>, Vec<f32>),
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
            size: [self.recipe.width, self.recipe.height],
        }
    }
}
