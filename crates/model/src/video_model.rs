//! The traits of a model family: [`VideoModel`] reads a recipe, and a [`Run`] draws its clip.
//!
//! `kinora-pipeline` calls them in this order: [`VideoModel::check`], [`VideoModel::load`], [`VideoModel::condition`]; for each of
//! [`Run::tiles`] [`Run::begin_tile`], [`Run::upload`], [`Run::step`] along [`Run::schedule`] and [`Run::end_tile`]; then [`Run::decode`] for every
//! latent frame.

use kinora_contract::{Manifest, Recipe, SourceRole};

use crate::error::GenerateError;
use crate::sampling::flow_match::Step;
use crate::sampling::temporal_tiling::Tile;
use crate::session::Session;

/// Sampler settings of a recipe that states none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SamplerDefaults {
    /// Denoising steps.
    pub steps: u32,
    /// Classifier-free guidance; 1 is none.
    pub guidance_scale: f32,
}

/// Inputs of [`VideoModel::condition`].
pub struct Conditioning<'a, Clip> {
    /// The recipe.
    pub recipe: &'a Recipe,
    /// The prompt without quoted dialogue.
    pub prompt: &'a str,
    /// Mouth opening, 0..1, around an instant: arguments are seconds and the length of a frame in seconds.
    pub mouth_at: &'a dyn Fn(f32, f32) -> f32,
    /// The clip that is remixed or extended.
    pub source: Option<(SourceRole, Clip)>,
}

impl<'a, Clip> Conditioning<'a, Clip> {
    /// Converts the clip of the source, if there is one. Returns the error of `convert`.
    pub fn try_map_clip<Other, Error>(
        self,
        convert: impl FnOnce(Clip) -> Result<Other, Error>,
    ) -> Result<Conditioning<'a, Other>, Error> {
        let source = self.source.map(|(role, clip)| Ok((role, convert(clip)?)));
        Ok(Conditioning {
            recipe: self.recipe,
            prompt: self.prompt,
            mouth_at: self.mouth_at,
            source: source.transpose()?,
        })
    }
}

/// A predicted frame between two steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// Pixel frame of the clip.
    pub frame: usize,
    /// RGB bytes, row-major.
    pub rgb: Vec<u8>,
}

/// Frames of one latent frame.
#[derive(Clone, Debug, PartialEq)]
pub struct DecodedFrames {
    /// RGB bytes of each pixel frame, row-major.
    pub frames: Vec<Vec<u8>>,
    /// Work done, in FLOPs.
    pub flops: f64,
}

/// A video model: a family's networks with one set of weights.
#[allow(
    async_fn_in_trait,
    reason = "futures stay on one thread: executors are not Send"
)]
pub trait VideoModel {
    /// A finished clip in latents, with what a remix or an extension of it needs.
    type Clip: Clone;
    /// One clip under way.
    type Run: Run<Clip = Self::Clip>;

    /// The manifest that the model was opened by.
    fn manifest(&self) -> &Manifest;

    /// Sampler settings of a recipe that states none.
    fn sampler_defaults(&self) -> SamplerDefaults;

    /// Makes a recipe with the defaults of this model.
    fn recipe(&self, prompt: &str, seed: u64) -> Recipe {
        let mut recipe = self.manifest().recipe(prompt, seed);
        let defaults = self.sampler_defaults();
        (recipe.steps, recipe.guidance_scale) = (defaults.steps, defaults.guidance_scale);
        recipe
    }

    /// Fails where this model cannot follow a recipe.
    fn check(&self, recipe: &Recipe) -> Result<(), GenerateError> {
        recipe.validate()?;
        let loaded = self.manifest().model_ref();
        if recipe.model.hash != loaded.hash {
            let name = |id: &str, hash: &str| format!("{id} {}", &hash[..hash.len().min(8)]);
            return Err(GenerateError::OtherModel {
                wanted: name(&recipe.model.id, &recipe.model.hash),
                loaded: name(&loaded.id, &loaded.hash),
            });
        }
        self.manifest().limits.check(recipe)?;
        self.check_inputs(recipe)?;
        match recipe.edits.is_empty() {
            true => Ok(()),
            false => Err(GenerateError::Unsupported("edits".to_owned())),
        }
    }

    /// Fails where this model cannot use the sources or the scene of a recipe. By default it can.
    fn check_inputs(&self, _recipe: &Recipe) -> Result<(), GenerateError> {
        Ok(())
    }

    /// Loads every network that the recipe needs, so that none delays a later stage.
    async fn load(&self, session: &mut Session<'_>, recipe: &Recipe) -> Result<(), GenerateError>;

    /// Reads the prompt and prepares the clip; reports the reading, and the plan if the model has one.
    async fn condition(
        &self,
        session: &mut Session<'_>,
        conditioning: Conditioning<'_, Self::Clip>,
    ) -> Result<Self::Run, GenerateError>;
}

/// One clip under way, from noise to frames. Its state lives on the host, so that it survives a lost device.
#[allow(
    async_fn_in_trait,
    reason = "futures stay on one thread: executors are not Send"
)]
pub trait Run {
    /// The finished clip.
    type Clip;

    /// Tiles of the clip, drawn in this order.
    fn tiles(&self) -> Vec<Tile>;

    /// Denoising steps of each tile.
    fn schedule(&self) -> Vec<Step>;

    /// Draws the noise of a tile and fixes its known tokens.
    fn begin_tile(&mut self, tile: Tile);

    /// Writes the current tile to the device; repeated after a lost device.
    async fn upload(&mut self, session: &mut Session<'_>) -> Result<(), GenerateError>;

    /// Takes one denoising step of the current tile. A failed step leaves the state as it was.
    async fn step(
        &mut self,
        session: &mut Session<'_>,
        step: Step,
    ) -> Result<StepOutcome, GenerateError>;

    /// Appends the current tile to the clip.
    fn end_tile(&mut self);

    /// Latent frames of the clip.
    fn latent_frames(&self) -> usize;

    /// Decodes one latent frame; called once for each, in order, and again after a lost device.
    async fn decode(
        &mut self,
        session: &mut Session<'_>,
        latent_frame: usize,
    ) -> Result<DecodedFrames, GenerateError>;

    /// Sound tokens `[latent frames, 40]` as `kinora_sound::tokens` lays them out, if the model predicts sound.
    fn sound_tokens(&self) -> Option<&[f32]>;

    /// Returns the finished clip.
    fn into_clip(self) -> Self::Clip;
}

/// Result of a denoising step.
#[derive(Clone, Debug, PartialEq)]
pub struct StepOutcome {
    /// A preview of the predicted clip.
    pub preview: Option<Preview>,
    /// Work done, in FLOPs.
    pub flops: f64,
}
