//! The starter: its config, vocabulary and weights, as three files that belong together.

use kinora_engine::Weights;
use serde::Deserialize;
use thiserror::Error;

use crate::layers::LayerConfig;
use crate::refine::RefinerConfig;
use crate::text::TextConfig;
use crate::tokenizer::Tokenizer;
use crate::wan::WanConfig;
use crate::weights::{WeightsError, verified_weights};

/// `config.json`: every dimension, the sampler's defaults, and the hash of the weights.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct StarterConfig {
    /// Short name that recipes carry.
    pub id: String,
    /// BLAKE3 of the weight file in hexadecimal.
    pub weights_blake3: String,
    /// Length of the weight file in bytes.
    pub weights_bytes: u64,
    /// The text encoder.
    pub text: TextConfig,
    /// The planner.
    pub planner: WanConfig,
    /// The video model.
    pub dit: WanConfig,
    /// Subjects in their own frames.
    pub layers: LayerConfig,
    /// The residual net of their pictures.
    pub layer_refiner: RefinerConfig,
    /// The residual net of the place.
    pub place_refiner: RefinerConfig,
    /// Defaults of the sampler.
    pub sampler: SamplerConfig,
    /// What each slot row of the text encoder tells.
    pub slots: Vec<SlotConfig>,
}

/// How a clip is sampled when the recipe does not say otherwise.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct SamplerConfig {
    /// Steps of the video model.
    pub steps: u32,
    /// Shift of its schedule.
    pub shift: f32,
    /// Classifier-free guidance; 1 is none.
    pub guidance_scale: f32,
    /// Steps of the planner.
    pub planner_steps: u32,
    /// Shift of the planner's schedule.
    pub planner_shift: f32,
    /// Share of the variance of the video tokens' noise that is the same in every latent frame.
    pub shared_video_noise: f32,
    /// The same of the layer tokens' noise.
    pub shared_layer_noise: f32,
}

/// A field of the scene that the text encoder reads, and the words for its classes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SlotConfig {
    /// Field, such as `colour1`.
    pub name: String,
    /// Class names in the order of the head's outputs.
    pub classes: Vec<String>,
}

/// The starter, ready to be loaded into an executor.
#[derive(Debug, Clone)]
pub struct Starter {
    /// Dimensions and defaults.
    pub config: StarterConfig,
    /// Vocabulary.
    pub tokenizer: Tokenizer,
    /// All networks' weights.
    pub weights: Weights,
}

/// A starter that cannot be used.
#[derive(Debug, Error)]
pub enum StarterError {
    /// `config.json` does not parse.
    #[error("the model's config.json cannot be read: {0}")]
    Config(#[from] serde_json::Error),
    /// `tokenizer.json` does not parse.
    #[error("the model's tokenizer.json cannot be read: {0}")]
    Tokenizer(String),
    /// The weights do not match or parse.
    #[error(transparent)]
    Weights(#[from] WeightsError),
}

impl StarterConfig {
    /// Parses `config.json`.
    pub fn from_json(json: &str) -> Result<Self, StarterError> {
        Ok(serde_json::from_str(json)?)
    }
}

impl Starter {
    /// Puts the three files together; the weights' hash must be the one in the config.
    pub fn from_files(config: &str, tokenizer: &str, weights: &[u8]) -> Result<Self, StarterError> {
        let config = StarterConfig::from_json(config)?;
        let tokenizer = Tokenizer::from_json(tokenizer).map_err(StarterError::Tokenizer)?;
        let weights = verified_weights(weights, &config.weights_blake3)?;
        Ok(Self {
            config,
            tokenizer,
            weights,
        })
    }

    /// Classes per slot head.
    pub fn slot_classes(&self) -> Vec<usize> {
        self.config
            .slots
            .iter()
            .map(|slot| slot.classes.len())
            .collect()
    }
}
