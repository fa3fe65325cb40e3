//! The recipe: the complete set of inputs that determines a clip.

mod cbor;
mod changes;
mod error;
mod extra;
mod link;
mod parent;
mod picture;
mod scene;
mod source;
mod validate;
mod words;

use serde::{Deserialize, Serialize};

pub use changes::Change;
pub use error::RecipeError;
pub use extra::Extra;
pub use link::{CHECK_BYTES, LINK_PREFIX, MAX_LINK_CHARS};
pub use parent::{MAX_CLIP_CHARS, Parent};
pub use picture::{MAX_PICTURE_BYTES, MAX_PICTURE_SIDE, Picture, PictureUse};
pub use scene::Scene;
pub use validate::{
    MAX_FPS, MAX_FRAMES, MAX_GUIDANCE_SCALE, MAX_ITEMS, MAX_LINE_CHARS, MAX_NAME_CHARS,
    MAX_PROMPT_CHARS, MAX_SEED, MAX_STEPS, MOST_SOURCES_IN_A_ROW, SIDE_STEP, SIDES,
};
pub use words::{Camera, Style};

/// Format version that this build writes, and the newest that it reads.
pub const VERSION: u32 = 1;

/// Maximum length of a canonical encoding, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// Complete set of inputs that determines a clip: the same recipe and the same executor give the same clip.
///
/// Fields are public so that a form can edit them; [`Recipe::validate`] checks the result.
/// [`Recipe::from_bytes`] and [`Recipe::from_link_fragment`] return valid recipes only.
///
/// The `serde` form (JSON, messages to a worker) has these field names and carries unknown fields in `extra`. Files, hashes
/// and links use the canonical CBOR of [`Recipe::to_bytes`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// Format version; [`VERSION`] for recipes of this build.
    pub version: u32,
    /// Model that renders the clip.
    pub model: ModelRef,
    /// Prompt as the user wrote it.
    pub prompt: String,
    /// Seed of the random generators, `0 ..= MAX_SEED`.
    pub seed: u64,
    /// Width in pixels, even, within [`SIDES`]; the model's manifest says which sizes it makes.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Number of frames, `1 ..= MAX_FRAMES`.
    pub frames: u32,
    /// Frames per second, `1 ..= MAX_FPS`.
    pub fps: u32,
    /// Number of denoising steps, `1 ..= MAX_STEPS`.
    pub steps: u32,
    /// Scale of classifier-free guidance, `0 ..= MAX_GUIDANCE_SCALE`; 1 disables guidance.
    pub guidance_scale: f32,
    /// Style that overrides the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<Style>,
    /// Camera move that overrides the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camera: Option<Camera>,
    /// Resolved scene, which determines the clip in place of the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scene: Option<Scene>,
    /// Spoken lines in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dialogue: Vec<DialogueLine>,
    /// Source clips and reference images.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// Edits of the plan in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<Edit>,
    /// Unknown fields, preserved unchanged.
    #[serde(default, skip_serializing_if = "Extra::is_empty")]
    pub extra: Extra,
}

/// Reference to a model, pinned to its weight file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelRef {
    /// Short name such as `starter-6`.
    pub id: String,
    /// BLAKE3 of the weight file, 64 lower-case hexadecimal digits.
    pub hash: String,
    /// Unknown fields, preserved unchanged.
    #[serde(default, skip_serializing_if = "Extra::is_empty")]
    pub extra: Extra,
}

/// A spoken line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DialogueLine {
    /// Name of the speaker; `None` is the narrator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// Spoken text.
    pub text: String,
    /// Unknown fields, preserved unchanged.
    #[serde(default, skip_serializing_if = "Extra::is_empty")]
    pub extra: Extra,
}

/// A source clip or a reference image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Use of the source.
    pub role: SourceRole,
    /// BLAKE3 of the content, 64 lower-case hexadecimal digits.
    pub hash: String,
    /// Unknown fields, preserved unchanged.
    #[serde(default, skip_serializing_if = "Extra::is_empty")]
    pub extra: Extra,
}

/// Use of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceRole {
    /// Clip to remix.
    Remix,
    /// Clip to extend.
    Extend,
    /// Reference image of the background or of a subject.
    Image,
    /// Reference image of a person's head; requires a grant to share.
    Cameo,
}

/// An edit of the plan. Version 1 defines only `op`; the arguments are in `extra`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Name of the operation.
    pub op: String,
    /// Arguments of the operation.
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
            scene: None,
            dialogue: Vec::new(),
            sources: Vec::new(),
            edits: Vec::new(),
            extra: Extra::default(),
        }
    }

    /// Encodes the recipe as deterministic CBOR (RFC 8949 §4.2.1). Equal recipes have equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// Decodes and validates canonical bytes.
    ///
    /// # Errors
    ///
    /// Fails if the bytes are damaged, the recipe is invalid, or the encoding is not canonical (other key order, longer
    /// integers): a recipe has exactly one encoding and one hash. Messages are sentences for display to the user.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RecipeError> {
        let recipe = cbor::decode(bytes)?;
        recipe.validate()?;
        Ok(recipe)
    }

    /// Computes the BLAKE3 hash of the canonical bytes, 64 lower-case hexadecimal digits.
    pub fn hash(&self) -> String {
        blake3::hash(&self.to_bytes()).to_hex().to_string()
    }

    /// Returns the duration of the clip in seconds.
    pub fn seconds(&self) -> f32 {
        self.frames as f32 / self.fps as f32
    }
}

impl ModelRef {
    /// Creates a reference to the model whose weight file has these bytes.
    pub fn of_weights(id: impl Into<String>, weights: &[u8]) -> Self {
        Self::new(id, blake3::hash(weights).to_hex().as_str())
    }

    /// Creates a reference to the model whose weight file has this BLAKE3 (64 lower-case hexadecimal digits).
    pub fn new(id: impl Into<String>, hash: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            hash: hash.into(),
            extra: Extra::default(),
        }
    }
}
