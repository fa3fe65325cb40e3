//! Denoising of one tile: seeded noise → video, sound and layer tokens.

use std::ops::Range;

use kinora_contract::plan::{SUBJECTS, frame_of};
use kinora_engine::{EngineError, Handle};
use kinora_model::blocks::rotary::rotary_tables;
use kinora_model::sampling::flow_match::Step;
use kinora_model::sampling::noise::{NoiseStream, mixed_noise, standard_normal};
use kinora_model::sampling::temporal_tiling::Tile;
use kinora_model::{GenerateError, Preview, ProgramKey, Session};

use crate::checkpoint::Checkpoint;
use crate::compositor::{Compositor, LatentFrame, to_byte};
use crate::conditioning_mask::{ConditioningMask, Tokens};
use crate::dit::{Guidance, SOUND_DIM, TOKEN_DIM, dit_graph, dit_positions};
use crate::grid::Grid;
use crate::plan_conditioning::{layer_plan_features, sound_plan_features, video_plan_features};
use crate::planning::ClipLayout;
use crate::text::encoder::TEXT_ROWS;
use crate::text::prompt::{self, EncodedPrompt};
use crate::text::slots::SlotDims;

/// Sub-frame that a preview shows.
const PREVIEW_SUBFRAME: usize = 1;

/// A tile under way. The host follows the device's state from the predictions that it reads, so that a lost device costs one step.
pub(crate) struct TileState {
    pub tile: Tile,
    /// The clip's layout from the first latent frame of the tile on.
    pub layout: ClipLayout,
    pub mask: ConditioningMask,
    pub tokens: Tokens,
}

/// Loads the video model.
pub(crate) async fn load(
    checkpoint: &Checkpoint,
    session: &mut Session<'_>,
    grid: Grid,
    guidance: Guidance,
) -> Result<Handle, EngineError> {
    let key = ProgramKey {
        network: "dit",
        shape: [
            grid.latent_frames,
            grid.rows,
            grid.cols,
            usize::from(guidance == Guidance::ClassifierFree),
        ],
    };
    let config = &checkpoint.config;
    let graph = || {
        let widths = (config.layers.dim(), SlotDims::of(&config.classes));
        dit_graph(&config.dit, widths, grid, TEXT_ROWS, guidance)
    };
    session.program(key, &checkpoint.weights, graph).await
}

/// Draws the noise of a tile; references are zeros.
pub(crate) fn noise(checkpoint: &Checkpoint, seed: u64, tile: u32, grid: Grid) -> Tokens {
    let config = &checkpoint.config;
    let frames = grid.latent_frames;
    let video = (NoiseStream::Video, NoiseStream::SharedVideo);
    let video_size = (frames, grid.tokens_per_frame() * TOKEN_DIM);
    let layer = (NoiseStream::Layers, NoiseStream::SharedLayers);
    let layer_size = (frames, SUBJECTS * config.layers.dim());
    let sampler = &config.sampler;
    let mut layers = vec![0.0; layer_size.1];
    let share = sampler.shared_layer_noise;
    layers.extend(mixed_noise(seed, layer, tile, layer_size, share));
    Tokens {
        video: mixed_noise(seed, video, tile, video_size, sampler.shared_video_noise),
        sound: standard_normal(seed, NoiseStream::Sound, tile, frames * SOUND_DIM),
        layers,
    }
}

impl TileState {
    /// Writes the tile's states and conditioning to the device.
    pub async fn upload(
        &self,
        checkpoint: &Checkpoint,
        session: &mut Session<'_>,
        text: &EncodedPrompt,
        (grid, guidance, guidance_scale): (Grid, Guidance, f32),
    ) -> Result<(), GenerateError> {
        let handle = load(checkpoint, session, grid, guidance).await?;
        let config = &checkpoint.config.dit;
        let (plan, plate) = (&self.layout.plan, &self.layout.shot.plate);
        let rotary = rotary_tables(&dit_positions(grid), config.head_dim());
        let bias_rows = config.heads * grid.tokens();
        let mut inputs = self.mask.inputs(&self.tokens);
        inputs.extend([
            ("text", text.rows.clone()),
            ("text_bias", text.attention_bias(bias_rows)),
            ("slots.scene", text.slots.scene.clone()),
            ("slots.subjects", text.slots.subjects.clone()),
            (
                "plan_features",
                video_plan_features(plan, grid, plate, &self.mask.video),
            ),
            ("plan", sound_plan_features(plan, &self.mask.sound)),
            (
                "layer_plan",
                layer_plan_features(plan, grid, &self.mask.layers),
            ),
            ("rope.cos", rotary.cos),
            ("rope.sin", rotary.sin),
        ]);
        if guidance == Guidance::ClassifierFree {
            let null = prompt::encode_null(checkpoint, session).await?;
            inputs.push(("null_text_bias", null.attention_bias(bias_rows)));
            inputs.push(("null_text", null.rows));
            inputs.push(("null_slots.scene", null.slots.scene.clone()));
            inputs.push(("null_slots.subjects", null.slots.subjects.clone()));
            inputs.push(("guidance", vec![guidance_scale]));
        }
        session.write(handle, &inputs).await?;
        Ok(())
    }

