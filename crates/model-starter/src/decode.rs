//! Decoding: tokens → frames, one latent frame at a time.
//!
//! The host decodes rough images of the background and of each subject; refiners on the engine sharpen them; the host composites them
//! as the camera sees them.

use kinora_contract::plan::{SUBFRAMES, SUBJECTS};
use kinora_engine::{EngineError, Handle};
use kinora_model::{DecodedFrames, GenerateError, ProgramKey, Session};

use crate::checkpoint::Checkpoint;
use crate::compositor::{BackgroundImage, Compositor, LatentFrame, to_byte};
use crate::conditioning_mask::Tokens;
use crate::grid::Grid;
use crate::latents::layers::{HEAD, mouth};
use crate::planning::ClipLayout;
use crate::refiner::{SubframeStack, layer_conditioning, refiner_graph};
use crate::text::slots::SlotProbs;

/// A refiner with the size of its images, `[H, W]`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Refiner {
    /// Of one subject's layer.
    Layer,
    /// Of the background on its plate.
    Background([usize; 2]),
}

impl Refiner {
    /// The refiner of the background of clips of this grid.
    pub fn of_background(grid: Grid) -> Self {
        Self::Background([grid.pixel_height(), grid.pixel_width()])
    }

    /// Loads the refiner. Its name is that of its weights.
    pub async fn load(
        self,
        checkpoint: &Checkpoint,
        session: &mut Session<'_>,
    ) -> Result<Handle, EngineError> {
        let config = &checkpoint.config;
        let (network, config, size) = match self {
            Self::Layer => {
                let side = config.layers.size;
                ("layer_refine", &config.layer_refiner, [side, side])
            }
            Self::Background(size) => ("place_refine", &config.background_refiner, size),
        };
        let key = ProgramKey {
            network,
            shape: [size[0], size[1], 0, 0],
        };
        let graph = || refiner_graph(network, config, size);
        session.program(key, &checkpoint.weights, graph).await
    }
}

/// Decodes one latent frame of a clip of `latent_frames`.
pub(crate) async fn decode(
    checkpoint: &Checkpoint,
    compositor: &Compositor,
    session: &mut Session<'_>,
    (tokens, layout, grid): (&Tokens, &ClipLayout, Grid),
    index: usize,
) -> Result<DecodedFrames, GenerateError> {
    let ClipLayout {
        plan,
        shot,
        references,
        slots,
    } = layout;
    let slots = &slots[index];
    let (video, layers) = tokens.of_latent_frame(index, layout.slots.len());
    let rough = compositor.layers(layers, plan, index, references);
    let background = compositor.background(video, grid, index, references);
    let opening = mouth(plan, index);
    let (layers, mut flops) =
        refine_layers(checkpoint, session, &rough, layers, slots, opening).await?;
    let background = match background {
        BackgroundImage::Decoded(rough) => {
            let refiner = Refiner::of_background(grid);
            let (refined, work) =
                refine(checkpoint, session, refiner, &rough, &slots.scene).await?;
            flops += work;
            BackgroundImage::Decoded(refined)
        }
        reference => reference,
    };
    let latent = LatentFrame {
        index,
        before: 0,
        background: &background,
        layers: &layers,
        references,
    };
    let frames = compositor.frames(latent, plan, shot, 0..SUBFRAMES);
    let frame = grid.pixel_width() * grid.pixel_height() * 3;
    let bytes = |values: &[f32]| values.iter().map(|&value| to_byte(value)).collect();
    Ok(DecodedFrames {
        frames: frames.chunks_exact(frame).map(bytes).collect(),
        flops,
    })
}

/// Refines the layers of a latent frame; only the head has a mouth. Returns them with the FLOPs.
async fn refine_layers(
    checkpoint: &Checkpoint,
    session: &mut Session<'_>,
    rough: &[Option<SubframeStack>; SUBJECTS],
    tokens: &[f32],
    slots: &SlotProbs,
    mouth: [f32; SUBFRAMES],
) -> Result<([Option<SubframeStack>; SUBJECTS], f64), EngineError> {
    let (mut layers, mut flops) = ([const { None }; SUBJECTS], 0.0);
    for (s, (refined, rough)) in layers.iter_mut().zip(rough).enumerate() {
        let Some(rough) = rough else { continue };
        let mouth = if s == HEAD { mouth } else { [0.0; SUBFRAMES] };
        let cond = layer_conditioning(mouth, of_subject(&slots.subjects, s), of_subject(tokens, s));
        let (layer, work) = refine(checkpoint, session, Refiner::Layer, rough, &cond).await?;
        *refined = Some(layer);
        flops += work;
    }
    Ok((layers, flops))
}

async fn refine(
    checkpoint: &Checkpoint,
    session: &mut Session<'_>,
    refiner: Refiner,
    rough: &SubframeStack,
    cond: &[f32],
) -> Result<(SubframeStack, f64), EngineError> {
    let handle = refiner.load(checkpoint, session).await?;
    session.write_one(handle, "images", &rough.0).await?;
    session.write_one(handle, "cond", cond).await?;
    session.run(handle).await?;
    let refined = SubframeStack(session.read(handle, "refined").await?);
    Ok((refined, session.flops(handle)?))
}

/// Returns the values of one subject among those of all.
fn of_subject(values: &[f32], subject: usize) -> &[f32] {
    let each = values.len() / SUBJECTS;
    &values[subject * each..][..each]
}
