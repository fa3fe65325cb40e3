//! What can be wrong with a recipe, each a sentence that can be shown to a person.

use thiserror::Error;

use super::link::MAX_LINK_CHARS;
use super::validate::{
    MAX_FPS, MAX_FRAMES, MAX_GUIDANCE_SCALE, MAX_PROMPT_CHARS, MAX_SEED, MAX_STEPS, SIDE_STEP,
    SIDES,
};
use super::{MAX_BYTES, VERSION};

/// Why a recipe cannot be used.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum RecipeError {
    /// The prompt has no visible character.
    #[error("The prompt is empty. Describe what the clip shows.")]
    EmptyPrompt,
    /// The prompt is too long.
    #[error("The prompt has {chars} characters; at most {MAX_PROMPT_CHARS} are allowed.")]
    PromptTooLong {
        /// Its length in characters.
        chars: usize,
    },
    /// A text holds a control character such as NUL.
    #[error("The {field} contains a control character, which cannot be used.")]
    ControlCharacter {
        /// The field.
        field: &'static str,
    },
    /// The seed cannot be written exactly everywhere.
    #[error("The seed {seed} is out of range; it must be between 0 and {MAX_SEED}.")]
    SeedOutOfRange {
        /// The seed.
        seed: u64,
    },
    /// The size is not one of a video.
    #[error(
        "The size {width}×{height} is not possible; sides are multiples of {SIDE_STEP} between {} and {} pixels.", SIDES.start(), SIDES.end()
    )]
    SizeNotAllowed {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// The clip has no frames or too many.
    #[error("{frames} frames are not possible; the number must be between 1 and {MAX_FRAMES}.")]
    FramesNotAllowed {
        /// Number of frames.
        frames: u32,
    },
    /// The frame rate is not one of a video.
    #[error("{fps} frames per second are not possible; the rate must be between 1 and {MAX_FPS}.")]
    FpsNotAllowed {
        /// Frames per second.
        fps: u32,
    },
    /// Too few or too many steps.
    #[error("{steps} steps are out of range; it must be between 1 and {MAX_STEPS}.")]
    StepsOutOfRange {
        /// Denoising steps.
        steps: u32,
    },
    /// Guidance is not a usable number.
    #[error(
        "The guidance scale {value} is out of range; it must be between 0 and {MAX_GUIDANCE_SCALE}."
    )]
    GuidanceOutOfRange {
        /// Guidance scale.
        value: f32,
    },
    /// The style is not known.
    #[error("The style \"{found}\" is not known; choose realistic, cinematic or animated.")]
    UnknownStyle {
        /// The word.
        found: String,
    },
    /// The camera move is not known.
    #[error(
        "The camera move \"{found}\" is not known; choose static, pan, tilt, zoom, zoom out, handheld or follow."
    )]
    UnknownCamera {
        /// The word.
        found: String,
    },
    /// The model has no usable name.
    #[error(
        "The model's name must have 1 to 64 characters: letters, digits, '.', '-', '_' or '/'."
    )]
    BadModelId,
    /// A hash is not 64 hexadecimal digits.
    #[error("The {field} must be 64 lower-case hexadecimal digits.")]
    BadHash {
        /// The field.
        field: &'static str,
    },
    /// A list is longer than any clip needs.
    #[error("The recipe has {count} {field}; at most {max} are allowed.")]
    TooMany {
        /// The field.
        field: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        max: usize,
    },
    /// A text other than the prompt is empty or too long.
    #[error("The {field} must have 1 to {max} characters; it has {chars}.")]
    BadText {
        /// The field.
        field: &'static str,
        /// Its length in characters.
        chars: usize,
        /// The longest length.
        max: usize,
    },
    /// The recipe was made by a newer Kinora.
    #[error(
        "This recipe has version {found}, made by a newer Kinora; this one reads up to version {VERSION}. Update to open it."
    )]
    NewerVersion {
        /// The recipe's version.
        found: u64,
    },
    /// The version is not one that ever existed.
    #[error("The recipe's version {found} does not exist.")]
    BadVersion {
        /// The recipe's version.
        found: i64,
    },
    /// The bytes are not CBOR, or not a map with text keys.
    #[error("The recipe is damaged: {detail}.")]
    Damaged {
        /// What was found.
        detail: String,
    },
    /// A field is missing or has the wrong type.
    #[error("The recipe has a field that cannot be read: {detail}.")]
    BadField {
        /// Which field, and why.
        detail: String,
    },
    /// The bytes encode a recipe in another way than the one canonical way.
    #[error("The recipe is not in its canonical form, so its identity cannot be trusted.")]
    NotCanonical,
    /// The recipe is far longer than any real one.
    #[error("The recipe has {bytes} bytes; at most {MAX_BYTES} are read.")]
    TooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// The recipe does not fit in a link.
    #[error(
        "The recipe needs a link of {chars} characters; at most {MAX_LINK_CHARS} fit. Shorten the prompt or share the file."
    )]
    LinkTooLong {
        /// Length of the fragment in characters.
        chars: usize,
    },
    /// The link has no recipe.
    #[error("The link holds no recipe; it should contain \"#r=\" followed by letters and digits.")]
    NotARecipeLink,
    /// The link was changed or cut after it was made.
    #[error(
        "The link is damaged: it was changed or cut short after it was made. Ask for it again."
    )]
    LinkDamaged,
}