    /// Takes one step; returns the predicted clean tokens and the FLOPs.
    pub async fn step(
        &mut self,
        checkpoint: &Checkpoint,
        session: &mut Session<'_>,
        (grid, guidance): (Grid, Guidance),
        step: Step,
    ) -> Result<(Tokens, f64), EngineError> {
        let handle = load(checkpoint, session, grid, guidance).await?;
        let freq_dim = checkpoint.config.dit.freq_dim;
        session.write_step(handle, step, freq_dim).await?;
        session.run(handle).await?;
        let x0 = Tokens {
            video: session.read(handle, "video_x0").await?,
            sound: session.read(handle, "sound_x0").await?,
            layers: session.read(handle, "layers_x0").await?,
        };
        step.apply(&mut self.tokens.video, &x0.video);
        step.apply(&mut self.tokens.sound, &x0.sound);
        step.apply(&mut self.tokens.layers, &x0.layers);
        Ok((x0, session.flops(handle)?))
    }

    /// Renders the middle of the predicted tile, without the refiners.
    pub fn preview(&self, compositor: &Compositor, x0: &Tokens, grid: Grid) -> Preview {
        let ClipLayout {
            plan,
            shot,
            references,
            ..
        } = &self.layout;
        let index = grid.latent_frames / 2;
        let (video, layers) = x0.of_latent_frame(index, grid.latent_frames);
        let background = compositor.background(video, grid, index, references);
        let layers = compositor.layers(layers, plan, index, references);
        let latent = LatentFrame {
            index,
            before: self.tile.first,
            background: &background,
            layers: &layers,
            references,
        };
        let subframes = PREVIEW_SUBFRAME..PREVIEW_SUBFRAME + 1;
        let values = compositor.frames(latent, plan, shot, subframes);
        Preview {
            frame: frame_of(self.tile.first + index, PREVIEW_SUBFRAME),
            rgb: values.into_iter().map(to_byte).collect(),
        }
    }
}

/// Appends the new latent frames of a tile to a clip; the first tile brings the references.
pub(crate) fn append_tile(clip: &mut Tokens, tile: Tile, tokens: &Tokens, latent_frames: usize) {
    let new = tile.overlap..tile.used;
    append(&mut clip.video, &tokens.video, latent_frames, new.clone());
    append(&mut clip.sound, &tokens.sound, latent_frames, new.clone());
    // References stand where one more latent frame would.
    let first = if tile.first == 0 { 0 } else { new.start + 1 };
    let layers = first..new.end + 1;
    append(&mut clip.layers, &tokens.layers, latent_frames + 1, layers);
}

/// Writes the last `overlap` latent frames of a clip where a tile begins.
pub(crate) fn write_overlap(clip: &Tokens, overlap: usize, tile: &mut Tokens) {
    if overlap == 0 {
        return;
    }
    let copy = |clip: &[f32], tile: &mut [f32], skip: usize, rows: usize| {
        let length = (tile.len() - skip) / rows * overlap;
        tile[skip..skip + length].copy_from_slice(&clip[clip.len() - length..]);
    };
    let frames = tile.sound.len() / SOUND_DIM;
    let references = tile.layers.len() / (frames + 1);
    copy(&clip.video, &mut tile.video, 0, frames);
    copy(&clip.sound, &mut tile.sound, 0, frames);
    copy(&clip.layers, &mut tile.layers, references, frames);
}

/// Appends some of the `rows` equal parts of a tile.
fn append(clip: &mut Vec<f32>, tile: &[f32], rows: usize, wanted: Range<usize>) {
    let width = tile.len() / rows;
    clip.extend_from_slice(&tile[wanted.start * width..wanted.end * width]);
}
