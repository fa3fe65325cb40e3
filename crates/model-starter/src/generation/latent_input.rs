//! Latents from outside: a clip's plan, tokens and slot conditioning, rendered without text encoder, planner and video model.
//!
//! The evaluation decodes renders of the world this way, which separates the error of the decoder from that of the video model.

use std::rc::Rc;

use kinora_contract::Recipe;
use kinora_contract::plan::Plan;
use kinora_model::{GenerateError, VideoModel};
use kinora_scene::framing;

use super::clip_shape::ClipShape;
use super::run::StarterRun;
use crate::compositor::reference::ReferenceImages;
use crate::conditioning::conditioning_mask::Tokens;
use crate::conditioning::initial_state::InitialState;
use crate::generation::model::Starter;
use crate::generation::planning;
use crate::text::prompt::EncodedPrompt;
use crate::text::slots::{SceneReading, SlotProbs};
use kinora_scene::casting::Casting;

/// Input of the decoder.
#[derive(Debug, Clone)]
pub struct LatentInput {
    /// The plan as the camera shows it, with framing, camera path and mouth openings applied.
    pub plan: Plan,
    /// All tokens.
    pub tokens: Tokens,
    /// Slot conditioning by latent frame.
    pub slots: Vec<Rc<SlotProbs>>,
}

impl Starter {
    /// Makes a run that decodes `input` as a clip of `recipe`'s size and length, without reference images. `reading` decides the effects
    /// and the lens.
    pub fn decode_run(
        &self,
        recipe: &Recipe,
        reading: SceneReading,
        input: LatentInput,
    ) -> Result<StarterRun, GenerateError> {
        self.check(recipe)?;
        let shape = ClipShape::of(recipe);
        let grid = crate::grid::Grid {
            latent_frames: shape.latent_frames,
            ..shape.grid
        };
        let layer_dim = self.checkpoint().config.layers.dim();
        let sizes = |it: &Tokens| [it.video.len(), it.sound.len(), it.layers.len()];
        let fits = sizes(&input.tokens) == sizes(&Tokens::zeros(grid, layer_dim))
            && input.slots.len() == shape.latent_frames
            && input.plan.latent_frames() == shape.latent_frames;
        if !fits {
            return Err(GenerateError::Unsupported(
                "latents of another shape".into(),
            ));
        }
        let initial = InitialState::Noise;
        let settings = initial.settings(recipe, &reading);
        let mut plan = input.plan;
        let rows = plan.rows().to_vec();
        let plate = framing::plate_of(&mut plan, shape.aspect, settings.anchor_frames);
        let references = Rc::new(ReferenceImages::default());
        let layout = planning::layout_of(plan, plate, &shape, settings, (references, input.slots));
        let text = EncodedPrompt::of_reading(reading, &layout.slots);
        let mut run = StarterRun::new(
            self.shared(),
            recipe,
            shape,
            (text, initial),
            layout,
            (settings, Vec::new(), Casting::default(), rows),
        );
        run.set_tokens(input.tokens);
        Ok(run)
    }
}

impl StarterRun {
    /// Returns the decoder's input.
    pub fn latent_input(&self) -> LatentInput {
        LatentInput {
            plan: self.layout().plan.clone(),
            tokens: self.tokens().clone(),
            slots: self.layout().slots.clone(),
        }
    }
}
