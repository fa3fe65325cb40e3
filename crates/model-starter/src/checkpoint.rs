//! The starter's checkpoint: config, vocabulary and weights, which belong together.

use std::collections::BTreeMap;

use kinora_contract::Manifest;
use kinora_contract::plan::PLAN_DIM;
use kinora_engine::Weights;
use kinora_model::blocks::wan::WanConfig;
use kinora_model::weights::parse_weights;
use kinora_model::{OpenError, SamplerDefaults};
use serde::Deserialize;

use crate::dit::{SOUND_DIM, TOKEN_DIM};
use crate::grid::Grid;
use crate::latents::background::{LATENT_CHANNELS, PATCH};
use crate::latents::layers::LayerConfig;
use crate::plan_conditioning::{LAYER_FEATURES, PLAN_FEATURES};
use crate::refiner::RefinerConfig;
use crate::text::encoder::TextConfig;
use crate::text::slots::{Classes, Slot, SlotDims};
use crate::text::tokenizer::{MAX_WORDS, SLOT_TOKENS, Tokenizer};

/// Names of the checkpoint's files.
const CONFIG: &str = "config.json";
const TOKENIZER: &str = "tokenizer.json";

/// `config.json`: every dimension, the sampler's settings, and the classes of the slots.
///
/// Each dimension is either a parameter of a graph or checked against the code ([`CheckpointConfig::from_json`]).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckpointConfig {
    /// Short name of the model.
    pub id: String,
    /// Words of `tokenizer.json`, specials included.
    pub vocabulary: usize,
    /// Classes of the slots by field.
    pub classes: Classes,
    slots: Vec<SlotConfig>,
    plan_dim: usize,
    sound_dim: usize,
    plan_features: usize,
    layer_features: usize,
    scene_classes: usize,
    subject_classes: usize,
    /// The text encoder.
    pub text: TextConfig,
    /// The planner.
    pub planner: WanConfig,
    /// The video model.
    pub dit: WanConfig,
    background: BackgroundConfig,
    /// Subjects in their canonical frames.
    pub layers: LayerConfig,
    /// The refiner of the background.
    pub background_refiner: RefinerConfig,
    /// The refiner of subject layers.
    pub layer_refiner: RefinerConfig,
    /// Sampler settings.
    pub sampler: SamplerConfig,
}

/// A slot head, in the order of the encoder's rows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct SlotConfig {
    name: String,
    classes: String,
    optional: bool,
}

/// Geometry of the background latents.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct BackgroundConfig {
    channels: usize,
    patch: usize,
    patch_frames: usize,
    token: usize,
}

/// Sampler settings when the recipe states none, and those that no recipe states.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
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
    /// Share of the video noise's variance that all latent frames have in common.
    pub shared_video_noise: f32,
    /// Share of the layer noise's variance that all latent frames have in common.
    pub shared_layer_noise: f32,
}

impl SamplerConfig {
    /// Settings of a recipe that states none.
    pub fn defaults(&self) -> SamplerDefaults {
        SamplerDefaults {
            steps: self.steps,
            guidance_scale: self.guidance_scale,
        }
    }
}

/// Config, vocabulary and weights.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    /// Dimensions and settings.
    pub config: CheckpointConfig,
    /// Vocabulary.
    pub tokenizer: Tokenizer,
    /// Weights of all networks.
    pub weights: Weights,
}

