//! Clips before the decoder: plan, tokens and slot probabilities. [`decode_latents`] renders frames and sound from them
//! without the text encoder, the planner and the video model.

use std::rc::Rc;

use kinora_contract::plan::Plan;
use kinora_contract::{ModelRef, Recipe};
use kinora_engine::Cancel;
use kinora_model::Grid;
use kinora_model::given::Tokens;
use kinora_model::pictures::Pictures;
use kinora_model::said::Said;

use crate::dialogue::Speech;
use crate::error::GenerateError;
use crate::event::{Event, Summary, Understood};
use crate::framing;
use crate::generate::Job;
use crate::plan::Staged;
use crate::prompt::EncodedPrompt;
use crate::runtime::Runtime;
use crate::source::Start;

/// The input of the decoder.
#[derive(Debug, Clone)]
pub struct LatentClip {
    /// The plan as the camera shows it, with framing, camera path and mouth openings applied.
    pub plan: Plan,
    /// All tokens; see [`Tokens`] for their shapes.
    pub tokens: Tokens,
    /// Slot probabilities, one per latent frame.
    pub slots: Vec<Rc<Said>>,
}

/// Decodes a clip of `[width, height]` pixels without speech and reference images. `reading` names action, style, weather,
/// time and the first object: they decide what is composited around the layers. Emits frames and sound, then
/// [`Event::Done`].
pub async fn decode_latents(
    clip: &LatentClip,
    reading: &[Understood],
    [width, height]: [u32; 2],
    runtime: &mut Runtime,
    events: &mut dyn FnMut(Event),
    cancel: &Cancel,
) -> Result<Summary, GenerateError> {
    let config = &runtime.starter.config;
    let model = ModelRef::new(config.id.clone(), config.weights_blake3.clone());
    let mut recipe = Recipe::new(model, "latents", 0);
    (recipe.width, recipe.height) = (width, height);
    recipe.frames = clip.plan.frames() as u32;
    recipe.validate()?;
    let layer_dim = config.layers.dim();
    let frames = clip.plan.latent_frames();
    let grid = Grid::of_clip(width as usize, height as usize, clip.plan.frames());
    let zeros = Tokens::zeros(grid, layer_dim);
    let sizes = |it: &Tokens| [it.video.len(), it.sound.len(), it.layers.len()];
    let fits = sizes(&clip.tokens) == sizes(&zeros) && clip.slots.len() == frames;
    let (true, Some(slots)) = (fits, clip.slots.first()) else {
        return Err(GenerateError::Unsupported(
            "latents of another shape".into(),
        ));
    };
    let mut job = Job::new(&recipe, runtime, events, cancel, 0);
    let text = EncodedPrompt::of_reading(reading.to_vec(), Rc::clone(slots));
    let look = Start::Nothing.look(&recipe, &text);
    let mut plan = clip.plan.clone();
    let aspect = width as f32 / height as f32;
    let stage = framing::stage(&mut plan, aspect, look.deciding);
    let staged = Staged {
        shot: job.shot(&plan, stage, look),
        plan,
        pictures: Rc::new(Pictures::default()),
        said: clip.slots.clone(),
    };
    let frames_blake3 = job.decode(&clip.tokens, &staged).await?;
    let silent = Speech::new(Vec::new(), 0, recipe.seconds())?;
    job.sound(&clip.tokens.sound, &silent);
    let summary = job.summary(frames_blake3);
    events(Event::Done {
        summary: summary.clone(),
    });
    Ok(summary)
}
