//! The recipe: everything that determines a clip.

mod cbor;
mod changes;
mod error;
mod extra;
mod link;
mod parent;
mod picture;
mod source;
mod validate;
mod words;

use serde::{Deserialize, Serialize};

pub use changes::Change;
pub use error::RecipeError;
pub use extra::Extra;
pub use link::{LINK_PREFIX, MAX_LINK_CHARS};
pub use parent::Parent;
pub use picture::{MAX_PICTURE_BYTES, MAX_PICTURE_SIDE, Picture, PictureUse};
pub use validate::{
    MAX_FPS, MAX_FRAMES, MAX_GUIDANCE_SCALE, MAX_PROMPT_CHARS, MAX_SEED, MAX_STEPS,
    MOST_SOURCES_IN_A_ROW, SIDE_STEP, SIDES,
};
pub use words::{Camera, Style};

/// The newest recipe version that this build reads and the one that it writes.
pub const VERSION: u32 = 1;

/// The longest canonical encoding that is read, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// Everything that determines a clip. The same recipe and the same model give the same clip.
///
/// Fields are public so that a form can edit them; [`Recipe::validate`] decides whether the result may be used.
/// [`Recipe::from_bytes`] and [`Recipe::from_link_fragment`] return valid recipes only.
///
/// The `serde` form (JSON, messages to a worker) has these field names and carries unknown fields in `extra` as text;
/// what is stored, hashed and linked is the canonical CBOR of [`Recipe::to_bytes`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// Format version, [`VERSION`] when made by this build.
    pub version: u32,
    /// The model that renders the clip.
    pub model: ModelRef,
    /// What the clip shows, in the words of its author.
    pub prompt: String,
    /// Seed of the noise, `0 ..= MAX_SEED`.
    pub seed: u64,
    /// Width in pixels, even, within [`SIDES`]; the model's manifest says which sizes it makes.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Number of frames, `1 ..= MAX_FRAMES`.
    pub frames: u32,
    /// Frames per second, `1 ..= MAX_FPS`.
    pub fps: u32,
    /// Denoising steps, `1 ..= MAX_STEPS`.
    pub steps: u32,
    /// Classifier-free guidance; 1 is none.
    pub guidance_scale: f32,
    /// A style that overrides what the prompt says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<Style>,
    /// A camera move that overrides what the prompt says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camera: Option<Camera>,
    /// What is said, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dialogue: Vec<DialogueLine>,
    /// Clips and images that the clip is made from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// Changes made after the plan, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<Edit>,
    /// Fields that this build does not know, kept as they came.
    #[serde(default, skip_serializing_if = "Extra::is_empty")]
    pub extra: Extra,
}

/// Names a model and pins its weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelRef {
    /// Short name, such as `starter`.
    pub id: String,
    /// BLAKE3 of the weight file, 64 lower-case hexadecimal digits.
    pub hash: String,
    /// Fields that this build does not know.
    #[serde(default, skip_serializing_if = "Extra::is_empty")]
    pub extra: Extra,
}

/// One spoken line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DialogueLine {
    /// Who speaks; none is the narrator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// What is said.
    pub text: String,
    /// Fields that this build does not know.
    #[serde(default, skip_serializing_if = "Extra::is_empty")]
    pub extra: Extra,
}

/// A clip or image that a clip is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// What it is used as.
    pub role: SourceRole,
    /// BLAKE3 of its content, 64 lower-case hexadecimal digits.
    pub hash: String,
    /// Fields that this build does not know.
    #[serde(default, skip_serializing_if = "Extra::is_empty")]
    pub extra: Extra,
}

/// What a source is used as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceRole {
    /// The clip that is remixed.
    Remix,
    /// The clip that is continued.
    Extend,
    /// A picture that is the place or a subject.
    Image,
    /// A person under a grant.
    Cameo,
}

/// One change made after the plan. Version 1 fixes only its name; its arguments travel in `extra`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Name of the operation.
    pub op: String,
    /// The operation's arguments.
    #[serde(default, skip_serializing_if = "Extra::is_empty")]
    pub extra: Extra,
}

impl Recipe {
    /// Makes a recipe of 128×128 pixels and 33 frames at 12 per second, in 8 steps without guidance.
    ///
    /// [`crate::Manifest::recipe`] makes one with the defaults of a model.
    pub fn new(model: ModelRef, prompt: impl Into<String>, seed: u64) -> Self {
        Self {
            version: VERSION,
            model,
            prompt: prompt.into(),
            seed,
            width: 128,
            height: 128,
            frames: 33,
            fps: 12,
            steps: 8,
            guidance_scale: 1.0,
            style: None,
            camera: None,
            dialogue: Vec::new(),
            sources: Vec::new(),
            edits: Vec::new(),
            extra: Extra::default(),
        }
    }

    /// The canonical bytes: deterministic CBOR (RFC 8949 §4.2.1). Equal recipes have equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// Reads canonical bytes. Every error is a sentence that can be shown to a person.
    ///
    /// Bytes that say the same in another way (other key order, longer integers) are refused, so that a recipe
    /// has exactly one encoding and one hash.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RecipeError> {
        let recipe = cbor::decode(bytes)?;
        recipe.validate()?;
        Ok(recipe)
    }

    /// BLAKE3 of the canonical bytes, 64 lower-case hexadecimal digits.
    pub fn hash(&self) -> String {
        blake3::hash(&self.to_bytes()).to_hex().to_string()
    }

    /// Length of the clip in seconds.
    pub fn seconds(&self) -> f32 {
        self.frames as f32 / self.fps as f32
    }
}

impl ModelRef {
    /// The reference to a model whose weight file has these bytes.
    pub fn of_weights(id: impl Into<String>, weights: &[u8]) -> Self {
        Self::new(id, blake3::hash(weights).to_hex().as_str())
    }

    /// The reference to a model whose weight file has this BLAKE3 (hexadecimal).
    pub fn new(id: impl Into<String>, hash: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            hash: hash.into(),
            extra: Extra::default(),
        }
    }
}