impl CheckpointConfig {
    /// Parses `config.json` and checks every dimension that the code fixes.
    pub fn from_json(json: &str) -> Result<Self, String> {
        let config: Self = serde_json::from_str(json).map_err(|e| e.to_string())?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        let slots = Slot::ALL.map(|slot| SlotConfig {
            name: slot.name(),
            classes: slot.field().to_owned(),
            optional: slot.is_optional(),
        });
        if self.slots != slots {
            let names = slots.map(|slot| slot.name).join(", ");
            return Err(format!("its slots must be {names}, in this order"));
        }
        let slot_dims = SlotDims::of(&self.classes);
        let token = self.background.token * self.background.patch;
        let dimensions = [
            ("plan_dim", self.plan_dim, PLAN_DIM),
            ("sound_dim", self.sound_dim, SOUND_DIM),
            ("plan_features", self.plan_features, PLAN_FEATURES),
            ("layer_features", self.layer_features, LAYER_FEATURES),
            ("scene_classes", self.scene_classes, slot_dims.scene),
            ("subject_classes", self.subject_classes, slot_dims.subject),
            ("text.query_rows", self.text.query_rows, SLOT_TOKENS),
            ("text.max_words", self.text.max_words, MAX_WORDS),
            ("planner.text_dim", self.planner.text_dim, self.text.dim),
            ("dit.text_dim", self.dit.text_dim, self.text.dim),
            (
                "background.channels",
                self.background.channels,
                LATENT_CHANNELS,
            ),
            ("background.patch", self.background.patch, PATCH),
            (
                "background.patch_frames",
                self.background.patch_frames,
                kinora_contract::plan::SUBFRAMES,
            ),
            ("background.token", token, Grid::TOKEN_PIXELS),
            (
                "background.token² · channels",
                self.background.token * self.background.token * self.background.channels,
                TOKEN_DIM,
            ),
            (
                "background_refiner.cond",
                self.background_refiner.cond,
                slot_dims.scene,
            ),
            (
                "layer_refiner.cond",
                self.layer_refiner.cond,
                kinora_contract::plan::SUBFRAMES + slot_dims.subject + self.layers.dim(),
            ),
        ];
        match dimensions.iter().find(|(_, found, needed)| found != needed) {
            Some((name, found, needed)) => {
                Err(format!("{name} is {found}, and this Kinora needs {needed}"))
            }
            None => Ok(()),
        }
    }
}

impl Checkpoint {
    /// Reads the checkpoint from the manifest's files by name, whose hashes have been verified.
    pub fn from_files(
        manifest: &Manifest,
        files: &BTreeMap<String, Vec<u8>>,
    ) -> Result<Self, OpenError> {
        let file = |name: &str| {
            let bytes = files.get(name).map(Vec::as_slice);
            bytes.ok_or_else(|| OpenError::Missing(name.to_owned()))
        };
        let text = |name: &str| {
            std::str::from_utf8(file(name)?).map_err(|e| unreadable(name, e.to_string()))
        };
        let config = CheckpointConfig::from_json(text(CONFIG)?);
        let config = config.map_err(|reason| unreadable(CONFIG, reason))?;
        let tokenizer = Tokenizer::from_json(text(TOKENIZER)?);
        let tokenizer = tokenizer.map_err(|reason| unreadable(TOKENIZER, reason))?;
        if tokenizer.vocabulary_size() != config.vocabulary {
            let found = tokenizer.vocabulary_size();
            let reason = format!(
                "it has {found} words, and {CONFIG} says {}",
                config.vocabulary
            );
            return Err(unreadable(TOKENIZER, reason));
        }
        Ok(Self {
            config,
            tokenizer,
            weights: parse_weights(file(&manifest.weights)?)?,
        })
    }

    /// Number of classes of each slot head.
    pub fn slot_classes(&self) -> Vec<usize> {
        let count = |slot| self.config.classes.count(slot);
        Slot::ALL.into_iter().map(count).collect()
    }
}

fn unreadable(name: &str, reason: String) -> OpenError {
    OpenError::File {
        name: name.to_owned(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> serde_json::Value {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../models/starter/config.json"
        );
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    fn refused(change: fn(&mut serde_json::Value)) -> String {
        let mut json = shipped();
        change(&mut json);
        CheckpointConfig::from_json(&json.to_string()).unwrap_err()
    }

    #[test]
    fn the_shipped_config_is_read_whole() {
        CheckpointConfig::from_json(&shipped().to_string()).unwrap();
    }

    #[test]
    fn unknown_fields_classes_and_dimensions_are_refused_by_name() {
        assert!(refused(|it| it["steps"] = 3.into()).contains("steps"));
        assert!(refused(|it| it["dit"]["depth"] = 3.into()).contains("depth"));
        assert!(refused(|it| it["classes"]["action"][0] = "swing".into()).contains("swing"));
        assert!(refused(|it| it["text"]["max_words"] = 64.into()).contains("text.max_words is 64"));
        assert!(refused(|it| it["plan_features"] = 91.into()).contains("needs 90"));
        assert!(refused(|it| it["layer_refiner"]["cond"] = 1.into()).contains("layer_refiner"));
        assert!(refused(|it| it["slots"][0]["name"] = "thing1".into()).contains("object1"));
    }
}
